"""A house on each database that is reachable, with a bot that follows a script and one screener on duty."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine

from escalation.ports import Ports
from escalation.store.session import make_engine
from tests.builders import Joined, build_house, join
from tests.fakes import Clock, ScriptedBot
from tests.sms.phone import Phone
from tests.web.script import answer
from web.i18n import translate
from web.rendering import speak


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Joined]:
    """A database that already has a screener, made once and copied: making keys is slow on purpose."""
    database = tmp_path_factory.mktemp("opened") / "opened.sqlite3"
    engine = make_engine(f"sqlite:///{database}")
    joined = join(build_house(engine), "Anna")
    engine.dispose()
    return database, joined


@pytest.fixture
def bot() -> ScriptedBot:
    return ScriptedBot(answer)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def staffed(
    engine: Engine, bot: ScriptedBot, clock: Clock, opened: tuple[Path, Joined]
) -> tuple[Ports, Joined]:
    """A house that speaks English first, and its screener."""
    if engine.dialect.name == "sqlite":
        shutil.copy(opened[0], str(engine.url.database))
    built = build_house(engine, bot, clock)
    joined = opened[1] if engine.dialect.name == "sqlite" else join(built, "Anna")
    house = dataclasses.replace(
        built,
        speak=speak,
        translate=translate,
        languages=("en", "nl", "pl"),
        address="https://niet-pluis.example",
    )
    return house, joined


@pytest.fixture
def house(staffed: tuple[Ports, Joined]) -> Ports:
    return staffed[0]


@pytest.fixture
def anna(staffed: tuple[Ports, Joined]) -> Joined:
    """The first care screener, with access."""
    return staffed[1]


@pytest.fixture
def phone(house: Ports, clock: Clock) -> Phone:
    return Phone(house, clock)
