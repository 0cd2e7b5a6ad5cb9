"""What a text costs: against counts from the standard, and against a second way of counting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.sms.segments import (
    GSM7_BASIC,
    GSM7_EXTENSION,
    encoding_of,
    made_plain,
    segments_of,
)

# 3GPP TS 23.038, 6.2.1: the basic table by code, read from the standard's own names; 0x1B is the escape.
BASIC_BY_CODE = (
    *(0x40, 0xA3, 0x24, 0xA5, 0xE8, 0xE9, 0xF9, 0xEC, 0xF2, 0xC7, 0x0A, 0xD8, 0xF8, 0x0D),
    *(0xC5, 0xE5, 0x394, 0x5F, 0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3, 0x398, 0x39E),
    *(0xC6, 0xE6, 0xDF, 0xC9, 0x20, 0x21, 0x22, 0x23, 0xA4, *range(0x25, 0x40), 0xA1),
    *(*range(0x41, 0x5B), 0xC4, 0xD6, 0xD1, 0xDC, 0xA7, 0xBF, *range(0x61, 0x7B)),
    *(0xE4, 0xF6, 0xF1, 0xFC, 0xE0),
)
EXTENSION_BY_CODE = (0x0C, 0x5E, 0x7B, 0x7D, 0x5C, 0x5B, 0x7E, 0x5D, 0x7C, 0x20AC)

POLISH = "Czy jesteś teraz w bezpiecznym miejscu?"
ARABIC = "هل أنت في مكان آمن الآن؟"


def test_the_tables_are_those_of_the_standard() -> None:
    assert {chr(code) for code in BASIC_BY_CODE} == GSM7_BASIC
    assert {chr(code) for code in EXTENSION_BY_CODE} == GSM7_EXTENSION
    assert len(BASIC_BY_CODE) == len(GSM7_BASIC) == 127


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 80 + "a", 2),
        # 152 + one of two septets: it does not fit, 153 would be cut through
        ("a" * 152 + "€" + "a" * 152, 3),
        ("a" * 151 + "€" + "a" * 153, 2),
        ("ą" * 70, 1),
        ("ą" * 71, 2),
        ("ą" * 134, 2),
        ("ą" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        # 67 is odd: thirty-three pairs fill a segment to 66, the thirty-fourth moves on whole
        ("😀" * 66, 2),
        ("😀" * 67, 3),
        (POLISH, 1),
        (ARABIC, 1),
    ],
)
def test_a_text_costs(text: str, segments: int) -> None:
    assert segments_of(text) == segments


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("“Ja” – zei hij…", '"Ja" - zei hij...'),
        ("a\u00a0b\u202fc", "a b c"),
        ("menu → 1", "menu -> 1"),
        ("cafe\u0301", "café"),
        ("it’s", "it's"),
        ("een €", "een €"),
        # spelling is never touched, and then nothing is gained by touching the rest
        ("Zażółć „gęślą” jaźń…", "Zażółć „gęślą” jaźń…"),
        ("árvíztűrő – tükörfúrógép", "árvíztűrő – tükörfúrógép"),
        ("„Да“ – каза той", "„Да“ – каза той"),
        (ARABIC, ARABIC),
        ("👍 “ok”", "👍 “ok”"),
    ],
)
def test_typography_gives_way_only_where_it_saves(text: str, plain: str) -> None:
    assert made_plain(text) == plain


MIXED = st.text(
    st.one_of(
        st.sampled_from(sorted(GSM7_BASIC)),
        st.sampled_from(sorted(GSM7_EXTENSION)),
        st.characters(exclude_categories=("Cs",)),
    ),
    max_size=400,
)
PLAIN = st.text(st.sampled_from([*sorted(GSM7_BASIC), *sorted(GSM7_EXTENSION)]), max_size=500)


def counted_otherwise(text: str) -> int:
    """Count by the bytes that go over the air: cut at the limit, one back when that cuts a character in two."""
    if encoding_of(text) == "GSM-7":
        extended = {chr(code) for code in EXTENSION_BY_CODE}
        stream = b"".join(b"\x1bx" if letter in extended else b"o" for letter in text)
        unit, alone, several = 1, 160, 153
    else:
        stream, unit, alone, several = text.encode("utf-16-be"), 2, 70, 67
    if not stream:
        return 0
    if len(stream) <= alone * unit:
        return 1
    count = 0
    while stream:
        cut = several * unit
        last = stream[cut - unit : cut]
        is_first_half = last == b"\x1b" if unit == 1 else 0xD8 <= last[0] <= 0xDB if last else False
        stream = stream[cut - unit if is_first_half and len(stream) > cut else cut :]
        count += 1
    return count


@given(MIXED | PLAIN)
def test_two_ways_of_counting_agree(text: str) -> None:
    assert segments_of(text) == counted_otherwise(text)


@given(MIXED | PLAIN)
def test_plain_is_either_the_same_or_gsm7_and_stays_as_it_is(text: str) -> None:
    plain = made_plain(text)
    assert plain == text or encoding_of(plain) == "GSM-7"
    assert made_plain(plain) == plain


@given(st.sampled_from(sorted(GSM7_BASIC | GSM7_EXTENSION)) | st.characters())
def test_a_letter_of_gsm7_is_never_rewritten(letter: str) -> None:
    if letter in GSM7_BASIC | GSM7_EXTENSION:
        assert made_plain(letter) == letter
