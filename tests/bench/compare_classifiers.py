"""Compares ways to learn intents on examples that none of them has seen. Run in the bot's environment:

``.venv-bot/bin/python -m tests.bench.compare_classifiers [--folds 1] [--only NAME …] [--json FILE]``

Every candidate is a whole Rasa pipeline, trained by Rasa on three quarters of the examples of each intent and language
and asked about the rest, in a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDS_IN_ALL = 4
DIET_EPOCHS = 30

_COUNTS: list[dict[str, Any]] = [
    {"name": "WhitespaceTokenizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]
_MEANING = {"name": "bot.components.sentence_vectors.SentenceVectors"}
_DIET = {
    "name": "DIETClassifier",
    "epochs": DIET_EPOCHS,
    "entity_recognition": False,
    "constrain_similarities": True,
    "random_seed": 1,
}
CANDIDATES: dict[str, list[dict[str, Any]]] = {
    "ours": [_MEANING, {"name": "bot.components.intent_classifier.LinearIntentClassifier"}],
    "logistic regression": [*_COUNTS, {"name": "LogisticRegressionClassifier"}],
    "DIET": [*_COUNTS, _DIET],
    "DIET with meaning": [*_COUNTS, _MEANING, _DIET],
}

Example = dict[str, str]


def examples() -> list[Example]:
    """Return every example with its language and intent, in a fixed order."""
    found = []
    for path in sorted((ROOT / "bot" / "data" / "nlu").glob("*/*.yml")):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                text = line.strip().removeprefix("- ")
                found.append({"lang": path.parent.name, "intent": block["intent"], "text": text})
    return found


def split(found: list[Example], fold: int) -> tuple[list[Example], list[Example]]:
    """Return what to learn from and what to ask: every fourth example of each intent and language is held out."""
    seen: dict[tuple[str, str], int] = {}
    learn: list[Example] = []
    ask: list[Example] = []
    for example in found:
        key = (example["lang"], example["intent"])
        seen[key] = seen.get(key, -1) + 1
        (ask if seen[key] % FOLDS_IN_ALL == fold else learn).append(example)
    return learn, ask


def train(name: str, learn: list[Example], folder: Path) -> tuple[str, float]:
    """Train one candidate; return the model's file and the seconds it took."""
    from rasa.model_training import train_nlu

    by_intent: dict[str, list[str]] = {}
    for example in learn:
        by_intent.setdefault(example["intent"], []).append(f"- {example['text']}\n")
    blocks = [{"intent": intent, "examples": "".join(t)} for intent, t in by_intent.items()]
    data, config = folder / "nlu.yml", folder / "config.yml"
    data.write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True))
    pipeline = {"recipe": "default.v1", "assistant_id": "bench", "language": "nl"}
    config.write_text(yaml.safe_dump({**pipeline, "pipeline": CANDIDATES[name]}))
    started = time.monotonic()
    model = train_nlu(str(config), str(data), str(folder / "models"))
    assert model is not None
    return model, time.monotonic() - started


async def ask_model(model: str, ask: list[Example]) -> dict[str, Any]:
    """Ask a trained model about the held-out examples; return predictions and milliseconds."""
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    processor = Agent.load(model).processor
    assert processor is not None
    predicted, milliseconds = [], []
    for example in ask:
        started = time.perf_counter()
        parsed = await processor.parse_message(UserMessage(text=example["text"]))
        milliseconds.append((time.perf_counter() - started) * 1000)
        predicted.append(parsed["intent"]["name"])
    return {"predicted": predicted, "median_ms": statistics.median(milliseconds)}


def run_one(name: str, fold: int) -> dict[str, Any]:
    """Train and ask one candidate in this process; return its figures."""
    from rasa.utils.log_utils import configure_structlog
    from sklearn.metrics import f1_score

    configure_structlog(logging.ERROR)
    learn, ask = split(examples(), fold)
    with tempfile.TemporaryDirectory() as folder:
        model, seconds = train(name, learn, Path(folder))
        size = Path(model).stat().st_size
        figures = asyncio.run(ask_model(model, ask))
    predicted = figures.pop("predicted")
    for language in (None, *sorted({example["lang"] for example in ask})):
        chosen = [i for i, e in enumerate(ask) if language in (None, e["lang"])]
        truth, said = [ask[i]["intent"] for i in chosen], [predicted[i] for i in chosen]
        label = f"f1_{language}" if language else "f1"
        figures[label] = float(f1_score(truth, said, average="macro"))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**figures, "training_s": seconds, "model_mb": size / 1e6, "peak_mb": memory}


def run_apart(names: list[str], folds: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run each candidate and fold in a process of its own; yield the mean figures of each candidate."""
    for name in names:
        found = []
        for fold in range(folds):
            print(f"{name}, fold {fold + 1} of {folds} …", file=sys.stderr, flush=True)
            command = [sys.executable, "-W", "ignore", "-m", "tests.bench.compare_classifiers"]
            done = subprocess.run(
                [*command, "--one", name, "--fold", str(fold)],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                raise SystemExit(done.stderr[-2000:])
            found.append(json.loads(done.stdout.splitlines()[-1]))
        yield name, {key: statistics.mean(one[key] for one in found) for key in found[0]}


def main() -> None:
    """Print one table; with ``--json`` also keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=1, choices=range(1, FOLDS_IN_ALL + 1))
    parser.add_argument("--only", nargs="*", choices=list(CANDIDATES), default=list(CANDIDATES))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one", choices=list(CANDIDATES), help=argparse.SUPPRESS)
    parser.add_argument("--fold", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print("\n" + json.dumps(run_one(arguments.one, arguments.fold)))
        return
    figures = {}
    for name, found in run_apart(arguments.only, arguments.folds):
        figures[name] = found
        print(name, " ".join(f"{key} {value:.3g}" for key, value in found.items()), flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
