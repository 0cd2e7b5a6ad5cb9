"""The table of allowed changes, and that the database enforces it."""

from __future__ import annotations

import pytest

from escalation import conversation as conv
from escalation import floor
from escalation.errors import InvalidTransitionError
from escalation.ports import Ports
from escalation.queueing import move_floor
from escalation.store.session import unit_of_work
from escalation.store.tables import Conversation, FloorChange
from tests.builders import Joined
from tests.fakes import Clock


@pytest.mark.parametrize(
    ("current", "wanted", "allowed"),
    [
        ("bot", "waiting", True),
        ("bot", "screener", True),
        ("bot", "closed", True),
        ("waiting", "screener", True),
        ("waiting", "bot", True),
        ("waiting", "closed", True),
        ("screener", "bot", True),
        ("screener", "waiting", True),
        ("screener", "closed", True),
        ("closed", "waiting", True),  # the reporter came back
        ("closed", "bot", False),
        ("closed", "screener", False),
        ("bot", "bot", False),
        ("nobody", "bot", False),
    ],
)
def test_the_table(current: str, wanted: str, allowed: bool) -> None:
    if allowed:
        floor.check(current, wanted)
        assert current in floor.sources_of(wanted)
    else:
        with pytest.raises(InvalidTransitionError):
            floor.check(current, wanted)


def test_a_change_is_refused_when_somebody_else_was_first(
    house: Ports, anna: Joined, clock: Clock
) -> None:
    opened = conv.open_conversation(house, language="nl")
    with unit_of_work(house.sessions) as session:
        stale = session.get_one(Conversation, opened.id)
        session.query(Conversation).update({"floor": "closed"}, synchronize_session=False)
        with pytest.raises(InvalidTransitionError):
            move_floor(session, stale, floor.WAITING, by="bot", now=clock())


def test_each_change_is_written_down_with_a_rounded_time(
    house: Ports, anna: Joined, clock: Clock
) -> None:
    opened = conv.open_conversation(house, language="nl")
    with unit_of_work(house.sessions) as session:
        row = session.get_one(Conversation, opened.id)
        move_floor(session, row, floor.WAITING, by="reporter", now=clock())
    with house.sessions() as session:
        change = session.query(FloorChange).one()
        assert (change.from_floor, change.to_floor, change.changed_by) == (
            "bot",
            "waiting",
            "reporter",
        )
        assert change.changed_at.minute % 5 == 0
        assert change.changed_at.second == 0
