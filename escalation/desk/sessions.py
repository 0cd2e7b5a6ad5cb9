"""Logging in and out. A session's keys are wrapped under its token: nothing at rest opens a case."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from .. import audit
from ..errors import LoginFailedError, NoAccessError, SessionExpiredError
from ..ports import Ports
from ..store.session import reading, unit_of_work
from ..store.tables import DeskKeyCopy, ScreenerRow, StaffSession
from ..vault.passwords import Argon2Cost, slow_key
from ..vault.sealing import CannotOpenError, open_bytes, unwrap, wrap
from ..vault.tokens import new_token, token_keys

TOTP_STEP_SECONDS = 30
TOTP_DRIFT_STEPS = 1
MAX_FAILED_LOGINS = 8


@dataclass(frozen=True)
class Screener:
    """A screener with an open session. ``desk_key`` is None as long as no colleague has given access."""

    id: str
    name: str
    side: str
    role: str
    language: str
    private_key: bytes
    desk_key: bytes | None

    def __repr__(self) -> str:
        return f"Screener({self.name})"

    @property
    def has_access(self) -> bool:
        """Return whether the screener can open cases."""
        return self.desk_key is not None

    def need_desk_key(self) -> bytes:
        """Return the desk's private key. Raises NoAccessError."""
        if self.desk_key is None:
            raise NoAccessError
        return self.desk_key


@dataclass(frozen=True)
class LoggedIn:
    """A new session."""

    token: str
    expires_at: datetime

    def __repr__(self) -> str:
        return "LoggedIn(…)"


def log_in(ports: Ports, *, name: str, password: str, totp: str) -> LoggedIn:
    """Open a session. Raises LoginFailedError, whatever was wrong, after the same work."""
    now = ports.clock()
    with reading(ports.sessions) as session:
        row = session.scalar(select(ScreenerRow).where(ScreenerRow.name == name.strip()))
    if (
        row is None
        or row.revoked_at is not None
        or (row.locked_until is not None and row.locked_until > now)
    ):
        slow_key(
            password[:1000], salt=b"\0" * 16, cost=ports.vault.password_cost
        )  # same time for unknown names
        raise LoginFailedError
    private_key = _private_key(row, password[:1000])
    step = _totp_step(row, private_key, totp) if private_key else None
    if private_key is None or step is None:
        _count_failure(ports, row.id, now)
        raise LoginFailedError
    token = new_token()
    keys = token_keys(token)
    expires_at = now + ports.durations.staff_session
    with unit_of_work(ports.sessions) as session:
        _use_totp_step(session, row.id, step)
        wrapped = wrap(keys.key, private_key)
        session.add(
            StaffSession(
                lookup=keys.lookup,
                screener_id=row.id,
                wrapped_private_key=wrapped,
                expires_at=expires_at,
            )
        )
        audit.append(session, event="logged_in", actor=row.id, now=now)
    return LoggedIn(token=token, expires_at=expires_at)


def authenticate(ports: Ports, *, session_token: str) -> Screener:
    """Return the screener of a session. Raises SessionExpiredError."""
    keys = token_keys(session_token)
    with reading(ports.sessions) as session:
        opened = session.get(StaffSession, keys.lookup)
        if opened is None or opened.expires_at <= ports.clock():
            raise SessionExpiredError
        row = session.get_one(ScreenerRow, opened.screener_id)
        if row.revoked_at is not None:
            raise SessionExpiredError
        copy = session.get(DeskKeyCopy, (row.side, row.id))
    private_key = unwrap(keys.key, opened.wrapped_private_key)
    return Screener(
        id=row.id,
        name=row.name,
        side=row.side,
        role=row.role,
        language=row.language,
        private_key=private_key,
        desk_key=open_bytes(private_key, copy.sealed) if copy else None,
    )


def log_out(ports: Ports, *, session_token: str) -> None:
    """End the session. Does nothing when it has ended."""
    with unit_of_work(ports.sessions) as session:
        session.execute(
            delete(StaffSession).where(StaffSession.lookup == token_keys(session_token).lookup)
        )


def _private_key(row: ScreenerRow, password: str) -> bytes | None:
    cost = Argon2Cost(row.password_memory_kib, row.password_passes, row.password_lanes)
    try:
        return unwrap(
            slow_key(password, salt=row.password_salt, cost=cost), row.wrapped_private_key
        )
    except CannotOpenError:
        return None


def _totp_step(row: ScreenerRow, private_key: bytes, typed: str) -> int | None:
    """Return the time step of a right code that was not used before, else None."""
    totp = pyotp.TOTP(open_bytes(private_key, row.sealed_totp).decode("ascii"))
    code = "".join(char for char in typed if char.isdigit())
    present = int(time.time()) // TOTP_STEP_SECONDS
    for step in range(present - TOTP_DRIFT_STEPS, present + TOTP_DRIFT_STEPS + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), code) and step > row.last_totp_step:
            return step
    return None


def _use_totp_step(session: Session, screener_id: str, step: int) -> None:
    """A code counts once: two log-ins with the same code at the same moment let only one in."""
    changed = session.execute(
        update(ScreenerRow)
        .where(ScreenerRow.id == screener_id, ScreenerRow.last_totp_step < step)
        .values(last_totp_step=step, failed_logins=0, locked_until=None)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise LoginFailedError


def _count_failure(ports: Ports, screener_id: str, now: datetime) -> None:
    with unit_of_work(ports.sessions) as session:
        row = session.get_one(ScreenerRow, screener_id, with_for_update=True)
        row.failed_logins += 1
        if row.failed_logins >= MAX_FAILED_LOGINS:
            row.failed_logins, row.locked_until = 0, now + ports.durations.login_lock
