"""The bot behind Rasa's own channel, over loopback or a private network."""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from typing import Any

import httpx

from ..bot import BotLine, BotReply, BotTurn, Detected
from ..errors import BotUnavailableError, StateUnreadableError
from ..lines import MalformedLineError, line_from_dict

PATH = "/webhooks/nietpluis/turn"
REST_SECONDS = 1.0
"""After a refused connection nobody is kept waiting for another one so soon."""

HANGS_AFTER = 3
HANGING_REST_SECONDS = 5.0
"""A bot that let this many turns in a row run out of time hangs: for a while nobody else is kept waiting for it, so
that threads stay free for storing what people tell and for hearing danger in it."""

MAX_LINES = 30

NOT_A_REPLY = (
    *(ValueError, KeyError, TypeError, AttributeError, OverflowError, MalformedLineError),
    RecursionError,  # thousands of brackets
)


class RasaBot:
    """Asks Rasa. ``answer_seconds`` is how long a reporter may be kept waiting before the case goes to a person."""

    def __init__(
        self,
        *,
        base_url: str,
        secret: str,
        answer_seconds: float = 8.0,
        connect_seconds: float = 1.0,
    ) -> None:
        self._client = httpx.Client(
            base_url=base_url,
            headers={"Authorization": f"Bearer {secret}"},
            timeout=httpx.Timeout(answer_seconds, connect=connect_seconds),
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=50),
            trust_env=False,  # a proxy from the environment would see what people wrote
        )
        self._rests_until = 0.0
        self._ran_out = 0

    def answer(self, turn: BotTurn) -> BotReply:
        """Send one turn. Raises BotUnavailableError for anything but a well-formed answer in time."""
        if time.monotonic() < self._rests_until:
            raise BotUnavailableError
        try:
            response = self._client.post(PATH, json=_request_body(turn))
        except httpx.ConnectError:
            self._rests_until = time.monotonic() + REST_SECONDS
            raise BotUnavailableError from None
        except httpx.TimeoutException:
            self._note_running_out()
            raise BotUnavailableError from None
        except httpx.HTTPError:
            raise BotUnavailableError from None  # the exception's text may hold the request
        self._ran_out = 0
        if response.status_code == httpx.codes.CONFLICT:
            raise StateUnreadableError
        if response.status_code != httpx.codes.OK:
            raise BotUnavailableError
        try:
            return _read_reply(_storable(response.json()))
        except NOT_A_REPLY:
            raise BotUnavailableError from None

    def _note_running_out(self) -> None:
        self._ran_out += 1  # two threads at once may count as one; then it takes one turn more
        if self._ran_out >= HANGS_AFTER:
            self._rests_until = time.monotonic() + HANGING_REST_SECONDS

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _request_body(turn: BotTurn) -> dict[str, Any]:
    return {
        "conversation": turn.conversation,
        "text": turn.text,
        "choice": turn.choice,
        "language": turn.language,
        "language_chosen": turn.language_chosen,
        "channel": turn.channel,
        "level": turn.level,
        "flags": list(turn.flags),
        "acute_now": turn.acute_now,
        "state": b64encode(turn.state).decode("ascii") if turn.state else None,
        "state_key": b64encode(turn.state_key).decode("ascii"),
    }


def _storable(body: Any) -> Any:
    """Return what the bot sent. Raises ValueError for half a character, which could be neither stored nor shown."""
    json.dumps(body, ensure_ascii=False).encode("utf-8")
    return body


def _read_reply(body: dict[str, Any]) -> BotReply:
    lines = tuple(_read_line(line) for line in body["lines"][:MAX_LINES])
    state, heard = body.get("state"), body.get("detected")
    return BotReply(
        lines=lines,
        state=b64decode(state, validate=True) if state else None,
        detected=Detected(str(heard["language"]), float(heard["confidence"])) if heard else None,
    )


def _read_line(data: dict[str, Any]) -> BotLine:
    effect = data.get("effect") or {}
    if not isinstance(effect, dict):
        raise MalformedLineError
    return BotLine(line=line_from_dict(data) if data.get("say") else None, effect=effect)
