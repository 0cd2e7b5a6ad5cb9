"""Reads JSON requests. Whatever has another shape than described is refused with a problem, and nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from escalation.errors import UnknownLanguageError, WrongTokenError

from ..errors import BadRequestError
from ..streams import last_event_id
from .description import CLIENT_ID_MAX_CHARS

BEARER = "bearer "


@dataclass(frozen=True)
class Message:
    """A message as it was sent: exactly one of ``text`` and ``choice``."""

    text: str | None
    choice: str | None
    client_id: str | None

    def __repr__(self) -> str:
        return "Message(…)"


def bearer_token() -> str:
    """Return the token of the Authorization header. Raises WrongTokenError when there is none."""
    header = request.headers.get("Authorization", "")
    token = header[len(BEARER) :].strip() if header[: len(BEARER)].lower() == BEARER else ""
    if not token:
        raise WrongTokenError
    return token


def json_object() -> dict[str, Any]:
    """Return the request's JSON object. Raises BadRequestError for anything else."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # thousands of brackets: nothing that a person would send
        body = None
    if not isinstance(body, dict):
        raise BadRequestError
    return body


def read_message() -> Message:
    """Return the message in the body. Raises BadRequestError."""
    body = json_object()
    text, choice, client_id = (
        _optional_text(body, name) for name in ("text", "choice", "client_id")
    )
    if (text is None) == (choice is None):
        raise BadRequestError
    if client_id is not None and not 0 < len(client_id) <= CLIENT_ID_MAX_CHARS:
        raise BadRequestError
    return Message(text=text, choice=choice, client_id=client_id)


def read_language() -> str | None:
    """Return the language in the body, None when it is left open. Raises BadRequestError, UnknownLanguageError."""
    language = json_object().get("language")
    if language is None or isinstance(language, str):
        return language
    raise BadRequestError


@dataclass(frozen=True)
class Asked:
    """How somebody asks for a conversation: ``proof`` solves a challenge, ``without_proof`` goes on without."""

    language: str | None
    proof: str
    without_proof: bool


def read_opening() -> Asked:
    """Return how a conversation is asked for. Raises BadRequestError."""
    body = json_object()
    without = body.get("without_proof", False)
    if not isinstance(without, bool):
        raise BadRequestError
    return Asked(read_language(), _optional_text(body, "proof") or "", without)


def read_chosen_language() -> str:
    """Return the language in the body. Raises BadRequestError, UnknownLanguageError."""
    language = read_language()
    if language is None:
        raise UnknownLanguageError
    return language


def read_receipt() -> str:
    """Return the receipt in the body as it was typed. Raises BadRequestError."""
    receipt = _optional_text(json_object(), "receipt")
    if receipt is None:
        raise BadRequestError
    return receipt


def read_after() -> int:
    """Return ``?after=``, 0 when it is not given. Raises BadRequestError."""
    given = request.args.get("after", "0")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise BadRequestError
    return int(given)


def read_last_event() -> int:
    """Return the turn after which a stream goes on: Last-Event-ID, else ``?after=``. Raises BadRequestError."""
    read_after()
    return last_event_id()


def _optional_text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is None or isinstance(value, str):
        return value
    raise BadRequestError
