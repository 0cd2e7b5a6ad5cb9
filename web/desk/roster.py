"""The roster's page: the week with its gaps, shifts to add, days to give away, and one's own telephone and agenda."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from babel.dates import format_date, format_time
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from escalation.duty import planning
from escalation.duty.calendar import calendar_of, new_calendar_token
from escalation.duty.roster import RUNGS, ZONE, Spell, colleagues, local_day
from escalation.errors import NietPluisError, PlanError
from escalation.signal import LANGUAGES
from escalation.store.duty_tables import DutyProfile
from escalation.store.session import reading

from ..config import settings
from ..errors import problem_for
from ..i18n import N_, current_locale, gettext, native_name
from ..ports import ports
from ..security import ForeignRequestError
from .problems import page_on_fact, page_on_foreign_request
from .session import screener, staff

RUNG_LABELS = {
    1: N_("First"),
    2: N_("Second"),
    3: N_("Coordinator"),
    4: N_("Always tried"),
}

_PHONE = re.compile(r"\+[0-9]{8,15}")
_EMAIL = re.compile(r"[^@\s<>\"]{1,64}@[^@\s<>\"]{1,54}")

blueprint = Blueprint("desk_roster", __name__, url_prefix="/desk/roster")
blueprint.register_error_handler(NietPluisError, page_on_fact)
blueprint.register_error_handler(ForeignRequestError, page_on_foreign_request)

calendar = Blueprint("desk_calendar", __name__, url_prefix="/desk/calendar")
"""The agenda's address is a secret of its own: an agenda program has no session."""


@dataclass(frozen=True)
class ShownSpell:
    """One stretch of duty on a day of the table."""

    shift_id: int
    day: str
    name: str
    rung: str
    hours: str
    is_mine: bool
    is_changed: bool


@dataclass(frozen=True)
class ShownDay:
    """One day of the week; ``gaps`` are the hours without anybody on the first rung."""

    heading: str
    date: str
    spells: tuple[ShownSpell, ...]
    gaps: tuple[str, ...]


@blueprint.get("")
def show() -> Response:
    """Show a week of the roster."""
    return _page()


@blueprint.post("/shifts")
def add_shift() -> Response:
    """Add a shift (coordinators)."""
    try:
        planning.add_shift(ports(), by=screener(), shift=_read_shift())
    except PlanError:
        return _page(code=PlanError.code)
    return _to_week()


@blueprint.post("/shifts/<shift_id>/remove")
def remove_shift(shift_id: str) -> Response:
    """Take a shift out (coordinators)."""
    planning.remove_shift(ports(), by=screener(), shift_id=_number(shift_id))
    return _to_week()


@blueprint.post("/shifts/<shift_id>/give")
def give_day(shift_id: str) -> Response:
    """Give one day away."""
    to, day = request.form.get("to", ""), _day(request.form.get("day", ""))
    if day is None:
        raise PlanError
    planning.give_day(ports(), by=screener(), shift_id=_number(shift_id), day=day, to=to or None)
    return _to_week()


@blueprint.post("/swaps/<change_id>")
def answer_swap(change_id: str) -> Response:
    """Agree to take over a day, or not."""
    planning.answer_swap(
        ports(),
        by=screener(),
        change_id=_number(change_id),
        agrees=request.form.get("agrees") == "yes",
    )
    return _to_week()


@blueprint.post("/profile")
def save_profile() -> Response:
    """Keep one's own telephone, mail and languages."""
    phone = re.sub(r"[\s()-]", "", request.form.get("phone", ""))
    email = request.form.get("email", "").strip()
    if (phone and not _PHONE.fullmatch(phone)) or (email and not _EMAIL.fullmatch(email)):
        return _page(code="address_wrong")
    planning.save_profile(
        ports(),
        screener_id=screener().id,
        phone=phone or None,
        email=email or None,
        languages=request.form.getlist("languages"),
    )
    return _to_week()


@blueprint.post("/agenda")
def make_agenda() -> Response:
    """Make the secret address of one's own agenda, shown once."""
    token = new_calendar_token(ports(), screener_id=screener().id)
    address = settings().world_url + url_for("desk_calendar.agenda", token=token)
    return _page(agenda=address)


@calendar.get("/<token>")
def agenda(token: str) -> Response:
    """Return the agenda of whoever has this address."""
    found = calendar_of(ports(), token=token, title=gettext("Duty"))
    if found is None:
        return Response(status=404)
    return Response(found, content_type="text/calendar; charset=utf-8")


