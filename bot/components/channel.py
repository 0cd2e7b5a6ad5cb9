"""The one way in: ``POST /webhooks/nietpluis/turn``. Stateless: the dialogue state comes and goes with the turn."""

from __future__ import annotations

import gc
import hmac
import logging
import os
from collections.abc import Awaitable, Callable
from datetime import datetime, timezone
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.cues import preload

from .action_answers import prepare
from .quiet_logs import install
from .state import CURRENT, DialogueState, StateUnreadableError, TurnState, open_state, seal_state
from .turns import BadTurnError, IncomingTurn, parse_turn

SECRET_VARIABLE = "NIETPLUIS_BOT_SECRET"
HOURS_VARIABLE = "NIETPLUIS_BOT_STATE_HOURS"
SECRET_MIN_CHARS = 16
STATE_HOURS = 24.0

GUARD = "\u2060"
"""WORD JOINER before a text that begins with "/", which Rasa would read as a command. Taken off by ``unguarded``."""

ADDING = "adding"
"""Asked for after a report was sent: a text then adds to it, unless it plainly is something else."""

logger = logging.getLogger(__name__)

OnMessage = Callable[[UserMessage], Awaitable[Any]]


def guarded(text: str) -> str:
    """Return ``text`` such that Rasa reads it as plain text."""
    return GUARD + text if text.startswith("/") else text


class LinesChannel(CollectingOutputChannel):
    """Collects the lines of one answer; anything that is not a line of ours is dropped."""

    @classmethod
    def name(cls) -> str:
        """The name that responses may be made for; ours are made for every channel."""
        return "nietpluis"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep the line that the texts component made."""
        if message.get("custom"):
            self.messages.append(message["custom"])


class NietPluisInput(InputChannel):
    """Rasa's input channel for this product. ``secret`` is shared with the caller; ``state_hours`` how long a state
    can be opened."""

    def __init__(self, secret: str, state_hours: float) -> None:
        install()
        prepare()
        preload()
        self._secret = secret.encode()
        self._state_hours = state_hours
        self._is_set_apart = False

    @classmethod
    def name(cls) -> str:
        """The path segment under ``/webhooks``."""
        return "nietpluis"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> NietPluisInput:
        """Build the channel from the environment. Raises RasaException when the secret is missing or short."""
        secret = os.environ.get(SECRET_VARIABLE, "")
        if len(secret) < SECRET_MIN_CHARS:
            raise RasaException(
                f"{SECRET_VARIABLE} must be set, to at least {SECRET_MIN_CHARS} characters"
            )
        return cls(secret, float(os.environ.get(HOURS_VARIABLE) or STATE_HOURS))

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        """Return the routes ``/turn`` and ``/ready``."""
        routes = Blueprint("nietpluis", "bot.components.channel")

        @routes.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            if not self._knows(request):
                return response.json({"code": "unauthorised"}, status=401)
            return await self._answer(request, on_new_message)

        @routes.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            is_ready = agent is not None and agent.is_ready()
            if is_ready:
                self._set_apart()
            return response.json({"ready": is_ready}, status=200 if is_ready else 503)

        return routes

    def _set_apart(self) -> None:
        """Keep Python's collector from walking through all that is loaded, most of a second, in the midst of a turn."""
        if not self._is_set_apart:
            gc.collect()
            gc.freeze()
            self._is_set_apart = True

    def _knows(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").encode("utf-8", "replace")
        return hmac.compare_digest(given, b"Bearer " + self._secret)

    async def _answer(self, request: Request, on_new_message: OnMessage) -> HTTPResponse:
        now = datetime.now(timezone.utc)
        try:
            turn = parse_turn(request.body)
            before = open_state(turn.state, key=turn.state_key, now=now)
        except BadTurnError:
            return response.json({"code": "bad_turn"}, status=400)
        except StateUnreadableError:
            return response.json({"code": "state_unreadable"}, status=409)
        state, lines = await self._run(turn, before, on_new_message)
        if state.after is None or not lines:
            # Rasa answers nothing when an action fails; an empty answer must not pass for one.
            return response.json({"code": "bot_failed"}, status=503)
        after = DialogueState(state.after, _offered(lines))
        sealed = seal_state(after, key=turn.state_key, now=now, hours=self._state_hours)
        return response.json({"lines": lines, "state": sealed, "detected": state.detected})

    async def _run(
        self, turn: IncomingTurn, before: DialogueState, on_new_message: OnMessage
    ) -> tuple[TurnState, list[dict[str, Any]]]:
        state, output = TurnState(before), LinesChannel()
        token = CURRENT.set(state)
        try:
            await on_new_message(_message(turn, before, output))
        except Exception as error:
            # The boundary to Rasa: whatever went wrong, the caller must hear it as a failure, without its text.
            logger.error("turn failed: %s", type(error).__name__)
            return TurnState(before), []
        finally:
            CURRENT.reset(token)
        return state, output.messages


def _message(turn: IncomingTurn, before: DialogueState, output: LinesChannel) -> UserMessage:
    metadata = {
        "choice": turn.choice_id,
        "language": turn.language,
        "language_chosen": turn.language_chosen,
        "channel": turn.channel,
        "level": "acute" if turn.acute_now else turn.level,
        "flags": list(turn.flags),
        "acute_now": turn.acute_now,
        "asks": _asked(before),
        "purpose": before.slots.get("purpose"),
        "in_danger": _danger_is_known(turn, before),
        "offered": before.offered,
    }
    return UserMessage(
        text=guarded(turn.text) if turn.text is not None else "",
        output_channel=output,
        sender_id=turn.conversation,
        parse_data=_chosen(turn, metadata) if turn.choice is not None else None,
        input_channel=NietPluisInput.name(),
        metadata=metadata,
    )


def _asked(before: DialogueState) -> str | None:
    """What the next text is likely to answer; after sending it most likely adds something."""
    sent = before.slots.get("sent") or before.slots.get("danger") == "sent"
    return before.slots.get("pending") or (ADDING if sent else None)


def _danger_is_known(turn: IncomingTurn, before: DialogueState) -> bool:
    """Whether the danger script need not start: it did, and no new words say that it is acute."""
    danger = before.slots.get("danger")
    return danger == "told" or (danger is not None and not turn.acute_now)


def _chosen(turn: IncomingTurn, metadata: dict[str, Any]) -> dict[str, Any]:
    """What the language understanding would have said: a choice needs none."""
    intent = turn.choice.intent if turn.choice is not None else "inform"
    if turn.level == "acute" and not metadata["in_danger"] and intent == "inform":
        intent = "emergency"
    return {
        "text": "",
        "intent": {"name": intent, "confidence": 1.0},
        "entities": [],
        "intent_ranking": [],
    }


def _offered(lines: list[dict[str, Any]]) -> list[str]:
    """The choices of the last line that has any: what a typed number means."""
    offering = [line["choices"] for line in lines if line.get("choices")]
    return [choice["id"] for choice in offering[-1]] if offering else []
