"""Hand-written stand-ins for what lies outside: a bot that follows a script, and a clock that is told the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from escalation.bot import BotLine, BotReply, BotTurn
from escalation.errors import BotUnavailableError
from escalation.lines import Choice, Line
from escalation.outbox import Notice

YES_NO = (Choice("minors:yes", "Yes"), Choice("minors:no", "No"), Choice("skip:minors", "Skip"))
ASK_MINORS = Line(
    say="utter_ask_minors", source="Is anybody under 18?", choices=YES_NO, asks="minors"
)


class ScriptedBot:
    """Counts its turns in the state and answers with ``script(turn)``; can be switched off."""

    def __init__(self, script: Callable[[BotTurn], list[BotLine]] | None = None) -> None:
        self.script = script or (lambda turn: [BotLine(ASK_MINORS)])
        self.up = True
        self.turns: list[BotTurn] = []

    def answer(self, turn: BotTurn) -> BotReply:
        """Answer by the script. Raises BotUnavailableError when switched off."""
        if not self.up:
            raise BotUnavailableError
        self.turns.append(turn)
        count = int(turn.state or b"0") + 1
        return BotReply(lines=tuple(self.script(turn)), state=str(count).encode())


def saying(source: str, **effect: Any) -> BotLine:
    """Return a bot line with an effect."""
    return BotLine(Line(say="utter_test", source=source), effect)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 4, 22, 13, 7, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the present moment."""
        return self.now

    def forward(self, **duration: float) -> None:
        """Move on by a timedelta's arguments."""
        self.now += timedelta(**duration)


class CountingSender:
    """Keeps what it sent; fails as often as it is told to."""

    def __init__(self, *failures: Exception) -> None:
        self.sent: list[Notice] = []
        self.failures = list(failures)

    def send(self, notice: Notice) -> None:
        """Send, or raise the next failure."""
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(notice)
