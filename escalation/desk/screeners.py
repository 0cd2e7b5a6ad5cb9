"""The list of screeners: who is there, who waits for access, giving access, and letting go."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from .. import audit, floor
from ..effects import desk_to_seal_to
from ..errors import LastKeyError, NotAllowedError
from ..ports import Ports
from ..queueing import move_floor, put_in_queue
from ..signal import printable
from ..store.passkey_tables import PasskeyRow
from ..store.session import reading, unit_of_work
from ..store.tables import (
    Conversation,
    DeskKey,
    DeskKeyCopy,
    InvitationRow,
    ScreenerRow,
    StaffSession,
)
from ..vault.sealing import seal_bytes
from .desk_keys import present_key
from .rekeying import mark_leaver
from .roles import ADMINISTRATOR, need_lead
from .sessions import Screener

MAX_REASON = 1_000


@dataclass(frozen=True)
class ScreenerInfo:
    """A screener as the list shows one: ``state`` is active, waiting_for_access, invited or revoked."""

    id: str | None
    name: str
    side: str
    role: str
    language: str
    state: str


def list_screeners(ports: Ports) -> list[ScreenerInfo]:
    """Return screeners and open invitations, by name."""
    with reading(ports.sessions) as session:
        with_key = set(session.scalars(select(DeskKeyCopy.screener_id)))
        joined = [
            ScreenerInfo(row.id, row.name, row.side, row.role, row.language, _state(row, with_key))
            for row in session.scalars(select(ScreenerRow))
        ]
        now = ports.clock()
        invited = [
            ScreenerInfo(None, row.name, row.side, row.role, row.language, "invited")
            for row in session.scalars(
                select(InvitationRow).where(
                    InvitationRow.used_at.is_(None), InvitationRow.resets_id.is_(None)
                )
            )
            if row.expires_at is None or row.expires_at > now
        ]
    return sorted(joined + invited, key=lambda info: info.name.casefold())


def waiting_for_access(ports: Ports, *, screener: Screener) -> list[ScreenerInfo]:
    """Return the newcomers of the screener's own desk to whom access can be given."""
    if not screener.has_access:
        return []
    return [
        info
        for info in list_screeners(ports)
        if info.side == screener.side and info.state == "waiting_for_access"
    ]


def grant_access(ports: Ports, *, screener: Screener, other_id: str) -> None:
    """Seal the desk key to a newcomer of the same desk. Raises NoAccessError, NotAllowedError (an administrator)."""
    screener.need_desk_key()
    with unit_of_work(ports.sessions) as session:
        desk_to_seal_to(session, screener.side)
        desk_key = present_key(session, screener)
        other = session.get(ScreenerRow, other_id)
        if other is None or other.side != screener.side or other.revoked_at is not None:
            raise NotAllowedError
        if other.role == ADMINISTRATOR:
            raise NotAllowedError
        if session.get(DeskKeyCopy, (other.side, other.id)) is None:
            sealed = seal_bytes(other.public_key, desk_key)
            session.add(DeskKeyCopy(side=other.side, screener_id=other.id, sealed=sealed))
            audit.append(
                session,
                event="access_given",
                actor=screener.id,
                subject=other.id,
                now=ports.clock(),
            )


def revoke(ports: Ports, *, name: str, by: str = audit.OPERATOR, reason: str | None = None) -> bool:
    """End a screener's access: sessions and desk key copy go, cases return to the queue. False when there is none.

    The desk gets a new key as soon as a colleague does anything (see ``rekeying``). ``by`` is a colleague's id.
    """
    now = ports.clock()
    with unit_of_work(ports.sessions) as session:
        row = session.scalar(
            select(ScreenerRow).where(ScreenerRow.name == name, ScreenerRow.revoked_at.is_(None))
        )
        if (
            row is not None
        ):  # the desk first, in the order in which a change of its key takes things
            session.get(DeskKey, row.side, with_for_update=True)
        withdrawn = session.execute(
            delete(InvitationRow).where(InvitationRow.name == name, InvitationRow.used_at.is_(None))
        )
        if row is None:
            return bool(withdrawn.rowcount)  # type: ignore[attr-defined]
        row.revoked_at = now
        session.execute(delete(StaffSession).where(StaffSession.screener_id == row.id))
        mark_leaver(session, row.side, row.id)
        session.execute(delete(PasskeyRow).where(PasskeyRow.screener_id == row.id))
        _withdraw_invitations(session, row)
        in_hand = select(Conversation).where(
            Conversation.owner_id == row.id, Conversation.floor == floor.SCREENER
        )
        for conversation in session.scalars(in_hand):
            move_floor(session, conversation, floor.WAITING, by="system", now=now)
            conversation.owner_id = None
            put_in_queue(session, conversation, now=now)
        audit.append(session, event="revoked", actor=by, subject=row.id, reason=reason, now=now)
    return True


def let_go(ports: Ports, *, screener: Screener, name: str, reason: str = "") -> None:
    """End a colleague's access, or withdraw an invitation, from the desk: who leads, for the own side.

    Raises NotAllowedError, also for oneself; LastKeyError for the only one who holds the desk's key.
    """
    need_lead(screener)
    found = [
        info
        for info in list_screeners(ports)
        if (info.name, info.side) == (name, screener.side) and info.state != "revoked"
    ]
    if not found or found[0].id == screener.id:
        raise NotAllowedError
    if is_last_with_key(ports, name=name):
        raise LastKeyError
    revoke(ports, name=name, by=screener.id, reason=printable(reason).strip()[:MAX_REASON] or None)


def is_last_with_key(ports: Ports, *, name: str) -> bool:
    """Return whether a screener is the only one of the side with the desk's key: its cases would stay shut."""
    with reading(ports.sessions) as session:
        row = session.scalar(select(ScreenerRow).where(ScreenerRow.name == name))
        if row is None:
            return False
        holders = set(
            session.scalars(select(DeskKeyCopy.screener_id).where(DeskKeyCopy.side == row.side))
        )
    return holders == {row.id}


def _withdraw_invitations(session: Session, leaver: ScreenerRow) -> None:
    """Take back the links that a leaver made, unless nobody else holds the desk's key: it would go with them."""
    others = select(DeskKeyCopy.screener_id).where(DeskKeyCopy.side == leaver.side).limit(1)
    if session.scalar(others) is not None:
        session.execute(
            delete(InvitationRow).where(
                InvitationRow.invited_by == leaver.id, InvitationRow.used_at.is_(None)
            )
        )


def _state(row: ScreenerRow, with_key: set[str]) -> str:
    if row.revoked_at is not None:
        return "revoked"
    return "active" if row.id in with_key or row.role == ADMINISTRATOR else "waiting_for_access"
