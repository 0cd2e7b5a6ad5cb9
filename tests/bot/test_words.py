"""The word lists of each language: complete, in the vocabulary, and understood as people mean them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.actions.answers import Question, read_answer
from bot.actions.extraction import read_story
from bot.actions.lexicons import WORDS, all_languages, read_words
from bot.cues import gives
from escalation.signal import FIELDS, INDICATORS, LANGUAGES, clean

HERE = Path(__file__).parent / "words"
TODAY = date(2026, 11, 20)
LISTS = ("answers", "story", "cues", "corrections")
KINDS = ("unknown", "skip", "done", "again")
NOT_SAID_IN_WORDS = frozenset({"G6", "L12", "C6"})
"""Codes that nobody says in a phrase: they are chosen from the list of situations."""

ROLES = frozenset(FIELDS["reporter_role"].values) - {"other", "victim"}


def expectations(kind: str) -> Iterator[Any]:
    """Yield (language, expectation) for what stands in tests/bot/words, for the languages that are offered."""
    for path in (HERE / f"{language}.yml" for language in LANGUAGES):
        # BaseLoader: every value is a text, also "no" and 12_17.
        table = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
        for one in table.get(kind) or ():
            yield pytest.param(path.stem, one, id=f"{path.stem}-{one['text'][:30]}")


def test_every_language_has_all_lists() -> None:
    assert set(LANGUAGES) <= set(all_languages())
    for language in LANGUAGES:
        names = {path.name for path in (WORDS / language).iterdir()}
        assert names == {"common.txt", *(f"{name}.yml" for name in LISTS)}, language
        assert (HERE / f"{language}.yml").is_file(), language


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_list_has_the_parts_that_english_has(language: str, name: str) -> None:
    ours, english = read_words(name, language) or {}, read_words(name, "en") or {}
    assert set(ours) == set(english)
    if name == "answers":
        for field, values in english["values"].items():
            assert set(values) - set(ours["values"][field]) <= {"again"}, field


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_noted_is_in_the_vocabulary_and_nothing_is_missing(language: str) -> None:
    story = read_words("story", language) or {}
    for field, values in story["values"].items():
        for value in values:
            assert clean(field, value)
    assert set(story["indicators"]) <= set(INDICATORS)
    assert set(INDICATORS) - set(story["indicators"]) <= NOT_SAID_IN_WORDS
    assert ROLES - set(story["values"]["reporter_role"]) == set()


@pytest.mark.parametrize(("language", "one"), expectations("answers"))
def test_an_answer_is_read_as_it_is_meant(language: str, one: dict[str, Any]) -> None:
    answer = read_answer(one["text"], Question(one["field"]), [language], TODAY)
    wanted = one["is"]
    if wanted == "none":
        assert answer is None or answer.value is None
        return
    assert answer is not None
    read = answer.kind if wanted in KINDS else answer.value
    if isinstance(wanted, list):
        assert sorted(read) == sorted(wanted)
    else:
        assert str(read[0] if isinstance(read, list) and len(read) == 1 else read) == wanted


@pytest.mark.parametrize(("language", "one"), expectations("stories"))
def test_a_story_tells_what_it_says_and_no_more(language: str, one: dict[str, Any]) -> None:
    found = read_story(one["text"], [language]).fields
    for field, wanted in (one.get("fields") or {}).items():
        if isinstance(wanted, list):
            assert set(wanted) <= set(found.get(field) or ()), field
        else:
            assert str(found.get(field)) == wanted, field
    assert set(one.get("not") or ()) & set(found) == set()


@pytest.mark.parametrize(("language", "one"), expectations("cues"))
def test_a_cue_is_heard(language: str, one: dict[str, Any]) -> None:
    assert gives(one["cue"], one["text"], [language]) is (one["is"] == "true")
