"""Somebody's telephone: sends texts the way Twilio hands them over, and reads what would be sent back."""

from __future__ import annotations

import itertools

from sqlalchemy import select

from escalation.outbox import SMS
from escalation.ports import Ports
from escalation.sms.handling import handle_due
from escalation.sms.inbound import Inbound, store_inbound
from escalation.sms.outgoing import message_of, write_due_messages
from escalation.sms.threads import digest_of, thread_of_number
from escalation.store.session import reading
from escalation.store.sms_tables import SmsThread
from escalation.store.tables import Conversation, OutboxRow
from tests.fakes import Clock

NUMBER = "+31612345678"
_sids = itertools.count(1)


def new_sid() -> str:
    return f"SM{next(_sids):032x}"


class Phone:
    """One number. ``received`` grows with every ``text`` and ``look``."""

    def __init__(self, house: Ports, clock: Clock, number: str = NUMBER) -> None:
        self.house, self.clock, self.number = house, clock, number
        self.received: list[str] = []
        self._seen: set[str] = set()

    def send(self, text: str, *, media: int = 0, opt_out: str = "", sid: str = "") -> str:
        """Send a text; nobody handles it yet. Returns its MessageSid."""
        sid = sid or new_sid()
        store_inbound(self.house, Inbound(sid, self.number, text, media, opt_out))
        return sid

    def text(self, text: str, *, media: int = 0, opt_out: str = "") -> list[str]:
        """Send a text, let the worker handle it, and return what came back."""
        self.clock.forward(
            seconds=1
        )  # it is written after what came before, not at the same moment
        self.send(text, media=media, opt_out=opt_out)
        self.clock.forward(seconds=2)
        handle_due(self.house)
        return self.look()

    def look(self) -> list[str]:
        """Return what came since the last look."""
        write_due_messages(self.house)
        with reading(self.house.sessions) as session:
            rows = select(OutboxRow.key).where(OutboxRow.kind == SMS).order_by(OutboxRow.id)
            keys = [key for key in session.scalars(rows) if key not in self._seen]
        self._seen |= set(keys)
        sent = [message_of(self.house, key) for key in keys]
        fresh = [one.text for one in sent if one is not None and one.number == self.number]
        self.received += fresh
        return fresh

    @property
    def thread(self) -> SmsThread | None:
        with reading(self.house.sessions) as session:
            return thread_of_number(session, digest_of(self.house, self.number))

    @property
    def conversation(self) -> Conversation:
        assert self.thread is not None
        with reading(self.house.sessions) as session:
            return session.get_one(Conversation, self.thread.conversation_id)
