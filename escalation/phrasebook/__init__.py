"""The phrasebook: vetted lines that a screener picks in the own language and that go out in the reporter's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from ..lines import Line

HERE = Path(__file__).parent
FACTS = HERE.parents[1] / "bot" / "facts.yml"
"""The one place of telephone numbers, with their sources."""

SAY = "phrase_{}"


@dataclass(frozen=True)
class Phrase:
    """One line: ``id`` for the form, ``line`` for the conversation; ``side`` when only that side can truly say it."""

    id: str
    line: Line
    side: str | None

    def fits(self, side: str) -> bool:
        """Return whether a screener of ``side`` may say it."""
        return self.side in (None, side)


@dataclass(frozen=True)
class Group:
    """Lines for one moment of a conversation."""

    id: str
    phrases: tuple[Phrase, ...]


@cache
def groups() -> tuple[Group, ...]:
    """Return the phrasebook in the order of a conversation."""
    book = yaml.safe_load((HERE / "phrases.yml").read_text("utf-8"))
    facts = yaml.safe_load(FACTS.read_text("utf-8"))["facts"]
    return tuple(
        Group(
            id=group,
            phrases=tuple(
                _phrase(key, text, facts, book["only"].get(key)) for key, text in lines.items()
            ),
        )
        for group, lines in book["groups"].items()
    )


def phrase(phrase_id: str, side: str) -> Phrase | None:
    """Return the line with this id, or None when there is none that ``side`` may say."""
    every = (one for group in groups() for one in group.phrases)
    return next((one for one in every if one.id == phrase_id and one.fits(side)), None)


def _phrase(key: str, text: str, facts: Mapping[str, Any], side: str | None) -> Phrase:
    named = [name for _, name, _, _ in Formatter().parse(text) if name]
    args = {name: {"kind": facts[name]["unit"], "value": facts[name]["value"]} for name in named}
    return Phrase(key, Line(SAY.format(key), text, args), side)
