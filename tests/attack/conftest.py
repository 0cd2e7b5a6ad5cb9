"""The house that is attacked: two people at the care desk, one conversation in the queue, streams that end at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from escalation.conversation import Opened
from escalation.desk import cases
from escalation.ports import Ports
from escalation.signal import LANGUAGES
from escalation.store.session import make_engine
from tests.attack.elsewhere import Elsewhere
from tests.builders import build_house
from tests.desk.conftest import (
    UNREACHABLE,
    anna,
    bob,
    bobs_desk,
    bot,
    clock,
    desk,
    house,
    join_in,
    opened,
    stranger,
)
from tests.desk.desk import tell
from tests.fakes import ScriptedBot
from tests.web.script import answer
from web.app import create_app
from web.config import Settings

__all__ = ["anna", "bob", "bobs_desk", "bot", "clock", "desk", "house", "opened", "stranger"]


@pytest.fixture
def settings() -> Settings:
    """Patient with wrong receipts, so that the attack is not over after the first thirty."""
    return Settings(bot_url=UNREACHABLE, event_stream_max_seconds=0, wrong_receipts_max=1_000_000)


@pytest.fixture
def app(house: Ports, settings: Settings) -> Flask:
    return create_app(settings, replace(house, languages=LANGUAGES))


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    """Another region, with a case that is in the hands of the Anna of there."""
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('elsewhere') / 'other.sqlite3'}")
    bot = ScriptedBot()
    there = replace(build_house(engine, bot), region="elsewhere")
    anna = join_in(there, "Anna")
    told = tell(there, bot, "she may not go out", language="en")
    cases.take(there, screener=anna.screener, case_id=told.id)
    yield Elsewhere(anna, told)
    engine.dispose()


@pytest.fixture
def told(house: Ports, bot: ScriptedBot) -> Opened:
    """Somebody has told something and waits for a person; whatever comes next is answered by the web tests' script."""
    case = tell(house, bot, "he took my passport", language="en")
    bot.script = answer
    return case
