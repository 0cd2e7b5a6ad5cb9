"""The application on a fresh SQLite database, with a bot that follows a script and one screener on duty."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, request
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, sync_playwright

from escalation.ports import Ports, utc_now
from escalation.store.session import make_engine, make_sessions
from tests.builders import Joined, build_house, join
from tests.fakes import ScriptedBot
from tests.web.browser import Browser
from tests.web.chromium import Site, chromium_path, served
from tests.web.script import answer
from web.app import create_app
from web.config import Settings

UNREACHABLE = "http://you-forgot-a-fake.invalid"


@dataclasses.dataclass(frozen=True)
class Opened:
    """A database that already holds the desk's key, with the screener who logged in there."""

    database: Path
    anna: Joined


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Made once and copied for every test: making keys is slow on purpose."""
    database = tmp_path_factory.mktemp("opened") / "opened.sqlite3"
    engine = make_engine(f"sqlite:///{database}")
    house = dataclasses.replace(build_house(engine, ScriptedBot(answer)), clock=utc_now)
    anna = join(house, "Anna")
    engine.dispose()
    return Opened(database, anna)


@pytest.fixture
def bot() -> ScriptedBot:
    return ScriptedBot(answer)


@pytest.fixture
def house(opened: Opened, bot: ScriptedBot, tmp_path: Path) -> Iterator[Ports]:
    database = tmp_path / "test.sqlite3"
    shutil.copy(opened.database, database)
    engine = make_engine(f"sqlite:///{database}")
    built = build_house(engine, bot)
    yield dataclasses.replace(built, sessions=make_sessions(engine), clock=utc_now)
    engine.dispose()


@pytest.fixture
def settings() -> Settings:
    return Settings(bot_url=UNREACHABLE, event_heartbeat_seconds=1, event_stream_max_seconds=2)


@pytest.fixture
def app(house: Ports, settings: Settings) -> Flask:
    return create_app(settings, house)


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def chat(browser: Browser) -> Browser:
    """A browser in which a conversation is open, in English."""
    browser.begin("en")
    return browser


@pytest.fixture
def site(house: Ports, settings: Settings) -> Iterator[Site]:
    weather, referrers = Flask("weather"), []

    @weather.get("/")
    def sunny() -> str:
        referrers.append(request.headers.get("Referer"))
        return "sunny"

    with served(weather) as harmless:
        app = create_app(dataclasses.replace(settings, exit_url=f"{harmless}/"), house)
        with served(app) as url:
            yield Site(url, f"{harmless}/", house, referrers)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(),
            args=["--no-sandbox"],
            # Pages that a browser keeps aside for Back must not show more than others.
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Chromium) -> Iterator[BrowserContext]:
    opened = chromium.new_context(locale="en-GB", reduced_motion="reduce")
    yield opened
    opened.close()
