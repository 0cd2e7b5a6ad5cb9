"""Learns how much each reader's word weighs: ``python -m escalation.triage.learn_weighing``, some minutes.

For developers, after ``escalation.triage.learn``: it needs scikit-learn, which the running product does not.

Each example is read by weights that were learnt without it, as a message that comes in is: what was learnt by heart
would seem to be always right.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from sklearn.linear_model import LogisticRegression

from . import learn, reading
from .assessment import Assessment
from .learned import ACUTE, Weights, read_with, weights_of
from .weighing import FILE, seen_of

FOLDS = 4
OUTPUTS = (ACUTE, *learn.FLAGS)


class Unseen(NamedTuple):
    """An example, what the lexicon made of it, and the learned reader's probabilities without having seen it."""

    example: dict[str, Any]
    listed: Assessment
    probability: dict[str, float]


def digest() -> str:
    """Return a digest of all examples and of how they are weighed, to tell whether the table is stale.

    The lexicons are left out: a line more or less changes the weights by little.
    """
    code = [Path(__file__), Path(__file__).with_name("weighing.py")]
    parts = [learn.digest(language).encode() for language in learn.languages()]
    parts += [file.read_bytes() for file in code]
    return hashlib.blake2b(b"".join(parts), digest_size=16).hexdigest()


def folds(language: str) -> Iterator[tuple[Weights, list[dict[str, Any]]]]:
    """Yield weights learnt from three quarters of a language's examples, with the examples that they have not seen."""
    told, ordinary = learn.examples(language), learn.by_intent(language)
    for fold in range(FOLDS):
        table = learn.learn([one for at, one in enumerate(told) if at % FOLDS != fold], ordinary)
        yield weights_of(table), told[fold::FOLDS]


def unseen(language: str) -> list[Unseen]:
    """Return every example of a language as both readers read it."""
    return [
        Unseen(
            one,
            reading.read_text(one["text"], language),
            read_with(weights, one["text"]).probability,
        )
        for weights, examples in folds(language)
        for one in examples
    ]


def learn_weighing(read: Iterable[Unseen]) -> dict[str, Any]:
    """Return the table learnt from examples that both readers have read."""
    rows = list(read)
    seen = [seen_of(one.listed, one.probability, learn.FLAGS) for one in rows]
    models = [
        LogisticRegression(C=1.0, max_iter=3000).fit(
            seen, [output in {*row.example["flags"], *_acute(row)} for row in rows]
        )
        for output in OUTPUTS
    ]
    return {
        "outputs": list(OUTPUTS),
        "bias": [round(float(model.intercept_[0]), 3) for model in models],
        "weights": [[round(float(value), 3) for value in model.coef_[0]] for model in models],
    }


def _acute(row: Unseen) -> tuple[str, ...]:
    return (ACUTE,) if row.example["acute"] else ()


def main() -> None:
    """Learn from all languages and write the table that ``escalation.triage.weighing`` reads."""
    with ProcessPoolExecutor() as workers:
        read = [one for found in workers.map(unseen, learn.languages()) for one in found]
    table = {"examples_digest": digest()} | learn_weighing(read)
    FILE.write_text(json.dumps(table) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
