"""The last text to who erased everything by text message: that it is done. Tried once, and the number goes before.

With the conversation its number has gone. So the row of the message that asked for it keeps the number, sealed under
the server's key, until the worker takes it out to send: a moment, and never longer than ``KEPT_FOR``.
"""

from __future__ import annotations

import json
import re
import secrets
from datetime import timedelta

from nacl.bindings import sodium_pad, sodium_unpad
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from ..outbox import SMS_GOODBYE, Notice, SendError
from ..ports import Ports, rounded
from ..store.session import reading, unit_of_work
from ..store.sms_tables import SmsInbound
from ..store.tables import OutboxRow
from ..vault.sealing import PAD_BLOCK_BYTES, derive, unwrap, wrap
from .delivery import ask_to_delete
from .layout import lay_out
from .segments import made_plain
from .telephone import Telephone
from .words import ERASED

KEPT_FOR = timedelta(minutes=10)
"""What could not be sent by then is not sent any more: somebody else may hold the phone."""

_KEY = re.compile(r"sms_goodbye:(\d+):([\w-]+)")


def write_goodbye(
    ports: Ports, session: Session, row: SmsInbound, *, number: str, language: str
) -> None:
    """Let the last text be sent, in the transaction that notes the message ``row`` as handled."""
    padded = sodium_pad(json.dumps(number).encode("ascii"), PAD_BLOCK_BYTES)
    row.sealed, row.received_at = wrap(_sealing_key(ports), padded), rounded(ports.clock())
    session.add(
        OutboxRow(key=f"sms_goodbye:{row.id}:{language}", kind=SMS_GOODBYE, due_at=ports.clock())
    )


def write_goodbye_later(ports: Ports, session: Session, *, number: str, language: str) -> None:
    """Let the last text be sent when the message that asked for it was handled before, and its row is emptied."""
    row = SmsInbound(
        sid=f"erased-{secrets.token_hex(16)}",
        number_digest=b"",
        received_at=ports.clock(),
        handled=True,
    )
    session.add(row)
    session.flush()
    write_goodbye(ports, session, row, number=number, language=language)


class GoodbyeSender:
    """Sends the last text. What goes wrong is not tried again: there is no number any more."""

    def __init__(self, ports: Ports, telephone: Telephone) -> None:
        self._ports = ports
        self._telephone = telephone

    def send(self, notice: Notice) -> None:
        """Forget the number and send the text to it. Raises SendError, always for good."""
        match = _KEY.fullmatch(notice.key)
        number = _take_number(self._ports, notice.key, int(match[1])) if match else None
        if match is None or number is None:
            raise SendError("no_longer_needed", permanent=True)
        said = [self._ports.speak(line, match[2]).text for line in ERASED]
        for text in lay_out(said).messages:
            try:
                accepted = self._telephone.send(number, made_plain(text), ref=secrets.token_hex(16))
            except SendError as error:
                raise SendError(error.status, permanent=True) from None
            with unit_of_work(self._ports.sessions) as session:
                ask_to_delete(self._ports, session, accepted.sid)


def _take_number(ports: Ports, key: str, row_id: int) -> str | None:
    """Return the number and forget it; None when it was taken before, or kept for too long."""
    with unit_of_work(ports.sessions) as session:
        row = session.get(SmsInbound, row_id, with_for_update=True)
        session.execute(delete(OutboxRow).where(OutboxRow.key == key))
        if row is None or row.sealed is None:
            return None
        sealed, row.sealed = row.sealed, None
        if row.received_at <= rounded(ports.clock() - KEPT_FOR):
            return None
    number: str = json.loads(sodium_unpad(unwrap(_sealing_key(ports), sealed), PAD_BLOCK_BYTES))
    return number


def forget_numbers(ports: Ports) -> int:
    """Forget the numbers of last texts that were not sent in time, or may not be sent any more; return how many."""
    too_old = ports.clock() - KEPT_FOR
    with reading(ports.sessions) as session:
        keys = session.scalars(
            select(OutboxRow.key).where(
                OutboxRow.kind == SMS_GOODBYE,
                or_(OutboxRow.due_at <= too_old, OutboxRow.status == "failed"),
            )
        ).all()
    found = [(key, match) for key in keys if (match := _KEY.fullmatch(key))]
    for key, match in found:
        _take_number(ports, key, int(match[1]))
    return len(found)


def _sealing_key(ports: Ports) -> bytes:
    return derive(ports.vault.server_key, "np-sms-goodbye")
