"""The word lists of the answers and of what is read from own words, one file a language, compiled once."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.mixing import languages_in
from bot.wording import compile_patterns, fold_expression, fold_words

WORDS = Path(__file__).parent.parent / "words"

Patterns = Mapping[str, re.Pattern[str]]


@dataclass(frozen=True)
class AnswerWords:
    """How people answer in one language.

    ``kinds`` are yes, no, maybe, unknown, skip, done, ambiguous, negation and than. ``units`` behind a number make it
    no number of people; those in ``years`` make it an age, as the words in ``before_age`` do before it.
    """

    kinds: Patterns
    values: Mapping[str, Patterns]
    fillers: frozenset[str]
    numbers: Mapping[str, int]
    units: frozenset[str]
    years: frozenset[str]
    before_age: frozenset[str]
    months: Mapping[str, int]
    ago: tuple[tuple[re.Pattern[str], int], ...]


@dataclass(frozen=True)
class StoryWords:
    """What own words say in one language: patterns of values by field, of indicators and of signs.

    ``place_endings`` make a town a place in languages that have endings for "in"; ``towns`` are other spellings.
    """

    values: Mapping[str, Patterns]
    indicators: Patterns
    signs: Patterns
    negators: frozenset[str]
    persons: frozenset[str]
    hedges: re.Pattern[str]
    ages: tuple[re.Pattern[str], ...]
    not_ages: re.Pattern[str]
    people: re.Pattern[str]
    counts: re.Pattern[str]
    hours: re.Pattern[str]
    before_place: re.Pattern[str]
    place_endings: frozenset[str]
    towns: Mapping[str, str]


@lru_cache(maxsize=32)
def answer_words(language: str) -> AnswerWords | None:
    """Return the answers of a language, None when it has no list."""
    table = read_words("answers", language)
    if table is None:
        return None
    kinds = ("yes", "no", "maybe", "unknown", "skip", "done", "ambiguous", "negation", "than")
    return AnswerWords(
        kinds={kind: compile_patterns(table[kind]) for kind in kinds if table.get(kind)},
        values={field: _compiled(values) for field, values in table["values"].items()},
        fillers=fold_words(table["fillers"]),
        numbers=_folded_keys(table["numbers"]),
        units=fold_words((*table["units"], *table["years"])),
        years=fold_words(table["years"]),
        before_age=fold_words(table["before_age"]),
        months=_folded_keys(table["months"]),
        ago=tuple((compile_patterns([p]), int(days)) for p, days in table["ago"].items()),
    )


@lru_cache(maxsize=32)
def story_words(language: str) -> StoryWords | None:
    """Return what to read from own words in a language, None when it has no list."""
    table = read_words("story", language)
    if table is None:
        return None
    return StoryWords(
        values={field: _compiled(values) for field, values in table["values"].items()},
        indicators=_compiled(table["indicators"]),
        signs=_compiled(table["signs"]),
        negators=fold_words(table["negators"]),
        persons=fold_words(table["persons"]),
        hedges=compile_patterns(table["hedges"]),
        ages=tuple(re.compile(fold_expression(one)) for one in table["ages"]),
        not_ages=re.compile(fold_expression(table["not_ages"])),
        people=compile_patterns(table["people"]),
        counts=compile_patterns(table["counts"]),
        hours=re.compile(fold_expression(table["hours"])),
        before_place=compile_patterns(table["before_place"]),
        place_endings=fold_words(table["place_endings"]),
        towns={fold_expression(typed.lower()): town for typed, town in table["towns"].items()},
    )


def stories_of(languages: Iterable[str]) -> tuple[StoryWords, ...]:
    """Return what to read in texts that may be in ``languages``, with what people mix into them."""
    found = map(story_words, languages_in(languages))
    return tuple(story for story in found if story is not None)


def all_languages() -> Iterator[str]:
    """Yield the languages that have word lists for answers."""
    for path in sorted(WORDS.glob("*/answers.yml")):
        yield path.parent.name


@lru_cache(maxsize=1)
def preload() -> None:
    """Read and compile all word lists, once, and keep Python's collector from walking through them in a turn."""
    for language in all_languages():
        answer_words(language)
        story_words(language)
    gc.collect()
    gc.freeze()


def _compiled(values: Mapping[str, list[str]]) -> Patterns:
    return {value: compile_patterns(patterns) for value, patterns in values.items()}


def _folded_keys(numbers: Mapping[str, str]) -> Mapping[str, int]:
    return {fold_expression(word): int(number) for word, number in numbers.items()}


def read_words(name: str, language: str) -> dict[str, Any] | None:
    """Return the list ``name`` (answers, story, cues, corrections) of a language, None when there is none."""
    path = WORDS / language / f"{name}.yml"
    if not language.isalpha() or not path.is_file():
        return None
    # Both loaders take every word for a text, also "yes", "no" and "on"; the compiled one, where it is there, is quick.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    return dict(yaml.load(path.read_text(encoding="utf-8"), Loader=loader))
