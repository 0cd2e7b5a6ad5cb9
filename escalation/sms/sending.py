"""Sends what the outbox holds for reporters, and deletes at the carrier what lies there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import delete, update

from ..outbox import Notice, SendError
from ..ports import Ports
from ..store.delivery_tables import SmsRedaction
from ..store.session import unit_of_work
from ..store.tables import OutboxRow
from . import delivery
from .telephone import Found, NoAnswerError, RefusedError, Telephone

SETTLES = timedelta(seconds=30)
"""So long the carrier is given to show what it may have taken, before it is asked."""

CLOCKS_DIFFER = timedelta(minutes=2)

NOT_COMPLETE = 20009
DELETE_AGAIN_AFTER = (
    *(timedelta(minutes=minutes) for minutes in (2, 5, 15, 60)),
    *(timedelta(hours=hours) for hours in (6, *[24] * 14)),
)
"""Twilio: in rare cases it takes up to 14 days until a message can be deleted."""

DELETED, GONE = "deleted", "gone"


class Text(Protocol):
    """What goes to whom. ``escalation.sms.outgoing`` makes it when it is sent, not before."""

    @property
    def number(self) -> str:
        """The number, in E.164."""

    @property
    def text(self) -> str:
        """The words."""

    @property
    def conversation_id(self) -> str:
        """Whose conversation it is."""


MessageOf = Callable[[Ports, str], Text | None]


class SmsSender:
    """Sends messages to reporters, each once, as far as that can be had (see ``delivery``)."""

    def __init__(self, ports: Ports, telephone: Telephone, message_of: MessageOf) -> None:
        self._ports = ports
        self._telephone = telephone
        self._message_of = message_of

    def send(self, notice: Notice) -> None:
        """Send one message. One whose thread has ended is not sent any more. Raises SendError."""
        message = self._message_of(self._ports, notice.key)
        if message is None:
            raise SendError("no_longer_needed", permanent=True)
        attempt = delivery.begin(self._ports, notice.key, message.conversation_id, message.text)
        if attempt.state == delivery.SENT:
            return  # it went; whoever sent it could not say so any more
        if attempt.state != delivery.WAITING:
            if attempt.since < SETTLES:
                raise SendError(
                    "twilio_settling", permanent=False, again_after=SETTLES - attempt.since
                )
            if self._has_gone(notice.key, message, attempt.since):
                return
            delivery.note_not_sent(self._ports, notice.key, delivery.WAITING, None)
            attempt = delivery.begin(self._ports, notice.key, message.conversation_id, message.text)
        self._hand_over(notice.key, message, attempt.ref)

    def _hand_over(self, key: str, message: Text, ref: str) -> None:
        try:
            accepted = self._telephone.send(message.number, message.text, ref=ref)
        except NoAnswerError:
            delivery.note_not_sent(self._ports, key, delivery.UNKNOWN, None)
            raise
        except RefusedError as error:
            delivery.note_not_sent(self._ports, key, delivery.WAITING, error.code)
            raise
        except SendError:
            delivery.note_not_sent(self._ports, key, delivery.WAITING, None)
            raise
        delivery.note_sent(self._ports, key, accepted.sid, accepted.status)

    def _has_gone(self, key: str, message: Text, since: timedelta) -> bool:
        """Look for the message at the carrier; note it when it is there. Raises SendError."""
        earliest = self._ports.clock() - since - CLOCKS_DIFFER
        found = [
            one
            for one in self._telephone.sent_to(message.number)
            if one.body == message.text and _is_since(one, earliest)
        ]
        known = delivery.known_sids(self._ports, [one.sid for one in found])
        for one in found:
            if one.sid not in known:
                delivery.note_sent(self._ports, key, one.sid, one.status)
                return True
        return False


def _is_since(found: Found, earliest: datetime) -> bool:
    return found.created_at is None or found.created_at >= earliest


class RedactionSender:
    """Deletes messages at the carrier and counts how that ended. ``redact:SID`` is the key of the outbox row."""

    def __init__(self, ports: Ports, telephone: Telephone) -> None:
        self._ports = ports
        self._telephone = telephone

    def send(self, notice: Notice) -> None:
        """Delete one message. Raises SendError when it is to be tried again, or was refused for good."""
        sid = notice.key.removeprefix("redact:")
        try:
            deleted = self._telephone.delete(sid)
        except RefusedError as error:
            if error.code == NOT_COMPLETE:
                self._blank_meanwhile(sid)
            self._put_off(notice, error)
        except SendError as error:
            self._put_off(notice, error)
        else:
            self._settle(notice.key, DELETED if deleted else GONE)

    def _blank_meanwhile(self, sid: str) -> None:
        """What cannot be deleted yet can often be emptied already."""
        try:
            self._telephone.blank(sid)
        except SendError:
            return

    def _put_off(self, notice: Notice, error: SendError) -> None:
        if error.permanent or notice.attempts > len(DELETE_AGAIN_AFTER):
            self._count(error.status)
            raise SendError(error.status, permanent=True) from None
        again = DELETE_AGAIN_AFTER[notice.attempts - 1]
        raise SendError(error.status, permanent=False, again_after=again) from None

    def _settle(self, key: str, result: str) -> None:
        self._count(result)
        with unit_of_work(self._ports.sessions) as session:
            session.execute(delete(OutboxRow).where(OutboxRow.key == key))

    def _count(self, result: str) -> None:
        with unit_of_work(self._ports.sessions) as session:
            counted = session.execute(
                update(SmsRedaction)
                .where(SmsRedaction.result == result[:24])
                .values(count=SmsRedaction.count + 1)
            )
            if counted.rowcount == 0:  # type: ignore[attr-defined]
                session.add(SmsRedaction(result=result[:24], count=1))
