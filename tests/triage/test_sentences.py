"""The lexicons against their own development sentences. They are tuned on these, so this proves upkeep, not quality."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from escalation.triage.lexicons import languages
from escalation.triage.reading import read_text

SENTENCES = Path(__file__).parent / "sentences"
LEAST_RECALL = 0.95
LEAST_PRECISION = 0.9


def sentences(language: str) -> tuple[list[str], list[str]]:
    """Return the acute and the other development sentences of a language."""
    content = yaml.safe_load((SENTENCES / f"{language}.yml").read_text(encoding="utf-8"))
    return content["acute"], content["not_acute"]


@pytest.mark.parametrize("language", sorted(file.stem for file in SENTENCES.glob("*.yml")))
def test_most_acute_sentences_are_found_and_few_others(language: str) -> None:
    acute, others = sentences(language)
    assert len(acute) >= 40
    assert len(others) >= 40
    missed = [text for text in acute if read_text(text, language).level != "acute"]
    false = [text for text in others if read_text(text, language).level == "acute"]
    found = len(acute) - len(missed)
    assert found / len(acute) >= LEAST_RECALL, missed
    assert found / (found + len(false)) >= LEAST_PRECISION, false


def test_every_language_has_development_sentences() -> None:
    assert {file.stem for file in SENTENCES.glob("*.yml")} == set(languages())


@pytest.mark.parametrize(
    ("language", "text", "level"),
    [
        ("nl", "hij heeft de deur op slot gedaan en komt zo terug met die mannen", "acute"),
        (
            "pl",
            "zabrali mi dzisiaj telefon, pisze z telefonu kolezanki, jutro rano wioza nas do niemiec",
            "acute",
        ),
        ("en", "hotel reception here, girl maybe 14 in 212, third man just went up", "acute"),
        ("nl", "mag mijn baas 's nachts de deur van het huis op slot doen?", "normal"),
        (
            "en",
            "a friend told me they had a knife at that farm last summer, he is back home now",
            "high",
        ),
        ("en", "this job is killing me", "normal"),
    ],
)
def test_the_examples_of_the_vocabulary_hold(language: str, text: str, level: str) -> None:
    assert read_text(text, language).level == level
