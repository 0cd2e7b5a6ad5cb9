"""Reads when something happened: a date, or so many days, weeks, months or years ago."""

from __future__ import annotations

import itertools
import re
from datetime import date, timedelta

from bot.wording import words_of

from .lexicons import AnswerWords
from .numbers_said import with_digits

_ISO_DATE = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_DAY_FIRST = re.compile(r"\b(\d{1,2})[-/.](\d{1,2})(?:[-/.](\d{4}|\d{2}))?\b")


def when_of(words: AnswerWords, folded: str, today: date) -> str | None:
    """Return the value of ``happening`` that a folded text names by date or distance, None for none."""
    for pattern, days in words.ago:
        match = pattern.search(with_digits(folded, words.numbers))
        if match:
            count = int(next(part for part in match.group(0).split() if part.isdigit()))
            return band_of_days(count * days)
    day = _date_in(words, folded, today)
    return band_of_days((today - day).days) if day else None


def _date_in(words: AnswerWords, folded: str, today: date) -> date | None:
    iso = _ISO_DATE.search(folded)
    if iso:
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    day_first = _DAY_FIRST.search(folded)
    if day_first:
        year = int(day_first[3]) if day_first[3] else None
        return _past(year, int(day_first[2]), int(day_first[1]), today)
    parts = words_of(folded)
    for before, month in itertools.pairwise(parts):
        if month in words.months and before.isdigit():
            return _past(None, words.months[month], int(before), today)
    return None


def _past(year: int | None, month: int, day: int, today: date) -> date | None:
    """Return the date; without a year the last one that is not in the future."""
    if year is not None:
        return _date(year + 2000 if year < 100 else year, month, day)
    this_year = _date(today.year, month, day)
    if this_year and this_year > today + timedelta(days=1):
        return _date(today.year - 1, month, day)
    return this_year


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def band_of_days(days: int) -> str:
    """Return the value of ``happening`` for something that many days ago."""
    if days <= 0:
        return "today"
    return "this_week" if days < 7 else "this_month" if days < 31 else "longer_ago"
