"""Plain words that show what somebody wants. A few words are too little for a classifier to be sure of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.actions.lexicons import all_languages, answer_words, read_words
from bot.mixing import languages_in
from bot.wording import compile_patterns, fold, words_of


def preload() -> None:
    """Read and compile what a text is understood with in all languages: some seconds that no turn should take."""
    for language in all_languages():
        answer_words(language)
        cues_of(language)


def gives(cue: str, text: str, languages: Iterable[str]) -> bool:
    """Return whether ``text`` has words of ``cue``. Raises KeyError for a cue that is not listed.

    ``languages`` are those that the text may be in; what people mix into them is read as well.
    """
    return _search(cue, fold(text), languages) is not None


def begins_with(cue: str, text: str, languages: Iterable[str]) -> bool:
    """Return whether the first words of ``text`` are words of ``cue``."""
    folded = fold(text)
    return any(pattern.match(folded) for pattern in _patterns(cue, languages))


def is_little_more_than(cue: str, text: str, languages: Iterable[str], more: int = 1) -> bool:
    """Return whether ``text`` has words of ``cue`` and at most ``more`` others."""
    folded = fold(text)
    match = _search(cue, folded, languages)
    if match is None:
        return False
    return len(words_of(f"{folded[: match.start()]} {folded[match.end() :]}")) <= more


def _search(cue: str, folded: str, languages: Iterable[str]) -> re.Match[str] | None:
    found = (pattern.search(folded) for pattern in _patterns(cue, languages))
    return max((one for one in found if one), key=lambda one: len(one.group(0)), default=None)


def _patterns(cue: str, languages: Iterable[str]) -> list[re.Pattern[str]]:
    tables = (cues_of(language) for language in languages_in(languages))
    return [table[cue] for table in tables if table is not None]


@lru_cache(maxsize=32)
def cues_of(language: str) -> Mapping[str, re.Pattern[str]] | None:
    """Return the cues of one language, None when it has no list."""
    table = read_words("cues", language)
    return table and {cue: compile_patterns(words) for cue, words in table.items()}
