"""Corrections of the summary in words: "where", "no, three women", "the place is wrong, it is in Horst"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from bot.mixing import languages_in
from bot.wording import compile_patterns, fold, words_of
from escalation.signal import FIELDS, FieldValue

from .answers import Question, read_answer
from .extraction import read_story
from .going_on import go_on, is_given
from .lexicons import read_words
from .places_said import names_only_a_town
from .questionnaire import SUMMARY
from .said import lexicons
from .taking_in import take_story, take_value
from .turn import Turn

LONGEST_NAME_WORDS = 5
"""A longer text that has such a word is not the name of a line, unless it says that something is wrong."""

LONGEST_CORRECTION_WORDS = 8
"""A longer text is also kept as own words: it tells more than a line of the summary holds."""

_WRONG = "wrong"
_NOT_CORRECTED_BY_WORDS = frozenset({"purpose", "own_words", "share_with", "contact"})


def correct(turn: Turn) -> bool:
    """Change what the text says and show the summary, or ask for the line it names. Returns False for neither."""
    found = _corrected(turn)
    named = field_named(turn.text, turn.languages)
    if found:
        if len(words_of(fold(turn.text))) > LONGEST_CORRECTION_WORDS:
            take_story(turn)
        for field, value in found.items():
            take_value(turn, field, value)
        turn.set("correcting", None)
    elif named is not None and (named in SUMMARY and is_given(turn.get(named))):
        turn.set("correcting", named)
    else:
        return False
    turn.set("failed", None)
    go_on(turn)
    return True


def field_named(text: str, languages: Sequence[str]) -> str | None:
    """Return the field whose line of the summary a short text names; of several the longest name counts."""
    folded = fold(text)
    words = len(words_of(folded))
    if words > LONGEST_CORRECTION_WORDS:
        return None
    named: dict[str, int] = {}
    for names in map(_names, languages_in(languages)):
        for name, pattern in names.items():
            match = pattern.search(folded)
            if match:
                named[name] = max(named.get(name, 0), len(match.group(0)))
    wrong = named.pop(_WRONG, None)
    if not named or (words > LONGEST_NAME_WORDS and wrong is None):
        return None
    return max(named, key=lambda name: (named[name], name))


def _corrected(turn: Turn) -> dict[str, FieldValue]:
    told = read_story(turn.text, turn.languages)
    found = {
        field: value
        for field, value in told.fields.items()
        if field in SUMMARY and field in told.sure and field not in _NOT_CORRECTED_BY_WORDS
    }
    named = field_named(turn.text, turn.languages)
    if named in found:
        return {named: found[named]}
    return found or _bare_value(turn, named)


def _bare_value(turn: Turn, named: str | None) -> dict[str, FieldValue]:
    """A town or a number alone, or what stands after the name of a line and a colon."""
    name, colon, rest = turn.text.partition(":")
    if named and colon and rest.strip() and field_named(name, turn.languages) == named:
        return _read(turn, named, rest.strip())
    folded = _without_no(turn)
    if names_only_a_town(folded):
        return {"place_text": folded.title()}
    counted = _read(turn, "victim_count", folded) if folded[:1].strip() else {}
    return counted if len(words_of(folded)) == 1 else {}


def _read(turn: Turn, field: str, text: str) -> dict[str, FieldValue]:
    if FIELDS[field].kind == "text":
        return {field: text}
    answer = read_answer(text, Question(field), turn.languages, turn.today)
    if answer is None or answer.kind != "value" or answer.value is None:
        return {}
    return {field: answer.value}


def _without_no(turn: Turn) -> str:
    """The folded text without a "no" that it begins with."""
    folded = fold(turn.text)
    for _, words in lexicons(turn.languages):
        match = words.kinds["no"].match(folded)
        if match:
            return folded[match.end() :].strip(" .")
    return folded


@lru_cache(maxsize=32)
def _names(language: str) -> Mapping[str, re.Pattern[str]]:
    table = read_words("corrections", language) or {}
    return {field: compile_patterns(patterns) for field, patterns in table.items()}
