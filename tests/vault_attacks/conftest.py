"""A house with somebody of care, somebody of the police, and cases of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from escalation import conversation as conv
from escalation.desk import cases
from escalation.ports import Ports
from escalation.store.session import make_engine
from tests.builders import Joined, build_house, join
from tests.escalation.test_desk import submit
from tests.fakes import ScriptedBot

CLOSED_WORDS, CARE_WORDS, SHARED_WORDS = "closed words", "care words", "shared words"


@dataclass(frozen=True)
class Target:
    """What a thief would like to read: a closed case, one for care alone, one for both."""

    house: Ports
    anna: Joined
    officer: Joined
    closed: conv.Opened
    receipt: str
    care: conv.Opened
    shared: conv.Opened


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Target]:
    engine = make_engine(f"sqlite:///{tmp_path / 'stolen.sqlite3'}")
    bot = ScriptedBot()
    house = build_house(engine, bot)
    anna = join(house, "Anna")
    officer = join(house, "Officer", side="police")
    closed = submit(house, bot, CLOSED_WORDS, share_with="care_only")
    receipt = conv.view(house, conversation_id=closed.id, token=closed.token).receipt
    assert receipt
    cases.take(house, screener=anna.screener, case_id=closed.id)
    cases.close(house, screener=anna.screener, case_id=closed.id)
    care = submit(house, bot, CARE_WORDS, share_with="care_only")
    shared = submit(house, bot, SHARED_WORDS, share_with="care_and_police")
    yield Target(house, anna, officer, closed, receipt, care, shared)
    engine.dispose()
