"""Learns each language's weights from ``examples/`` and writes them: ``python -m escalation.triage.learn``.

For developers: it needs scikit-learn, which the running product does not. The same examples give the same file.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import sys
from pathlib import Path
from typing import Any

import yaml
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from .. import signal
from .features import features_of, words_of
from .learned import ACUTE, FOLDER

EXAMPLES = Path(__file__).parent / "examples"
INTENTS = Path(__file__).resolve().parents[2] / "bot" / "data" / "nlu"
UNDECIDED_INTENTS = frozenset({"cannot_talk_safely"})
"""Somebody who is watched may be in danger now, or not."""

ORDINARY_COUNTS = 0.5
FLAGS = signal.FLAGS[: signal.FLAGS.index("officials_on_site")]
"""The flags that words can raise; the others are about the service and its surroundings."""

LEAST_MESSAGES = 3
"""A feature that fewer messages have is left out: it would be learnt by heart."""


def languages() -> tuple[str, ...]:
    """Return the languages that have urgency examples."""
    return tuple(sorted(file.stem for file in EXAMPLES.glob("*.jsonl")))


def digest(language: str) -> str:
    """Return a digest of a language's examples and of how they are read, to tell whether its weights are stale."""
    code = [Path(__file__), Path(__file__).with_name("features.py")]
    parts = [EXAMPLES / f"{language}.jsonl", *_intent_files(language), *code]
    return hashlib.blake2b(
        b"".join(part.read_bytes() for part in parts), digest_size=16
    ).hexdigest()


def examples(language: str) -> list[dict[str, Any]]:
    """Return the messages that were written to teach urgency in a language."""
    lines = (EXAMPLES / f"{language}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def by_intent(language: str) -> list[dict[str, Any]]:
    """Return the bot's own examples: an emergency is acute, anything else is not.

    They show what ordinary messages look like. They count half, because nobody marked them one by one.
    """
    told = []
    for file in _intent_files(language):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            if block["intent"] not in UNDECIDED_INTENTS:
                lines = (line.strip() for line in block["examples"].splitlines())
                acute = block["intent"] == "emergency"
                told += [{"text": line[2:], "acute": acute} for line in lines if line[:2] == "- "]
    return told


def _intent_files(language: str) -> list[Path]:
    return sorted((INTENTS / language).glob("*.yml"))


def learn(told: list[dict[str, Any]], ordinary: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the table of weights learnt from marked and ordinary messages."""
    vectorizer = TfidfVectorizer(
        analyzer=lambda text: sorted({feature for feature, _ in features_of(words_of(text))}),
        min_df=LEAST_MESSAGES,
    )
    seen = vectorizer.fit_transform([one["text"] for one in (*told, *ordinary)])
    acute = LogisticRegression(C=5.0, max_iter=300, solver="liblinear").fit(
        seen,
        [one["acute"] for one in (*told, *ordinary)],
        sample_weight=[1.0] * len(told) + [ORDINARY_COUNTS] * len(ordinary),
    )
    models = [acute, *(_flag_model(flag, told, seen[: len(told)]) for flag in FLAGS)]
    columns = [vectorizer.idf_, *(model.coef_[0] for model in models)]
    rows = zip(vectorizer.get_feature_names_out(), *columns, strict=True)
    return {
        "outputs": [ACUTE, *FLAGS],
        "bias": [round(float(model.intercept_[0]), 4) for model in models],
        "features": {
            str(name): [round(float(value), 2) for value in values] for name, *values in rows
        },
    }


def _flag_model(flag: str, told: list[dict[str, Any]], seen: Any) -> Any:
    model = LogisticRegression(C=10.0, max_iter=300, solver="liblinear", class_weight="balanced")
    return model.fit(seen, [flag in one["flags"] for one in told])


def main() -> None:
    """Learn and write, one file a language; those named as arguments, or all."""
    FOLDER.mkdir(exist_ok=True)
    for language in sys.argv[1:] or languages():
        learnt = {"examples_digest": digest(language)}
        learnt |= learn(examples(language), by_intent(language))
        table = json.dumps(learnt, ensure_ascii=False, separators=(",", ":"))
        packed = io.BytesIO()
        with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, filename="") as target:
            target.write(table.encode("utf-8"))
        (FOLDER / f"{language}.json.gz").write_bytes(packed.getvalue())
        sys.stdout.write(f"{language}: {len(packed.getvalue()) // 1024} KiB\n")


if __name__ == "__main__":
    main()
