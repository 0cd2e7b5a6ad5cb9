"""What the reporters' part of the API looks like from outside, in the terms of OpenAPI 3.1. A table of data."""

from __future__ import annotations

from typing import Any

from escalation.floor import FLOORS
from escalation.intake import MAX_MESSAGE_CHARS
from escalation.signal import FIELDS, LANGUAGES

from .openapi import json_answer, json_body, problem_answers, ref
from .opening import OPENING_SCHEMAS

CLIENT_ID_MAX_CHARS = 64

SECURITY: dict[str, Any] = {
    "reporterToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token that came when the conversation was opened. It opens this one conversation.",
    }
}

_LANGUAGE = {"type": "string", "enum": list(LANGUAGES), "description": "ISO 639-1."}
_TURN_ID = {
    "type": "integer",
    "minimum": 0,
    "description": "Counts up by one within the conversation.",
}
_RECEIPT = {
    "type": ["string", "null"],
    "pattern": "^[0-9]{16}$",
    "description": "16 digits that open the conversation again. Show them, and never put them into an address.",
}

SCHEMAS: dict[str, Any] = {
    "Choice": {
        "type": "object",
        "required": ["id", "label"],
        "properties": {
            "id": {"type": "string", "description": "What is sent back, for example `minors:yes`."},
            "label": {"type": "string", "description": "In the conversation's language."},
        },
    },
    "Row": {
        "type": "object",
        "required": ["label", "value"],
        "properties": {"label": {"type": "string"}, "value": {"type": "string"}},
    },
    "Turn": {
        "type": "object",
        "required": ["id", "author", "say", "text", "rows", "choices", "multiple", "asks", "at"],
        "properties": {
            "id": _TURN_ID,
            "author": {"type": "string", "enum": ["bot", "reporter", "screener", "system"]},
            "say": {
                "type": ["string", "null"],
                "description": "Stable key of the line; null for free text.",
            },
            "text": {
                "type": "string",
                "description": "The whole turn as plain text, a summary's rows included.",
            },
            "rows": {
                "type": "array",
                "items": ref("Row"),
                "description": "A summary's rows once more, apart, for a client that shows them as a list.",
            },
            "choices": {"type": "array", "items": ref("Choice")},
            "multiple": {
                "type": "boolean",
                "description": "More than one choice may be sent at once: `field:a,b`.",
            },
            "asks": {
                "type": ["string", "null"],
                "enum": [*FIELDS, None],
                "description": "The field of the signal that the line asks for.",
            },
            "at": {"type": "string", "format": "date-time"},
        },
    },
    "Conversation": {
        "type": "object",
        "required": ["id", "language", "floor", "turns", "receipt", "hidden"],
        "properties": {
            "id": {"type": "string"},
            "language": _LANGUAGE,
            "floor": {
                "type": "string",
                "enum": list(FLOORS),
                "description": "Who speaks next: the bot, nobody yet, a person, or nobody any more.",
            },
            "turns": {"type": "array", "items": ref("Turn")},
            "receipt": _RECEIPT,
            "hidden": {
                "type": "boolean",
                "description": "Show nothing of the conversation until the person sends the choice `resume`.",
            },
        },
    },
    "OpenedConversation": {
        "allOf": [
            ref("Conversation"),
            {"type": "object", "required": ["token"], "properties": {"token": {"type": "string"}}},
        ]
    },
    **OPENING_SCHEMAS,
    "NewMessage": {
        "type": "object",
        "description": "Either `text` or `choice`. The same `client_id` again changes nothing.",
        "properties": {
            "text": {"type": "string", "maxLength": MAX_MESSAGE_CHARS},
            "choice": {"type": "string"},
            "client_id": {"type": "string", "minLength": 1, "maxLength": CLIENT_ID_MAX_CHARS},
        },
        "oneOf": [{"required": ["text"]}, {"required": ["choice"]}],
    },
    "NewLanguage": {
        "type": "object",
        "required": ["language"],
        "properties": {"language": _LANGUAGE},
    },
    "Receipt": {
        "type": "object",
        "required": ["receipt"],
        "properties": {
            "receipt": {
                "type": "string",
                "description": "Digits of any script, spaces do not matter.",
            }
        },
    },
    "Erased": {
        "type": "object",
        "required": ["erased", "meaning"],
        "properties": {
            "erased": {"const": True},
            "meaning": {
                "type": "string",
                "description": "What erasing does and does not do, for the person.",
            },
        },
    },
}

