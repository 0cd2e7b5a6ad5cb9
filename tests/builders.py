"""Builders: a house on a fresh database, and people in it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from escalation.bot import Bot
from escalation.bus import InProcessBus
from escalation.desk.invitations import accept, invite
from escalation.desk.sessions import Screener, authenticate, log_in
from escalation.ports import Durations, Ports, VaultSettings
from escalation.store import migrations
from escalation.store.session import make_sessions
from escalation.store.tables import OutboxRow
from escalation.vault.passwords import Argon2Cost
from tests.fakes import Clock, ScriptedBot

PASSWORD = "correct horse battery staple"
UNHURRIED = timedelta(days=1)
"""So that a test which moves the clock need not log in again; what ends a log-in has tests of its own."""

CHEAP = Argon2Cost(memory_kib=19_456, passes=2)


def build_house(engine: Engine, bot: Bot | None = None, clock: Clock | None = None) -> Ports:
    """Return ports on a migrated database; no desk has a key yet."""
    migrations.upgrade(engine)
    return Ports(
        sessions=make_sessions(engine),
        bus=InProcessBus(),
        bot=bot or ScriptedBot(),
        vault=VaultSettings(b"s" * 16, CHEAP, CHEAP, server_key=b"k" * 32),
        region="test",
        languages=("nl", "en", "pl"),
        clock=clock or Clock(),
        durations=Durations(staff_idle=UNHURRIED),
    )


@dataclass(frozen=True)
class Joined:
    """A screener who has logged in, with what is needed to log in again."""

    screener: Screener
    session_token: str
    totp_secret: str


def join(ports: Ports, name: str, *, side: str = "care", by: Screener | None = None) -> Joined:
    """Invite somebody, accept, and log in. ``by`` hands over the desk key."""
    token = invite(ports, name=name, side=side, desk_private_key=by.need_desk_key() if by else None)
    accepted = accept(ports, token=token, password=PASSWORD)
    code = pyotp.TOTP(accepted.totp_secret).at(int(time.time()))
    opened = log_in(ports, name=name, password=PASSWORD, totp=code)
    return Joined(
        authenticate(ports, session_token=opened.token), opened.token, accepted.totp_secret
    )


def announce(session: Session, *, kind: str, conversation_id: str, now: datetime) -> None:
    """Write an outbox row, once for each kind and conversation."""
    key = f"{kind}:{conversation_id}"
    if session.query(OutboxRow.id).filter_by(key=key).first() is None:
        session.add(OutboxRow(key=key, kind=kind, conversation_id=conversation_id, due_at=now))
