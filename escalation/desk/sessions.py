"""Logging in and out. A session's keys are wrapped under its token: nothing at rest opens a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from .. import audit
from ..errors import LoginFailedError, NoAccessError, SessionExpiredError
from ..ports import Ports
from ..store.session import reading, unit_of_work
from ..store.staff_tables import FormerDeskKey
from ..store.tables import DeskKey, DeskKeyCopy, ScreenerRow, StaffSession
from ..vault.passwords import password_key
from ..vault.sealing import CannotOpenError, open_bytes, unwrap, wrap
from ..vault.tokens import new_token, token_keys
from .challenges import LOG_IN, take_challenge
from .decoys import fail_like_a_wrong_password, look_at_a_code
from .factors import PasskeyAnswer, use_code, use_passkey
from .password_costs import cost_of, costs_in_use, keep_raised, unwrap_with_each
from .roles import ADMINISTRATOR
from .staying import idle

MAX_FAILED_LOGINS = 8


@dataclass(frozen=True)
class Screener:
    """A screener with an open session. ``desk_key`` is None as long as no colleague has given access.

    ``rekey_due`` when the desk is to get a new key, or cases still wait to be re-sealed to it.
    """

    id: str
    name: str
    side: str
    role: str
    language: str
    private_key: bytes
    desk_key: bytes | None
    rekey_due: bool = False

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


def log_in(
    ports: Ports,
    *,
    name: str,
    password: str,
    totp: str = "",
    passkey: PasskeyAnswer | None = None,
) -> LoggedIn:
    """Open a session with the password and a second factor, a code or what a passkey signed.

    Raises LoginFailedError, whatever was wrong, after the same work; BusyError when too many log in at once.
    """
    now = ports.clock()
    challenge = (
        take_challenge(ports, bound_to=passkey.bound_to, purpose=LOG_IN) if passkey else None
    )
    with reading(ports.sessions) as session:
        row = session.scalar(select(ScreenerRow).where(ScreenerRow.name == name.strip()))
        costs = costs_in_use(session, ports)
    if row is not None and (row.revoked_at is not None or is_locked(row, now)):
        row = None
    unwrapped = unwrap_with_each(ports, row, password[:1000], costs)
    if row is None:
        fail_like_a_wrong_password(ports)
        raise LoginFailedError
    try:
        if unwrapped is None:
            look_at_a_code(totp)
            raise LoginFailedError
        private_key = unwrapped.private_key
        with unit_of_work(ports.sessions) as session:
            if passkey:
                use_passkey(session, row.id, private_key, passkey, challenge)
            else:
                use_code(session, row, private_key, totp)
            _forget_failures(session, row.id)
            keep_raised(session, row, unwrapped)
            opened = _open_session(ports, session, row.id, private_key, now)
            audit.append(session, event="logged_in", actor=row.id, now=now)
            return opened
    except LoginFailedError:
        count_failure(ports, row.id, now)
        raise


def authenticate(ports: Ports, *, session_token: str) -> Screener:
    """Return the screener of a session. Raises SessionExpiredError."""
    keys = token_keys(session_token)
    with reading(ports.sessions) as session:
        found = session.execute(
            select(StaffSession, idle(ports)).where(StaffSession.lookup == keys.lookup)
        ).one_or_none()
        if found is None or found[0].expires_at <= ports.clock():
            raise SessionExpiredError
        opened, lies_idle = found
        row = session.get_one(ScreenerRow, opened.screener_id)
        if row.revoked_at is not None:
            raise SessionExpiredError
        # Whatever stands in the database: an administrator never opens a case.
        reads = row.role != ADMINISTRATOR
        copy = session.get(DeskKeyCopy, (row.side, row.id)) if reads else None
        is_due = copy is not None and _rekey_due(session, row.side)
    if lies_idle:  # gone for good: a word of the reporter must not bring it back to life
        log_out(ports, session_token=session_token)
        raise SessionExpiredError
    private_key = unwrap(keys.key, opened.wrapped_private_key)
    return Screener(
        id=row.id,
        name=row.name,
        side=row.side,
        role=row.role,
        language=row.language,
        private_key=private_key,
        desk_key=open_bytes(private_key, copy.sealed) if copy else None,
        rekey_due=is_due,
    )


def log_out(ports: Ports, *, session_token: str) -> None:
    """End the session. Does nothing when it has ended."""
    with unit_of_work(ports.sessions) as session:
        session.execute(
            delete(StaffSession).where(StaffSession.lookup == token_keys(session_token).lookup)
        )


def _rekey_due(session: Session, side: str) -> bool:
    former = select(FormerDeskKey.version).where(FormerDeskKey.side == side).limit(1)
    return session.get_one(DeskKey, side).must_rekey or session.scalar(former) is not None


def private_key_of(row: ScreenerRow, password: str) -> bytes | None:
    """Return the private key of a screener, None when the password is not the one. Slow."""
    try:
        key = password_key(password, salt=row.password_salt, cost=cost_of(row))
        return unwrap(key, row.wrapped_private_key)
    except CannotOpenError:
        return None


def is_locked(row: ScreenerRow, now: datetime) -> bool:
    """Return whether the log-in rests after too many failed tries."""
    return row.locked_until is not None and row.locked_until > now


def _open_session(
    ports: Ports, session: Session, screener_id: str, private_key: bytes, now: datetime
) -> LoggedIn:
    """Open a session under a token that is new each time: one that was planted before opens nothing."""
    token = new_token()
    keys = token_keys(token)
    expires_at = now + ports.durations.staff_session
    session.add(
        StaffSession(
            lookup=keys.lookup,
            screener_id=screener_id,
            wrapped_private_key=wrap(keys.key, private_key),
            opened_at=now,
            used_at=now,
            factor_at=now,
            expires_at=expires_at,
        )
    )
    return LoggedIn(token=token, expires_at=expires_at)


def _forget_failures(session: Session, screener_id: str) -> None:
    session.execute(
        update(ScreenerRow)
        .where(ScreenerRow.id == screener_id)
        .values(failed_logins=0, locked_until=None)
    )


def count_failure(ports: Ports, screener_id: str, now: datetime) -> None:
    """Note a try that failed; after many of them the log-in rests."""
    with unit_of_work(ports.sessions) as session:
        row = session.get_one(ScreenerRow, screener_id, with_for_update=True)
        row.failed_logins += 1
        if row.failed_logins >= MAX_FAILED_LOGINS:
            row.failed_logins, row.locked_until = 0, now + ports.durations.login_lock
