"""Wires store, bus and bot for one process and hands them to the views."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from flask import current_app

from escalation.bus import Bus
from escalation.counting import MemoryCounters
from escalation.ports import Durations, Ports, VaultSettings
from escalation.signal import LANGUAGES
from escalation.store.installation import value_of
from escalation.store.session import Sessions, make_engine, make_sessions
from escalation.transports.file_bus import FileBus
from escalation.transports.libretranslate import LibreTranslate
from escalation.transports.rasa_bot import RasaBot
from escalation.transports.redis_bus import RedisBus
from escalation.transports.redis_counters import RedisCounters
from escalation.vault.passwords import Argon2Cost, new_salt

from .config import Settings
from .i18n import translate
from .rendering import speak
from .retention_file import read_policy
from .server_key import server_key

EXTENSION = "niet_pluis_ports"


def build_ports(settings: Settings) -> Ports:
    """Return the ports that ``settings`` describe. Makes the data directory; opens no connection to the bot yet."""
    if not settings.database_url:
        settings.data_directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    sessions = make_sessions(make_engine(settings.database_url_or_embedded))
    cost = Argon2Cost(
        memory_kib=settings.argon2_memory_kib,
        passes=settings.argon2_passes,
        lanes=settings.argon2_lanes,
    )
    return Ports(
        sessions=sessions,
        bus=_bus(settings),
        bot=RasaBot(
            base_url=settings.bot_url,
            secret=settings.bot_secret,
            answer_seconds=float(settings.bot_timeout_seconds),
        ),
        vault=VaultSettings(
            receipt_salt=value_of(sessions, "receipt_salt", new_salt()),
            receipt_cost=_receipt_cost(sessions, cost),
            password_cost=cost,
            server_key=server_key(settings),
        ),
        region=settings.region,
        languages=LANGUAGES,
        translate=translate,
        speak=speak,
        address=settings.world_url,
        translator=LibreTranslate(settings.libretranslate_url)
        if settings.libretranslate_url
        else None,
        counters=RedisCounters(settings.redis_url) if settings.redis_url else MemoryCounters(),
        retention=read_policy(settings),
        durations=Durations(
            staff_session=timedelta(hours=settings.staff_session_hours),
            staff_idle=timedelta(minutes=settings.staff_idle_minutes),
            owner_silent=timedelta(seconds=settings.owner_silent_seconds),
            rungs=tuple(timedelta(seconds=each) for each in settings.rungs_seconds),
            acknowledged_lasts=timedelta(seconds=settings.acknowledged_seconds),
            call_again=timedelta(seconds=settings.call_again_seconds),
            sms_settles=timedelta(milliseconds=settings.sms_settle_milliseconds),
            sms_silent=timedelta(hours=settings.sms_silent_hours),
        ),
    )


def _receipt_cost(sessions: Sessions, present: Argon2Cost) -> Argon2Cost:
    """Return the cost of the first start: receipts are looked up by what is derived, so it must never change."""
    fresh = f"{present.memory_kib} {present.passes} {present.lanes}".encode("ascii")
    memory_kib, passes, lanes = value_of(sessions, "receipt_cost", fresh).split()
    return Argon2Cost(int(memory_kib), int(passes), int(lanes))


def _bus(settings: Settings) -> Bus:
    if settings.redis_url:
        return RedisBus(settings.redis_url)
    return FileBus(settings.data_directory / "run" / "bus")


def ports() -> Ports:
    """Return the ports of the running application."""
    return cast(Ports, current_app.extensions[EXTENSION])
