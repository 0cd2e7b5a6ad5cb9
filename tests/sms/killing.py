"""Kills the worker in the middle of its work, again and again, and counts at Twilio's stand-in what arrived."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import func, select

from escalation import conversation as conv
from escalation.access import find_conversation
from escalation.casefile import append_turn
from escalation.lines import Line
from escalation.outbox import OPEN, SMS
from escalation.ports import Ports
from escalation.sms.outgoing import write_messages
from escalation.sms.threads import open_thread
from escalation.store import migrations
from escalation.store.session import make_engine, reading, unit_of_work
from escalation.store.tables import OutboxRow
from tests.builders import join
from tests.fakes import ScriptedBot
from tests.sms.twilio_server import ACCOUNT, DIES, NUMBER, TOKEN, FakeTwilio
from web.config import Settings
from web.operate.children import READY
from web.ports import build_ports

ROOT = Path(__file__).resolve().parents[2]
DONE_WITHIN_SECONDS = 240
LIVES_AT_MOST_SECONDS = 1.5


@dataclass(frozen=True)
class Outcome:
    """What was written for each number, what arrived there, and what still waits."""

    written: Mapping[str, list[str]]
    arrived: Mapping[str, list[str]]
    left_open: int
    alive_seconds: float

    @property
    def lost(self) -> int:
        """How many messages never arrived."""
        return sum(len(set(texts) - set(self.arrived[to])) for to, texts in self.written.items())

    @property
    def doubled(self) -> int:
        """How many arrived once more than they should."""
        return sum(len(texts) - len(set(texts)) for texts in self.arrived.values())

    @property
    def in_order(self) -> bool:
        """Whether every person got them in the order in which they were written."""
        return all(self.arrived[to] == texts for to, texts in self.written.items())


def settings_for(directory: Path, twilio: FakeTwilio) -> Settings:
    """Return the settings of a house in this directory that sends to the stand-in."""
    return Settings(
        data_directory=directory,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=TOKEN,
        twilio_from=NUMBER,
        twilio_api_base=twilio.url,
        sms_per_second=1_000,
        argon2_memory_kib=19_456,
        argon2_passes=2,
    )


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment of a process with these settings."""
    return os.environ | {
        "NIETPLUIS_DATA": str(settings.data_directory),
        "TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token,
        "TWILIO_FROM": settings.twilio_from,
        "TWILIO_API_BASE": settings.twilio_api_base,
        "NIETPLUIS_SMS_PER_SECOND": str(settings.sms_per_second),
        "NIETPLUIS_ARGON2_MEMORY_KIB": str(settings.argon2_memory_kib),
        "NIETPLUIS_ARGON2_PASSES": str(settings.argon2_passes),
        "PYTHONPATH": str(ROOT),
    }


def house_in(settings: Settings) -> Ports:
    """Return a house on a migrated database with one screener, and a bot that follows a script."""
    settings.data_directory.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.database_url_or_embedded)
    migrations.upgrade(engine)
    engine.dispose()
    house = replace(build_ports(settings), bot=ScriptedBot())
    join(house, "Anna")
    return house


def write_texts(house: Ports, *, people: int, each: int) -> dict[str, list[str]]:
    """Write ``each`` messages to each of ``people``; return by number what they must get, in order."""
    written = {}
    for person in range(people):
        number = f"+316100{person:05d}"
        opened = conv.open_conversation(house, channel="sms", language="en")
        texts = [f"message {one} to person {person}." for one in range(each)]
        with unit_of_work(house.sessions) as session:
            conversation = find_conversation(session, opened.id)
            seq = conversation.last_seq
            open_thread(
                house,
                session,
                conversation_id=opened.id,
                number=number,
                token=opened.token,
                sent_seq=seq,
            )
        for text in texts:
            with unit_of_work(house.sessions) as session:
                conversation = find_conversation(session, opened.id, to_change=True)
                line = Line("utter_test", text)
                append_turn(
                    session, conversation, author="bot", line=line, answers=None, now=house.clock()
                )
            with unit_of_work(house.sessions) as session:
                write_messages(house, session, opened.id)
        written[number] = texts
    return written


def kill_often(
    directory: Path,
    twilio: FakeTwilio,
    *,
    kills: int,
    people: int,
    each: int,
    seed: int,
    unanswered: float = 0.0,
) -> Outcome:
    """Write messages, kill the worker ``kills`` times while it sends them, then let one finish.

    ``unanswered`` is the share of messages that are taken and not answered.
    """
    chance = random.Random(seed)
    settings = settings_for(directory, twilio)
    house = house_in(settings)
    written = write_texts(house, people=people, each=each)
    twilio.slow_seconds = 0.05
    twilio.failing = lambda: DIES if chance.random() < unanswered else None
    alive = 0.0
    for _ in range(kills):
        worker = start_worker(settings)
        lives = chance.uniform(0.0, LIVES_AT_MOST_SECONDS)
        time.sleep(lives)
        worker.kill()
        worker.wait()
        alive += lives
    twilio.slow_seconds = 0.0
    worker = start_worker(settings)
    until = time.monotonic() + DONE_WITHIN_SECONDS
    while still_open(house) and time.monotonic() < until:
        time.sleep(0.2)
    worker.terminate()
    worker.wait(timeout=30)
    arrived: dict[str, list[str]] = defaultdict(list)
    for one in twilio.taken:
        arrived[one.to].append(one.body)
    return Outcome(written, arrived, still_open(house), alive)


def start_worker(settings: Settings, **more: str) -> subprocess.Popen[str]:
    """Start a worker's process, with ``more`` in its environment; return when it works."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "web.cli", "worker"],
        cwd=ROOT,
        env=environment_of(settings) | more,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline().strip() == READY
    worker.stdout.close()
    return worker


def still_open(house: Ports) -> int:
    """Return how many messages to reporters still wait to be sent."""
    with reading(house.sessions) as session:
        waiting = select(func.count()).where(OutboxRow.kind == SMS, OutboxRow.status.in_(OPEN))
        return session.scalar(waiting) or 0
