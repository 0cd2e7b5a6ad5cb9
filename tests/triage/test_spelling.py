"""Words as they were meant."""

from __future__ import annotations

import pytest

from escalation.triage.spelling import Speller
from escalation.triage.tokens import Token, sentences

SPELLER = Speller(
    words={"help", "hides", "threat*", "opgesloten", "verkracht", "klanten", "you", "can", "not"},
    mended={"threaten*", "opgesloten", "klanten"},
    listed={"u": "you", "can't": "can not", "2nite": "tonight"},
    untouched={"kanten", "threadbare*"},
)


def read(text: str, *, forgiving: bool = True) -> list[str]:
    """Return the words of a text as the speller reads them."""
    return [token.text for token in SPELLER.read(sentences(text)[0].tokens, forgiving=forgiving)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("u", ["you"]),
        ("can’t", ["can", "not"]),
        ("cant", ["cant"]),
        ("2nite", ["tonight"]),
        ("14yo", ["14", "yo"]),
        ("heeelp", ["help"]),
        ("opgesolten", ["opgesloten"]),
        ("opgeslooten", ["opgesloten"]),
        ("opgesoten", ["opgesloten"]),
        ("treatened", ["threatened"]),
        ("thraetened", ["threatened"]),
        ("kanten", ["kanten"]),
        ("klantem", ["klantem"]),
        ("hidse", ["hidse"]),
        ("verkracth", ["verkracth"]),
    ],
)
def test_listed_words_and_slips_are_read_as_meant(typed: str, meant: list[str]) -> None:
    assert read(typed) == meant


def test_slips_are_mended_only_on_request() -> None:
    assert read("opgesolten", forgiving=False) == ["opgesolten"]
    assert read("can't", forgiving=False) == ["can", "not"]


def test_every_new_word_keeps_the_place_of_what_was_typed() -> None:
    tokens = SPELLER.read((Token("can't", 3, 8), Token("2nite", 9, 14)), forgiving=True)
    assert [(token.text, token.start, token.end) for token in tokens] == [
        ("can", 3, 8),
        ("not", 3, 8),
        ("tonight", 9, 14),
    ]
