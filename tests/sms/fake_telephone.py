"""A telephone that counts, and refuses with the codes that it is told to."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from escalation.sms.codes import meaning_of
from escalation.sms.telephone import Accepted, Found, RefusedError

REPORTER = "+31612345678"


@dataclass(frozen=True)
class Words:
    """What goes to whom."""

    conversation_id: str
    text: str
    number: str = REPORTER


@dataclass
class CountingTelephone:
    """Keeps what it took: number, text and reference. ``sids`` are given out first, ``failures`` are codes."""

    sids: list[str] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    sent: list[tuple[str, str, str]] = field(default_factory=list)

    def send(self, number: str, text: str, *, ref: str) -> Accepted:
        """Take a message, or refuse it."""
        if self.failures:
            code = self.failures.pop(0)
            raise RefusedError(code, permanent=meaning_of(code).permanent)
        self.sent.append((number, text, ref))
        return Accepted(self.sids.pop(0) if self.sids else "SM" + secrets.token_hex(16), "queued")

    def sent_to(self, number: str) -> list[Found]:
        """Nothing lies here."""
        return []

    def delete(self, sid: str) -> bool:
        """Nothing lies here."""
        return False

    def blank(self, sid: str) -> None:
        """Nothing lies here."""
