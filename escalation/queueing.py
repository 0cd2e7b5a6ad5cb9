"""How a conversation comes to stand in the queue, and every change of the floor."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from . import floor
from .duty.alarm import raise_alarm
from .duty.measures import start_watch
from .errors import InvalidTransitionError
from .flood import is_set_aside
from .ports import rounded
from .signal import LEVELS
from .store.tables import Conversation, FloorChange


def move_floor(
    session: Session, conversation: Conversation, wanted: str, *, by: str, now: datetime
) -> None:
    """Change the floor by one conditional UPDATE that must change exactly one row, and append it to the history.

    Raises InvalidTransitionError when the table does not allow it or somebody else was first. Does nothing when the
    floor is there already.
    """
    before = conversation.floor
    if before == wanted:
        return
    floor.check(before, wanted)
    changed = session.execute(
        update(Conversation)
        .where(Conversation.id == conversation.id, Conversation.floor == before)
        .values(floor=wanted)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise InvalidTransitionError
    session.refresh(conversation, ["floor"])
    session.add(
        FloorChange(
            conversation_id=conversation.id,
            from_floor=before,
            to_floor=wanted,
            changed_by=by,
            changed_at=rounded(now),
        )
    )


def put_in_queue(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """Let the conversation stand in the queue; who waits already keeps the place. An acute case also calls people.

    What is set aside (``flood``) has its place, and is neither shown nor called for until it is put back.
    """
    if conversation.owner_id is not None:
        return
    if conversation.waiting_since is None:
        conversation.waiting_since = now
    if is_set_aside(conversation):
        return
    start_watch(session, conversation, now=now)
    if conversation.level_rank == LEVELS.index("acute"):
        raise_alarm(session, conversation, now=now)
