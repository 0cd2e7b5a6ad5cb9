"""The learned reader: how likely a message is acute and which flags hold, by weights learnt from examples.

It stands beside the lexicon because it sees what no list of words foresees, and it explains itself by the words of
the message that counted most. The weights are a table in this package, made by ``escalation.triage.learn``;
reading it needs no library. docs/decisions/0006 says what was measured.
"""

from __future__ import annotations

import gzip
import json
import math
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .features import Word, features_of, words_of

WEIGHTS = Path(__file__).parent / "weights.json.gz"
ACUTE = "acute"
SHOWN_WORDS = 7
"""How many words at most are shown as the reason."""


@dataclass(frozen=True)
class Weights:
    """``outputs`` are acute and the flags; each feature has its rarity and one weight for each output."""

    languages: tuple[str, ...]
    examples_digest: str
    outputs: tuple[str, ...]
    bias: tuple[float, ...]
    features: dict[str, tuple[float, ...]]


@dataclass(frozen=True)
class Learned:
    """Probabilities by output, for each output the words that counted most, and how many words were read."""

    probability: dict[str, float]
    reasons: dict[str, str]
    words: int


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """Return the table. Raises OSError or ValueError when it is missing or broken."""
    with gzip.open(WEIGHTS, "rt", encoding="utf-8") as source:
        table = json.load(source)
    return Weights(
        languages=tuple(table["languages"]),
        examples_digest=table["examples_digest"],
        outputs=tuple(table["outputs"]),
        bias=tuple(table["bias"]),
        features={name: tuple(row) for name, row in table["features"].items()},
    )


def read_learned(text: str) -> Learned:
    """Return what the weights make of a message."""
    weights, words = load_weights(), words_of(text)
    counted, norm = _counted(words, weights)
    probability, reasons = {}, {}
    for number, output in enumerate(weights.outputs):
        by_word: dict[int, float] = defaultdict(float)
        for at, row in counted:
            by_word[at] += row[0] * row[number + 1] / norm
        score = weights.bias[number] + sum(by_word.values())
        probability[output] = 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
        if probability[output] > 0.2:
            reasons[output] = _reason(text, words, by_word)
    return Learned(probability, reasons, len(words))


def _counted(
    words: list[Word], weights: Weights
) -> tuple[list[tuple[int, tuple[float, ...]]], float]:
    """Each known feature counts once, where it stands first; its length is that of all rarities together."""
    first: dict[str, int] = {}
    for feature, at in features_of(words):
        first.setdefault(feature, at)
    counted = [
        (at, weights.features[name]) for name, at in first.items() if name in weights.features
    ]
    return counted, math.sqrt(sum(row[0] ** 2 for _, row in counted)) or 1.0


def _reason(text: str, words: list[Word], by_word: dict[int, float]) -> str:
    """Return the run of up to seven words that counted most, as it was typed."""
    if not words:
        return ""
    worth = [by_word.get(at, 0.0) for at in range(len(words))]
    runs = [
        (sum(worth[at : at + SHOWN_WORDS]), at)
        for at in range(max(1, len(words) - SHOWN_WORDS + 1))
    ]
    at = max(runs)[1]
    return text[words[at].start : words[min(at + SHOWN_WORDS, len(words)) - 1].end]
