"""What the screeners' part of the API looks like from outside, in the terms of OpenAPI 3.1. A table of data."""

from __future__ import annotations

from typing import Any

from escalation.desk.own_password import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS
from escalation.desk.queue import MAX_ROWS, STATES
from escalation.flood import REASONS
from escalation.floor import FLOORS
from escalation.intake import MAX_MESSAGE_CHARS
from escalation.signal import CHANNELS, FIELDS, FLAGS, LANGUAGES, LEVELS, SIDES

from ..api.openapi import json_answer, json_body, problem_answers, ref
from .forms import CLIENT_ID_MAX_CHARS

SECURITY: dict[str, Any] = {
    "screenerToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of a screener's session.",
    }
}

_MOMENT = {"type": "string", "format": "date-time"}
_TEXT = {"type": "string"}

_ROW: dict[str, Any] = {
    "id": _TEXT,
    "channel": {"type": "string", "enum": list(CHANNELS)},
    "language": {
        "type": "string",
        "enum": list(LANGUAGES),
        "description": "The language in which the person writes, ISO 639-1.",
    },
    "level": {"type": "string", "enum": list(LEVELS)},
    "flags": {"type": "array", "items": {"type": "string", "enum": list(FLAGS)}},
    "floor": {"type": "string", "enum": list(FLOORS), "description": "Who speaks next."},
    "opened_at": {**_MOMENT, "description": "Rounded to five minutes."},
    "waiting_since": {"type": ["string", "null"], "format": "date-time"},
    "owner": {"type": ["string", "null"], "description": "Name of the screener who has the case."},
    "submitted": {"type": "boolean", "description": "The person sent it, and did not only begin."},
    "set_aside": {
        "type": ["string", "null"],
        "enum": [*REASONS, None],
        "description": "Why it stands apart from the queue as part of a flood.",
    },
    "last_turn": {"type": "integer", "minimum": 0},
}

_CASE: dict[str, Any] = {
    **_ROW,
    "flags": {"type": "array", "items": ref("FlagWithReason")},
    "fields": {
        "type": "object",
        "propertyNames": {"enum": list(FIELDS)},
        "additionalProperties": {
            "type": ["string", "integer", "array"],
            "items": {"type": "string"},
        },
        "description": "The structured signal as last told; fields that were not told are left out.",
    },
    "readers": {
        "type": "array",
        "items": {"type": "string", "enum": list(SIDES)},
        "description": "The desks that can open the case.",
    },
    "may_write": {"type": "boolean", "description": "The case is in this screener's hands."},
    "turns": {"type": "array", "items": ref("Turn")},
}

SCHEMAS: dict[str, Any] = {
    "NewPassword": {
        "type": "object",
        "required": ["password"],
        "properties": {
            "password": {
                "type": "string",
                "minLength": MIN_PASSWORD_CHARS,
                "maxLength": MAX_PASSWORD_CHARS,
                "description": "Opens everything the screener may read; nobody can reset it.",
            }
        },
    },
    "Joined": {
        "type": "object",
        "required": ["name", "totp_secret", "totp_uri", "has_access"],
        "properties": {
            "name": _TEXT,
            "totp_secret": {"type": "string", "pattern": "^[A-Z2-7]{32}$"},
            "totp_uri": {"type": "string", "pattern": "^otpauth://totp/"},
            "has_access": {
                "type": "boolean",
                "description": "False: a colleague has yet to give access.",
            },
        },
    },
    "LogIn": {
        "type": "object",
        "required": ["name", "password", "totp"],
        "properties": {"name": _TEXT, "password": _TEXT, "totp": _TEXT},
    },
    "Session": {
        "type": "object",
        "required": ["token", "expires_at"],
        "properties": {
            "token": _TEXT,
            "expires_at": {**_MOMENT, "description": "At the latest; sooner when it is not used."},
        },
    },
    "CaseRow": {"type": "object", "required": list(_ROW), "properties": _ROW},
    "Queue": {
        "type": "object",
        "required": ["state", "cases"],
        "properties": {
            "state": {"type": "string", "enum": list(STATES)},
            "cases": {
                "type": "array",
                "items": ref("CaseRow"),
                "maxItems": MAX_ROWS,
                "description": "Most urgent first, then who waits longest.",
            },
        },
    },
    "FlagWithReason": {
        "type": "object",
        "required": ["id", "flag", "now", "source", "evidence", "rule", "cleared"],
        "properties": {
            "id": {"type": "integer"},
            "flag": {"type": "string", "enum": list(FLAGS)},
            "now": {"type": "boolean", "description": "It is happening now."},
            "source": {"type": "string", "enum": ["words", "answer", "system"]},
            "evidence": {
                "type": "string",
                "description": "The person's own words, or the answer as `field=value`.",
            },
            "rule": {"type": "string", "description": "The rule that raised it."},
            "cleared": {"type": "boolean"},
        },
    },
    "Case": {"type": "object", "required": list(_CASE), "properties": _CASE},
    "CaseWithoutTurns": {
        "type": "object",
        "required": [name for name in _CASE if name != "turns"],
        "properties": {name: schema for name, schema in _CASE.items() if name != "turns"},
    },
    "ScreenerMessage": {
        "type": "object",
        "required": ["text"],
        "properties": {
            "text": {"type": "string", "maxLength": MAX_MESSAGE_CHARS},
            "client_id": {"type": "string", "minLength": 1, "maxLength": CLIENT_ID_MAX_CHARS},
        },
    },
    "Release": {
        "type": "object",
        "required": ["to"],
        "properties": {"to": {"type": "string", "enum": ["bot", "waiting"]}},
    },
}

