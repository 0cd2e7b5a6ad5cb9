"""What two people decide together: opening a case to police, and taking a copy of a case out.

One asks, with a reason that is sealed to the case; a second of the same side who can open the case agrees or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from ..bus import QUEUE_TOPIC, conversation_topic
from ..errors import CaseNotFoundError, NietPluisError, NotAllowedError
from ..intake import clean_text
from ..ports import Ports
from ..store.session import reading, unit_of_work
from ..store.staff_tables import FourEyes
from ..store.tables import Conversation, ScreenerRow
from ..vault.sealing import open_record, seal_record
from .opening import open_case
from .police import POLICE, danger_stands, need_closed_to_police, open_to_police, police_can_read
from .roles import COORDINATOR
from .sessions import Screener

EXPORT = "export"
ASKED, AGREED, REFUSED, ALONE, DONE = "asked", "agreed", "refused", "alone", "done"


@dataclass(frozen=True)
class Wish:
    """One wish for four eyes, opened. ``state`` is asked, agreed (export: may be fetched) or alone (to be reviewed)."""

    id: int
    case_id: str
    kind: str
    state: str
    asked_by: str
    is_own: bool
    reason: str
    at: datetime

    def __repr__(self) -> str:
        return f"Wish({self.id})"


def ask_for_police(ports: Ports, *, screener: Screener, case_id: str, reason: str) -> bool:
    """Ask a colleague to agree that police may read the case; at once, alone, while danger to life stands.

    Returns whether it is open now. Raises EmptyMessageError (a reason is needed), NotOwnerError, NotAllowedError,
    PoliceNotPossibleError (no police desk, or open already), CaseNotFoundError, NoAccessError.
    """
    cleaned, now = clean_text(reason), ports.clock()
    with unit_of_work(ports.sessions) as session:
        conversation, access = need_closed_to_police(session, screener, case_id)
        alone = danger_stands(session, case_id)
        state = ALONE if alone else ASKED
        _write_wish(ports, session, conversation, screener, (POLICE, cleaned, state), now)
        if alone:
            open_to_police(session, conversation, access, screener, reason=cleaned, now=now)
        else:
            audit.append(session, event="police_asked", actor=screener.id, subject=case_id, now=now)
    _publish(ports, case_id)
    return alone


def ask_for_copy(ports: Ports, *, screener: Screener, case_id: str, reason: str) -> None:
    """Ask a colleague to agree that a copy of the case is taken out.

    Raises EmptyMessageError (a reason is needed), CaseNotFoundError, NoAccessError.
    """
    cleaned, now = clean_text(reason), ports.clock()
    with unit_of_work(ports.sessions) as session:
        conversation, _ = open_case(session, screener, case_id)
        _write_wish(ports, session, conversation, screener, (EXPORT, cleaned, ASKED), now)
        audit.append(session, event="export_asked", actor=screener.id, subject=case_id, now=now)
    _publish(ports, case_id)


def answer(ports: Ports, *, screener: Screener, wish_id: int, agrees: bool) -> None:
    """Agree to a colleague's wish, or not. Raises NotAllowedError (own, other side, run out), CaseNotFoundError."""
    now = ports.clock()
    with unit_of_work(ports.sessions) as session:
        wish = need_wish(session, screener, wish_id, state=ASKED, now=now)
        if wish.asked_by == screener.id:
            raise NotAllowedError
        conversation, access = open_case(session, screener, wish.conversation_id)
        wish.second_by, wish.state = screener.id, AGREED if agrees else REFUSED
        wish.expires_at = now + ports.durations.export
        if agrees and wish.kind == POLICE:
            wish.state = DONE
            if police_can_read(session, conversation.id):
                return
            asker = session.get_one(ScreenerRow, wish.asked_by)
            reason = reason_of(wish, access.private_key)
            open_to_police(
                session, conversation, access, screener, reason=reason, asked_by=asker, now=now
            )
        elif agrees:
            audit.append(
                session, event="export_agreed", actor=screener.id, subject=conversation.id, now=now
            )
    _publish(ports, wish.conversation_id)


