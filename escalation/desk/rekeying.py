"""A new key for a desk when somebody has left who knew the old one.

Ending access takes the leaver's copy away at once and marks the desk; the operator who does it holds no key. The next
colleague with the key who does anything makes the new pair. In that one transaction the new key is sealed to everybody
who stays, the old one is sealed to the new one, and all that is told from then on is sealed to the new one. Then the
cases are re-sealed, batch by batch, each batch a transaction: a crash leaves every case with one key that opens it.
When none is left the old key is dropped.

What this cannot do: a leaver who kept the old key and a copy of the old database can still open what is in that copy.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from .. import audit
from ..errors import NoAccessError
from ..ports import Ports
from ..store.session import reading, unit_of_work
from ..store.staff_tables import AuditReason, FormerDeskKey
from ..store.tables import CaseKeyCopy, DeskKey, DeskKeyCopy, InvitationRow, ScreenerRow
from ..vault.sealing import (
    CannotOpenError,
    new_key_pair,
    open_bytes,
    open_record,
    seal_bytes,
    seal_record,
)
from .desk_keys import former_keys, present_key
from .sessions import Screener

BATCH = 200


def mark_leaver(session: Session, side: str, screener_id: str) -> None:
    """Take a leaver's copy of the desk key away and let the desk get a new one. Nothing for who held none."""
    gone = session.execute(delete(DeskKeyCopy).where(DeskKeyCopy.screener_id == screener_id))
    if gone.rowcount:  # type: ignore[attr-defined]
        session.execute(update(DeskKey).where(DeskKey.side == side).values(must_rekey=True))


def go_on(ports: Ports, *, screener: Screener, batch: int = BATCH) -> Screener:
    """Do the next step of giving the screener's desk a new key; return the screener with the key as it is now."""
    try:
        with unit_of_work(ports.sessions) as session:
            desk = session.get_one(DeskKey, screener.side, with_for_update=True)
            key = present_key(session, screener)
            if desk.must_rekey:
                key = _change_key(session, desk, key, by=screener.id, now=ports.clock())
        with unit_of_work(ports.sessions) as session:
            left = _reseal(session, screener, batch)
    except NoAccessError:  # let go while this request ran
        return replace(screener, desk_key=None, rekey_due=False)
    return replace(screener, desk_key=key, rekey_due=left > 0)


def cases_left(ports: Ports, *, side: str) -> int:
    """Return how many cases of a desk still wait to be re-sealed."""
    with reading(ports.sessions) as session:
        return _left(session, session.get_one(DeskKey, side))


def _change_key(session: Session, desk: DeskKey, old: bytes, *, by: str, now: datetime) -> bytes:
    """Make the new pair, seal it to who stays and the old one to it. Return the new private key."""
    pair = new_key_pair()
    for former in session.scalars(select(FormerDeskKey).where(FormerDeskKey.side == desk.side)):
        former.sealed = seal_bytes(pair.public, open_bytes(old, former.sealed))
    sealed = seal_bytes(pair.public, old)
    session.add(FormerDeskKey(side=desk.side, version=desk.version, sealed=sealed))
    held = (
        select(DeskKeyCopy, ScreenerRow)
        .join(ScreenerRow, ScreenerRow.id == DeskKeyCopy.screener_id)
        .where(DeskKeyCopy.side == desk.side)
    )
    for copy, row in session.execute(held):
        copy.sealed = seal_bytes(row.public_key, pair.private)
    session.execute(  # links that carry the old key are links without a key from now on
        update(InvitationRow).where(InvitationRow.side == desk.side).values(wrapped_desk_key=None)
    )
    desk.public_key, desk.version, desk.must_rekey = pair.public, desk.version + 1, False
    audit.append(session, event="rekeyed", actor=by, now=now)
    return pair.private


def _reseal(session: Session, screener: Screener, batch: int) -> int:
    """Re-seal up to ``batch`` cases; drop the old keys when none is left. Return how many are left."""
    desk = session.get_one(DeskKey, screener.side, with_for_update={"read": True})
    key = present_key(session, screener)
    former = former_keys(session, desk.side, key)
    rows = session.scalars(
        select(CaseKeyCopy)
        .where(CaseKeyCopy.side == desk.side, CaseKeyCopy.version < desk.version)
        .limit(batch)
        .with_for_update(skip_locked=True)
    )
    for row in rows:
        _reseal_case(row, desk, former)
    if desk.side == "care":
        _reseal_reasons(session, desk, former)
    session.flush()
    left = _left(session, desk)
    if not left:
        session.execute(delete(FormerDeskKey).where(FormerDeskKey.side == desk.side))
    return left


def _reseal_case(row: CaseKeyCopy, desk: DeskKey, former: dict[int, bytes]) -> None:
    try:
        opened = open_bytes(former[row.version], row.sealed)
    except (CannotOpenError, KeyError):
        pass  # damaged: no key opens it, now or later, and it must not keep the old key alive
    else:
        row.sealed = seal_bytes(desk.public_key, opened)
    row.version = desk.version


def _reseal_reasons(session: Session, desk: DeskKey, former: dict[int, bytes]) -> None:
    """Reasons in the audit chain are few; they go in one batch."""
    rows = select(AuditReason).where(AuditReason.version < desk.version)
    for row in session.scalars(rows.with_for_update()):
        context = f"audit:{row.seq}"
        record = open_record(former[row.version], row.sealed, context=context)
        row.sealed = seal_record(desk.public_key, record, context=context)
        row.version = desk.version


def _left(session: Session, desk: DeskKey) -> int:
    rows = select(func.count()).select_from(CaseKeyCopy)
    found = session.scalar(
        rows.where(CaseKeyCopy.side == desk.side, CaseKeyCopy.version < desk.version)
    )
    return found or 0
