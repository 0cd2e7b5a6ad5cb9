"""The screeners' JSON API: parse, use case, answer. Two blueprints: the door is open, the rest needs a bearer token."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, json, request

from escalation.bus import QUEUE_TOPIC, conversation_topic
from escalation.casefile import FlagWithReason
from escalation.desk import cases, invitations, sessions
from escalation.desk.cases import Case
from escalation.desk.queue import STATES, CaseRow, list_cases
from escalation.desk.sessions import Screener
from escalation.desk.setting_aside import put_back
from escalation.duty.presence import leave
from escalation.errors import NietPluisError

from ..api.reading import json_object, read_after, read_last_event
from ..api.views import turn_json
from ..errors import BadRequestError
from ..ports import ports
from ..streams import event, stream
from .door import open_session
from .following import follow, part_key
from .forms import CLIENT_ID_MAX_CHARS, LogIn
from .problems import json_on_fact
from .session import screener, staff

DEFAULT_STATE = "open"
PREFIX = "/api/v1/desk"

door = Blueprint("desk_api_door", __name__, url_prefix=PREFIX)
blueprint = Blueprint("desk_api", __name__, url_prefix=PREFIX)
for _part in (door, blueprint):
    _part.register_error_handler(NietPluisError, json_on_fact)


@door.post("/invitations/<token>")
def join(token: str) -> Response:
    """Accept an invitation; the TOTP secret is shown this once."""
    password = _text(json_object(), "password")
    accepted = invitations.accept(ports(), token=token, password=password)
    body = {
        "name": accepted.name,
        "totp_secret": accepted.totp_secret,
        "totp_uri": accepted.totp_uri,
        "has_access": accepted.has_access,
    }
    return _json(body, status=201)


@door.post("/session")
def log_in() -> Response:
    """Open a session."""
    body = json_object()
    typed = LogIn(
        name=_text(body, "name"), password=_text(body, "password"), code=_text(body, "totp")
    )
    opened = open_session(typed)
    answer = {"token": opened.token, "expires_at": opened.expires_at.isoformat()}
    return _json(answer, status=201)


@blueprint.delete("/session")
def log_out() -> Response:
    """End the session."""
    sessions.log_out(ports(), session_token=staff().token)
    leave(ports(), screener_id=screener().id)
    return Response(status=204)


@blueprint.get("/cases")
def show_queue() -> Response:
    """Return the cases of a state in queue order."""
    return _json(_queue(screener(), _asked_state()))


@blueprint.get("/cases/<case_id>")
def show(case_id: str) -> Response:
    """Return a case with everything in it, or only the turns after ``?after=``."""
    case = cases.read_case(ports(), screener=screener(), case_id=case_id, after=read_after())
    return _json(case_json(case, screener().language))


@blueprint.post("/cases/<case_id>/take")
def take(case_id: str) -> Response:
    """Take the case over."""
    cases.take(ports(), screener=screener(), case_id=case_id)
    return _row(case_id)


@blueprint.post("/cases/<case_id>/messages")
def say(case_id: str) -> Response:
    """Write to the person; the same ``client_id`` again changes nothing and gets the same turn."""
    body = json_object()
    client_id = body.get("client_id")
    if client_id is not None and not (
        isinstance(client_id, str) and 0 < len(client_id) <= CLIENT_ID_MAX_CHARS
    ):
        raise BadRequestError
    seq = cases.say(
        ports(),
        screener=screener(),
        case_id=case_id,
        text=_text(body, "text"),
        client_id=client_id,
    )
    case = cases.read_case(ports(), screener=screener(), case_id=case_id, after=seq - 1)
    return _json(turn_json(case.turns[0], screener().language), status=201)


@blueprint.post("/cases/<case_id>/release")
def release(case_id: str) -> Response:
    """Give the case back to the bot or to the queue."""
    to = _text(json_object(), "to")
    if to not in ("bot", "waiting"):
        raise BadRequestError
    cases.release(ports(), screener=screener(), case_id=case_id, to=to)
    return _row(case_id)


@blueprint.post("/cases/<case_id>/put-back")
def put_back_one(case_id: str) -> Response:
    """Put a case that was set aside back into the queue."""
    put_back(ports(), screener=screener(), case_id=case_id)
    return _row(case_id)


@blueprint.post("/cases/<case_id>/close")
def close(case_id: str) -> Response:
    """Close the case."""
    cases.close(ports(), screener=screener(), case_id=case_id)
    return _row(case_id)


@blueprint.get("/events")
def queue_events() -> Response:
    """Send the queue, now and whenever it changes."""
    state, last = _asked_state(), [""]

    def look(who: Screener) -> Iterable[str]:
        shown = _queue(who, state)
        if part_key(shown) != last[0]:
            last[0] = part_key(shown)
            yield event(_line(shown), event_id=0, name="queue")

    return stream(follow(ports(), session_token=staff().token, topics=(QUEUE_TOPIC,), look=look))


@blueprint.get("/cases/<case_id>/events")
def case_events(case_id: str) -> Response:
    """Send new turns, and the rest of the case whenever it changes; resumes after ``Last-Event-ID``."""
    after, last = read_last_event(), [""]
    cases.read_case(ports(), screener=screener(), case_id=case_id, after=after)

    def look(who: Screener) -> Iterable[str]:
        nonlocal after
        case = cases.read_case(ports(), screener=who, case_id=case_id, after=after)
        for turn in case.turns:
            after = turn.id
            yield event(_line(turn_json(turn, who.language)), event_id=after, name="turn")
        rest = {
            name: part for name, part in case_json(case, who.language).items() if name != "turns"
        }
        key = part_key({**rest, "last_turn": None})
        if key != last[0]:
            last[0] = key
            yield event(_line(rest), event_id=after, name="case")

    topics = (conversation_topic(case_id),)
    return stream(follow(ports(), session_token=staff().token, topics=topics, look=look))


def row_json(row: CaseRow) -> dict[str, Any]:
    """Return the queue's view of a case."""
    return {
        "id": row.id,
        "channel": row.channel,
        "language": row.language,
        "level": row.level,
        "flags": list(row.flags),
        "floor": row.floor,
        "opened_at": row.opened_at.isoformat(),
        "waiting_since": row.waiting_since.isoformat() if row.waiting_since else None,
        "owner": row.owner_name,
        "submitted": row.submitted,
        "set_aside": row.set_aside,
        "last_turn": row.last_seq,
    }


