"""The roster from the operator's side: who has duty in a week, and when nobody has. It is changed at the desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from escalation.duty.planning import Week, week
from escalation.duty.roster import ZONE, local_day
from escalation.ports import Ports

RUNGS = {1: "first", 2: "second", 3: "coordinator", 4: "always tried"}


def roster_lines(ports: Ports, *, side: str, day: date | None = None) -> list[str]:
    """Return the week in which ``day`` falls (default: this week) as lines, and its gaps on the first rung."""
    chosen = day or local_day(ports.clock())
    monday = chosen - timedelta(days=chosen.weekday())
    return list(_lines(week(ports, monday=monday, side=side), side))


def _lines(shown: Week, side: str) -> Iterator[str]:
    yield f"{side}, week of {shown.monday:%d-%m-%Y}"
    for spell in sorted(shown.spells, key=lambda one: (one.begins, one.rung)):
        mark = " (changed)" if spell.is_changed else ""
        hours = _stretch(spell.begins, spell.ends)
        yield f"  {hours}  {RUNGS[spell.rung]:12}  {spell.colleague.name}{mark}"
    for begins, ends in shown.gaps:
        yield f"  {_stretch(begins, ends)}  NOBODY on the first rung"
    if not shown.spells:
        yield "  No shifts. In danger everybody with access is called. A coordinator plans at /desk/roster."


def _stretch(begins: datetime, ends: datetime) -> str:
    return f"{begins.astimezone(ZONE):%a %d-%m %H:%M}-{ends.astimezone(ZONE):%a %H:%M}"
