"""A language is complete or not there: catalogue, examples and lexicon, for exactly the same list."""

from __future__ import annotations

from escalation.signal import LANGUAGES
from tests.structure.sources import ROOT
from web.config import Settings


def test_every_language_has_a_catalogue_and_no_other_has() -> None:
    found = {path.parents[1].name for path in ROOT.glob("locales/*/LC_MESSAGES/messages.po")}
    assert found == set(LANGUAGES)


def test_every_language_has_examples_and_no_other_has() -> None:
    found = {path.name for path in ROOT.glob("bot/data/nlu/*") if path.is_dir()}
    assert found == set(LANGUAGES)


def test_every_language_has_examples_on_the_same_topics() -> None:
    topics = {
        language: {path.stem.split("_")[0] for path in ROOT.glob(f"bot/data/nlu/{language}/*.yml")}
        for language in LANGUAGES
    }
    assert len({frozenset(each) for each in topics.values()}) == 1, topics


def test_every_language_is_triaged_and_no_other_is() -> None:
    """By learnt weights at least; a lexicon comes beside them."""
    weights = {path.name.partition(".")[0] for path in ROOT.glob("escalation/triage/weights/*.gz")}
    lexicons = {path.stem for path in ROOT.glob("escalation/triage/lexicon/*.yml")}
    assert weights == set(LANGUAGES)
    assert {"nl", "en"} <= lexicons <= set(LANGUAGES)


def test_every_language_has_word_lists_and_no_other_has() -> None:
    found = {path.name for path in ROOT.glob("bot/words/*") if path.is_dir()}
    assert found == set(LANGUAGES)


def test_the_default_language_is_one_of_them() -> None:
    assert Settings().default_language in LANGUAGES
