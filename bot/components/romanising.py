"""Cyrillic in Latin letters, as people type it on a phone without Cyrillic keys.

The classifier reads both scripts in one: an example in Cyrillic also teaches what is typed in Latin letters, and
one in Bulgarian, Russian or Ukrainian the other two (measured: docs/decisions/0007).
"""

from __future__ import annotations

_LATIN = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфхыэіґ", "abvgdeziyklmnoprstufhyeig", strict=True)),
        "ж": "zh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "sht",
        "ъ": "a",
        "ь": "",
        "ю": "yu",
        "я": "ya",
        "є": "ye",
        "ї": "yi",
        "ё": "yo",
    }
)


def romanised(folded: str) -> str:
    """Return a folded text with Cyrillic letters in Latin ones; other scripts stay."""
    return folded.translate(_LATIN)
