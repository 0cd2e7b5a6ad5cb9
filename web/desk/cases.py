"""One case: reading it, taking it over, writing with the person, handing it back, closing it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from escalation.bus import QUEUE_TOPIC, conversation_topic
from escalation.desk import cases
from escalation.desk.drafts import read_draft
from escalation.desk.sessions import Screener
from escalation.desk.setting_aside import put_back
from escalation.errors import (
    AlreadyTakenError,
    EmptyMessageError,
    InvalidTransitionError,
    MessageTooLongError,
    NietPluisError,
    NotOwnerError,
    TranslationFailedError,
)

from ..errors import problem_for
from ..i18n import gettext
from ..ports import ports
from ..security import ForeignRequestError
from ..streams import event, last_event_id, stream
from .case_page import CasePage, open_page
from .following import follow
from .forms import new_client_id, read_client_id
from .phrases import phrasebook
from .problems import page_on_fact, page_on_foreign_request
from .queue import part_response, queue_context, show_queue
from .session import screener, staff, wants_part

QUEUE_BESIDE = "open"
"""What the list beside a case shows."""

blueprint = Blueprint("desk_cases", __name__, url_prefix="/desk/cases/<case_id>")
blueprint.register_error_handler(NietPluisError, page_on_fact)
blueprint.register_error_handler(ForeignRequestError, page_on_foreign_request)


@blueprint.get("")
def show(case_id: str) -> Response:
    """Show the case, or for the script what came after turn ``?after=``."""
    if wants_part():
        return part_response(_fragment(screener(), case_id, after=last_event_id()))
    return _page(case_id)


@blueprint.get("/events")
def events(case_id: str) -> Response:
    """Send what is new in the case and in the queue as it comes; resumes after ``Last-Event-ID``."""
    after, last = last_event_id(), ["", ""]
    cases.read_case(ports(), screener=screener(), case_id=case_id, after=after)

    def look(who: Screener) -> Iterable[str]:
        nonlocal after
        page = open_page(ports(), screener=who, case_id=case_id, after=after)
        queue = show_queue(who, QUEUE_BESIDE)
        if page.key != last[0] or page.turns:
            after, last[0] = page.last_id, page.key
            part = render_template("desk/case_fragment.html", **_context(page), session=staff())
            yield event(part, event_id=after, name="case")
        if queue.key != last[1]:
            last[1] = queue.key
            part = render_template(
                "desk/queue_fragment.html", **queue_context(queue, current=case_id)
            )
            yield event(part, event_id=after, name="queue")

    topics = (conversation_topic(case_id), QUEUE_TOPIC)
    return stream(follow(ports(), session_token=staff().token, topics=topics, look=look))


@blueprint.post("/take")
def take(case_id: str) -> Response:
    """Take the case over; a colleague who was first is named."""
    try:
        cases.take(ports(), screener=screener(), case_id=case_id)
    except AlreadyTakenError as error:
        notice = gettext("%(owner)s was first and has the case now.", owner=error.owner)
        return _page(case_id, code=error.code, notice=notice)
    except InvalidTransitionError as error:
        return _page(case_id, code=error.code)
    return _to_case(case_id, anchor="text")


@blueprint.post("/put-back")
def put_back_one(case_id: str) -> Response:
    """Put a case that was set aside back into the queue."""
    put_back(ports(), screener=screener(), case_id=case_id)
    return make_response(redirect(url_for("desk.queue", state="aside"), code=303))


@blueprint.post("/messages")
def say(case_id: str) -> Response:
    """Write to the person, own words or a line of the phrasebook; what could not be sent stays in the box."""
    text, phrase = request.form.get("text", ""), request.form.get("phrase")
    try:
        cases.say(
            ports(),
            screener=screener(),
            case_id=case_id,
            text=text,
            phrase=phrase,
            client_id=read_client_id(phrase or text),
            translate=request.form.get("translate") == "yes",
        )
    except (
        EmptyMessageError,
        MessageTooLongError,
        NotOwnerError,
        TranslationFailedError,
    ) as error:
        return page_on_fact(error) if wants_part() else _page(case_id, code=error.code, draft=text)
    if wants_part():
        return part_response(_fragment(screener(), case_id, after=last_event_id()))
    return _to_case(case_id, anchor="latest")


@blueprint.post("/release")
def release(case_id: str) -> Response:
    """Give the case back to the computer or to the queue."""
    try:
        cases.release(ports(), screener=screener(), case_id=case_id, to=request.form.get("to", ""))
    except (NotOwnerError, InvalidTransitionError) as error:
        return _page(case_id, code=error.code)
    return make_response(redirect(url_for("desk.queue"), code=303))


@blueprint.post("/close")
def close(case_id: str) -> Response:
    """Close the case; the page has asked before whether that is meant."""
    try:
        cases.close(ports(), screener=screener(), case_id=case_id)
    except (NotOwnerError, InvalidTransitionError) as error:
        return _page(case_id, code=error.code)
    return _to_case(case_id)


def _page(
    case_id: str, *, code: str | None = None, notice: str | None = None, draft: str = ""
) -> Response:
    case = open_page(ports(), screener=screener(), case_id=case_id)
    problem = problem_for(code) if code else None
    kept = draft or read_draft(ports(), screener=screener(), case_id=case_id)
    page = render_template(
        "desk/case.html",
        **_context(case, draft=kept),
        **queue_context(show_queue(screener(), QUEUE_BESIDE), current=case_id),
        problem=problem,
        notice=notice,
    )
    return make_response(page, problem.status if problem else 200)


def _fragment(who: Screener, case_id: str, *, after: int) -> str:
    case = open_page(ports(), screener=who, case_id=case_id, after=after)
    return render_template("desk/case_fragment.html", **_context(case), session=staff())


def _context(case: CasePage, *, draft: str = "") -> dict[str, Any]:
    return {
        "case": case,
        "client_id": new_client_id(),
        "draft": draft,
        "phrasebook": partial(phrasebook, side=screener().side),
        "can_translate": ports().translator is not None,
    }


def _to_case(case_id: str, *, anchor: str | None = None) -> Response:
    address = url_for("desk_cases.show", case_id=case_id, _anchor=anchor)
    return make_response(redirect(address, code=303))