def waiting_count(ports: Ports, *, screener: Screener) -> int:
    """Return how many wishes of colleagues wait for a second person."""
    with reading(ports.sessions) as session:
        rows = session.scalars(
            select(FourEyes).where(
                FourEyes.side == screener.side,
                FourEyes.state == ASKED,
                FourEyes.asked_by != screener.id,
            )
        )
        return sum(not _ran_out(row, ports.clock()) for row in rows)


def review(ports: Ports, *, screener: Screener, wish_id: int) -> None:
    """A coordinator has looked at what one person opened to police alone. Raises NotAllowedError."""
    now = ports.clock()
    with unit_of_work(ports.sessions) as session:
        wish = need_wish(session, screener, wish_id, state=ALONE, now=now)
        if screener.role != COORDINATOR or wish.asked_by == screener.id:
            raise NotAllowedError
        wish.state, wish.second_by = DONE, screener.id
        audit.append(
            session,
            event="police_reviewed",
            actor=screener.id,
            subject=wish.conversation_id,
            now=now,
        )


def wishes(ports: Ports, *, screener: Screener) -> list[Wish]:
    """Return what this screener can answer, fetch, wait for or, as a coordinator, review; oldest first."""
    now, found = ports.clock(), []
    states = [ASKED, AGREED, *([ALONE] if screener.role == COORDINATOR else [])]
    with reading(ports.sessions) as session:
        rows = session.execute(
            select(FourEyes, ScreenerRow.name)
            .join(ScreenerRow, ScreenerRow.id == FourEyes.asked_by)
            .where(FourEyes.side == screener.side, FourEyes.state.in_(states))
            .order_by(FourEyes.id)
        )
        for row, name in rows:
            is_own = row.asked_by == screener.id
            if _ran_out(row, now) or (row.state == AGREED and not is_own):
                continue
            try:
                _, access = open_case(session, screener, row.conversation_id)
            except NietPluisError:
                continue
            reason = reason_of(row, access.private_key)
            found.append(
                Wish(
                    row.id,
                    row.conversation_id,
                    row.kind,
                    row.state,
                    name,
                    is_own,
                    reason,
                    row.asked_at,
                )
            )
    return found


def need_wish(
    session: Session, screener: Screener, wish_id: int, *, state: str, now: datetime
) -> FourEyes:
    """Return a wish of the screener's side, locked. Raises CaseNotFoundError, NotAllowedError when it has run out."""
    row = session.get(FourEyes, wish_id, with_for_update=True)
    if row is None or row.side != screener.side:
        raise CaseNotFoundError
    if row.state != state or _ran_out(row, now):
        raise NotAllowedError
    return row


def _ran_out(row: FourEyes, now: datetime) -> bool:
    return row.expires_at is not None and row.expires_at <= now


def _write_wish(
    ports: Ports,
    session: Session,
    conversation: Conversation,
    screener: Screener,
    wanted: tuple[str, str, str],
    now: datetime,
) -> None:
    kind, reason, state = wanted
    session.add(
        FourEyes(
            conversation_id=conversation.id,
            kind=kind,
            side=screener.side,
            asked_by=screener.id,
            asked_at=now,
            sealed=seal_record(
                conversation.public_key, {"reason": reason}, context=_context(conversation.id)
            ),
            state=state,
            expires_at=now + ports.durations.four_eyes if state == ASKED else None,
        )
    )


def reason_of(row: FourEyes, private_key: bytes) -> str:
    """Return why it is wanted. Raises CannotOpenError."""
    record = open_record(private_key, row.sealed, context=_context(row.conversation_id))
    return str(record["reason"])


def _context(conversation_id: str) -> str:
    return f"four_eyes:{conversation_id}"


def _publish(ports: Ports, case_id: str) -> None:
    ports.bus.publish(conversation_topic(case_id))
    ports.bus.publish(QUEUE_TOPIC)
