"""How somebody becomes a screener: a one-use link, a password that only they know, and a second factor.

The desk's private key never lies open. The first invitation of a desk carries it, wrapped under a key that only the
link gives; later invitations carry it only when a colleague who holds it makes them. Otherwise a colleague gives
access after the newcomer has joined. There is no back door: when nobody of a desk remembers a password, its
cases stay shut.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from ..errors import InvitationInvalidError, NameTakenError, PasswordTooWeakError
from ..ports import Ports
from ..signal import DESK_LANGUAGES, SIDES
from ..store.session import unit_of_work
from ..store.tables import DeskKey, DeskKeyCopy, InvitationRow, ScreenerRow
from ..vault.passwords import new_salt, slow_key
from ..vault.sealing import CannotOpenError, new_key_pair, public_half, seal_bytes, unwrap, wrap
from ..vault.tokens import new_token, token_keys

ROLES = ("screener", "coordinator")
MIN_PASSWORD_CHARS = 12
MAX_PASSWORD_CHARS = 1_000
TOTP_ISSUER = "Niet-Pluis"


@dataclass(frozen=True)
class Accepted:
    """A screener who has just joined; the TOTP secret is shown once and never again."""

    name: str
    totp_secret: str
    totp_uri: str
    has_access: bool

    def __repr__(self) -> str:
        return f"Accepted({self.name})"


def invite(
    ports: Ports,
    *,
    name: str,
    side: str = "care",
    role: str = "screener",
    language: str = "nl",
    desk_private_key: bytes | None = None,
    expires: bool = True,
    by: str = audit.OPERATOR,
) -> str:
    """Make an invitation and return its token.

    ``desk_private_key`` comes from a colleague who holds it; without one, the first invitation of a side makes the
    desk's key pair, and later ones leave the newcomer waiting for access. ``by`` is the colleague's id. Raises
    NameTakenError; ValueError for a side or role that does not exist.
    """
    if side not in SIDES or role not in ROLES or not name.strip():
        raise ValueError("unknown side or role, or no name")
    now, token = ports.clock(), new_token()
    keys = token_keys(token)
    with unit_of_work(ports.sessions) as session:
        if _name_taken(session, name.strip(), now):
            raise NameTakenError
        desk_key = _key_to_carry(session, side, desk_private_key)
        session.add(
            InvitationRow(
                lookup=keys.lookup,
                name=name.strip()[:60],
                side=side,
                role=role,
                language=language if language in DESK_LANGUAGES else DESK_LANGUAGES[0],
                wrapped_desk_key=wrap(keys.key, desk_key) if desk_key else None,
                expires_at=now + ports.durations.invitation if expires else None,
                invited_by=by,
            )
        )
        audit.append(session, event="invited", actor=by, now=now)
    return token


def desk_key_in_invitation(session: Session, token: str) -> bytes | None:
    """Return the desk key that an unused invitation carries, for making a second one before the first is accepted."""
    keys = token_keys(token)
    row = session.get(InvitationRow, keys.lookup)
    if row is None or row.used_at is not None or row.wrapped_desk_key is None:
        return None
    return unwrap(keys.key, row.wrapped_desk_key)


def peek(ports: Ports, *, token: str) -> str:
    """Return the invited name. Raises InvitationInvalidError."""
    with ports.sessions() as session:
        return _open_invitation(session, token, ports.clock()).name


def accept(ports: Ports, *, token: str, password: str) -> Accepted:
    """Join: make the screener's key pair under the password, and a TOTP secret under the key pair.

    Raises InvitationInvalidError, PasswordTooWeakError.
    """
    now = ports.clock()
    with ports.sessions() as session:
        found = _open_invitation(session, token, now)
        name, side = found.name, found.side
    check_password(password, name=name)
    salt, cost, pair = new_salt(), ports.vault.password_cost, new_key_pair()
    secret = pyotp.random_base32()
    password_key = slow_key(password, salt=salt, cost=cost)
    with unit_of_work(ports.sessions) as session:
        # Before the invitation, in the order in which a change of the desk's key takes them.
        session.get(DeskKey, side, with_for_update={"read": True})
        invitation = _open_invitation(session, token, now)
        invitation.used_at = now
        screener = ScreenerRow(
            id=secrets.token_hex(8),
            name=invitation.name,
            side=invitation.side,
            role=invitation.role,
            language=invitation.language,
            public_key=pair.public,
            wrapped_private_key=wrap(password_key, pair.private),
            password_salt=salt,
            password_memory_kib=cost.memory_kib,
            password_passes=cost.passes,
            password_lanes=cost.lanes,
            sealed_totp=seal_bytes(pair.public, secret.encode("ascii")),
            joined_at=now,
        )
        session.add(screener)
        session.flush()
        has_access = _hand_desk_key(session, invitation, token, screener)
        audit.append(session, event="joined", actor=screener.id, subject=screener.id, now=now)
    uri = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=TOTP_ISSUER)
    return Accepted(name=name, totp_secret=secret, totp_uri=uri, has_access=has_access)


def check_password(password: str, *, name: str) -> None:
    """Raise PasswordTooWeakError unless the password is 12 to 1,000 characters and does not hold the name."""
    fits = MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS
    varied = len(set(password)) >= 4  # twelve times the same key is no password
    if not fits or not varied or name.casefold() in password.casefold():
        raise PasswordTooWeakError


def _name_taken(session: Session, name: str, now: datetime) -> bool:
    if session.scalar(select(ScreenerRow.id).where(ScreenerRow.name == name)):
        return True
    rows = session.scalars(
        select(InvitationRow).where(InvitationRow.name == name, InvitationRow.used_at.is_(None))
    )
    return any(row.expires_at is None or row.expires_at > now for row in rows)


def _key_to_carry(session: Session, side: str, given: bytes | None) -> bytes | None:
    """Return the desk's key for a link: a new one for a desk's first, else what was given when it is still the key."""
    desk = session.get(DeskKey, side, with_for_update=True)
    if desk is not None:
        return given if given and public_half(given) == desk.public_key else None
    pair = new_key_pair()
    session.add(DeskKey(side=side, public_key=pair.public))
    return pair.private


def _open_invitation(session: Session, token: str, now: datetime) -> InvitationRow:
    row = session.get(InvitationRow, token_keys(token).lookup, with_for_update=True)
    if (
        row is None
        or row.used_at is not None
        or (row.expires_at is not None and row.expires_at <= now)
    ):
        raise InvitationInvalidError
    return row


def _hand_desk_key(
    session: Session, invitation: InvitationRow, token: str, screener: ScreenerRow
) -> bool:
    if invitation.wrapped_desk_key is None:
        return False
    try:
        desk_key = unwrap(token_keys(token).key, invitation.wrapped_desk_key)
    except CannotOpenError:
        return False
    sealed = seal_bytes(screener.public_key, desk_key)
    session.add(DeskKeyCopy(side=screener.side, screener_id=screener.id, sealed=sealed))
    invitation.wrapped_desk_key = None  # the link is worth nothing from now on
    return True
