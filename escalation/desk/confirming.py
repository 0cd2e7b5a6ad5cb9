"""Showing the second factor once more before something that cannot be undone, and ending one's own log-ins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from ..errors import FactorNotFreshError, LoginFailedError
from ..ports import Ports
from ..store.session import reading, unit_of_work
from ..store.tables import ScreenerRow, StaffSession
from ..vault.tokens import token_keys
from .challenges import CONFIRM, take_challenge
from .factors import PasskeyAnswer, use_code, use_passkey
from .sessions import Screener, count_failure, is_locked


@dataclass(frozen=True)
class OwnSession:
    """A log-in of one's own: since when, and whether it is the one that asks. Nothing else is known of it."""

    opened_at: datetime
    is_this: bool


def confirm(
    ports: Ports,
    *,
    screener: Screener,
    session_token: str,
    totp: str = "",
    passkey: PasskeyAnswer | None = None,
) -> None:
    """Show the second factor again; the session is fresh from now on. Raises LoginFailedError, whatever was wrong."""
    now = ports.clock()
    challenge = (
        take_challenge(ports, bound_to=passkey.bound_to, purpose=CONFIRM) if passkey else None
    )
    with reading(ports.sessions) as session:
        row = session.get_one(ScreenerRow, screener.id)
    if is_locked(row, now):
        raise LoginFailedError
    try:
        with unit_of_work(ports.sessions) as session:
            if passkey:
                use_passkey(session, row.id, screener.private_key, passkey, challenge)
            else:
                use_code(session, row, screener.private_key, totp)
            session.execute(
                update(StaffSession)
                .where(StaffSession.lookup == token_keys(session_token).lookup)
                .values(factor_at=now)
            )
    except LoginFailedError:
        count_failure(ports, screener.id, now)
        raise


def need_fresh(ports: Ports, *, session_token: str) -> None:
    """Raise FactorNotFreshError unless the second factor was shown in this session a few minutes ago at most."""
    with reading(ports.sessions) as session:
        opened = session.get(StaffSession, token_keys(session_token).lookup)
    if opened is None or opened.factor_at <= ports.clock() - ports.durations.fresh_factor:
        raise FactorNotFreshError


def own_sessions(ports: Ports, *, screener: Screener, session_token: str) -> list[OwnSession]:
    """Return the screener's open log-ins, the latest first."""
    this, now = token_keys(session_token).lookup, ports.clock()
    own = (
        select(StaffSession)
        .where(StaffSession.screener_id == screener.id, StaffSession.expires_at > now)
        .order_by(StaffSession.opened_at.desc())
    )
    with reading(ports.sessions) as session:
        return [OwnSession(row.opened_at, row.lookup == this) for row in session.scalars(own)]


def log_out_everywhere(ports: Ports, *, screener: Screener) -> None:
    """End every log-in of the screener, this one too."""
    with unit_of_work(ports.sessions) as session:
        session.execute(delete(StaffSession).where(StaffSession.screener_id == screener.id))
