"""What every reading of a typed answer shares: the question, the answer, and the small words of each language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.mixing import languages_in
from bot.wording import words_of
from escalation.signal import FieldValue

from .lexicons import AnswerWords, answer_words

AGAIN = "again"
"""The kind of an answer that was understood but not enough: the question is asked once more, in other words."""


@dataclass(frozen=True)
class Answer:
    """``kind`` is value, choice, unknown, skip, done or again; ``whole`` when the text says nothing else."""

    kind: str
    value: FieldValue | None = None
    whole: bool = True


@dataclass(frozen=True)
class Question:
    """What was asked: the field (or send, erase …), the ids that were offered, and whether they were numbered."""

    field: str
    offered: tuple[str, ...] = ()
    numbered: bool = False


def lexicons(languages: Sequence[str]) -> Iterable[tuple[str, AnswerWords]]:
    """Yield the word lists of ``languages`` in their order, then those of what people mix into them."""
    for language in languages_in(languages):
        words = answer_words(language)
        if words is not None:
            yield language, words


def yes_no_maybe(words: AnswerWords, folded: str) -> str | None:
    """Return yes, no or maybe for a text that is that or begins with it, None for anything else."""
    for kind in ("maybe", "no", "yes"):
        if says_whole(words, kind, folded):
            return kind
    for kind in ("no", "yes"):
        if kind in words.kinds and words.kinds[kind].match(folded):
            return kind
    return None


def says_whole(words: AnswerWords, kind: str, folded: str) -> bool:
    """Return whether a text says nothing but this kind of answer."""
    pattern = words.kinds.get(kind)
    match = pattern.search(folded) if pattern else None
    return match is not None and is_whole(words, folded, match)


def is_whole(words: AnswerWords, folded: str, match: re.Match[str] | None) -> bool:
    """Return whether nothing but small words and numbers stands beside the match."""
    rest = f"{folded[: match.start()]} {folded[match.end() :]}" if match else folded
    return all(
        part in words.fillers or part in words.numbers or part.isdigit() for part in words_of(rest)
    )
