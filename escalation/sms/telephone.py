"""The way to whoever carries text messages, as the rules see it: send one, look for one, delete one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ..outbox import SendError


class RefusedError(SendError):
    """The carrier said no, with a code of its own, and took nothing."""

    def __init__(self, code: int, *, permanent: bool) -> None:
        super().__init__(f"twilio_{code}", permanent=permanent)
        self.code = code


class NoAnswerError(SendError):
    """No answer that could be read: the carrier may have taken the message, or not."""

    def __init__(self, status: str) -> None:
        super().__init__(status, permanent=False)


@dataclass(frozen=True)
class Accepted:
    """A message that the carrier took: its id there, and the carrier's word for how far it is."""

    sid: str
    status: str


@dataclass(frozen=True)
class Found:
    """A message that lies at the carrier."""

    sid: str
    status: str
    body: str
    created_at: datetime | None

    def __repr__(self) -> str:
        return f"Found(sid={self.sid!r})"


class Telephone(Protocol):
    """Whoever carries text messages from our number."""

    def send(self, number: str, text: str, *, ref: str) -> Accepted:
        """Hand over one message; ``ref`` comes back with its status. Raises SendError: see the kinds above."""

    def sent_to(self, number: str) -> list[Found]:
        """Return the latest messages from our number to this one. Raises SendError."""

    def delete(self, sid: str) -> bool:
        """Delete a message there; returns False when it was gone already. Raises SendError."""

    def blank(self, sid: str) -> None:
        """Take the words out of a message there. Raises SendError."""
