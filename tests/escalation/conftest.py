"""A house on each database that is reachable: SQLite always, PostgreSQL where TEST_DATABASE_URL says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from escalation.ports import Ports
from tests.builders import Joined, build_house, join
from tests.fakes import Clock, ScriptedBot


@pytest.fixture
def bot() -> ScriptedBot:
    return ScriptedBot()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(engine: Engine, bot: ScriptedBot, clock: Clock) -> Iterator[Ports]:
    yield build_house(engine, bot, clock)


@pytest.fixture
def anna(house: Ports) -> Joined:
    """The first care screener, with access."""
    return join(house, "Anna")
