"""How many segments a text costs as SMS: GSM-7 (3GPP TS 23.038, basic and extension table) or UCS-2.

A segment is what is paid for. One letter outside GSM-7 turns the whole text to UCS-2, which holds less than half.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]

GSM7_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENSION = frozenset("\f^{}\\[~]|€")
"""Each costs two septets: an escape, and the character. The two stay in one segment."""

SEPTETS_ALONE, SEPTETS_OF_SEVERAL = 160, 153
UNITS_ALONE, UNITS_OF_SEVERAL = 70, 67
"""UTF-16 units. Segments that belong together each give up room for saying so."""

LAST_OF_ONE_UNIT = 0xFFFF

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′‹›´`", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2007\u2008\u2009\u200a\u2002\u2003\u202f\t", " "),
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),
        **dict.fromkeys("•·▪", "*"),
        "…": "...",
        "→": "->",
        "←": "<-",
        "×": "x",
    }
)
"""Typography that a phone can do without. Letters are not in here: ą or ő for a or o would be wrong spelling, and
right spelling beats cost."""


def encoding_of(text: str) -> Encoding:
    """Return in which alphabet the text travels."""
    if all(letter in GSM7_BASIC or letter in GSM7_EXTENSION for letter in text):
        return "GSM-7"
    return "UCS-2"


def segments_of(text: str) -> int:
    """Return how many segments the text costs; 0 for no text."""
    if encoding_of(text) == "GSM-7":
        widths = [2 if letter in GSM7_EXTENSION else 1 for letter in text]
        return _count(widths, SEPTETS_ALONE, SEPTETS_OF_SEVERAL)
    widths = [2 if ord(letter) > LAST_OF_ONE_UNIT else 1 for letter in text]
    return _count(widths, UNITS_ALONE, UNITS_OF_SEVERAL)


def made_plain(text: str) -> str:
    """Return the text with typewriter's quotes, dashes and spaces if it then travels as GSM-7, else as it was."""
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return plain if encoding_of(plain) == "GSM-7" else text


def _count(widths: Iterable[int], alone: int, of_several: int) -> int:
    """Fill one segment after another; a character of two units moves on whole."""
    total, segments, filled = 0, 0, of_several
    for width in widths:
        total += width
        if filled + width > of_several:
            segments, filled = segments + 1, 0
        filled += width
    return min(segments, 1) if total <= alone else segments
