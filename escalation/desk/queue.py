"""The queue: most urgent first, then who waits longest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from .. import floor
from ..flood import REASONS, is_set_aside
from ..ports import Ports
from ..signal import FLAGS, LEVELS
from ..store.session import reading
from ..store.tables import CaseKeyCopy, Conversation, FlagRow, ScreenerRow
from .sessions import Screener

STATES = ("waiting", "mine", "open", "aside", "closed")
MAX_ROWS = 200


@dataclass(frozen=True)
class CaseRow:
    """What the queue shows of a case; nothing of it was typed by a person. ``waiting_since`` is None when owned."""

    id: str
    channel: str
    language: str
    level: str
    flags: tuple[str, ...]
    floor: str
    opened_at: datetime
    waiting_since: datetime | None
    owner_id: str | None
    owner_name: str | None
    submitted: bool
    last_seq: int
    set_aside: str | None = None
    """Why it stands apart from the queue, if it does."""


@dataclass(frozen=True)
class Pile:
    """How many cases are set aside for one reason, at one level, in one language."""

    reason: str
    level: str
    language: str
    count: int


def list_cases(ports: Ports, *, screener: Screener, state: str | None = None) -> list[CaseRow]:
    """Return up to 200 cases in queue order; ``state`` is waiting, mine, open (the default), aside or closed.

    Raises NoAccessError for who holds no key, an administrator before all.
    """
    screener.need_desk_key()
    with reading(ports.sessions) as session:
        found = session.execute(
            select(Conversation, ScreenerRow.name)
            .outerjoin(ScreenerRow, Conversation.owner_id == ScreenerRow.id)
            .where(_in_state(state or "open", screener), _sealed_to(screener.side))
            .order_by(
                Conversation.level_rank.desc(),
                Conversation.waiting_since.is_(None),
                Conversation.waiting_since,
                Conversation.opened_at,
            )
            .limit(MAX_ROWS)
        ).all()
        flags = _flags_of(session, [conversation.id for conversation, _ in found])
    return [
        case_row(conversation, name, flags.get(conversation.id, ())) for conversation, name in found
    ]


def piles_aside(ports: Ports, *, screener: Screener) -> list[Pile]:
    """Return what is set aside, in piles: one for each reason, level and language, the most urgent first.

    Raises NoAccessError.
    """
    screener.need_desk_key()
    with reading(ports.sessions) as session:
        rows = session.execute(
            select(
                Conversation.set_aside,
                Conversation.level_rank,
                Conversation.language,
                func.count(),
            )
            .where(_in_state("aside", screener), _sealed_to(screener.side))
            .group_by(Conversation.set_aside, Conversation.level_rank, Conversation.language)
            .order_by(Conversation.level_rank.desc(), func.count().desc())
        ).all()
    return [Pile(str(reason), LEVELS[rank], tongue, count) for reason, rank, tongue, count in rows]


def case_row(conversation: Conversation, owner_name: str | None, flags: tuple[str, ...]) -> CaseRow:
    """Return the queue's view of a conversation."""
    return CaseRow(
        id=conversation.id,
        channel=conversation.channel,
        language=conversation.language,
        level=LEVELS[conversation.level_rank],
        flags=flags,
        floor=conversation.floor,
        opened_at=conversation.opened_at,
        waiting_since=conversation.waiting_since,
        owner_id=conversation.owner_id,
        owner_name=owner_name,
        submitted=conversation.submitted,
        last_seq=conversation.last_seq,
        set_aside=conversation.set_aside if is_set_aside(conversation) else None,
    )


def _sealed_to(side: str) -> ColumnElement[bool]:
    """A desk does not even see in the queue what it cannot open: that somebody told something is told in confidence."""
    copy = select(CaseKeyCopy.side).where(
        CaseKeyCopy.conversation_id == Conversation.id, CaseKeyCopy.side == side
    )
    return copy.exists()


def _in_state(state: str, screener: Screener) -> ColumnElement[bool]:
    not_closed = Conversation.floor != floor.CLOSED
    apart = func.coalesce(Conversation.set_aside, "").in_(REASONS)
    all_who_wait = and_(
        not_closed, Conversation.waiting_since.is_not(None), Conversation.owner_id.is_(None)
    )
    waits = and_(all_who_wait, not_(apart))
    match state:
        case "waiting":
            return waits
        case "aside":
            return and_(all_who_wait, apart)
        case "mine":
            return and_(not_closed, Conversation.owner_id == screener.id)
        case "closed":
            return Conversation.floor == floor.CLOSED
        case _:
            return or_(waits, and_(not_closed, Conversation.owner_id.is_not(None)))


def _flags_of(session: Session, ids: list[str]) -> dict[str, tuple[str, ...]]:
    rows = session.execute(
        select(FlagRow.conversation_id, FlagRow.flag).where(
            FlagRow.conversation_id.in_(ids), FlagRow.cleared_by.is_(None)
        )
    )
    found: dict[str, set[str]] = {}
    for conversation_id, flag in rows:
        found.setdefault(conversation_id, set()).add(flag)
    return {key: tuple(sorted(names, key=FLAGS.index)) for key, names in found.items()}
