"""Numbers in a typed answer, and what they may stand for: people, ages, or neither."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.wording import words_of

from .lexicons import AnswerWords, all_languages, answer_words

COUNT_BANDS = ((1, "one"), (5, "two_to_five"), (20, "six_to_twenty"))
_YOUNGEST, _OLDEST = 3, 99


def band_of_count(count: int) -> str | None:
    """Return the value of ``victim_count`` for a number of people."""
    if count < 1:
        return None
    return next((band for most, band in COUNT_BANDS if count <= most), "more_than_twenty")


def numbers_in(folded: str, words: AnswerWords) -> list[int]:
    """Return the whole numbers in a folded text, as digits or as words."""
    return [number for number, _, _ in _placed(folded, words)]


def counts_in(folded: str, words: AnswerWords) -> list[int]:
    """Return the numbers that may count people: those that are no age, time, amount or date."""
    return [
        number
        for number, before, after in _placed(folded, words)
        if number and after not in _units() and before not in words.before_age
    ]


def might_be_age(folded: str, words: AnswerWords) -> list[int]:
    """Return the numbers that may be an age in years: those with no other unit behind them."""
    return [
        number
        for number, _, after in _placed(folded, words)
        if _YOUNGEST <= number <= _OLDEST and (after not in _units() or after in words.years)
    ]


def _placed(folded: str, words: AnswerWords) -> list[tuple[int, str, str]]:
    """Each number with the word before and the word after it."""
    parts = ["", *words_of(folded), ""]
    found = []
    for place in range(1, len(parts) - 1):
        number = _number(parts[place], words)
        if number is not None:
            found.append((number, parts[place - 1], parts[place + 1]))
    return found


@lru_cache(maxsize=1)
def _units() -> frozenset[str]:
    """The units of all languages: "4 keer" is no age in English either."""
    known = (answer_words(language) for language in all_languages())
    return frozenset(unit for words in known if words for unit in words.units)


def _number(part: str, words: AnswerWords) -> int | None:
    if re.fullmatch(r"\d{1,4}", part):
        return int(part)
    return words.numbers.get(part)
