"""Waiting times for everybody; for coordinators also who was paged and how that went."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, make_response, render_template
from markupsafe import Markup, escape

from escalation.duty.waits import (
    PageTried,
    Waits,
    by_hour,
    by_language,
    open_alarms,
    pages_tried,
)
from escalation.errors import NietPluisError
from escalation.sms.counts import count_all
from escalation.store.session import reading

from ..i18n import N_, current_locale, gettext, language_name
from ..ports import ports
from .delivery_labels import count_rows
from .labels import label_of
from .presenting import moment
from .problems import page_on_fact
from .roster import RUNG_LABELS
from .session import staff

WAY_LABELS = {"desk": N_("At the desk"), "sms": N_("Text message"), "email": N_("E-mail")}
STATUS_LABELS = {
    "due": N_("To be sent"),
    "claimed": N_("Being sent"),
    "sent": N_("Sent"),
    "failed": N_("Failed"),
}

BAR_HEIGHT, BAR_GAP, LABEL_WIDTH, PLOT_WIDTH = 18, 6, 130, 640
VALUE_WIDTH = 80

blueprint = Blueprint("desk_measures", __name__, url_prefix="/desk/waiting-times")
blueprint.register_error_handler(NietPluisError, page_on_fact)


@blueprint.get("")
def show() -> Response:
    """Show the waits of the last thirty days; to a coordinator also the latest pages."""
    now = ports().clock()
    is_coordinator = staff().leads
    with reading(ports().sessions) as session:
        languages = [_named(one) for one in by_language(session, ports().region, now)]
        hours = by_hour(session, ports().region, now)
        pages = pages_tried(session) if is_coordinator else []
        alarms = open_alarms(session)
        texts = count_all(session) if is_coordinator else None
    page = render_template(
        "desk/measures.html",
        session=staff(),
        tables=[
            (gettext("By language"), gettext("Language"), languages, plot(languages)),
            (gettext("By hour"), gettext("Hour"), hours, plot(hours)),
        ],
        pages=[_shown_page(one) for one in pages],
        is_coordinator=is_coordinator,
        texts=count_rows(texts) if texts else [],
        alarms=alarms,
        span=span,
    )
    return make_response(page)


def span(seconds: int) -> str:
    """Return seconds as a coordinator reads them: ``45 s``, ``12 min``, ``3 h 5 min``."""
    if seconds < 60:
        return gettext("%(seconds)s s", seconds=seconds)
    if seconds < 3_600:
        return gettext("%(minutes)s min", minutes=round(seconds / 60))
    return gettext(
        "%(hours)s h %(minutes)s min", hours=seconds // 3_600, minutes=seconds % 3_600 // 60
    )


def plot(rows: Sequence[Waits]) -> Markup:
    """Return bars of the median time to the first answer, as SVG; the table beside it holds the same numbers."""
    shown = [(row.label, row.to_answer[0]) for row in rows if row.to_answer]
    if not shown:
        return Markup("")
    longest = max(1, *(seconds for _, seconds in shown))
    step = BAR_HEIGHT + BAR_GAP
    width = PLOT_WIDTH - LABEL_WIDTH - VALUE_WIDTH
    bars = "".join(
        _bar(label, seconds, top=number * step, width=round(width * seconds / longest))
        for number, (label, seconds) in enumerate(shown)
    )
    title = escape(gettext("Median time until a person answered"))
    height = step * len(shown)
    return Markup(
        f'<svg class="plot" viewBox="0 0 {PLOT_WIDTH} {height}" role="img" aria-label="{title}">'
        f'<line class="axis" x1="{LABEL_WIDTH}" y1="0" x2="{LABEL_WIDTH}" y2="{height}"/>{bars}</svg>'
    )


def _bar(label: str, seconds: int, *, top: int, width: int) -> str:
    middle = top + BAR_HEIGHT * 0.75
    return (
        f'<text x="{LABEL_WIDTH - 8}" y="{middle}" text-anchor="end">{escape(label)}</text>'
        f'<rect class="bar" x="{LABEL_WIDTH}" y="{top}" width="{max(1, width)}" height="{BAR_HEIGHT}"/>'
        f'<text x="{LABEL_WIDTH + max(1, width) + 8}" y="{middle}">{escape(span(seconds))}</text>'
    )


def _named(row: Waits) -> Waits:
    name = language_name(row.label, current_locale())
    return Waits(name, row.count, row.to_page, row.to_acknowledge, row.to_answer)


def _shown_page(one: PageTried) -> dict[str, str]:
    return {
        "at": moment(one.at, ports().clock()),
        "who": one.who,
        "rung": label_of({str(rung): text for rung, text in RUNG_LABELS.items()}, str(one.rung)),
        "way": label_of(WAY_LABELS, one.way),
        "status": label_of(STATUS_LABELS, one.status),
        "attempts": str(one.attempts),
        "error": one.error or "",
    }
