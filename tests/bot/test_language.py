"""Hearing which language a text is in."""

from __future__ import annotations

import pytest
import yaml

from bot.components.language import EXAMPLES, detect
from bot.components.letters import Letters, learn_letters
from escalation.signal import LANGUAGES
from tests.bot.conftest import BOT


@pytest.fixture(scope="module")
def letters() -> Letters:
    return learn_letters(EXAMPLES)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ik heb hulp nodig", "nl"),
        ("mijn baas betaalt niet", "nl"),
        ("i do not want to go on", "en"),
        ("my boss doesnt pay me", "en"),
        ("szef mi nie placi", "pl"),
        ("boje sie", "pl"),
        ("Потрібна допомога", "uk"),
        ("أحتاج مساعدة", "ar"),
    ],
)
def test_short_texts_without_diacritics_are_heard(
    text: str, language: str, letters: Letters
) -> None:
    heard = detect(text, letters)
    assert heard is not None and heard["language"] == language


@pytest.mark.parametrize("text", ["", "12 34", "👍👍", "漢字"])
def test_where_nothing_can_be_heard_nothing_is_claimed(text: str) -> None:
    assert detect(text) is None


def test_the_same_text_gives_the_same_answer() -> None:
    assert len({str(detect("moze jutro")) for _ in range(20)}) == 1


def test_one_word_is_never_certain() -> None:
    heard = detect("hallo")
    assert heard is not None and heard["confidence"] < 0.9


@pytest.mark.parametrize("language", LANGUAGES)
def test_nearly_all_examples_are_heard_in_their_own_language(
    language: str, letters: Letters
) -> None:
    texts: list[str] = []
    for path in (BOT / "data" / "nlu" / language).glob("*.yml"):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            if block["intent"] != "change_language":
                texts += [line[2:] for line in block["examples"].splitlines()]
    longer = [text for text in texts if len(text.split()) >= 4][::5]
    right = sum((detect(text, letters) or {}).get("language") == language for text in longer)
    assert right / len(longer) > 0.94  # some are in Latin letters, or half Dutch


def test_the_language_of_the_conversation_is_left_only_for_good_reasons(letters: Letters) -> None:
    alone, amid = detect("hotel manager", letters), detect("hotel manager", letters, "nl")
    assert alone is not None and amid is not None
    assert (alone["language"], amid["language"]) == ("en", "nl")


def test_without_what_was_learned_longer_texts_are_still_heard() -> None:
    heard = detect("ik werk in een kas en krijg al maanden geen loon")
    assert heard is not None and heard["language"] == "nl"
