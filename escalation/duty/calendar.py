"""The roster as an iCalendar file, for a screener's own agenda. It holds hours of duty and nothing of any case."""

from __future__ import annotations

from datetime import datetime, timedelta

from icalendar import Calendar, Event

from ..ports import Ports
from ..store.duty_tables import DutyProfile
from ..store.session import reading, unit_of_work
from ..vault.tokens import new_token, token_keys
from .roster import Spell, spells

SHOWN_AHEAD = timedelta(weeks=8)


def new_calendar_token(ports: Ports, *, screener_id: str) -> str:
    """Make the secret address of a screener's calendar; an earlier one stops working. Only its hash is kept."""
    token = new_token()
    with unit_of_work(ports.sessions) as session:
        row = session.get(DutyProfile, screener_id) or DutyProfile(
            screener_id=screener_id, languages=""
        )
        row.calendar_lookup = token_keys(token).lookup
        session.add(row)
    return token


def calendar_of(ports: Ports, *, token: str, title: str) -> bytes | None:
    """Return the calendar of whoever has this token, or None; ``title`` is what an entry is called."""
    now = ports.clock()
    with reading(ports.sessions) as session:
        profile = (
            session.query(DutyProfile)
            .filter(DutyProfile.calendar_lookup == token_keys(token).lookup)
            .first()
        )
        if profile is None:
            return None
        found = spells(session, ports.region, now, now + SHOWN_AHEAD)
    own = [spell for spell in found if spell.colleague.id == profile.screener_id]
    return _calendar(own, now, title)


def _calendar(own: list[Spell], now: datetime, title: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Niet-Pluis//roster//")
    calendar.add("version", "2.0")
    for spell in own:
        event = Event()
        event.add("uid", f"{spell.shift_id}-{spell.day.isoformat()}@niet-pluis")
        event.add("dtstamp", now)
        event.add("dtstart", spell.begins)
        event.add("dtend", spell.ends)
        event.add("summary", f"{title} ({spell.rung})")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