def _page(*, code: str | None = None, agenda: str = "") -> Response:

    monday, problem = _monday(), problem_for(code) if code else None
    week = planning.week(ports(), monday=monday, side=screener().side)
    page = render_template(
        "desk/roster.html",
        session=staff(),
        days=_days(week),
        swaps=_swaps(week),
        monday=monday.isoformat(),
        before=(monday - timedelta(weeks=1)).isoformat(),
        after=(monday + timedelta(weeks=1)).isoformat(),
        has_gaps=bool(week.gaps),
        problem=problem,
        agenda=agenda,
        **_choices(),
    )
    return make_response(page, problem.status if problem else 200)


def _choices() -> dict[str, Any]:
    """Return what the forms offer: colleagues, rungs, weekdays, and one's own profile."""
    with reading(ports().sessions) as session:
        staff_here = [one for one in colleagues(session).values() if one.side == screener().side]
        profile = session.get(DutyProfile, screener().id)
    locale = current_locale()
    monday = date(2026, 1, 5)
    return {
        "is_coordinator": staff().leads,
        "colleagues": [(one.id, one.name) for one in staff_here],
        "rungs": [(rung, gettext(RUNG_LABELS[rung])) for rung in RUNGS],
        "weekdays": [
            (number, format_date(monday + timedelta(days=number), "EEEE", locale=locale))
            for number in range(7)
        ],
        "phone": (profile.phone if profile else None) or "",
        "email": (profile.email if profile else None) or "",
        "writes": profile.languages.split() if profile else [],
        "all_languages": [(code, native_name(code)) for code in LANGUAGES],
    }


def _days(week: planning.Week) -> list[ShownDay]:
    return [_shown_day(week, week.monday + timedelta(days=number)) for number in range(7)]


def _shown_day(week: planning.Week, day: date) -> ShownDay:
    own = [_shown_spell(one) for one in week.spells if one.day == day]
    gaps = [
        _hours(max(begins, _midnight(day)), min(ends, _midnight(day + timedelta(days=1))))
        for begins, ends in week.gaps
        if begins < _midnight(day + timedelta(days=1)) and ends > _midnight(day)
    ]
    heading = format_date(day, "EEEE d MMM", locale=current_locale())
    return ShownDay(heading, day.isoformat(), tuple(own), tuple(gaps))


def _shown_spell(spell: Spell) -> ShownSpell:
    return ShownSpell(
        shift_id=spell.shift_id,
        day=spell.day.isoformat(),
        name=spell.colleague.name,
        rung=gettext(RUNG_LABELS[spell.rung]),
        hours=_hours(spell.begins, spell.ends),
        is_mine=spell.colleague.id == screener().id,
        is_changed=spell.is_changed,
    )


def _swaps(week: planning.Week) -> list[tuple[int, str, str]]:
    return [
        (swap.change_id, swap.giver, format_date(swap.day, "EEEE d MMM", locale=current_locale()))
        for swap in week.swaps
        if swap.taker_id == screener().id
    ]


def _hours(begins: datetime, ends: datetime) -> str:
    locale = current_locale()
    one, other = (format_time(at, "HH:mm", tzinfo=ZONE, locale=locale) for at in (begins, ends))
    return f"{one}–{other}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZONE)


def _monday() -> date:
    """Return the Monday of the week that the address asks for, else of this week."""
    asked = _day(request.values.get("week", "")) or local_day(ports().clock())
    return asked - timedelta(days=asked.weekday())


def _read_shift() -> planning.NewShift:
    form = request.form
    weekday, day = form.get("weekday", ""), _day(form.get("day", ""))
    return planning.NewShift(
        screener_id=form.get("screener", ""),
        rung=_number(form.get("rung", "")),
        starts_minute=_minute(form.get("starts", "")),
        ends_minute=_minute(form.get("ends", "")),
        weekday=_number(weekday) if weekday and day is None else None,
        day=day,
        until_day=_day(form.get("until", "")),
        on_holidays=form.get("holidays") == "yes",
    )


def _minute(text: str) -> int:
    try:
        clock = time.fromisoformat(text)
    except ValueError:
        raise PlanError from None
    return clock.hour * 60 + clock.minute


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 < found.year < 2200 else None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise PlanError
    return int(text)


def _to_week() -> Response:
    return make_response(
        redirect(url_for("desk_roster.show", week=_monday().isoformat()), code=303)
    )
