"""The wiring of one process, and whether it can serve."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, request
from werkzeug.serving import make_server

from escalation import conversation
from escalation.access import give_receipt, open_with_token, prepare_receipt
from escalation.ports import Ports
from escalation.store import migrations
from escalation.store.session import Sessions, make_engine, make_sessions, unit_of_work
from escalation.transports.file_bus import FileBus
from escalation.transports.redis_bus import RedisBus
from tests.builders import join
from web.app import create_app
from web.config import Settings
from web.health.readiness import HOLDS_SECONDS, Readiness
from web.ports import build_ports


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    current = Settings(data_directory=tmp_path / "var", region="test")
    current.data_directory.mkdir(mode=0o700)
    migrations.upgrade(make_engine(current.database_url_or_embedded))
    return current


def test_one_installation_has_one_receipt_salt(settings: Settings) -> None:
    first, second = build_ports(settings), build_ports(settings)
    assert first.vault.receipt_salt == second.vault.receipt_salt
    assert len(first.vault.receipt_salt) == 16


def test_the_costs_and_the_region_come_from_the_settings(settings: Settings) -> None:
    built = build_ports(replace(settings, argon2_passes=7))
    assert built.vault.receipt_cost.passes == built.vault.password_cost.passes == 7
    assert built.region == "test"
    assert isinstance(built.bus, FileBus)


def test_a_receipt_opens_after_the_costs_were_raised(settings: Settings) -> None:
    cheap = replace(settings, argon2_memory_kib=19_456, argon2_passes=2)
    first = build_ports(cheap)
    join(first, "Anna")
    opened = conversation.open_conversation(first, language="en")
    receipt, keys = prepare_receipt(first)
    with unit_of_work(first.sessions) as session:
        case = open_with_token(
            session, conversation_id=opened.id, token=opened.token, now=first.clock()
        )
        give_receipt(session, case, receipt, keys)
    raised = build_ports(replace(cheap, argon2_memory_kib=20_480, argon2_passes=3))
    assert raised.vault.password_cost.passes == 3
    assert conversation.resume(raised, receipt=receipt).id == opened.id


def test_how_long_a_screener_stays_logged_in_comes_from_the_settings(settings: Settings) -> None:
    built = build_ports(replace(settings, staff_idle_minutes=7, staff_session_hours=2))
    assert built.durations.staff_idle == timedelta(minutes=7)
    assert built.durations.staff_session == timedelta(hours=2)


def test_with_redis_other_processes_are_heard(settings: Settings, redis_url: str) -> None:
    assert isinstance(build_ports(replace(settings, redis_url=redis_url)).bus, RedisBus)


def test_the_data_directory_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    current = Settings(data_directory=tmp_path / "new")
    with pytest.raises(Exception, match="installation"):
        build_ports(current)  # nothing is migrated there yet
    assert stat.S_IMODE(current.data_directory.stat().st_mode) == 0o700


@pytest.fixture
def asked() -> list[str]:
    """The addresses at which the bot was asked."""
    return []


@pytest.fixture
def bot_url(asked: list[str]) -> Iterator[str]:
    bot = Flask("bot")

    def answer() -> dict[str, bool]:
        asked.append(request.path)
        return {"ready": True}

    bot.add_url_rule("/webhooks/nietpluis/ready", endpoint="bot", view_func=answer)
    bot.add_url_rule("/health", endpoint="actions", view_func=answer)
    server = make_server("127.0.0.1", 0, bot)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_ready_when_database_and_bot_answer(house: Ports, bot_url: str) -> None:
    client = create_app(Settings(bot_url=bot_url), house).test_client()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_not_ready_without_the_database(tmp_path: Path, house: Ports, bot_url: str) -> None:
    away = replace(house, sessions=_sessions_of_nothing(tmp_path))
    client = create_app(Settings(bot_url=bot_url), away).test_client()
    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").status_code == 503


def test_not_ready_without_the_actions(house: Ports, bot_url: str) -> None:
    nowhere = Settings(bot_url=bot_url, actions_url="http://127.0.0.1:1/webhook")
    assert create_app(nowhere, house).test_client().get("/health/ready").status_code == 503
    there = Settings(bot_url=bot_url, actions_url=f"{bot_url}/webhook")
    assert create_app(there, house).test_client().get("/health/ready").status_code == 200


def test_the_bot_is_asked_once_in_a_moment_however_often_somebody_asks_us(
    bot_url: str, asked: list[str]
) -> None:
    now = [0.0]
    there = Settings(bot_url=bot_url, actions_url=f"{bot_url}/webhook")
    readiness = Readiness(there, lambda: now[0])
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: readiness.bot_answers(), range(100)))
    assert asked == ["/webhooks/nietpluis/ready", "/health"]
    now[0] = HOLDS_SECONDS
    assert readiness.bot_answers()
    assert len(asked) == 4


def _sessions_of_nothing(tmp_path: Path) -> Sessions:
    return make_sessions(make_engine(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.sqlite3'}"))
