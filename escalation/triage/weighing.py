"""How much the word of each reader weighs: what the lexicon found and what the learned reader thinks, put together.

One small table for all languages says it, made by ``escalation.triage.learn_weighing`` from what both readers made of
messages that the learned one had not seen. So the reader that is mostly right about a flag has the say in it, and the
flags that go with one another are seen together.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from .assessment import Assessment
from .learned import ACUTE, FOLDER

FILE = FOLDER / "weighing.json"
_LEAST = 1e-4
"""Nearer to never or to surely, a probability counts as this: no reader is that sure."""


@dataclass(frozen=True)
class Weighing:
    """What was learnt: for each output (acute and the flags) a bias and one weight for each thing seen."""

    outputs: tuple[str, ...]
    bias: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]


@cache
def load_weighing() -> Weighing:
    """Return the table. Raises OSError or ValueError when it is missing or broken."""
    table = json.loads(FILE.read_text(encoding="utf-8"))
    weights = tuple(tuple(row) for row in table["weights"])
    return Weighing(tuple(table["outputs"]), tuple(table["bias"]), weights)


def seen_of(
    listed: Assessment, probability: Mapping[str, float], flags: Sequence[str]
) -> list[float]:
    """Return what is seen of a message: whether it is acute in the view of each reader, and three numbers a flag.

    Those are: whether the lexicon raised it, whether as happening now, and how likely the learned reader thinks it.
    """
    now = {flag.flag: flag.now for flag in listed.flags}
    seen = [float(listed.level == ACUTE), _log_odds(probability[ACUTE])]
    for flag in flags:
        seen += [float(flag in now), float(now.get(flag, False)), _log_odds(probability[flag])]
    return seen


def weigh(listed: Assessment, probability: Mapping[str, float]) -> dict[str, float]:
    """Return how likely a message is acute, and each flag holds, by both readers together: 0 to 1."""
    table = load_weighing()
    seen = seen_of(listed, probability, table.outputs[1:])
    rows = zip(table.outputs, table.bias, table.weights, strict=True)
    return {output: _likely(bias, row, seen) for output, bias, row in rows}


def _likely(bias: float, weights: Sequence[float], seen: Sequence[float]) -> float:
    score = bias + sum(weight * value for weight, value in zip(weights, seen, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def _log_odds(probability: float) -> float:
    kept = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(kept / (1 - kept))
