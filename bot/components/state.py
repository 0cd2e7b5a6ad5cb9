"""The dialogue state that travels: sealed under the caller's key, dated, and of the same size for most of a talk."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

VERSION = 1
BLOCK_BYTES = 2048
"""The plain state is filled up to a multiple of this, so its length says little about what was told."""


class StateUnreadableError(Exception):
    """Wrong key, tampered with, of another version, or expired. Says no more than that, on purpose."""


@dataclass
class DialogueState:
    """What is known between two turns: the slots that are set, and the ids of the choices that were offered last."""

    slots: dict[str, Any] = field(default_factory=dict)
    offered: list[str] = field(default_factory=list)


@dataclass
class TurnState:
    """One turn's state on its way through Rasa. ``after`` and ``detected`` are filled when the turn is done."""

    before: DialogueState
    after: dict[str, Any] | None = None
    detected: dict[str, Any] | None = None


CURRENT: ContextVar[TurnState | None] = ContextVar("nietpluis_turn", default=None)
"""The state of the turn that this task is handling. Nothing else in the process holds one."""


def seal_state(state: DialogueState, *, key: bytes, now: datetime, hours: float) -> str:
    """Return the state as base64, sealed with ``key`` (32 bytes), readable until ``hours`` after ``now``."""
    content = {
        "version": VERSION,
        "expires_at": (now + timedelta(hours=hours)).isoformat(),
        "slots": state.slots,
        "offered": state.offered,
    }
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    padded = plain + b" " * (-len(plain) % BLOCK_BYTES)
    return b64encode(SecretBox(key).encrypt(padded)).decode("ascii")


def open_state(sealed: str | None, *, key: bytes, now: datetime) -> DialogueState:
    """Return what ``seal_state`` sealed; an empty state for None. Raises StateUnreadableError."""
    if sealed is None:
        return DialogueState()
    try:
        content = json.loads(SecretBox(key).decrypt(b64decode(sealed, validate=True)))
        if content["version"] != VERSION or datetime.fromisoformat(content["expires_at"]) <= now:
            raise StateUnreadableError
        return DialogueState(slots=_dict(content["slots"]), offered=list(content["offered"]))
    except (CryptoError, Base64Error, ValueError, KeyError, TypeError):
        raise StateUnreadableError from None


def _dict(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise StateUnreadableError
    return dict(value)
