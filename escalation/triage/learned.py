"""The learned reader: how likely a message is acute and which flags hold, by weights learnt from examples.

It stands beside the lexicon because it sees what no list of words foresees, and it explains itself by the words of
the message that counted most. The weights are a table in this package, made by ``escalation.triage.learn``;
reading it needs no library. docs/decisions/0006 says what was measured.
"""

from __future__ import annotations

import gzip
import json
import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .features import Word, features_of, words_of

FOLDER = Path(__file__).parent / "weights"
ACUTE = "acute"
SHOWN_FROM = 0.05
"""Less likely than this, nothing has to be explained."""

SHOWN_WORDS = 7
"""How many words at most are shown as the reason."""

_TRUST_IN_THE_CONVERSATION = 1
"""So many words more another language has to know before a message is read as that one."""


@dataclass(frozen=True)
class Weights:
    """What was learnt for one language. ``outputs`` are acute and the flags.

    ``features`` gives each feature its row in ``values``: its rarity, then one weight for each output.
    """

    outputs: tuple[str, ...]
    bias: tuple[float, ...]
    features: Mapping[str, int]
    values: array[float]

    def row(self, feature: str) -> array[float] | None:
        """Return the row of a feature, None for one that was never learnt."""
        number = self.features.get(feature)
        width = len(self.outputs) + 1
        return None if number is None else self.values[number * width : (number + 1) * width]

    def known_words(self, words: Iterable[Word]) -> int:
        """Return how many of the words stand in what was learnt: a fair guess at the language."""
        return sum(word.folded in self.features for word in words)


@dataclass(frozen=True)
class Learned:
    """Probabilities by output, for each output the words that counted most, and how many words were read.

    ``taught``: whether the language has urgency examples of its own, with flags.
    """

    probability: dict[str, float]
    reasons: dict[str, str]
    words: int
    taught: bool


@cache
def learned_languages() -> tuple[str, ...]:
    """Return the languages for which weights were learnt."""
    return tuple(sorted(path.name.partition(".")[0] for path in FOLDER.glob("*.json.gz")))


@cache
def load_weights(language: str) -> Weights:
    """Return the table of one language. Raises OSError or ValueError when it is missing or broken."""
    with gzip.open(FOLDER / f"{language}.json.gz", "rt", encoding="utf-8") as source:
        return weights_of(json.load(source))


def weights_of(table: Mapping[str, Any]) -> Weights:
    """Return the weights in a table as ``learn`` makes it."""
    features, values = {}, array("f")
    for number, (name, row) in enumerate(table["features"].items()):
        features[name] = number
        values.extend(row)
    return Weights(tuple(table["outputs"]), tuple(table["bias"]), features, values)


def likely_language(text: str, language: str | None) -> str | None:
    """Return the language to read a message in: that of the conversation, unless another knows more of its words.

    The first message often comes before anybody has heard which language it is in.
    """
    words = [word for word in words_of(text) if word.folded != "?"]
    known = {name: load_weights(name).known_words(words) for name in learned_languages()}
    if not known:
        return language
    best = max(known, key=lambda name: known[name])
    if known[best] > known.get(language or "", 0) + _TRUST_IN_THE_CONVERSATION:
        return best
    return language or (best if known[best] else None)


def read_learned(text: str, language: str) -> Learned:
    """Return what the weights of a language make of a message."""
    weights, words = load_weights(language), words_of(text)
    counted, norm = _counted(words, weights)
    probability, reasons = {}, {}
    for number, output in enumerate(weights.outputs):
        by_word: dict[int, float] = defaultdict(float)
        for at, row in counted:
            by_word[at] += row[0] * row[number + 1] / norm
        score = weights.bias[number] + sum(by_word.values())
        probability[output] = 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
        if probability[output] > SHOWN_FROM:
            reasons[output] = _reason(text, words, by_word)
    return Learned(probability, reasons, len(words), taught=len(weights.outputs) > 1)


def _counted(words: list[Word], weights: Weights) -> tuple[list[tuple[int, array[float]]], float]:
    """Each known feature counts once, where it stands first; its length is that of all rarities together."""
    first: dict[str, int] = {}
    for feature, at in features_of(words):
        first.setdefault(feature, at)
    rows = ((at, weights.row(name)) for name, at in first.items())
    counted = [(at, row) for at, row in rows if row is not None]
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
