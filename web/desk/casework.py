"""Work on a case beside the talk: notes, corrected fields, cleared flags, handing on, drafts, typing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from escalation.desk import (
    cases,
    corrections,
    drafts,
    four_eyes,
    handing_over,
    notes,
    translations,
)
from escalation.duty.presence import note_typing
from escalation.errors import NietPluisError, NotOwnerError
from escalation.signal import FIELDS, RATHER_NOT_SAY, SIDES, UNKNOWN, InvalidValueError

from ..i18n import gettext
from ..ports import ports
from ..security import ForeignRequestError
from .labels import ESCAPE_LABELS, field_label, value_label
from .problems import page_on_fact, page_on_foreign_request
from .session import screener, staff

blueprint = Blueprint("desk_casework", __name__, url_prefix="/desk/cases/<case_id>")
blueprint.register_error_handler(NietPluisError, page_on_fact)
blueprint.register_error_handler(ForeignRequestError, page_on_foreign_request)


@blueprint.post("/notes")
def add_note(case_id: str) -> Response:
    """Add an internal note."""
    notes.add_note(ports(), screener=screener(), case_id=case_id, text=request.form.get("text", ""))
    return _to_case(case_id, "notes")


@blueprint.post("/flags/<flag_id>/clear")
def clear_flag(case_id: str, flag_id: str) -> Response:
    """Clear a flag, with a reason."""
    corrections.clear_flag(
        ports(),
        screener=screener(),
        case_id=case_id,
        flag_id=int(flag_id) if flag_id.isdigit() and len(flag_id) < 10 else 0,
        reason=request.form.get("reason", ""),
    )
    return _to_case(case_id, "flags")


@blueprint.post("/hand")
def hand_on(case_id: str) -> Response:
    """Hand the case to a colleague (``to`` is an id) or to a side of the desk."""
    to, note = request.form.get("to", ""), request.form.get("note", "")
    if to in SIDES:
        handing_over.hand_to_side(ports(), screener=screener(), case_id=case_id, side=to, note=note)
    else:
        handing_over.hand_to_colleague(
            ports(), screener=screener(), case_id=case_id, colleague_id=to, note=note
        )
    return make_response(redirect(url_for("desk.queue"), code=303))


@blueprint.post("/police")
def ask_for_police(case_id: str) -> Response:
    """Open the case to police while danger to life stands; else ask a colleague to agree."""
    four_eyes.ask_for_police(
        ports(), screener=screener(), case_id=case_id, reason=request.form.get("reason", "")
    )
    return _to_case(case_id, "notes")


@blueprint.post("/copy")
def ask_for_copy(case_id: str) -> Response:
    """Ask a colleague to agree to a copy of the case."""
    four_eyes.ask_for_copy(
        ports(), screener=screener(), case_id=case_id, reason=request.form.get("reason", "")
    )
    return make_response(redirect(url_for("desk_four_eyes.show"), code=303))


@blueprint.get("/fields/<name>")
def show_field(case_id: str, name: str) -> Response:
    """Show a form for one field, with what was told."""
    return _field_page(case_id, name)


@blueprint.post("/fields/<name>")
def correct_field(case_id: str, name: str) -> Response:
    """Record a field as the screener has it."""
    given = request.form.getlist("value")
    if name not in FIELDS:
        raise NotFound
    value: Any = given if FIELDS[name].kind == "multi" else "".join(given[:1])
    try:
        corrections.correct_field(
            ports(), screener=screener(), case_id=case_id, field=name, value=value
        )
    except InvalidValueError:
        return _field_page(case_id, name, typed="".join(given[:1]), is_wrong=True)
    return _to_case(case_id, "facts")


@blueprint.post("/turns/<seq>/translate")
def translate(case_id: str, seq: str) -> Response:
    """Let a machine translate what the person typed; the words themselves stay."""
    number = int(seq) if seq.isdigit() and len(seq) < 10 else 0
    translations.translate_turn(ports(), screener=screener(), case_id=case_id, seq=number)
    return _to_case(case_id, f"turn-{number}")


@blueprint.post("/draft")
def save_draft(case_id: str) -> Response:
    """Keep what is being typed, and tell the other side that somebody types."""
    text = request.form.get("text", "")
    try:
        drafts.save_draft(ports(), screener=screener(), case_id=case_id, text=text)
    except NotOwnerError:
        return Response(status=409)
    if text.strip():
        note_typing(ports(), conversation_id=case_id, author="screener")
    return Response(status=204)


def _field_page(
    case_id: str, name: str, *, typed: str | None = None, is_wrong: bool = False
) -> Response:
    field = FIELDS.get(name)
    if field is None:
        raise NotFound
    case = cases.read_case(ports(), screener=screener(), case_id=case_id)
    if not case.may_write:
        raise NotOwnerError
    told = case.fields.get(name)
    chosen = [str(one) for one in (told if isinstance(told, list) else [told]) if one is not None]
    options = [(value, value_label(name, value)) for value in field.values]
    escapes = [(code, gettext(ESCAPE_LABELS[code])) for code in (UNKNOWN, RATHER_NOT_SAY)]
    page = render_template(
        "desk/field.html",
        session=staff(),
        case_id=case_id,
        field=field,
        label=field_label(name),
        options=[*options, *escapes] if options else [],
        chosen=chosen,
        typed=typed if typed is not None else "".join(chosen[:1]),
        is_wrong=is_wrong,
    )
    return make_response(page, 422 if is_wrong else 200)


def _to_case(case_id: str, anchor: str) -> Response:
    address = url_for("desk_cases.show", case_id=case_id, _anchor=anchor)
    return make_response(redirect(address, code=303))
