"""Reads a typed text as the answer to a field: yes, no, a number, a date, a value, "I do not know" or "skip"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot.wording import fold, words_of
from escalation.signal import FIELDS

from .dates import when_of
from .lexicons import AnswerWords
from .numbers_said import band_of_count, bands_of, counts_in, might_be_age, numbers_in
from .said import AGAIN, Answer, Question, is_whole, lexicons, says_whole, yes_no_maybe
from .sharing import read_sharing

__all__ = [
    "Answer",
    "Question",
    "band_of_count",
    "contact_detail_in",
    "numbers_in",
    "read_answer",
    "yes_or_no",
]

SHORT_WORDS = 6
"""Up to this many words a text may be nothing but "I do not know" or "skip"."""

LONGEST_ANSWER_WORDS = 12
"""A longer text that only mentions a value in passing is a story, not an answer."""

_YES_NO_MAYBE = {"safe_now": "unsure", "minors": "maybe"}
_WHEN_UNKNOWN = {"purpose": "advice", "safe_now": "unsure"}
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]{2,}")
_PHONE = re.compile(r"\+?\d[\d\s().-]{6,18}\d")
_SURELY_PHONE = re.compile(r"(?<![\d.-])(?:\+|00?)[1-9](?:[\s().-]*\d){7,12}(?!\d)")
_AND = frozenset({"en", "and", "i", "oraz", "plus"})
_NEGATED_WITHIN = 2
_REACHED_BY = ("phone", "email")


def read_answer(
    text: str, question: Question, languages: Sequence[str], today: date
) -> Answer | None:
    """Return what ``text`` answers, None when it does not. Languages are tried in order, then all others."""
    detail = contact_detail_in(text)
    if question.field == "contact_detail" and detail:
        return Answer("value", detail)
    if question.field == "contact" and detail:
        return Answer("value", "email" if "@" in detail else "phone")
    if question.field in FIELDS and FIELDS[question.field].kind != "text":
        text = _without_contact_details(text)
        if not text.strip():
            return None
    folded = fold(text) or text.strip()
    ordinal = _ordinal(folded, question)
    if ordinal:
        return ordinal
    if question.field == "share_with":
        return read_sharing(text, question, languages)
    return _in_any_language(folded, question, languages, today)


def contact_detail_in(text: str) -> str | None:
    """Return the email address or phone number in ``text``, as typed."""
    found = _EMAIL.search(text) or _PHONE.search(_ascii_digits(text))
    return found.group(0).strip() if found else None


def plainly_contact_detail(text: str) -> str | None:
    """Return the email address or phone number in ``text``, leaving out numbers that may be dates or ages."""
    found = _EMAIL.search(text) or _SURELY_PHONE.search(_ascii_digits(text))
    return found.group(0).strip() if found else None


def yes_or_no(text: str, languages: Sequence[str]) -> bool | None:
    """Return True or False for a text that says yes or no, None for anything else."""
    folded = fold(text)
    for _, words in lexicons(languages):
        if says_whole(words, "ambiguous", folded):
            return None
        said = yes_no_maybe(words, folded)
        if said in ("yes", "no"):
            return said == "yes"
    return None


def _without_contact_details(text: str) -> str:
    return _SURELY_PHONE.sub(" ", _EMAIL.sub(" ", _ascii_digits(text)))


def _in_any_language(
    folded: str, question: Question, languages: Sequence[str], today: date
) -> Answer | None:
    for language, words in lexicons(languages):
        if says_whole(words, "ambiguous", folded):
            return Answer("skip") if _is_text(question.field) else None
        answer = _escape(words, folded, question.field) or _value(words, folded, question, today)
        if answer:
            return answer
        if language in languages and _is_settled(words, folded):
            return None
    return None


def _is_settled(words: AnswerWords, folded: str) -> bool:
    """A yes, a no or a "not" of one's own language must not be read as words of another."""
    if "negation" in words.kinds and words.kinds["negation"].search(folded):
        return True
    return len(words_of(folded)) == 1 and yes_no_maybe(words, folded) is not None


def _ordinal(folded: str, question: Question) -> Answer | None:
    """Digits alone mean the choice in that place, where the choices are numbered."""
    parts = [word for word in words_of(folded) if word not in _AND]
    if not question.numbered or not question.offered or not parts:
        return None
    if question.field in FIELDS and FIELDS[question.field].kind == "number":
        return None
    if not all(re.fullmatch(r"\d{1,2}", part) for part in parts):
        return None
    places = [int(part) for part in parts]
    ids = [question.offered[p - 1] for p in places if 0 < p <= len(question.offered)]
    if len(ids) != len(places) or (len(ids) > 1 and not _is_multi(question.field)):
        return None
    if len(ids) == 1:
        return Answer("choice", ids[0])
    values = [choice.partition(":")[2] for choice in ids if choice.startswith(f"{question.field}:")]
    return Answer("value", values) if values else None


def _is_multi(field: str) -> bool:
    return field in FIELDS and FIELDS[field].kind == "multi"


def _is_text(field: str) -> bool:
    return field in FIELDS and FIELDS[field].kind == "text"