def case_json(case: Case, locale: str) -> dict[str, Any]:
    """Return an opened case; ``flags`` carry their reasons here, and turns are in the words of ``locale``."""
    return {
        **row_json(case.row),
        "flags": [flag_json(flag) for flag in case.flags],
        "fields": case.fields,
        "readers": list(case.readers),
        "may_write": case.may_write,
        "turns": [turn_json(turn, locale) for turn in case.turns],
    }


def flag_json(flag: FlagWithReason) -> dict[str, Any]:
    """Return a flag with the words or the answer that raised it."""
    return {
        "id": flag.id,
        "flag": flag.flag,
        "now": flag.now,
        "source": flag.source,
        "evidence": flag.evidence,
        "rule": flag.rule,
        "cleared": flag.cleared,
    }


def _queue(who: Screener, state: str) -> dict[str, Any]:
    rows = list_cases(ports(), screener=who, state=state)
    return {"state": state, "cases": [row_json(row) for row in rows]}


def _row(case_id: str) -> Response:
    case = cases.read_case(ports(), screener=screener(), case_id=case_id)
    return _json(row_json(case.row))


def _asked_state() -> str:
    state = request.args.get("state", DEFAULT_STATE)
    if state not in STATES:
        raise BadRequestError
    return state


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise BadRequestError
    return value


def _line(body: Mapping[str, Any]) -> str:
    """Return JSON in ASCII: some typed characters would end the line, and with it the event."""
    return json.dumps(body, ensure_ascii=True)


def _json(body: Mapping[str, Any], *, status: int = 200) -> Response:
    return Response(json.dumps(body), status=status, content_type="application/json")
