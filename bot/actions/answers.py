"""Reads a typed text as the answer to a field: yes, no, a number, a date, a value, "I do not know" or "skip"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.wording import fold, words_of
from escalation.signal import FIELDS, FieldValue

from .dates import when_of
from .lexicons import AnswerWords, all_languages, answer_words

SHORT_WORDS = 6
"""Up to this many words a text may be nothing but "I do not know" or "skip"."""

LONGEST_ANSWER_WORDS = 12
"""A longer text that only mentions a value in passing is a story, not an answer."""

_YES_NO_MAYBE = {"safe_now": "unsure", "minors": "maybe"}
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]{2,}")
_PHONE = re.compile(r"\+?\d[\d\s().-]{6,18}\d")
_AND = frozenset({"en", "and", "i", "oraz", "plus"})
_COUNT_BANDS = ((1, "one"), (5, "two_to_five"), (20, "six_to_twenty"))


@dataclass(frozen=True)
class Answer:
    """``kind`` is value, choice, unknown, skip or done; ``whole`` when the text says nothing else."""

    kind: str
    value: FieldValue | None = None
    whole: bool = True


@dataclass(frozen=True)
class Question:
    """What was asked: the field (or send, erase …), the ids that were offered, and whether they were numbered."""

    field: str
    offered: tuple[str, ...] = ()
    numbered: bool = False


def read_answer(
    text: str, question: Question, languages: Sequence[str], today: date
) -> Answer | None:
    """Return what ``text`` answers, None when it does not. Languages are tried in order, then all others."""
    if question.field == "contact_detail":
        detail = contact_detail_in(text)
        return (
            Answer("value", detail)
            if detail
            else _in_any_language(text, question, languages, today)
        )
    return _in_any_language(text, question, languages, today)


def contact_detail_in(text: str) -> str | None:
    """Return the email address or phone number in ``text``, as typed."""
    found = _EMAIL.search(text) or _PHONE.search(_ascii_digits(text))
    return found.group(0).strip() if found else None


def yes_or_no(text: str, languages: Sequence[str]) -> bool | None:
    """Return True or False for a text that says yes or no, None for anything else."""
    for _, words in _lexicons(languages):
        folded = fold(text)
        if _whole(words, "ambiguous", folded):
            return None
        said = _yes_no(words, folded)
        if said in ("yes", "no"):
            return said == "yes"
    return None


def band_of_count(count: int) -> str | None:
    """Return the value of ``victim_count`` for a number of people."""
    if count < 1:
        return None
    return next((band for most, band in _COUNT_BANDS if count <= most), "more_than_twenty")


def numbers_in(folded: str, words: AnswerWords) -> list[int]:
    """Return the whole numbers in a folded text, as digits or as words."""
    found = []
    for word in words_of(folded):
        digits = re.fullmatch(r"\d{1,4}", word)
        if digits:
            found.append(int(word))
        elif word in words.numbers:
            found.append(words.numbers[word])
    return found


def _in_any_language(
    text: str, question: Question, languages: Sequence[str], today: date
) -> Answer | None:
    folded = fold(text) or text.strip()
    ordinal = _ordinal(folded, question, languages)
    if ordinal:
        return ordinal
    for _, words in _lexicons(languages):
        if _whole(words, "ambiguous", folded):
            return None
        answer = _escape(words, folded, question.field) or _value(words, folded, question, today)
        if answer:
            return answer
    return None


def _lexicons(languages: Sequence[str]) -> Iterable[tuple[str, AnswerWords]]:
    for language in dict.fromkeys((*languages, *all_languages())):
        words = answer_words(language)
        if words is not None:
            yield language, words


def _ordinal(folded: str, question: Question, languages: Sequence[str]) -> Answer | None:
    """A bare number means the choice in that place, unless the field itself is counted."""
    parts = [word for word in words_of(folded) if word not in _AND]
    if not question.offered or (question.field in ("victim_count",) and not question.numbered):
        return None
    if question.field in FIELDS and FIELDS[question.field].kind in ("number",):
        return None
    places = [_place(part, languages) for part in parts]
    if not places or any(place is None for place in places):
        return None
    ids = [question.offered[p - 1] for p in places if p and p <= len(question.offered)]
    if len(ids) != len(places) or (len(ids) > 1 and not _is_multi(question.field)):
        return None
    if len(ids) == 1:
        return Answer("choice", ids[0])
    values = [choice.partition(":")[2] for choice in ids if choice.startswith(f"{question.field}:")]
    return Answer("value", values) if values else None


def _place(part: str, languages: Sequence[str]) -> int | None:
    if re.fullmatch(r"\d{1,2}", part):
        return int(part)
    known = (words.numbers.get(part) for _, words in _lexicons(languages))
    return next((number for number in known if number is not None), None)


def _is_multi(field: str) -> bool:
    return field in FIELDS and FIELDS[field].kind == "multi"


def _escape(words: AnswerWords, folded: str, field: str) -> Answer | None:
    """ "I do not know", "skip" and "that is all" work everywhere, as long as they are all that is said."""
    if len(words_of(folded)) > SHORT_WORDS:
        return None
    for kind in ("skip", "unknown", "done"):
        if kind == "done" and field != "own_words" and not _is_multi(field):
            continue
        if _whole(words, kind, folded):
            return Answer(kind)
    return None


def _value(words: AnswerWords, folded: str, question: Question, today: date) -> Answer | None:
    field = question.field
    if len(words_of(folded)) > LONGEST_ANSWER_WORDS:
        return None
    if field == "victim_count":
        counted = _counted(words, folded)
        if counted:
            return counted
    if field == "hours_per_week":
        hours = [number for number in numbers_in(folded, words) if number <= 168]
        return Answer("value", hours[0]) if hours else None
    if field == "minors":
        aged = _aged(words, folded)
        if aged:
            return aged
    named = _named(words, folded, field)
    if named:
        return named
    if field == "happening":
        band = when_of(words, folded, today)
        return Answer("value", band) if band else None
    return _yes_no_answer(words, folded, field)


def _counted(words: AnswerWords, folded: str) -> Answer | None:
    counts = [n for n in numbers_in(folded, words) if n]
    band = band_of_count(max(counts)) if counts else None
    return Answer("value", band, _is_whole(words, folded, None)) if band else None


def _aged(words: AnswerWords, folded: str) -> Answer | None:
    ages = [n for n in numbers_in(folded, words) if 3 <= n <= 99]
    named = words.values.get("minors", {})
    if not ages or any(pattern.search(folded) for pattern in named.values()):
        return None
    hedged = "maybe" in words.kinds and words.kinds["maybe"].search(folded)
    value = "no" if min(ages) >= 18 else "maybe" if hedged else "yes"
    return Answer("value", value, _is_whole(words, folded, None))


def _named(words: AnswerWords, folded: str, field: str) -> Answer | None:
    """Find the values that are named; of several in a field with one value the longest wording counts."""
    found = []
    for value, pattern in words.values.get(field, {}).items():
        match = pattern.search(folded)
        if match:
            found.append((len(match.group(0)), value, match))
    if not found:
        return None
    if _is_multi(field):
        return Answer("value", [value for _, value, _ in found], False)
    _, value, match = max(found, key=lambda one: one[0])
    return Answer("value", value, _is_whole(words, folded, match))


def _yes_no_answer(words: AnswerWords, folded: str, field: str) -> Answer | None:
    kind = FIELDS[field].values if field in FIELDS else ("yes", "no")
    if "yes" not in kind:
        return None
    said = _yes_no(words, folded)
    if said is None:
        return None
    if said == "maybe":
        maybe = _YES_NO_MAYBE.get(field)
        return Answer("value", maybe) if maybe else Answer("unknown")
    return Answer("value", said, _whole(words, said, folded))


def _yes_no(words: AnswerWords, folded: str) -> str | None:
    """A text that is yes, no or maybe, or that begins with it."""
    for kind in ("maybe", "no", "yes"):
        if kind in words.kinds and _whole(words, kind, folded):
            return kind
    for kind in ("no", "yes"):
        match = words.kinds[kind].match(folded) if kind in words.kinds else None
        if match:
            return kind
    return None


def _whole(words: AnswerWords, kind: str, folded: str) -> bool:
    pattern = words.kinds.get(kind)
    if pattern is None:
        return False
    match = pattern.search(folded)
    return match is not None and _is_whole(words, folded, match)


def _is_whole(words: AnswerWords, folded: str, match: re.Match[str] | None) -> bool:
    """Return whether nothing but small words stands beside the match."""
    rest = folded[: match.start()] + folded[match.end() :] if match else folded
    return all(
        part in words.fillers or part in words.numbers or part.isdigit() for part in words_of(rest)
    )


def _ascii_digits(text: str) -> str:
    return "".join(str(int(c)) if c.isdigit() and not c.isascii() else c for c in text)
