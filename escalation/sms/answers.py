"""Which of the numbered answers a text means: digits of any script, numbers in words, several at once."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ..lines import Line
from ..signal import FIELDS
from .composing import is_numbered
from .layout import MORE_NUMBER

WORDS = Path(__file__).parent / "number_words.yml"
BESIDE_OWN = ("nl", "en")
"""Languages whose number words people mix in."""

MEAN_THEMSELVES = frozenset(("victim_count", "minors", "age_bands"))
"""Fields where "five" is five people or five years, and not the fifth answer."""

_SINGLE = re.compile(r"\d{1,2}")
_LETTERS_ALIKE = str.maketrans({"ı": "i", "ł": "l", "\ufe0f": "", "\u20e3": ""})


def choice_of(text: str, line: Line, language: str) -> str | None:
    """Return the id of the answer that the text means as a number; None when it is no number of an answer."""
    if not line.choices or not is_numbered(line):
        return None
    places = numbers_said(text, language, in_words=line.asks not in MEAN_THEMSELVES)
    if not places or any(place > len(line.choices) or place < 1 for place in places):
        return None
    ids = [line.choices[place - 1].id for place in places]
    if len(ids) == 1:
        return ids[0]
    field = line.asks
    values = [one.partition(":")[2] for one in ids if one.partition(":")[0] == field]
    if field is None or FIELDS[field].kind != "multi" or not values:
        return None
    return f"{field}:{','.join(values)}"


def asks_for_more(text: str) -> bool:
    """Return whether the text is the number for the next page of answers."""
    return numbers_said(text, "", in_words=False) == [MORE_NUMBER]


def numbers_said(text: str, language: str, *, in_words: bool) -> list[int]:
    """Return the numbers if the text is nothing but numbers of at most two digits, each once; else nothing."""
    found: list[int] = []
    for word in _words(text):
        if word in _and_words():
            continue
        number = int(word) if _SINGLE.fullmatch(word) else None
        if number is None and in_words:
            number = _in_words(word, language)
        if number is None:
            return []
        found.append(number)
    return list(dict.fromkeys(found))


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS_ALIKE))
    kept = "".join(
        _ascii_digit(char) if char.isalnum() else " "
        for char in folded
        if not unicodedata.combining(char)
    )
    return kept.split()


def _ascii_digit(char: str) -> str:
    digit = unicodedata.digit(char, None)
    return char if digit is None else str(digit)


def _in_words(word: str, language: str) -> int | None:
    for tried in (language, *BESIDE_OWN):
        number = _numbers().get(tried, {}).get(word)
        if number is not None:
            return number
    return None


@lru_cache(maxsize=1)
def _told() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(WORDS.read_text("utf-8"))
    return told


@lru_cache(maxsize=1)
def _and_words() -> frozenset[str]:
    return frozenset(_words(" ".join(_told()["and"])))


@lru_cache(maxsize=1)
def _numbers() -> dict[str, dict[str, int]]:
    return {
        language: {word: number for number, words in table.items() for word in words}
        for language, table in _told()["numbers"].items()
    }
