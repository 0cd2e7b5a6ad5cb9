"""A house on each database that is reachable, with a bot that follows a script and one screener on duty."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from escalation.ports import Ports
from tests.builders import build_house, join
from tests.fakes import Clock, ScriptedBot
from tests.web.script import answer
from web.rendering import speak


@pytest.fixture
def bot() -> ScriptedBot:
    return ScriptedBot(answer)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(engine: Engine, bot: ScriptedBot, clock: Clock) -> Ports:
    built = build_house(engine, bot, clock)
    join(built, "Anna")
    return replace(built, speak=speak, address="https://niet-pluis.example")
