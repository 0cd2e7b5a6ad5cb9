"""How words become text messages: none longer than two segments, none that ends inside a word, numbers before answers.

Deterministic: the same words give the same messages at every try.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .segments import made_plain, segments_of

MOST_SEGMENTS = 2
MORE_NUMBER = 0

_SENTENCE_END = re.compile(r"(?<=[.!?؟。…])[ \t]+")
_BETWEEN_WORDS = re.compile(r"(?<!\d)\s+|\s+(?!\d)")
"""Not inside a telephone number or a receipt."""


@dataclass(frozen=True)
class Layout:
    """Messages in order. Those from ``pages_from`` on are pages of answers; the second and later ones on request."""

    messages: tuple[str, ...]
    pages_from: int

    def __repr__(self) -> str:
        return f"Layout({len(self.messages)} messages)"

    @property
    def at_once(self) -> int:
        """How many messages are sent without being asked for."""
        return min(len(self.messages), self.pages_from + 1)


def fits(text: str) -> bool:
    """Return whether the text goes into one message."""
    return segments_of(made_plain(text)) <= MOST_SEGMENTS


def lay_out(
    blocks: Sequence[str],
    question: str = "",
    options: Sequence[str] = (),
    *,
    more: str = "",
    numbered: bool = True,
) -> Layout:
    """Return the messages for ``blocks`` and then a question with its answers; ``more`` names the next page."""
    if not options:
        pieces = _packed([*blocks, question])
        return Layout(tuple(pieces), len(pieces))
    lines = [
        f"{place} {option}" if numbered else f"- {option}" for place, option in _from_one(options)
    ]
    more_line = f"{MORE_NUMBER} {more}"
    *early, last = _packed([question]) or [""]
    if not fits("\n".join([last, *lines])) and not fits("\n".join([last, lines[0], more_line])):
        early, last = [*early, last], ""
    pages = _pages(last, lines, more_line)
    before = _packed([*blocks, *early])
    if before and fits(f"{before[-1]}\n{pages[0]}"):
        pages[0] = f"{before.pop()}\n{pages[0]}"
    return Layout((*before, *pages), len(before))


def _from_one(options: Sequence[str]) -> Iterable[tuple[int, str]]:
    return enumerate(options, start=1)


def _pages(question: str, lines: Sequence[str], more_line: str) -> list[str]:
    """Put as many answers on a page as fit; every page but the last ends with how to get the next."""
    whole = "\n".join([part for part in (question, *lines) if part])
    if fits(whole):
        return [whole]
    pages: list[list[str]] = [[question] if question else []]
    left = list(lines)
    while left:
        rest = "\n".join([*pages[-1], *left])
        if pages[-1] and fits(rest):
            pages[-1] += left
            break
        line = left[0]
        if not pages[-1] or fits("\n".join([*pages[-1], line, more_line])):
            pages[-1].append(left.pop(0))
        else:
            pages[-1].append(more_line)
            pages.append([])
    return ["\n".join(page) for page in pages]


def _packed(blocks: Iterable[str]) -> list[str]:
    """Fill messages with whole sentences; a sentence too long for one is cut between words."""
    messages: list[str] = []
    for row in (row for block in blocks for row in block.split("\n")):
        for place, sentence in enumerate(_sentences(row)):
            joint = "\n" if place == 0 else " "
            if messages and fits(f"{messages[-1]}{joint}{sentence}"):
                messages[-1] += f"{joint}{sentence}"
            else:
                messages += _cut(sentence, _BETWEEN_WORDS)
    return messages


def _sentences(row: str) -> list[str]:
    return [part for part in (one.strip() for one in _SENTENCE_END.split(row)) if part]


def _cut(text: str, between: re.Pattern[str]) -> list[str]:
    """Cut a text that is too long between words; a single word that is too long between letters."""
    if fits(text):
        return [text]
    messages = [""]
    for word in between.split(text):
        joined = f"{messages[-1]} {word}".strip()
        if fits(joined):
            messages[-1] = joined
        else:
            messages += _letters(word) if not fits(word) else [word]
    return [message for message in messages if message]


def _letters(word: str) -> list[str]:
    """Cut between letters, and never before a mark that belongs to the letter before it."""
    pieces = [""]
    for letter in word:
        belongs = unicodedata.combining(letter) or unicodedata.category(letter) in (
            "Mn",
            "Me",
            "Cf",
        )
        if belongs or fits(pieces[-1] + letter):
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces
