"""What a page shows of a conversation: turns in the reader's language, and the answers that are open now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_time

from escalation.casefile import Turn
from escalation.conversation import View
from escalation.signal import printable
from escalation.vault.receipts import grouped

from ..i18n import N_, gettext
from ..rendering import RenderedLine, render_line

TIME_ZONE = ZoneInfo("Europe/Amsterdam")

AUTHOR_LABELS = {
    "bot": N_("Computer"),
    "reporter": N_("You"),
    "screener": N_("A person on duty"),
    "system": N_("Notice"),
}

QUIET_PREFIXES = ("skip:", "unknown:")
DONE_PREFIX = "done:"


@dataclass(frozen=True)
class ShownTurn:
    """One turn, ready for a template. ``rows`` is a summary; ``phones`` stand in the texts and can be called.

    ``original`` is what a screener wrote, when ``text`` is a machine's translation of it.
    """

    id: int
    author: str
    author_label: str
    text: str
    rows: tuple[tuple[str, str], ...]
    phones: tuple[str, ...]
    clock_time: str
    at: datetime
    original: str | None = None


@dataclass(frozen=True)
class Offer:
    """The answers that are open: ``options`` to choose from, ``quiet`` ones to skip or not to know, ``done`` to end."""

    options: tuple[tuple[str, str], ...] = ()
    quiet: tuple[tuple[str, str], ...] = ()
    done: tuple[str, str] | None = None
    multiple: bool = False
    asks: str | None = None

    def __bool__(self) -> bool:
        return bool(self.options or self.quiet or self.done)


def show_turn(turn: Turn, locale: str) -> ShownTurn:
    """Return a turn in the words of ``locale``; free text stays in the language in which it was typed."""
    line = (
        render_line(turn.line, locale)
        if turn.line
        else RenderedLine(text=printable(turn.text or ""))
    )
    translated = turn.translations.get(locale) if turn.author == "screener" else None
    return ShownTurn(
        id=turn.id,
        author=turn.author,
        author_label=gettext(AUTHOR_LABELS.get(turn.author, AUTHOR_LABELS["system"])),
        text=printable(translated) if translated else line.text,
        rows=line.rows,
        phones=line.phones,
        clock_time=format_time(turn.at, "HH:mm", tzinfo=TIME_ZONE, locale=locale),
        at=turn.at,
        original=line.text if translated else None,
    )


def open_offer(turns: Sequence[Turn], locale: str) -> Offer:
    """Return the answers open after these turns: those of the last line that offers any since the reporter wrote."""
    for turn in reversed(turns):
        if turn.author in ("reporter", "screener"):
            break
        if turn.line and turn.line.choices:
            return _offer(render_line(turn.line, locale))
    return Offer()


def _offer(line: RenderedLine) -> Offer:
    done = next((choice for choice in line.choices if choice[0].startswith(DONE_PREFIX)), None)
    quiet = tuple(choice for choice in line.choices if choice[0].startswith(QUIET_PREFIXES))
    return Offer(
        options=tuple(choice for choice in line.choices if choice not in quiet and choice != done),
        quiet=quiet,
        done=done,
        multiple=line.multiple,
        asks=line.asks,
    )


def receipt_groups(view: View) -> list[str]:
    """Return the receipt in four groups of four digits, or nothing when there is none yet."""
    return grouped(view.receipt).split() if view.receipt else []
