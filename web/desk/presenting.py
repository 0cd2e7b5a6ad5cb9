"""What the queue and a transcript show, in the screener's language: rows, clocks and turns, ready for a template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date, format_time

from escalation.casefile import Turn
from escalation.desk.queue import CaseRow
from escalation.desk.sessions import Screener
from escalation.lines import Line
from escalation.signal import printable

from ..chat.presenting import TIME_ZONE
from ..i18n import N_, current_locale, direction, gettext, language_name
from ..rendering import RenderedLine, render_line
from .labels import CHANNEL_LABELS, FLAG_LABELS, FLOOR_LABELS, LEVEL_LABELS, label_of

SHORT_ID_CHARS = 6

CLOCK_NOW = N_("just now")
CLOCK_MINUTES = N_("%(minutes)s min")
CLOCK_HOURS = N_("%(hours)s h %(minutes)s min")
"""The script of the desk ticks with the same three patterns."""

AUTHOR_LABELS = {
    "bot": N_("Computer"),
    "reporter": N_("The person"),
    "screener": N_("Screener"),
    "system": N_("Notice"),
}


@dataclass(frozen=True)
class ShownCase:
    """One case as the queue and the head of its page show it. Codes stand beside their words, for the style."""

    id: str
    short_id: str
    level: str
    level_label: str
    language: str
    channel: str
    floor: str
    floor_label: str
    flags: tuple[str, ...]
    owner: str | None
    is_mine: bool
    submitted: bool
    opened: str
    waiting_since: datetime | None
    waiting_at: str
    waiting_clock: str


@dataclass(frozen=True)
class TheirWords:
    """A line as the person reads it, in the person's language."""

    lang: str
    direction: str
    text: str
    rows: tuple[tuple[str, str], ...]
    offered: tuple[str, ...]


@dataclass(frozen=True)
class ShownTurn:
    """One turn of a transcript. ``day`` is set on the first turn of a day; ``lang`` of what is not translated.

    ``theirs`` is the same line in the person's language, where that is another one; free text stands as it was typed.
    """

    id: int
    author: str
    author_label: str
    text: str
    rows: tuple[tuple[str, str], ...]
    offered: tuple[str, ...]
    chosen: bool
    lang: str | None
    is_typed: bool
    day: str | None
    clock_time: str
    at: datetime
    theirs: TheirWords | None = None
    machine: tuple[str, str] | None = None
    """(language, text) of a machine's translation that stands beside the words."""

    may_translate: bool = False


def show_case(row: CaseRow, *, screener: Screener, now: datetime) -> ShownCase:
    """Return a case in the words of this request's locale."""
    locale = current_locale()
    since = row.waiting_since
    return ShownCase(
        id=row.id,
        short_id=row.id[:SHORT_ID_CHARS],
        level=row.level,
        level_label=label_of(LEVEL_LABELS, row.level),
        language=_capital(language_name(row.language, locale)),
        channel=label_of(CHANNEL_LABELS, row.channel),
        floor=row.floor,
        floor_label=label_of(FLOOR_LABELS, row.floor),
        flags=tuple(label_of(FLAG_LABELS, flag) for flag in row.flags),
        owner=row.owner_name,
        is_mine=row.owner_id == screener.id,
        submitted=row.submitted,
        opened=moment(row.opened_at, now),
        waiting_since=since,
        waiting_at=moment(since, now) if since else "",
        waiting_clock=clock(int((now - since).total_seconds())) if since else "",
    )


def clock(seconds: int) -> str:
    """Return a duration as the queue shows it: whole minutes, hours from sixty minutes on."""
    minutes = max(0, seconds) // 60
    if minutes < 1:
        return gettext(CLOCK_NOW)
    if minutes < 60:
        return gettext(CLOCK_MINUTES, minutes=minutes)
    return gettext(CLOCK_HOURS, hours=minutes // 60, minutes=minutes % 60)


def show_turns(turns: Sequence[Turn], *, language: str, after: int = 0) -> list[ShownTurn]:
    """Return the turns that follow number ``after``; ``language`` is the one in which the person writes."""
    shown: list[ShownTurn] = []
    day: date | None = None
    for turn in turns:
        local_day = turn.at.astimezone(TIME_ZONE).date()
        if turn.id > after:
            shown.append(_show_turn(turn, language=language, new_day=local_day != day))
        day = local_day
    return shown


def _show_turn(turn: Turn, *, language: str, new_day: bool) -> ShownTurn:
    locale = current_locale()
    line = (
        render_line(turn.line, locale)
        if turn.line
        else RenderedLine(text=printable(turn.text or ""))
    )
    is_typed = turn.line is None
    return ShownTurn(
        id=turn.id,
        author=turn.author,
        author_label=gettext(AUTHOR_LABELS.get(turn.author, AUTHOR_LABELS["system"])),
        text=line.text,
        rows=line.rows,
        offered=tuple(label for _, label in line.choices),
        chosen=turn.author == "reporter" and not is_typed,
        lang=language if is_typed and turn.author == "reporter" else None,
        is_typed=is_typed,
        day=format_date(turn.at.astimezone(TIME_ZONE), "full", locale=locale) if new_day else None,
        clock_time=_clock_time(turn.at, locale),
        at=turn.at,
        theirs=_their_words(turn.line, language) if turn.line and language != locale else None,
        machine=next(iter(turn.translations.items()), None),
        may_translate=is_typed
        and turn.author == "reporter"
        and language != locale
        and not turn.translations,
    )


def _their_words(line: Line, language: str) -> TheirWords:
    rendered = render_line(line, language)
    return TheirWords(
        lang=language,
        direction=direction(language),
        text=rendered.text,
        rows=rendered.rows,
        offered=tuple(label for _, label in rendered.choices),
    )


def _clock_time(at: datetime, locale: str) -> str:
    return str(format_time(at, "HH:mm", tzinfo=TIME_ZONE, locale=locale))


def moment(at: datetime, now: datetime) -> str:
    """Return the time in the words of this request's locale, and before it the day when that is not today."""
    locale = current_locale()
    local, today = at.astimezone(TIME_ZONE), now.astimezone(TIME_ZONE)
    time = _clock_time(at, locale)
    if local.date() == today.date():
        return time
    return f"{format_date(local, 'd MMM', locale=locale)} {time}"


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
