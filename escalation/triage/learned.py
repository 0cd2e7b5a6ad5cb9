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
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .features import Word, features_of, words_of

FOLDER = Path(__file__).parent / "weights"
ACUTE = "acute"
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
    """What the weights of a language make of a message: how likely each output is, and why."""

    text: str
    words: list[Word]
    weights: Weights
    counted: tuple[tuple[int, array[float]], ...]
    """The word that a known feature begins in, and its row: its worth in this message, then the weights."""

    @property
    def probability(self) -> dict[str, float]:
        """Return the probability of each output."""
        outputs = enumerate(self.weights.outputs, start=1)
        return {name: self._likely(number) for number, name in outputs}

    def reason(self, output: str) -> str:
        """Return the run of up to seven words that counted most for an output, as it was typed."""
        if not self.words:
            return ""
        number = self.weights.outputs.index(output) + 1
        worth = [0.0] * len(self.words)
        for at, row in self.counted:
            worth[at] += row[0] * row[number]
        starts = range(max(1, len(worth) - SHOWN_WORDS + 1))
        at = max(starts, key=lambda at: (sum(worth[at : at + SHOWN_WORDS]), at))
        last = self.words[min(at + SHOWN_WORDS, len(worth)) - 1]
        return self.text[self.words[at].start : last.end]

    def _likely(self, number: int) -> float:
        score = self.weights.bias[number - 1] + sum(row[0] * row[number] for _, row in self.counted)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


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
    return read_with(load_weights(language), text)


def read_with(weights: Weights, text: str) -> Learned:
    """Return what these weights make of a message."""
    words = words_of(text)
    return Learned(text, words, weights, tuple(_counted(words, weights)))


def _counted(words: list[Word], weights: Weights) -> Iterator[tuple[int, array[float]]]:
    """Each known feature counts once, where it stands first; its length is that of all rarities together."""
    first: dict[str, int] = {}
    for feature, at in features_of(words):
        first.setdefault(feature, at)
    found = ((at, weights.row(name)) for name, at in first.items())
    rows = [(at, row) for at, row in found if row is not None]
    norm = math.sqrt(sum(row[0] ** 2 for _, row in rows)) or 1.0
    for at, row in rows:
        row[0] /= norm  # a row is a copy of the table's
        yield at, row
