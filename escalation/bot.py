"""The port to the bot: one turn in, lines and a new dialogue state out. The bot keeps nothing in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from .lines import Line


@dataclass(frozen=True)
class BotTurn:
    """What the bot is asked: exactly one of ``text`` and ``choice``. ``state_key`` has 32 bytes.

    ``flags`` are those that stand; ``acute_now`` says that the words of this very message raised an acute one.
    """

    conversation: str
    text: str | None
    choice: str | None
    language: str
    language_chosen: bool
    channel: str
    level: str
    flags: tuple[str, ...]
    acute_now: bool
    state: bytes | None
    state_key: bytes

    def __repr__(self) -> str:
        return "BotTurn(…)"


@dataclass(frozen=True)
class BotLine:
    """One line and what the bot wants done with it. ``line`` is None when only the effect counts."""

    line: Line | None
    effect: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Detected:
    """The language that the bot heard, with a confidence between 0 and 1."""

    language: str
    confidence: float


@dataclass(frozen=True)
class BotReply:
    """What the bot answers; ``state`` goes into the next turn."""

    lines: tuple[BotLine, ...]
    state: bytes | None
    detected: Detected | None = None


class Bot(Protocol):
    """Whoever answers as the bot."""

    def answer(self, turn: BotTurn) -> BotReply:
        """Return the answer. Raises BotUnavailableError or StateUnreadableError."""
