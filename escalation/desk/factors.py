"""The second factor: a code from an authenticator app, or what a passkey signed. Each counts once."""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from webauthn import verify_authentication_response
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.structs import AuthenticationCredential

from ..errors import LoginFailedError
from ..store.passkey_tables import PasskeyRow
from ..store.tables import ScreenerRow
from ..vault.sealing import derive, open_bytes

TOTP_STEP_SECONDS = 30
TOTP_DRIFT_STEPS = 1
MAX_ANSWER_CHARS = 20_000


@dataclass(frozen=True)
class Site:
    """Where passkeys hold: the name they are bound to, and the one origin from which an answer counts."""

    rp_id: str
    origin: str


@dataclass(frozen=True)
class PasskeyAnswer:
    """What a passkey signed, in the JSON of the browser, for the challenge that was bound to ``bound_to``."""

    site: Site
    bound_to: str
    credential: str

    def __repr__(self) -> str:
        return "PasskeyAnswer(…)"


def site_of(world_url: str) -> Site | None:
    """Return the site of an address, None where no browser gives passkeys: a bare number, or no encryption."""
    parts = urlsplit(world_url)
    host = (parts.hostname or "").lower()
    if not host or _is_number(host) or (parts.scheme != "https" and host != "localhost"):
        return None
    default = {"https": 443, "http": 80}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != default else ""
    return Site(rp_id=host, origin=f"{parts.scheme}://{host}{port}")


def use_code(session: Session, row: ScreenerRow, private_key: bytes, typed: str) -> None:
    """Let a code count once: two log-ins with the same code at the same moment let only one in.

    Raises LoginFailedError, also for a screener who takes passkeys alone.
    """
    step = totp_step(private_key, row.sealed_totp, typed, after=row.last_totp_step)
    if step is None or row.code_off:
        raise LoginFailedError
    changed = session.execute(
        update(ScreenerRow)
        .where(ScreenerRow.id == row.id, ScreenerRow.last_totp_step < step)
        .values(last_totp_step=step)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise LoginFailedError


def use_passkey(
    session: Session,
    screener_id: str,
    private_key: bytes,
    answer: PasskeyAnswer,
    challenge: bytes | None,
) -> None:
    """Let a passkey's answer count once. Raises LoginFailedError, whatever was wrong."""
    if challenge is None or len(answer.credential) > MAX_ANSWER_CHARS:
        raise LoginFailedError
    given = _parsed(answer.credential)
    row = session.scalar(
        select(PasskeyRow).where(
            PasskeyRow.credential_id == given.raw_id, PasskeyRow.screener_id == screener_id
        )
    )
    owner = given.response.user_handle
    if row is None or (owner is not None and owner != owner_mark(private_key)):
        raise LoginFailedError
    try:
        shown = verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=answer.site.rp_id,
            expected_origin=answer.site.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
        )
    except Exception:  # what was sent may break the parser anywhere, and all of it means the same
        raise LoginFailedError from None
    changed = session.execute(
        update(PasskeyRow)
        .where(PasskeyRow.id == row.id, PasskeyRow.sign_count == row.sign_count)
        .values(sign_count=shown.new_sign_count)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise LoginFailedError


def owner_mark(private_key: bytes) -> bytes:
    """Return what a passkey knows its owner by: it leads to nobody without the screener's own key."""
    return derive(private_key, "np-passkey-owner")


def _parsed(credential: str) -> AuthenticationCredential:
    try:
        return parse_authentication_credential_json(credential)
    except Exception:  # what was sent may break the parser anywhere, and all of it means the same
        raise LoginFailedError from None


def totp_step(private_key: bytes, sealed: bytes, typed: str, *, after: int) -> int | None:
    """Return the time step of a right code that is later than the step ``after``, else None."""
    totp = pyotp.TOTP(open_bytes(private_key, sealed).decode("ascii"))
    code = "".join(char for char in typed if char.isdigit())
    present = int(time.time()) // TOTP_STEP_SECONDS
    for step in range(present - TOTP_DRIFT_STEPS, present + TOTP_DRIFT_STEPS + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), code) and step > after:
            return step
    return None


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
