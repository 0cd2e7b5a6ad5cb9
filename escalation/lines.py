"""What the bot and the system say: template and arguments, never rendered text.

A line is stored as it stands here and rendered for each reader in the reader's own language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_CHOICES = 40
MAX_SOURCE_CHARS = 4_000


class MalformedLineError(ValueError):
    """The bot sent a line of the wrong shape."""


@dataclass(frozen=True)
class Choice:
    """One answer that a line offers. ``source`` is its label in English, the catalogue's key."""

    id: str
    source: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One thing said: ``source`` is the English template, uninterpolated; ``asks`` the field that it asks for."""

    say: str
    source: str
    args: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    multiple: bool = False
    asks: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the line as JSON values, the inverse of ``line_from_dict``."""
        return {
            "say": self.say,
            "source": self.source,
            "args": dict(self.args),
            "choices": [
                {"id": c.id, "source": c.source, "args": dict(c.args)} for c in self.choices
            ],
            "multiple": self.multiple,
            "asks": self.asks,
        }


@dataclass(frozen=True)
class Spoken:
    """A line as plain words in one language: the text, and the answers as (id, label)."""

    text: str
    choices: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return "Spoken(…)"


def spoken_plainly(line: Line, language: str) -> Spoken:
    """Return the line untranslated and unfilled: what a house without catalogues says."""
    return Spoken(line.source, tuple((choice.id, choice.source) for choice in line.choices))


def line_from_dict(data: Mapping[str, Any]) -> Line:
    """Return the line that ``data`` describes. Raises MalformedLineError for anything of another shape."""
    say, source, asks = data.get("say"), data.get("source"), data.get("asks")
    args, choices = data.get("args") or {}, data.get("choices") or []
    well_formed = (
        isinstance(say, str)
        and isinstance(source, str)
        and len(source) <= MAX_SOURCE_CHARS
        and (asks is None or isinstance(asks, str))
        and isinstance(args, Mapping)
        and isinstance(choices, list)
        and len(choices) <= MAX_CHOICES
    )
    if not well_formed:
        raise MalformedLineError
    return Line(
        say=str(say),
        source=str(source),
        args=dict(args),
        choices=tuple(_choice_from_dict(choice) for choice in choices),
        multiple=data.get("multiple") is True,
        asks=asks,
    )


def _choice_from_dict(data: Any) -> Choice:
    if not isinstance(data, Mapping):
        raise MalformedLineError
    choice_id, source, args = data.get("id"), data.get("source"), data.get("args") or {}
    if not (isinstance(choice_id, str) and isinstance(source, str) and isinstance(args, Mapping)):
        raise MalformedLineError
    return Choice(id=choice_id, source=source, args=dict(args))
