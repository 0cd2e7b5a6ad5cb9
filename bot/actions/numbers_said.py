"""Numbers in a typed answer, and what they may stand for: people, ages, or neither."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.wording import words_of
from escalation.signal import FIELDS

from .lexicons import AnswerWords, all_languages, answer_words

COUNT_BANDS = ((1, "one"), (5, "two_to_five"), (20, "six_to_twenty"))
_AGE_BANDS = ((11, "under_12"), (17, "12_17"), (20, "18_20"), (22, "21_22"), (64, "23_64"))
_YOUNGEST, _OLDEST = 3, 99
_TENS = frozenset(str(tens) for tens in range(10, 100, 10))


def band_of_count(count: int) -> str | None:
    """Return the value of ``victim_count`` for a number of people."""
    if count < 1:
        return None
    return next((band for most, band in COUNT_BANDS if count <= most), "more_than_twenty")


def bands_of(ages: Iterable[int]) -> list[str]:
    """Return the values of ``age_bands`` for ages in years, youngest first."""
    found = {
        next((band for oldest, band in _AGE_BANDS if age <= oldest), "65_plus") for age in ages
    }
    return [band for band in FIELDS["age_bands"].values if band in found]


def with_digits(folded: str, numbers: Mapping[str, int], *, least: int = 0) -> str:
    """Return the text with number words as digits; "twenty three" becomes 23. Words below ``least`` stay words."""
    found: list[str] = []
    for word in folded.split(" "):
        number = numbers.get(word)
        if number is None or (number < least and not _completes(found, number)):
            found.append(word)
        elif _completes(found, number):
            found[-1] = str(int(found[-1]) + number)
        else:
            found.append(str(number))
    return " ".join(found)


def _completes(found: list[str], number: int) -> bool:
    """Whether a number from one to nine stands behind a number of tens."""
    return 1 <= number <= 9 and bool(found) and found[-1] in _TENS


def numbers_in(folded: str, words: AnswerWords) -> list[int]:
    """Return the whole numbers in a folded text, as digits or as words."""
    return [number for number, _, _ in _placed(folded, words)]


def counts_in(folded: str, words: AnswerWords) -> list[int]:
    """Return the numbers that may count people: those that are no age, time, amount or date."""
    return [
        number
        for number, before, after in _placed(folded, words)
        if number
        and after not in _units()
        and not (before in words.before_age or before in _before_ages())
    ]


def might_be_age(folded: str, words: AnswerWords) -> list[int]:
    """Return the numbers that may be an age in years: those with no other unit behind them."""
    return [
        number
        for number, _, after in _placed(folded, words)
        if _YOUNGEST <= number <= _OLDEST and (after not in _units() or after in words.years)
    ]


@lru_cache(maxsize=1)
def _before_ages() -> frozenset[str]:
    """The words before an age in other scripts: "ей 16" counts nobody in Dutch either, and is no word of it."""
    known = (answer_words(language) for language in all_languages())
    ages = (word for words in known if words for word in words.before_age)
    return frozenset(word for word in ages if not word.isascii())


def _placed(folded: str, words: AnswerWords) -> list[tuple[int, str, str]]:
    """Each number with the word before and the word after it."""
    parts = ["", *words_of(with_digits(folded, words.numbers)), ""]
    found = []
    for place in range(1, len(parts) - 1):
        if re.fullmatch(r"\d{1,4}", parts[place]):
            found.append((int(parts[place]), parts[place - 1], parts[place + 1]))
    return found


@lru_cache(maxsize=1)
def _units() -> frozenset[str]:
    """The units of all languages: "4 keer" is no age in English either."""
    known = (answer_words(language) for language in all_languages())
    return frozenset(unit for words in known if words for unit in words.units)
