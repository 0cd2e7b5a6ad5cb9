"""The floor under any order of events, doubled and racing: rules that must hold after each step."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from escalation import conversation as conv
from escalation.casefile import Turn
from escalation.desk import cases, handing_over
from escalation.desk.sessions import Screener
from escalation.duty import alarm
from escalation.duty.presence import note_presence
from escalation.errors import (
    AlreadyTakenError,
    ColleagueUnavailableError,
    InvalidTransitionError,
    NotOwnerError,
)
from escalation.floor import ALLOWED_CHANGES
from escalation.ports import Durations, Ports
from escalation.store.duty_tables import Alarm
from escalation.store.session import make_engine, reading
from escalation.store.tables import Conversation, FloorChange
from escalation.worker import queue_the_silent, return_from_the_silent
from tests.builders import Joined, build_house, join
from tests.fakes import Clock, ScriptedBot, saying

REFUSALS = (AlreadyTakenError, ColleagueUnavailableError, InvalidTransitionError, NotOwnerError)
DANGER = "help, he has a knife and he is going to kill her now"
RACES = 200


class FloorMachine(RuleBasedStateMachine):
    """One conversation, two screeners, the worker, and a bot that sometimes fails."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.engine = make_engine(f"sqlite:///{Path(self.directory.name) / 'floor.sqlite3'}")
        self.clock, self.bot = Clock(), ScriptedBot()
        # The page must stay open in this test however long the case has been closed.
        open_long = Durations(access_after_closing=timedelta(days=1))
        self.house = replace(build_house(self.engine, self.bot, self.clock), durations=open_long)
        anna = join(self.house, "Anna")
        self.people = [anna, join(self.house, "Bob", by=anna.screener)]
        self.opened = conv.open_conversation(self.house, language="en")
        self.wants = {"submit": {"submit": True}, "handoff": {"handoff": "asked_for_human"}}
        self.said_by_bot_under_a_person = 0
        self.numbers = itertools.count()

    def teardown(self) -> None:
        self.engine.dispose()
        self.directory.cleanup()

    def floor(self) -> Conversation:
        with reading(self.house.sessions) as session:
            return session.get_one(Conversation, self.opened.id)

    def turns(self) -> tuple[Turn, ...]:
        opened = self.opened
        return conv.view(self.house, conversation_id=opened.id, token=opened.token).turns

    @rule(
        text=st.sampled_from(["a story", "and more", DANGER]),
        wish=st.sampled_from(["nothing", "submit", "handoff"]),
        fails=st.booleans(),
        times=st.integers(1, 2),
    )
    def somebody_writes(self, text: str, wish: str, fails: bool, times: int) -> None:
        self.bot.script = lambda turn: [saying("Thank you.", **self.wants.get(wish, {}))]
        self.bot.up = not fails
        held_by_person = self.floor().floor == "screener"
        before = [turn for turn in self.turns() if turn.author == "bot"]
        number = f"message-{next(self.numbers)}"
        for _ in range(times):
            opened = self.opened
            conv.receive(
                self.house,
                conversation_id=opened.id,
                token=opened.token,
                text=text,
                client_id=number,
            )
        self.bot.up = True
        if held_by_person:
            after = [turn for turn in self.turns() if turn.author == "bot"]
            self.said_by_bot_under_a_person += len(after) - len(before)

    @rule(who=st.integers(0, 1))
    def somebody_takes(self, who: int) -> None:
        self._try(lambda: cases.take(self.house, screener=self._who(who), case_id=self.opened.id))

    @rule(who=st.integers(0, 1), to=st.sampled_from(["bot", "waiting"]))
    def somebody_gives_back(self, who: int, to: str) -> None:
        screener = self._who(who)
        self._try(
            lambda: cases.release(self.house, screener=screener, case_id=self.opened.id, to=to)
        )

    @rule(who=st.integers(0, 1))
    def somebody_hands_on(self, who: int) -> None:
        heir = self._who(1 - who)
        note_presence(self.house, screener_id=heir.id)
        self._try(
            lambda: handing_over.hand_to_colleague(
                self.house,
                screener=self._who(who),
                case_id=self.opened.id,
                colleague_id=heir.id,
                note="please",
            )
        )

    @rule(who=st.integers(0, 1))
    def somebody_answers(self, who: int) -> None:
        screener = self._who(who)
        self._try(
            lambda: cases.say(self.house, screener=screener, case_id=self.opened.id, text="hello")
        )

    @rule(who=st.integers(0, 1))
    def somebody_closes(self, who: int) -> None:
        self._try(lambda: cases.close(self.house, screener=self._who(who), case_id=self.opened.id))

    @rule(seconds=st.sampled_from([1, 61, 200, 900]))
    def time_passes(self, seconds: int) -> None:
        self.clock.forward(seconds=seconds)
        alarm.climb(self.house)
        return_from_the_silent(self.house)
        queue_the_silent(self.house)

    @precondition(lambda self: self.floor().floor == "waiting")
    @rule()
    def two_take_at_once(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self.somebody_takes_quietly, (0, 1)))
        assert self.floor().floor == "screener"

    def somebody_takes_quietly(self, who: int) -> None:
        self._try(lambda: cases.take(self.house, screener=self._who(who), case_id=self.opened.id))

    @invariant()
    def the_bot_never_speaks_under_a_person(self) -> None:
        assert self.said_by_bot_under_a_person == 0

    @invariant()
    def an_owner_and_the_screeners_floor_go_together(self) -> None:
        row = self.floor()
        assert row.floor in ALLOWED_CHANGES
        if row.floor == "screener":
            assert row.owner_id is not None
            assert row.waiting_since is None
        if row.floor == "waiting":
            assert row.owner_id is None
            assert row.waiting_since is not None

    @invariant()
    def every_change_is_allowed_and_follows_the_last(self) -> None:
        with reading(self.house.sessions) as session:
            changes = session.query(FloorChange).order_by(FloorChange.id).all()
        before = "bot"
        for change in changes:
            assert change.from_floor == before
            assert change.to_floor in ALLOWED_CHANGES[change.from_floor]
            before = change.to_floor
        assert self.floor().floor == before

    @invariant()
    def turns_are_numbered_without_gaps(self) -> None:
        assert [turn.id for turn in self.turns()] == list(range(1, len(self.turns()) + 1))

    @invariant()
    def nobody_in_danger_waits_without_being_called(self) -> None:
        row = self.floor()
        with reading(self.house.sessions) as session:
            calling = session.query(Alarm).filter(Alarm.ended_at.is_(None)).count()
        assert calling <= 1
        if row.floor == "waiting" and row.level_rank == 2:
            assert calling == 1

    def _who(self, number: int) -> Screener:
        return self.people[number].screener

    def _try(self, act: Callable[[], object]) -> None:
        with suppress(*REFUSALS):
            act()


FloorMachine.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestFloor = FloorMachine.TestCase


@pytest.fixture
def waiting(house: Ports, anna: Joined, bot: ScriptedBot) -> conv.Opened:
    bot.script = lambda turn: [saying("Thank you.", submit=True)]
    opened = conv.open_conversation(house, language="en")
    conv.receive(house, conversation_id=opened.id, token=opened.token, text="a story")
    return opened


def test_of_two_who_take_at_the_same_moment_one_gets_it_and_the_other_is_told(
    house: Ports, anna: Joined, waiting: conv.Opened
) -> None:
    bob = join(house, "Bob", by=anna.screener)
    people = [anna.screener, bob.screener]

    def take(number: int) -> str:
        try:
            cases.take(house, screener=people[number], case_id=waiting.id)
        except AlreadyTakenError as error:
            return error.owner
        return "mine"

    with ThreadPoolExecutor(2) as pool:
        for _ in range(RACES):
            results = list(pool.map(take, (0, 1)))
            winner = results.index("mine")
            assert results[1 - winner] == people[winner].name
            cases.release(house, screener=people[winner], case_id=waiting.id, to="waiting")
