"""The reporters' JSON API: parse, use case, answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from flask import Blueprint, Response, current_app, json, request

from escalation import conversation
from escalation.casefile import Turn
from escalation.conversation import Opened, View
from escalation.signal import printable

from ..admission import ProofNeededError, admit
from ..errors import BadRequestError, problem_response
from ..i18n import current_locale, gettext, set_locale
from ..limits import receipt_tries
from ..ports import ports
from ..rendering import RenderedLine, render_line
from ..security import UNSAFE_METHODS
from ..streams import event, follow, last_event_id, stream
from .openapi import EXTENSION, ApiPart, document
from .reading import (
    bearer_token,
    read_after,
    read_chosen_language,
    read_last_event,
    read_message,
    read_opening,
    read_receipt,
)

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


def check_json() -> None:
    """Guard of the JSON API: a body must say that it is JSON, so no form of another site can send it.

    Who may open which conversation is decided by the bearer token, view by view.
    """
    if request.method in UNSAFE_METHODS - {"DELETE"} and not request.is_json:
        raise BadRequestError


@blueprint.get("/openapi.json")
def describe() -> Response:
    """Describe the API."""
    parts = cast(tuple[ApiPart, ...], current_app.extensions[EXTENSION])
    return _json(document(parts))


@blueprint.post("/conversations")
def open_conversation() -> Response:
    """Open a conversation."""
    asked = read_opening()
    admitted = admit(proof=asked.proof, without_proof=asked.without_proof)
    opened = conversation.open_conversation(
        ports(),
        language=asked.language,
        suggested=current_locale(),
        rush=admitted.rush,
        unproven=admitted.unproven,
    )
    return _json(_opened(opened), status=201)


@blueprint.errorhandler(ProofNeededError)
def ask_for_proof(error: ProofNeededError) -> Response:
    """Hand out the challenge that a proof solves."""
    return problem_response(error.code, challenge=error.challenge)


@blueprint.get("/conversations/<conversation_id>")
def read(conversation_id: str) -> Response:
    """Return all turns, or those after ``?after=``."""
    view = conversation.view(
        ports(), conversation_id=conversation_id, token=bearer_token(), after=read_after()
    )
    return _json(_view(view))


@blueprint.post("/conversations/<conversation_id>/messages")
def send(conversation_id: str) -> Response:
    """Take one message and return the turns that answer it."""
    token, message = bearer_token(), read_message()
    view = conversation.receive(
        ports(),
        conversation_id=conversation_id,
        token=token,
        text=message.text,
        choice=message.choice,
        client_id=message.client_id,
    )
    return _json(_view(view))


@blueprint.put("/conversations/<conversation_id>/language")
def choose_language(conversation_id: str) -> Response:
    """Keep the person's own choice of language and return the conversation in it."""
    view = conversation.choose_language(
        ports(),
        conversation_id=conversation_id,
        token=bearer_token(),
        language=read_chosen_language(),
    )
    return _json(_view(view))


@blueprint.get("/conversations/<conversation_id>/events")
def events(conversation_id: str) -> Response:
    """Send new turns as they come."""
    token, after = bearer_token(), read_last_event()
    set_locale(
        conversation.view(
            ports(), conversation_id=conversation_id, token=token, after=after
        ).language
    )
    return stream(
        follow(
            ports(), conversation_id=conversation_id, token=token, after=after, render=_turn_events
        )
    )


@blueprint.delete("/conversations/<conversation_id>")
def erase(conversation_id: str) -> Response:
    """Erase everything and say what that means, in the language of the conversation."""
    whose = {"conversation_id": conversation_id, "token": bearer_token()}
    set_locale(conversation.view(ports(), **whose, after=last_event_id()).language)
    conversation.erase(ports(), **whose)
    meaning = gettext(
        "Everything you wrote here has been removed, and your number no longer works. "
        "A person who has already read it still knows what was said."
    )
    return _json({"erased": True, "meaning": meaning})


@blueprint.post("/receipts")
def resume() -> Response:
    """Open the conversation again that belongs to a receipt."""
    receipt = read_receipt()
    with receipt_tries().one():
        opened = conversation.resume(ports(), receipt=receipt)
    return _json(_opened(opened))


def _json(body: Mapping[str, Any], *, status: int = 200) -> Response:
    return Response(json.dumps(body), status=status, content_type="application/json")


def _opened(opened: Opened) -> dict[str, Any]:
    return {**_view(opened.view), "token": opened.token}


def _view(view: View) -> dict[str, Any]:
    set_locale(view.language)
    return {
        "id": view.id,
        "language": view.language,
        "floor": view.floor,
        "turns": [turn_json(turn, view.language) for turn in view.turns],
        "receipt": view.receipt,
        "hidden": view.hidden,
    }


def _turn_events(view: View, last: int) -> Iterable[str]:
    for turn in view.turns:
        if turn.id > last:
            yield event(json.dumps(turn_json(turn, view.language)), event_id=turn.id, name="turn")


def turn_json(turn: Turn, locale: str) -> dict[str, Any]:
    """Return a turn as the API shows it, in the words of ``locale``."""
    line = (
        render_line(turn.line, locale)
        if turn.line
        else RenderedLine(text=printable(turn.text or ""))
    )
    return {
        "id": turn.id,
        "author": turn.author,
        "say": turn.line.say if turn.line else None,
        "text": line.full_text,
        "rows": [{"label": label, "value": value} for label, value in line.rows],
        "choices": [{"id": choice_id, "label": label} for choice_id, label in line.choices],
        "multiple": line.multiple,
        "asks": line.asks,
        "at": turn.at.isoformat(),
    }
