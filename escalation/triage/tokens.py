"""From typed text to words: what is compared is plain lower case, and every word knows where it stood in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

HEAD_CHARS = 6_000
TAIL_CHARS = 2_000
COMMA = ","

# Accents and vowel signs that may stand loose behind a letter, and marks that show nothing: joiners, soft hyphens,
# marks that turn the reading direction, NUL. They belong to the word around them and are dropped from it.
_MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0b82\u0bbe-\u0bcd\u0e31\u0e34-\u0e4e"
_UNSEEN = "\x00\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0f\ufeff"
_LETTER = rf"[^\W_](?:[^\W_]|[{_MARKS}{_UNSEEN}])*"
_APOSTROPHES = "'\u2019\u2018`\u00b4\u02bc"
_PIECES = re.compile(
    rf"(?P<word>{_LETTER}(?:[{_APOSTROPHES}]{_LETTER})*|\U0001f198)"
    r"|(?P<inside>(?<=\d)[.:,](?=\d))"
    r"|(?P<comma>\.{2,}|…|[,:()\[\]،]|(?<=\s)[-–—](?=\s)|—)"
    r"|(?P<end>[.!?;؟。！？؛\n]+)"
)
_DROPPED = re.compile(rf"[{_UNSEEN}]")
_NO_DECOMPOSITION = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "\U0001f198": "sos", "ـ": ""}
)
_TRIPLED = re.compile(r"([^\W\d])\1{2,}")
_DIGITS_OR_NOT = re.compile(r"\d+|\D+")


@dataclass(frozen=True)
class Token:
    """One word or comma: ``text`` as compared, ``start`` and ``end`` as offsets in the text that was typed."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Sentence:
    """The tokens up to a full stop, a mark or a new line; ``question`` when it ends in a question mark."""

    tokens: tuple[Token, ...]
    question: bool


def plain(word: str) -> str:
    """Return a word as compared: no case, no accents, no unseen marks, one kind of apostrophe, tripled letters doubled.

    Scripts are left alone: nothing is transliterated.
    """
    word = _DROPPED.sub("", word).casefold()
    if not word.isascii():
        for apostrophe in _APOSTROPHES:
            word = word.replace(apostrophe, "'")
        decomposed = unicodedata.normalize("NFKD", word.translate(_NO_DECOMPOSITION))
        plain_chars = "".join(_plain_char(char) for char in decomposed)
        word = plain_chars.casefold().translate(_NO_DECOMPOSITION)  # a raised "A" becomes a letter
    return _TRIPLED.sub(r"\1\1", word.replace("`", "'"))


def _plain_char(char: str) -> str:
    if unicodedata.combining(char):
        return ""
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


def scanned_parts(text: str) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) stretches that are read: everything, or head and tail of a very long text."""
    if len(text) <= HEAD_CHARS + TAIL_CHARS:
        return ((0, len(text)),)
    return ((0, HEAD_CHARS), (len(text) - TAIL_CHARS, len(text)))


def sentences(text: str) -> tuple[Sentence, ...]:
    """Split a text in sentences of tokens. Words keep their apostrophes: a lexicon's spelling list reads them first."""
    found: list[Sentence] = []
    for start, end in scanned_parts(text):
        found.extend(_sentences_between(text, start, end))
    return tuple(found)


def _sentences_between(text: str, start: int, end: int) -> Iterator[Sentence]:
    tokens: list[Token] = []
    for piece in _PIECES.finditer(text, start, end):
        if piece.lastgroup == "word":
            tokens.append(Token(_plain_word(piece.group()), piece.start(), piece.end()))
        elif piece.lastgroup == "comma" and tokens:
            tokens.append(Token(COMMA, piece.start(), piece.end()))
        elif piece.lastgroup == "end" and tokens:
            yield Sentence(tuple(tokens), any(mark in piece.group() for mark in "?؟？"))
            tokens = []
    if tokens:
        yield Sentence(tuple(tokens), False)


@lru_cache(maxsize=4096)
def _cached_plain(word: str) -> str:
    return plain(word)


def _plain_word(word: str) -> str:
    # Numbers may be phone numbers, long words may be keys: neither stays behind in the cache.
    return (
        _cached_plain(word) if len(word) < 16 and not any(map(str.isdigit, word)) else plain(word)
    )


def split_digits(token: Token) -> tuple[Token, ...]:
    """Split "14yo" in "14" and "yo". A token whose length changed on the way keeps its whole place for each part."""
    parts = _DIGITS_OR_NOT.findall(token.text)
    if len(parts) < 2:
        return (token,)
    if len(token.text) != token.end - token.start:
        return tuple(Token(part, token.start, token.end) for part in parts)
    place, split = token.start, []
    for part in parts:
        split.append(Token(part, place, place + len(part)))
        place += len(part)
    return tuple(split)
