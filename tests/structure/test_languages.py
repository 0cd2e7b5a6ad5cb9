"""A language that is offered is complete. One that is being made may stand beside it, without being offered."""

from __future__ import annotations

from escalation.signal import LANGUAGES
from tests.structure.sources import ROOT
from web.config import Settings


def test_every_language_has_a_catalogue() -> None:
    found = {path.parents[1].name for path in ROOT.glob("locales/*/LC_MESSAGES/messages.po")}
    assert set(LANGUAGES) <= found


def test_every_language_has_examples() -> None:
    found = {path.name for path in ROOT.glob("bot/data/nlu/*") if path.is_dir()}
    assert set(LANGUAGES) <= found


def test_every_language_has_examples_on_the_same_topics() -> None:
    topics = {
        language: {path.stem.split("_")[0] for path in ROOT.glob(f"bot/data/nlu/{language}/*.yml")}
        for language in LANGUAGES
    }
    assert len({frozenset(each) for each in topics.values()}) == 1, topics


def test_every_language_is_triaged() -> None:
    """By learnt weights at least; a lexicon comes beside them."""
    weights = {path.name.partition(".")[0] for path in ROOT.glob("escalation/triage/weights/*.gz")}
    lexicons = {path.stem for path in ROOT.glob("escalation/triage/lexicon/*.yml")}
    assert set(LANGUAGES) <= weights
    assert {"nl", "en"} <= lexicons


def test_every_language_has_word_lists() -> None:
    found = {path.name for path in ROOT.glob("bot/words/*") if path.is_dir()}
    assert set(LANGUAGES) <= found


def test_the_default_language_is_one_of_them() -> None:
    assert Settings().default_language in LANGUAGES
