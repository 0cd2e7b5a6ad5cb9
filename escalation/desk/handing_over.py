"""Handing a case on: to a colleague, or to a side of the desk, always with a note of why."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import floor
from ..answering import system_turn
from ..bus import QUEUE_TOPIC, conversation_topic
from ..duty.presence import present_ids
from ..duty.roster import colleagues
from ..errors import ColleagueUnavailableError
from ..intake import clean_text
from ..ports import Ports
from ..queueing import move_floor, put_in_queue
from ..signal import SIDES
from ..store.desk_tables import CaseRoute
from ..store.session import reading, unit_of_work
from ..store.tables import CaseKeyCopy, Conversation
from .notes import HANDED_OVER, write_note
from .opening import open_own_case
from .sessions import Screener


@dataclass(frozen=True)
class Heir:
    """Somebody to whom a case can go; ``is_present`` when the desk is open there."""

    id: str
    name: str
    side: str
    is_present: bool


def heirs(ports: Ports, *, screener: Screener, case_id: str) -> tuple[Heir, ...]:
    """Return the colleagues who can open the case, those who are there first."""
    with reading(ports.sessions) as session:
        present = present_ids(session, ports.clock(), ports.durations.presence)
        sides = _sides(session, case_id)
        found = [
            Heir(one.id, one.name, one.side, one.id in present)
            for one in colleagues(session).values()
            if one.side in sides and one.id != screener.id
        ]
    return tuple(sorted(found, key=lambda heir: (not heir.is_present, heir.name)))


def hand_to_colleague(
    ports: Ports, *, screener: Screener, case_id: str, colleague_id: str, note: str
) -> None:
    """Put the case into a colleague's hands. The reporter reads that another person goes on.

    Raises EmptyMessageError (a note is needed), ColleagueUnavailableError when the colleague's desk is not open or
    cannot open the case, NotOwnerError, CaseNotFoundError, NoAccessError.
    """
    cleaned, now = clean_text(note), ports.clock()
    with unit_of_work(ports.sessions) as session:
        conversation, _ = open_own_case(session, screener, case_id)
        heir = colleagues(session).get(colleague_id)
        present = present_ids(session, now, ports.durations.presence)
        if heir is None or heir.side not in _sides(session, case_id) or heir.id not in present:
            raise ColleagueUnavailableError
        conversation.owner_id = heir.id
        write_note(
            session,
            conversation,
            screener,
            text=cleaned,
            kind=HANDED_OVER,
            about=heir.name,
            now=now,
        )
        system_turn(session, conversation, "system_other_person", answers=None, now=now)
    _publish(ports, case_id)


def hand_to_side(ports: Ports, *, screener: Screener, case_id: str, side: str, note: str) -> None:
    """Put the case back into the queue for one side of the desk.

    Raises EmptyMessageError, ColleagueUnavailableError when the case is not sealed to that side, NotOwnerError,
    CaseNotFoundError, NoAccessError.
    """
    cleaned, now = clean_text(note), ports.clock()
    with unit_of_work(ports.sessions) as session:
        conversation, _ = open_own_case(session, screener, case_id)
        if side not in SIDES or side not in _sides(session, case_id):
            raise ColleagueUnavailableError
        move_floor(session, conversation, floor.WAITING, by=screener.id, now=now)
        conversation.owner_id = None
        session.merge(CaseRoute(conversation_id=case_id, side=side))
        put_in_queue(session, conversation, now=now)
        write_note(
            session, conversation, screener, text=cleaned, kind=HANDED_OVER, about=side, now=now
        )
        system_turn(session, conversation, "system_back_to_queue", answers=None, now=now)
    _publish(ports, case_id)


def route_of(session: Session, conversation: Conversation) -> str | None:
    """Return the side for which a case was put back into the queue, if any."""
    row = session.get(CaseRoute, conversation.id)
    return row.side if row else None


def _sides(session: Session, case_id: str) -> set[str]:
    return set(
        session.scalars(select(CaseKeyCopy.side).where(CaseKeyCopy.conversation_id == case_id))
    )


def _publish(ports: Ports, case_id: str) -> None:
    ports.bus.publish(conversation_topic(case_id))
    ports.bus.publish(QUEUE_TOPIC)
