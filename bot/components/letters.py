"""What the letters of a text say about its language, learned from the bot's own examples.

They are typed as people type here: without diacritics, in Latin letters instead of Cyrillic or Arabic, with Dutch words
from work in between. A profile made from newspapers knows nothing of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from sklearn.feature_extraction.text import HashingVectorizer

HEARD_CHARS = 300
"""The beginning of a text is enough to hear its language, and keeps hearing it fast."""

NOT_LEARNED_FROM = frozenset({"change_language"})
"""Examples of this intent are in the language that is asked for."""

_GROUPS = 2**18
_SMOOTHING = 0.01
_NO_LETTERS = re.compile(r"[^\w\s]|\d|_")


@dataclass(frozen=True)
class Letters:
    """Log-probabilities of letter groups (rows), a column for each language of ``languages``."""

    languages: tuple[str, ...]
    weights: np.ndarray

    def score(self, text: str) -> Mapping[str, float]:
        """Return the log-likelihood of the beginning of ``text`` in each language."""
        # Of another type than the weights, each message would have every row of them converted first.
        scores = _groups([text]).astype(self.weights.dtype) @ self.weights
        return dict(zip(self.languages, scores[0].tolist(), strict=True))


def learn_letters(examples: Path) -> Letters:
    """Learn from the folder of examples, one folder in it for each language."""
    languages = sorted(path.name for path in examples.iterdir() if path.is_dir())
    rows = []
    for language in languages:
        counts = np.asarray(_groups(_texts(examples / language)).sum(axis=0)).ravel() + _SMOOTHING
        rows.append(np.log(counts) - np.log(counts.sum()))
    return Letters(tuple(languages), np.column_stack(rows).astype(np.float32))


def _texts(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.yml")):
        for block in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["nlu"]:
            if block["intent"] not in NOT_LEARNED_FROM:
                yield from (line[2:] for line in block["examples"].splitlines())


def _groups(texts: Iterable[str]) -> np.ndarray:
    spoken = (_NO_LETTERS.sub(" ", text[:HEARD_CHARS].casefold()) for text in texts)
    return _VECTORIZER.transform(spoken)


_VECTORIZER = HashingVectorizer(
    analyzer="char_wb",
    ngram_range=(1, 5),
    n_features=_GROUPS,
    alternate_sign=False,
    norm=None,
    lowercase=False,
)
