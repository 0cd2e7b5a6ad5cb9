"""How words are compared: folded text, and a small language of phrase patterns that the word lists use.

A pattern is words in a row. ``*`` in a word is anything, ``..`` stands for up to five words of the same sentence,
``(a|b*)`` for either. ``#`` is a number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

SENTENCE_END = "."

_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ß": "ss",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "ة": "ه",
        "ى": "ي",
        "ـ": "",
    }
)
_APOSTROPHES = re.compile(r"[’'`´]")
_ENDS = re.compile(r"[!?;…\n؟؛]+|\.+(?=\D|$)")
_OTHER = re.compile(r"[^\w\s.@+-]|_|(?<!\d)\.|(?<!\w)[+-](?!\w)")
_PARTS = re.compile(r"\([^)]*\)|\S+")
_GAP = r"(?: [^\s.]+){0,5}"


@lru_cache(maxsize=256)
def fold(text: str) -> str:
    """Return ``text`` in lower case, without diacritics and punctuation, with one `` . `` between sentences.

    Digits of any script become ASCII digits.
    """
    lowered = _APOSTROPHES.sub("", text.casefold()).translate(_LETTERS)
    plain = "".join(_plain(c) for c in unicodedata.normalize("NFKD", lowered))
    parts = (_OTHER.sub(" ", part).split() for part in _ENDS.split(plain))
    return f" {SENTENCE_END} ".join(" ".join(words) for words in parts if words)


def _plain(character: str) -> str:
    if unicodedata.combining(character):
        return ""
    if character.isdigit() and not character.isascii():
        return str(unicodedata.digit(character))
    return character


def fold_expression(expression: str) -> str:
    """Return a regular expression with its letters as folded text has them: without diacritics."""
    return "".join(_plain(c) for c in unicodedata.normalize("NFKD", expression.translate(_LETTERS)))


def fold_words(words: Iterable[str]) -> frozenset[str]:
    """Return words of a list as folded text has them."""
    return frozenset(_folded(word) for word in words)


def _folded(word: str) -> str:
    return fold_expression(_APOSTROPHES.sub("", word.casefold()))


def words_of(folded: str) -> list[str]:
    """Return the words of a folded text, without the marks between sentences."""
    return [word for word in folded.split() if word != SENTENCE_END]


def compile_patterns(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return one expression that finds any of ``patterns`` in a folded text, the longest first."""
    ordered = sorted(dict.fromkeys(patterns), key=len, reverse=True)
    alternatives = "|".join(_expression(pattern) for pattern in ordered)
    return re.compile(rf"(?<!\S)(?:{alternatives})(?!\S)")


def _expression(pattern: str) -> str:
    parts = [_part(part) for part in _PARTS.findall(pattern)]
    return "".join(parts).removeprefix(" ")


def _part(part: str) -> str:
    if part == "..":
        return _GAP
    if part.startswith("("):
        return f" (?:{'|'.join(_words(option) for option in part[1:-1].split('|'))})"
    return f" {_words(part)}"


def _words(words: str) -> str:
    return (
        re.escape(_folded(words))
        .replace(r"\*", r"[^\s.]*")
        .replace(r"\#", r"\d+")
        .replace(r"\ ", " ")
    )
