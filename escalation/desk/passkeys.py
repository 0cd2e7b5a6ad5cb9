"""Passkeys: making, listing and removing them, and asking for one. They open no case: the password does.

Options are asked without naming anybody: the passkey itself knows whose it is, so nobody learns who has one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_registration_response,
)
from webauthn.helpers import parse_registration_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
)

from .. import audit
from ..errors import LastFactorError, PasskeyRefusedError
from ..ports import Ports
from ..signal import printable
from ..store.passkey_tables import PasskeyRow
from ..store.session import reading, unit_of_work
from ..store.tables import ScreenerRow
from .challenges import ADD, new_challenge, take_challenge
from .factors import MAX_ANSWER_CHARS, PasskeyAnswer, Site, owner_mark
from .sessions import Screener

PRODUCT = "Niet-Pluis"
MAX_LABEL_CHARS = 40
MAX_PASSKEYS = 20
ASK_MILLISECONDS = 120_000


@dataclass(frozen=True)
class Passkey:
    """A passkey as its owner's list shows it."""

    id: str
    label: str
    added_at: datetime


def options_to_add(ports: Ports, *, screener: Screener, bound_to: str, site: Site) -> str:
    """Return what a browser needs to make a passkey, as JSON. No name leaves: only a random-looking mark."""
    with reading(ports.sessions) as session:
        known = [_described(row) for row in _of(session, screener.id)]
    owner = owner_mark(screener.private_key)
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name=PRODUCT,
        user_id=owner,
        user_name=f"desk {owner.hex()[:4]}",
        challenge=new_challenge(ports, bound_to=bound_to, purpose=ADD),
        timeout=ASK_MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED
        ),
        exclude_credentials=known,
    )
    return options_to_json(options)


def add_passkey(ports: Ports, *, screener: Screener, answer: PasskeyAnswer, label: str) -> None:
    """Keep the public half of a new passkey. Raises PasskeyRefusedError."""
    challenge = take_challenge(ports, bound_to=answer.bound_to, purpose=ADD)
    if challenge is None or len(answer.credential) > MAX_ANSWER_CHARS:
        raise PasskeyRefusedError
    try:
        given = parse_registration_credential_json(answer.credential)
        made = verify_registration_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=answer.site.rp_id,
            expected_origin=answer.site.origin,
        )
    except Exception:  # what was sent may break the parser anywhere, and all of it means the same
        raise PasskeyRefusedError from None
    row = PasskeyRow(
        id=secrets.token_hex(8),
        screener_id=screener.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=",".join(dict.fromkeys(way.value for way in given.response.transports or ())),
        label=printable(label).strip()[:MAX_LABEL_CHARS],
        added_at=ports.clock().replace(hour=0, minute=0, second=0, microsecond=0),
    )
    try:
        with unit_of_work(ports.sessions) as session:
            if len(_of(session, screener.id)) >= MAX_PASSKEYS:
                raise PasskeyRefusedError
            session.add(row)
            audit.append(session, event="passkey_added", actor=screener.id, now=ports.clock())
    except IntegrityError:
        raise PasskeyRefusedError from None


def list_passkeys(ports: Ports, *, screener: Screener) -> list[Passkey]:
    """Return the screener's own passkeys, oldest first."""
    with reading(ports.sessions) as session:
        return [Passkey(row.id, row.label, row.added_at) for row in _of(session, screener.id)]


def remove_passkey(ports: Ports, *, screener: Screener, passkey_id: str) -> None:
    """Forget one of the screener's passkeys; does nothing when it is gone. Raises LastFactorError."""
    with unit_of_work(ports.sessions) as session:
        owner = session.get_one(ScreenerRow, screener.id, with_for_update=True)
        row = session.get(PasskeyRow, passkey_id)
        if row is None or row.screener_id != screener.id:
            return
        if owner.code_off and len(_of(session, screener.id)) == 1:
            raise LastFactorError
        session.delete(row)
        audit.append(session, event="passkey_removed", actor=screener.id, now=ports.clock())


def takes_code(ports: Ports, *, screener: Screener) -> bool:
    """Return whether a code from the authenticator app still lets the screener in."""
    with reading(ports.sessions) as session:
        return not session.get_one(ScreenerRow, screener.id).code_off


def set_code(ports: Ports, *, screener: Screener, on: bool) -> None:
    """Take codes from the authenticator app, or take passkeys alone. Raises LastFactorError without a passkey."""
    with unit_of_work(ports.sessions) as session:
        owner = session.get_one(ScreenerRow, screener.id, with_for_update=True)
        if not on and not _of(session, screener.id):
            raise LastFactorError
        owner.code_off = not on


def options_to_show(
    ports: Ports, *, bound_to: str, purpose: str, site: Site, screener: Screener | None = None
) -> str:
    """Return what a browser needs to ask for a passkey, as JSON; the same for everybody who is not logged in."""
    allowed = []
    if screener:
        with reading(ports.sessions) as session:
            allowed = [_described(row) for row in _of(session, screener.id)]
    options = generate_authentication_options(
        rp_id=site.rp_id,
        challenge=new_challenge(ports, bound_to=bound_to, purpose=purpose),
        timeout=ASK_MILLISECONDS,
        allow_credentials=allowed,
    )
    return options_to_json(options)


def _of(session: Session, screener_id: str) -> list[PasskeyRow]:
    own = select(PasskeyRow).where(PasskeyRow.screener_id == screener_id)
    return list(session.scalars(own.order_by(PasskeyRow.added_at, PasskeyRow.label, PasskeyRow.id)))


def _described(row: PasskeyRow) -> PublicKeyCredentialDescriptor:
    ways = [AuthenticatorTransport(way) for way in row.transports.split(",") if way]
    return PublicKeyCredentialDescriptor(id=row.credential_id, transports=ways or None)