_ID = {"name": "id", "in": "path", "required": True, "schema": _TEXT}
_TOKEN = {"name": "token", "in": "path", "required": True, "schema": _TEXT}
_STATE = {"name": "state", "in": "query", "schema": {"type": "string", "enum": list(STATES)}}
_AFTER = {"name": "after", "in": "query", "schema": {"type": "integer", "minimum": 0}}
_LAST_EVENT = {"name": "Last-Event-ID", "in": "header", "schema": _TEXT}
_BEARER: list[dict[str, list[str]]] = [{"screenerToken": []}]
_ANSWER = json_answer("The case as the queue shows it.", ref("CaseRow"))
_EVENTS = {
    "description": "Events, with a comment line as heartbeat.",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}


def _operation(
    name: str, summary: str, ok: dict[str, Any], problems: tuple[int, ...], **more: Any
) -> dict[str, Any]:
    """Return an operation for a screener with a session; ``ok`` holds the answers that are no problem."""
    return {
        "operationId": name,
        "summary": summary,
        "security": _BEARER,
        **more,
        "responses": {**ok, **problem_answers(401, 403, *problems)},
    }


PATHS: dict[str, Any] = {
    "/api/v1/desk/invitations/{token}": {
        "parameters": [_TOKEN],
        "post": {
            "operationId": "acceptInvitation",
            "summary": "Join the desk, once, with the link's token",
            "requestBody": json_body(ref("NewPassword")),
            "responses": {
                "201": json_answer("Joined; the secret is shown this once.", ref("Joined")),
                **problem_answers(404, 422),
            },
        },
    },
    "/api/v1/desk/session": {
        "post": {
            "operationId": "logIn",
            "summary": "Log in; every code counts once",
            "requestBody": json_body(ref("LogIn")),
            "responses": {
                "201": json_answer("Logged in.", ref("Session")),
                **problem_answers(401, 429, 503),
            },
        },
        "delete": _operation("logOut", "Log out", {"204": {"description": "Logged out."}}, ()),
    },
    "/api/v1/desk/cases": {
        "get": _operation(
            "listCases",
            "The queue, or the cases of another state",
            {"200": json_answer("In queue order.", ref("Queue"))},
            (),
            parameters=[_STATE],
        )
    },
    "/api/v1/desk/events": {
        "get": _operation(
            "followQueue",
            "The queue, now and whenever it changes",
            {"200": _EVENTS},
            (503,),
            description="Server-sent events. `queue`: a Queue. `ended`: stop.",
            parameters=[_STATE],
        )
    },
    "/api/v1/desk/cases/{id}": {
        "parameters": [_ID],
        "get": _operation(
            "readCase",
            "A case with fields, flags with their reasons, and turns",
            {"200": json_answer("The case.", ref("Case"))},
            (404,),
            parameters=[_AFTER],
        ),
    },
    "/api/v1/desk/cases/{id}/take": {
        "parameters": [_ID],
        "post": _operation(
            "takeCase",
            "Take over; of any number of screeners exactly one gets it",
            {"200": _ANSWER},
            (404, 409),
            description="A 409 with the code `already_taken` names who was first in `owner`.",
        ),
    },
    "/api/v1/desk/cases/{id}/messages": {
        "parameters": [_ID],
        "post": _operation(
            "writeToPerson",
            "Write to the person",
            {"201": json_answer("Stored and shown to the person.", ref("Turn"))},
            (404, 413, 422),
            requestBody=json_body(ref("ScreenerMessage")),
        ),
    },
    "/api/v1/desk/cases/{id}/release": {
        "parameters": [_ID],
        "post": _operation(
            "releaseCase",
            "Give the case back to the bot or to the queue",
            {"200": _ANSWER},
            (404, 409),
            requestBody=json_body(ref("Release")),
        ),
    },
    "/api/v1/desk/cases/{id}/put-back": {
        "parameters": [_ID],
        "post": _operation(
            "putCaseBack", "Put back what was set aside as a flood", {"200": _ANSWER}, (404,)
        ),
    },
    "/api/v1/desk/cases/{id}/close": {
        "parameters": [_ID],
        "post": _operation("closeCase", "Close the case", {"200": _ANSWER}, (404, 409)),
    },
    "/api/v1/desk/cases/{id}/events": {
        "parameters": [_ID],
        "get": _operation(
            "followCase",
            "New turns, and the rest of the case whenever it changes",
            {"200": _EVENTS},
            (404, 503),
            description="Server-sent events. `turn`: a Turn. `case`: a CaseWithoutTurns. `ended`: stop.",
            parameters=[_AFTER, _LAST_EVENT],
        ),
    },
}
