"""What the learned reader looks at in a message: words, pairs of words, and groups of letters within words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

READ_CHARS = 4_000
LETTERS = (3, 4, 5)

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|\?")


@dataclass(frozen=True)
class Word:
    """A word as it is compared (folded) and where it stands in the text."""

    folded: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """Return the words of the first 4,000 characters, lower case and without diacritics."""
    return [
        Word(_fold(found.group()), found.start(), found.end())
        for found in _WORD.finditer(text[:READ_CHARS])
    ]


def features_of(words: list[Word]) -> Iterator[tuple[str, int]]:
    """Yield each feature with the number of the word that it begins in."""
    for at, word in enumerate(words):
        yield word.folded, at
        if at + 1 < len(words):
            yield f"{word.folded} {words[at + 1].folded}", at
        padded = f"<{word.folded}>"
        for size in LETTERS:
            for start in range(len(padded) - size + 1):
                yield f"~{padded[start : start + size]}", at


def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.casefold().replace("ł", "l").replace("’", "'"))
    return "".join(char for char in plain if not unicodedata.combining(char))
