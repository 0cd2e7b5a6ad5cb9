"""Plain words that show what somebody wants. A few words are too little for a classifier to be sure of."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

from bot.wording import compile_patterns, fold, words_of

_TABLE = Path(__file__).parent / "cues.yml"


def gives(cue: str, text: str) -> bool:
    """Return whether ``text`` has words of ``cue``, in any language. Raises KeyError for a cue that is not listed."""
    return _cues()[cue].search(fold(text)) is not None


def begins_with(cue: str, text: str) -> bool:
    """Return whether the first words of ``text`` are words of ``cue``."""
    return _cues()[cue].match(fold(text)) is not None


def is_little_more_than(cue: str, text: str, more: int = 1) -> bool:
    """Return whether ``text`` has words of ``cue`` and at most ``more`` others."""
    folded = fold(text)
    match = _cues()[cue].search(folded)
    if match is None:
        return False
    return len(words_of(f"{folded[: match.start()]} {folded[match.end() :]}")) <= more


@lru_cache(maxsize=1)
def _cues() -> dict[str, re.Pattern[str]]:
    table = yaml.load(_TABLE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return {
        cue: compile_patterns(pattern for patterns in lists.values() for pattern in patterns)
        for cue, lists in table.items()
    }