_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
_LANG = {
    "name": "lang",
    "in": "query",
    "schema": {"type": "string"},
    "description": "Language of problems.",
}
_BEARER: list[dict[str, list[str]]] = [{"reporterToken": []}]
_CONVERSATION = json_answer("The conversation.", ref("Conversation"))

PATHS: dict[str, Any] = {
    "/api/v1/conversations": {
        "post": {
            "operationId": "openConversation",
            "summary": "Open a conversation",
            "parameters": [_LANG],
            "requestBody": json_body(ref("NewConversation")),
            "responses": {
                "201": json_answer(
                    "Opened; `turns` holds the first lines.", ref("OpenedConversation")
                ),
                "429": {
                    "description": "`proof_needed`.",
                    "content": {"application/problem+json": {"schema": ref("ProofNeeded")}},
                },
                **problem_answers(422, 503),
            },
        }
    },
    "/api/v1/conversations/{id}": {
        "parameters": [_ID],
        "get": {
            "operationId": "readConversation",
            "summary": "All turns, or those after one",
            "security": _BEARER,
            "parameters": [{"name": "after", "in": "query", "schema": _TURN_ID}],
            "responses": {"200": _CONVERSATION, **problem_answers(401, 404)},
        },
        "delete": {
            "operationId": "eraseConversation",
            "summary": "Erase everything",
            "security": _BEARER,
            "responses": {
                "200": json_answer("Erased.", ref("Erased")),
                **problem_answers(401, 404),
            },
        },
    },
    "/api/v1/conversations/{id}/messages": {
        "parameters": [_ID],
        "post": {
            "operationId": "sendMessage",
            "summary": "Send a text or a choice",
            "security": _BEARER,
            "requestBody": json_body(ref("NewMessage")),
            "responses": {
                "200": json_answer(
                    "Stored; `turns` are those that answer it.", ref("Conversation")
                ),
                **problem_answers(401, 404, 409, 413, 422),
            },
        },
    },
    "/api/v1/conversations/{id}/language": {
        "parameters": [_ID],
        "put": {
            "operationId": "chooseLanguage",
            "summary": "Go on in another language",
            "security": _BEARER,
            "requestBody": json_body(ref("NewLanguage")),
            "responses": {"200": _CONVERSATION, **problem_answers(401, 404, 422)},
        },
    },
    "/api/v1/conversations/{id}/events": {
        "parameters": [_ID],
        "get": {
            "operationId": "followConversation",
            "summary": "New turns as they come",
            "description": "Events: `turn` is one Turn with its number as id; `hidden` and `ended` say stop.",
            "security": _BEARER,
            "parameters": [
                {"name": "Last-Event-ID", "in": "header", "schema": {"type": "string"}},
                {"name": "after", "in": "query", "schema": _TURN_ID},
            ],
            "responses": {
                "200": {
                    "description": "Events, with a comment line as heartbeat.",
                    "content": {"text/event-stream": {"schema": {"type": "string"}}},
                },
                **problem_answers(401, 404, 503),
            },
        },
    },
    "/api/v1/receipts": {
        "post": {
            "operationId": "resumeConversation",
            "summary": "Come back with a receipt",
            "parameters": [_LANG],
            "requestBody": json_body(ref("Receipt")),
            "responses": {
                "200": json_answer("The conversation again.", ref("OpenedConversation")),
                **problem_answers(404, 429, 503),
            },
        }
    },
    "/api/v1/openapi.json": {
        "get": {
            "operationId": "describeApi",
            "summary": "This document",
            "responses": {"200": json_answer("OpenAPI 3.1.", {"type": "object"})},
        }
    },
}