def _escape(words: AnswerWords, folded: str, field: str) -> Answer | None:
    """ "I do not know", "skip" and "that is all" work everywhere, as long as they are all that is said."""
    if len(words_of(folded)) > SHORT_WORDS:
        return None
    for kind in ("skip", "unknown", "done"):
        if kind == "done" and field != "own_words" and not _is_multi(field):
            continue
        if says_whole(words, kind, folded):
            instead = _WHEN_UNKNOWN.get(field) if kind == "unknown" or field == "purpose" else None
            return Answer("value", instead) if instead else Answer(kind)
    if _is_text(field) and says_whole(words, "no", folded):
        return Answer("skip")
    if field in ("place_text", "contact_detail") and says_whole(words, "yes", folded):
        return Answer(AGAIN)
    return None


def _value(words: AnswerWords, folded: str, question: Question, today: date) -> Answer | None:
    field = question.field
    if len(words_of(folded)) > LONGEST_ANSWER_WORDS:
        return None
    if field == "hours_per_week":
        hours = [number for number in numbers_in(folded, words) if number <= 168]
        return Answer("value", hours[0]) if hours else None
    special = _SPECIAL.get(field)
    answer = (special(words, folded) if special else None) or _named(words, folded, field)
    if answer:
        return answer
    if field == "happening":
        band = when_of(words, folded, today)
        return Answer("value", band) if band else None
    return _yes_no_answer(words, folded, field)


def _banded(words: AnswerWords, folded: str) -> Answer | None:
    """Return the age bands of the numbers that may be ages."""
    ages = might_be_age(folded, words)
    return Answer("value", bands_of(ages), is_whole(words, folded, None)) if ages else None


def _counted(words: AnswerWords, folded: str) -> Answer | None:
    """Return the number that is said. "A few" has a "one" in many languages, and is not one."""
    counts = counts_in(folded, words)
    named = _named(words, folded, "victim_count")
    if named and named.value != "one" and max(counts, default=1) <= 1:
        return named
    band = band_of_count(max(counts)) if counts else None
    return Answer("value", band, is_whole(words, folded, None)) if band else None


def _aged(words: AnswerWords, folded: str) -> Answer | None:
    ages = might_be_age(folded, words)
    named = words.values.get("minors", {})
    if not ages or any(pattern.search(folded) for pattern in named.values()):
        return None
    value = "no" if min(ages) >= 18 else "maybe" if _hedged(words, folded) else "yes"
    return Answer("value", value, is_whole(words, folded, None))


def _hedged(words: AnswerWords, folded: str) -> bool:
    return "maybe" in words.kinds and words.kinds["maybe"].search(folded) is not None


def _reached(words: AnswerWords, folded: str) -> Answer | None:
    """By phone or by email: the first one that is wanted; what stands behind "rather than" is not."""
    than = words.kinds["than"].search(folded) if "than" in words.kinds else None
    wanted = folded[: than.start()] if than else folded
    found = []
    for value in _REACHED_BY:
        match = words.values["contact"][value].search(wanted)
        if match and not _is_negated(words, wanted, match):
            found.append((match.start(), value, match))
    if not found:
        return None
    _, value, match = min(found, key=lambda one: one[0])
    return Answer("value", value, is_whole(words, wanted, match))


def _named(words: AnswerWords, folded: str, field: str) -> Answer | None:
    """Find the values that are named; of several in a field with one value the longest wording counts."""
    found = []
    for value, pattern in words.values.get(field, {}).items():
        for match in pattern.finditer(folded):
            said = _unless_negated(words, folded, match, value)
            if said:
                found.append((len(match.group(0)), said, match))
    if not found:
        return None
    if _is_multi(field) and not any(value == "unknown" for _, value, _ in found):
        return Answer("value", list(dict.fromkeys(value for _, value, _ in found)), False)
    _, value, match = max(found, key=lambda one: one[0])
    whole = is_whole(words, folded, match)
    if value in (AGAIN, "unknown"):
        return Answer(value, None, whole)
    if value == "yes" and field in _YES_NO_MAYBE and _hedged(words, folded):
        value = _YES_NO_MAYBE[field]
    return Answer("value", value, whole)


def _unless_negated(
    words: AnswerWords, folded: str, match: re.Match[str], value: str
) -> str | None:
    """A "not" before a yes makes it a no, and "I do not know whether" unknown; other values it takes away."""
    if value == "yes" and words.kinds["unknown"].search(folded[: match.start()]):
        return "unknown"
    if not _is_negated(words, folded, match):
        return value
    return "no" if value == "yes" else None


def _is_negated(words: AnswerWords, folded: str, match: re.Match[str]) -> bool:
    if "negation" not in words.kinds:
        return False
    before = folded[: match.start()].rpartition(" . ")[2].split()
    near = " ".join(before[-_NEGATED_WITHIN:])
    return words.kinds["negation"].search(near) is not None


def _yes_no_answer(words: AnswerWords, folded: str, field: str) -> Answer | None:
    kind = FIELDS[field].values if field in FIELDS else ("yes", "no")
    if "yes" not in kind:
        return None
    said = yes_no_maybe(words, folded)
    if said is None:
        return None
    if said == "maybe":
        maybe = _YES_NO_MAYBE.get(field)
        return Answer("value", maybe) if maybe else Answer("unknown")
    return Answer("value", said, says_whole(words, said, folded))


def _ascii_digits(text: str) -> str:
    return "".join(str(int(c)) if c.isdigit() and not c.isascii() else c for c in text)


_SPECIAL = {"victim_count": _counted, "minors": _aged, "age_bands": _banded, "contact": _reached}
"""How the fields are read that are more than a choice of words."""
