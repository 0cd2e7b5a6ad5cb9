"""``python -m tests.bench.urgency_folds [LANGUAGE …] [--set NAME=VALUE …]``: how the thresholds of triage are chosen.

Learns from three quarters of a language's examples and reads the rest as the product would, four times over. The word
lists were written by people who know some of the examples, and the weighing was learnt from all of them, so this
flatters a little; ``tests/evaluation`` decides.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

from escalation.triage import combined, learn, learn_weighing, learned
from escalation.triage.learned import Weights
from web.operate.metrics import Judged, labels_of
from web.operate.scoreboard import as_table

SHOWN = ("acute", "flags alone, micro")


def held_out(language: str) -> list[Judged]:
    """Return what each example of a language was taken for by a reader that had not seen it."""
    found = []
    for weights, rows in learn_weighing.folds(language):
        _read_with(language, weights)
        found += [_judged(language, row) for row in rows]
    return found


def _read_with(language: str, weights: Weights) -> None:
    learned.load_weights = lambda _: weights  # type: ignore[assignment]
    combined.likely_language = lambda *_: language


def _judged(language: str, row: dict[str, Any]) -> Judged:
    read = combined.read_text(row["text"], language)
    predicted = labels_of((flag.flag for flag in read.flags), acute=read.level == "acute")
    return Judged(language, labels_of(row["flags"], acute=row["acute"]), predicted, row["text"])


def _set(settings: Iterable[str]) -> None:
    for setting in settings:
        name, _, value = setting.partition("=")
        getattr(combined, name)  # a name that is not there is a mistake
        setattr(combined, name, float(value))


def main() -> None:
    """Print two rows a language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("languages", nargs="*", default=learn.languages())
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    asked = parser.parse_args()
    _set(asked.set)
    for language in asked.languages:
        for row in as_table("urgency", held_out(language)):
            if row.startswith(language) and any(label in row for label in SHOWN):
                print(row, flush=True)


if __name__ == "__main__":
    main()
