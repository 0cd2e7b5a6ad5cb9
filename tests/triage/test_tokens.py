"""Words keep their place in the text through every step of the way to plain form."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.triage.tokens import (
    COMMA,
    HEAD_CHARS,
    TAIL_CHARS,
    Token,
    plain,
    scanned_parts,
    sentences,
    split_digits,
)


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("ZAMKNĄŁ", "zamknal"),
        ("żyć", "zyc"),
        (unicodedata.normalize("NFD", "żyć"), "zyc"),
        ("Straße", "strasse"),
        ("İSTANBUL", "istanbul"),
        ("ısı", "isi"),
        ("heeeelp", "heelp"),
        ("can’t", "can't"),
        ("kni\u200bfe", "knife"),
        ("k\u202enife", "knife"),
        ("помогите", "помогите"),
        ("ёлка", "елка"),
        ("أنقذني", "انقذني"),
        ("١٤", "14"),
    ],
)
def test_words_are_compared_without_case_accents_and_unseen_marks(
    typed: str, compared: str
) -> None:
    assert plain(typed) == compared


@given(st.text())
def test_plain_form_is_stable(word: str) -> None:
    assert plain(plain(word)) == plain(word)


def test_sentences_end_at_marks_and_lines_but_not_inside_numbers() -> None:
    found = sentences("Help! Om 17.30 uur, snel\nkom nu? ok… ja; nee")
    words = [[token.text for token in sentence.tokens] for sentence in found]
    assert words == [
        ["help"],
        ["om", "17", "30", "uur", COMMA, "snel"],
        ["kom", "nu"],
        ["ok", COMMA, "ja"],
        ["nee"],
    ]
    assert [sentence.question for sentence in found] == [False, False, True, False, False]


def test_digits_are_parted_from_letters_with_their_places() -> None:
    assert split_digits(Token("14yo", 5, 9)) == (Token("14", 5, 7), Token("yo", 7, 9))
    assert split_digits(Token("help", 0, 4)) == (Token("help", 0, 4),)
    assert split_digits(Token("14yo", 5, 10)) == (Token("14", 5, 10), Token("yo", 5, 10))


def test_only_head_and_tail_of_a_very_long_text_are_scanned() -> None:
    size = HEAD_CHARS + TAIL_CHARS
    assert scanned_parts("a" * size) == ((0, size),)
    assert scanned_parts("a" * 100_000) == ((0, HEAD_CHARS), (100_000 - TAIL_CHARS, 100_000))


@given(st.text(max_size=400))
def test_every_word_is_the_plain_form_of_what_stands_at_its_place(text: str) -> None:
    end = 0
    for sentence in sentences(text):
        for token in sentence.tokens:
            assert end <= token.start < token.end <= len(text)
            end = token.end
            if token.text != COMMA:
                assert token.text == plain(text[token.start : token.end])
