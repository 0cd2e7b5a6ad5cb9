"""The link in a page: one button that says "I am coming". It works without a session, and tells nothing of any case."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from escalation.bus import QUEUE_TOPIC, conversation_topic
from escalation.duty.alarm import acknowledge
from escalation.duty.paging import page_of_token
from escalation.store.duty_tables import Alarm
from escalation.store.session import reading, unit_of_work
from escalation.store.tables import ScreenerRow

from ..i18n import set_locale
from ..ports import ports

blueprint = Blueprint("desk_paged", __name__, url_prefix="/desk/page")

OPEN, TAKEN, DONE, UNKNOWN = "open", "taken", "done", "unknown"


@blueprint.get("/<token>")
def show(token: str) -> Response:
    """Show the button. Looking acknowledges nothing: mail programs and telephones open links by themselves."""
    with reading(ports().sessions) as session:
        page = page_of_token(session, token)
        if page is None:
            return _page(UNKNOWN, token)
        set_locale(session.get_one(ScreenerRow, page.screener_id).language)
        return _page(_state(session.get_one(Alarm, page.alarm_id), page.screener_id), token)


@blueprint.post("/<token>")
def come(token: str) -> Response:
    """Acknowledge: the calling stops for a while, and the reporter reads that somebody comes."""
    with unit_of_work(ports().sessions) as session:
        page = page_of_token(session, token)
        if page is None:
            return _page(UNKNOWN, token)
        set_locale(session.get_one(ScreenerRow, page.screener_id).language)
        alarm = session.get_one(Alarm, page.alarm_id)
        acknowledge(ports(), session, alarm, screener_id=page.screener_id, now=ports().clock())
        session.refresh(alarm)
        state = _state(alarm, page.screener_id)
        conversation_id = alarm.conversation_id
    ports().bus.publish(conversation_topic(conversation_id))
    ports().bus.publish(QUEUE_TOPIC)
    return _page(state, token)


def _state(alarm: Alarm, screener_id: str) -> str:
    if alarm.acknowledged_by == screener_id:
        return DONE
    return TAKEN if alarm.ended_at or alarm.acknowledged_by else OPEN


def _page(state: str, token: str) -> Response:
    page = render_template("desk/paged.html", state=state, token=token, session=None)
    return make_response(page, 404 if state == UNKNOWN else 200)
