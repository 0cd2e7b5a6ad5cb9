"""A screener's password: it wraps the private key, so it can be changed by who knows it and by nobody else.

Who lost it begins anew: a colleague makes a link, and behind it waits a new key pair under a new password with a new
second factor. What the old key pair opened it opens no more, and there is no back door: when everybody of a side has
lost the password, the cases of that side stay shut.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from .. import audit
from ..errors import InvitationInvalidError, LoginFailedError, NotAllowedError, PasswordTooWeakError
from ..ports import Ports
from ..store.passkey_tables import PasskeyRow
from ..store.session import reading, unit_of_work
from ..store.tables import (
    DeskKey,
    DeskKeyCopy,
    InvitationRow,
    ScreenerRow,
    StaffSession,
)
from ..vault.passwords import new_salt, password_key
from ..vault.sealing import public_half, wrap
from ..vault.tokens import new_token, token_keys
from .desk_keys import present_key
from .password_costs import wrapped_columns
from .roles import ADMINISTRATOR, need_lead
from .sessions import Screener, count_failure, is_locked, private_key_of

MIN_PASSWORD_CHARS = 12
MAX_PASSWORD_CHARS = 1_000


def check_password(password: str, *, name: str) -> None:
    """Raise PasswordTooWeakError unless the password is 12 to 1,000 characters and does not hold the name."""
    fits = MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS
    varied = len(set(password)) >= 4  # twelve times the same key is no password
    if not fits or not varied or name.casefold() in password.casefold():
        raise PasswordTooWeakError


def wrapped_under(ports: Ports, password: str, private_key: bytes) -> dict[str, Any]:
    """Return the columns of a screener that hold the private key under a password. Slow; outside transactions.

    Raises BusyError.
    """
    salt, cost = new_salt(), ports.vault.password_cost
    key = password_key(password, salt=salt, cost=cost)
    return wrapped_columns(key, salt, cost, private_key)


def change_password(
    ports: Ports, *, screener: Screener, session_token: str, old: str, new: str
) -> None:
    """Wrap the private key under a new password and end every other log-in of the screener.

    The caller has asked for the second factor. Raises LoginFailedError (the old one is wrong), PasswordTooWeakError.
    """
    now = ports.clock()
    check_password(new, name=screener.name)
    with reading(ports.sessions) as session:
        row = session.get_one(ScreenerRow, screener.id)
    if is_locked(row, now):
        raise LoginFailedError
    if private_key_of(row, old[:MAX_PASSWORD_CHARS]) is None:
        count_failure(ports, screener.id, now)
        raise LoginFailedError
    columns = wrapped_under(ports, new, screener.private_key)
    with unit_of_work(ports.sessions) as session:
        row = session.get_one(ScreenerRow, screener.id, with_for_update=True)
        if row.public_key != public_half(screener.private_key):
            raise LoginFailedError  # began anew in another place meanwhile
        _set(row, columns)
        this = token_keys(session_token).lookup
        session.execute(
            delete(StaffSession).where(
                StaffSession.screener_id == screener.id, StaffSession.lookup != this
            )
        )
        audit.append(
            session, event="password_changed", actor=screener.id, subject=screener.id, now=now
        )


def invite_anew(ports: Ports, *, screener: Screener, other_id: str) -> str:
    """Make a link for a colleague of the same side who lost the password, and return its token.

    It carries the desk's key. Until it is used nothing changes. Raises NotAllowedError, NoAccessError.
    """
    now, token = ports.clock(), new_token()
    keys = token_keys(token)
    with unit_of_work(ports.sessions) as session:
        session.get(DeskKey, screener.side, with_for_update=True)
        other = session.get(ScreenerRow, other_id)
        if other is None or other.side != screener.side or other.id == screener.id:
            raise NotAllowedError
        if other.revoked_at is not None:
            raise NotAllowedError
        if other.role == ADMINISTRATOR:
            need_lead(screener)
        reads = other.role != ADMINISTRATOR
        session.execute(delete(InvitationRow).where(InvitationRow.resets_id == other.id))
        session.add(
            InvitationRow(
                lookup=keys.lookup,
                name=other.name,
                side=other.side,
                role=other.role,
                language=other.language,
                wrapped_desk_key=wrap(keys.key, present_key(session, screener)) if reads else None,
                expires_at=now + ports.durations.reset,
                invited_by=screener.id,
                resets_id=other.id,
            )
        )
        audit.append(session, event="invited", actor=screener.id, subject=other.id, now=now)
    return token


def begin_anew(session: Session, screener_id: str, fresh: dict[str, Any]) -> ScreenerRow:
    """Put a new key pair, password and second factor in the place of the old ones, in the caller's transaction.

    Log-ins, passkeys and the old copy of the desk's key go, and the desk gets a new key: who finds the old password
    later, with an old copy of the database, opens nothing that comes in from now on. Raises InvitationInvalidError.
    """
    row = session.get_one(ScreenerRow, screener_id, with_for_update=True)
    if row.revoked_at is not None:
        raise InvitationInvalidError
    _set(row, fresh)
    row.last_totp_step, row.failed_logins, row.locked_until, row.code_off = 0, 0, None, False
    for table in (StaffSession, PasskeyRow):
        session.execute(delete(table).where(table.screener_id == row.id))
    held = session.execute(delete(DeskKeyCopy).where(DeskKeyCopy.screener_id == row.id))
    if held.rowcount:  # type: ignore[attr-defined]
        session.get_one(DeskKey, row.side).must_rekey = True
    return row


def _set(row: ScreenerRow, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        setattr(row, name, value)
