"""The desk on a fresh SQLite database, with Anna and Bob on duty at the care desk and a bot that follows a script."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask import Flask

from escalation.desk.invitations import accept, invite
from escalation.desk.sessions import Screener, authenticate, log_in
from escalation.ports import Ports
from escalation.store.session import make_engine, make_sessions, unit_of_work
from escalation.store.tables import ScreenerRow
from tests.builders import PASSWORD, Joined, build_house
from tests.desk.desk import Desk
from tests.fakes import Clock, ScriptedBot
from web.app import create_app
from web.config import Settings

UNREACHABLE = "http://you-forgot-a-fake.invalid"


def join_in(
    house: Ports, name: str, *, language: str = "en", side: str = "care", by: Screener | None = None
) -> Joined:
    """Invite somebody whose desk speaks ``language``, accept, and log in."""
    key = by.need_desk_key() if by else None
    token = invite(house, name=name, side=side, language=language, desk_private_key=key)
    accepted = accept(house, token=token, password=PASSWORD)
    # The code of the half minute before, so that a test can still log in with the present one. Near the end of a
    # half minute it would have run out by the time it is tried.
    left = 30 - time.time() % 30
    if left < 8:
        time.sleep(left)
    code = pyotp.TOTP(accepted.totp_secret).at(int(time.time()) - 30)
    opened = log_in(house, name=name, password=PASSWORD, totp=code)
    screener = authenticate(house, session_token=opened.token)
    return Joined(screener, opened.token, accepted.totp_secret)


def join_as(house: Ports, name: str, role: str, **how: Any) -> Joined:
    """Let somebody join and then be what only somebody who leads can make them."""
    joined = join_in(house, name, **how)
    with unit_of_work(house.sessions) as session:
        session.get_one(ScreenerRow, joined.screener.id).role = role
    return joined


@dataclass(frozen=True)
class Opened:
    """A database that already holds the desk's key, with two screeners who are logged in there."""

    database: Path
    anna: Joined
    bob: Joined


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Made once and copied for every test: passwords are slow on purpose."""
    database = tmp_path_factory.mktemp("opened") / "opened.sqlite3"
    engine = make_engine(f"sqlite:///{database}")
    house = build_house(engine)
    anna = join_in(house, "Anna")
    bob = join_in(house, "Bob", by=anna.screener)
    engine.dispose()
    return Opened(database, anna, bob)


@pytest.fixture
def bot() -> ScriptedBot:
    return ScriptedBot()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(opened: Opened, bot: ScriptedBot, clock: Clock, tmp_path: Path) -> Iterator[Ports]:
    database = tmp_path / "test.sqlite3"
    shutil.copy(opened.database, database)
    engine = make_engine(f"sqlite:///{database}")
    yield replace(build_house(engine, bot, clock), sessions=make_sessions(engine))
    engine.dispose()


@pytest.fixture
def anna(opened: Opened) -> Joined:
    return opened.anna


@pytest.fixture
def bob(opened: Opened) -> Joined:
    return opened.bob


@pytest.fixture
def app(house: Ports) -> Flask:
    settings = Settings(bot_url=UNREACHABLE, event_heartbeat_seconds=1, event_stream_max_seconds=5)
    return create_app(settings, house)


@pytest.fixture
def stranger(app: Flask) -> Desk:
    """A browser without a session."""
    return Desk(app)


@pytest.fixture
def desk(app: Flask, anna: Joined) -> Desk:
    """Anna's browser."""
    return Desk(app, anna.session_token)


@pytest.fixture
def bobs_desk(app: Flask, bob: Joined) -> Desk:
    return Desk(app, bob.session_token)
