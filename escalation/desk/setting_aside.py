"""Putting back into the queue what was set aside as a flood."""

from __future__ import annotations

from sqlalchemy import select

from ..bus import QUEUE_TOPIC
from ..errors import CaseNotFoundError
from ..flood import is_set_aside, keep
from ..ports import Ports
from ..queueing import put_in_queue
from ..signal import LEVELS
from ..store.session import reading, unit_of_work
from ..store.tables import CaseKeyCopy, Conversation
from .opening import open_case
from .queue import Pile
from .sessions import Screener


def put_back(ports: Ports, *, screener: Screener, case_id: str) -> None:
    """Let a case stand in the queue with its old place by time; an acute one calls people now.

    Does nothing when it is not set aside. Raises CaseNotFoundError, NoAccessError.
    """
    with unit_of_work(ports.sessions) as session:
        conversation, _ = open_case(session, screener, case_id)
        if is_set_aside(conversation):
            keep(conversation)
            put_in_queue(session, conversation, now=ports.clock())
    ports.bus.publish(QUEUE_TOPIC)


def put_back_pile(ports: Ports, *, screener: Screener, pile: Pile) -> int:
    """Put all cases of a pile back; return how many. ``count`` of the pile does not matter."""
    copies = select(CaseKeyCopy.conversation_id).where(CaseKeyCopy.side == screener.side)
    with reading(ports.sessions) as session:
        found = list(
            session.scalars(
                select(Conversation.id).where(
                    Conversation.set_aside == pile.reason,
                    Conversation.level_rank == LEVELS.index(pile.level),
                    Conversation.language == pile.language,
                    Conversation.id.in_(copies),
                )
            )
        )
    for case_id in found:
        try:
            put_back(ports, screener=screener, case_id=case_id)
        except CaseNotFoundError:  # erased by the reporter meanwhile
            continue
    return len(found)
