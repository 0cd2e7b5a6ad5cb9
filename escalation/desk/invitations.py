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
from typing import Any

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from ..errors import InvitationInvalidError, NameTakenError
from ..ports import Ports
from ..signal import DESK_LANGUAGES, SIDES
from ..store.session import unit_of_work
from ..store.tables import DeskKey, DeskKeyCopy, InvitationRow, ScreenerRow
from ..vault.sealing import CannotOpenError, new_key_pair, public_half, seal_bytes, unwrap, wrap
from ..vault.tokens import new_token, token_keys
from .own_password import begin_anew, check_password, wrapped_under
from .roles import ADMINISTRATOR, ROLES

TOTP_ISSUER = "Niet-Pluis"


@dataclass(frozen=True)
class Accepted:
    """A screener who has just joined; the TOTP secret is shown once and never again."""

    name: str
    totp_secret: str
    totp_uri: str
    role: str
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
    """Make an invitation and return its token. An administrator's never carries a key.

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
        reads = role != ADMINISTRATOR
        desk_key = _key_to_carry(session, side, desk_private_key) if reads else None
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
    pair, secret = new_key_pair(), pyotp.random_base32()
    fresh = {
        **wrapped_under(ports, password, pair.private),
        "public_key": pair.public,
        "sealed_totp": seal_bytes(pair.public, secret.encode("ascii")),
    }
    with unit_of_work(ports.sessions) as session:
        # Before the invitation, in the order in which a change of the desk's key takes them.
        session.get(DeskKey, side, with_for_update=True)
        invitation = _open_invitation(session, token, now)
        invitation.used_at = now
        resets = invitation.resets_id
        screener = (
            begin_anew(session, resets, fresh) if resets else _joined(session, invitation, fresh)
        )
        session.flush()
        has_access = _hand_desk_key(session, invitation, token, screener)
        screener_id, role = screener.id, screener.role
        event = "password_lost_reset" if resets else "joined"
        audit.append(session, event=event, actor=screener_id, subject=screener_id, now=now)
    uri = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=TOTP_ISSUER)
    return Accepted(name=name, totp_secret=secret, totp_uri=uri, role=role, has_access=has_access)


def _joined(session: Session, invitation: InvitationRow, fresh: dict[str, Any]) -> ScreenerRow:
    row = ScreenerRow(
        id=secrets.token_hex(8),
        name=invitation.name,
        side=invitation.side,
        role=invitation.role,
        language=invitation.language,
        joined_at=invitation.used_at,
        **fresh,
    )
    session.add(row)
    return row


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
    if invitation.wrapped_desk_key is None or screener.role == ADMINISTRATOR:
        return False
    try:
        desk_key = unwrap(token_keys(token).key, invitation.wrapped_desk_key)
    except CannotOpenError:
        return False
    sealed = seal_bytes(screener.public_key, desk_key)
    session.add(DeskKeyCopy(side=screener.side, screener_id=screener.id, sealed=sealed))
    invitation.wrapped_desk_key = None  # the link is worth nothing from now on
    return True
