"""One turn as it comes over the wire: checked here, so that everything behind the channel may trust it."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import Any

from bot.choices import Choice, InvalidChoiceError, parse_choice
from escalation.signal import CHANNELS, FLAGS, LEVELS

MAX_TEXT_CHARS = 10_000
MAX_BODY_BYTES = 256 * 1024
KEY_BYTES = 32

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
_CONVERSATION = re.compile(r"[A-Za-z0-9_-]{1,100}")


class BadTurnError(ValueError):
    """The body is not a turn. Carries nothing of it."""


@dataclass(frozen=True)
class IncomingTurn:
    """One checked turn: exactly one of ``text`` and ``choice`` is set."""

    conversation: str
    text: str | None
    choice_id: str | None
    choice: Choice | None
    language: str
    language_chosen: bool
    channel: str
    level: str
    flags: tuple[str, ...]
    acute_now: bool
    state: str | None
    state_key: bytes

    def __repr__(self) -> str:
        return "IncomingTurn(…)"


def parse_turn(body: bytes) -> IncomingTurn:
    """Return the turn in ``body``. Raises BadTurnError for anything else, or anything too long."""
    if len(body) > MAX_BODY_BYTES:
        raise BadTurnError
    try:
        data = json.loads(body)
        return _checked(data)
    except (KeyError, TypeError, ValueError, AttributeError, Base64Error, RecursionError):
        raise BadTurnError from None


def _checked(data: dict[str, Any]) -> IncomingTurn:
    text, choice_id = data.get("text"), data.get("choice")
    if (text is None) == (choice_id is None):
        raise BadTurnError
    state = data.get("state")
    if state is not None and not isinstance(state, str):
        raise BadTurnError
    return IncomingTurn(
        conversation=_matching(_CONVERSATION, data["conversation"]),
        text=_text(text),
        choice_id=choice_id,
        choice=_choice(choice_id),
        language=_matching(_LANGUAGE, data["language"]),
        language_chosen=data.get("language_chosen") is True,
        channel=_one_of(CHANNELS, data["channel"]),
        level=_one_of(LEVELS, data["level"]),
        flags=_flags(data.get("flags")),
        acute_now=_yes_or_no(data.get("acute_now")),
        state=state,
        state_key=_key(data["state_key"]),
    )


def _text(text: Any) -> str | None:
    if text is None:
        return None
    if not isinstance(text, str) or not text.strip() or len(text) > MAX_TEXT_CHARS:
        raise BadTurnError
    return text.strip()


def _choice(choice_id: Any) -> Choice | None:
    if choice_id is None:
        return None
    if not isinstance(choice_id, str):
        raise BadTurnError
    try:
        return parse_choice(choice_id)
    except InvalidChoiceError:
        raise BadTurnError from None


def _flags(flags: Any) -> tuple[str, ...]:
    """The urgency flags that stand; none when the key is absent."""
    if flags is None:
        return ()
    if not isinstance(flags, list) or len(flags) > len(FLAGS):
        raise BadTurnError
    return tuple(_one_of(tuple(FLAGS), flag) for flag in flags)


def _yes_or_no(value: Any) -> bool:
    """Whether the words of this very message raised an acute flag; no when the key is absent."""
    if value is not None and not isinstance(value, bool):
        raise BadTurnError
    return value is True


def _key(encoded: Any) -> bytes:
    key = b64decode(encoded, validate=True)
    if len(key) != KEY_BYTES:
        raise BadTurnError
    return key


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise BadTurnError
    return value


def _one_of(allowed: tuple[str, ...], value: Any) -> str:
    if value not in allowed:
        raise BadTurnError
    return str(value)
