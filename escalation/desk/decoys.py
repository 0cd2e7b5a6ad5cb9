"""Work that leads to nothing. Whoever fails to log in has waited for the same work, whatever was wrong.

Otherwise the time of an answer would tell which names are known, and when a guessed password is right.
"""

from __future__ import annotations

import secrets

import pyotp
from sqlalchemy import update

from ..ports import Ports
from ..store.installation import value_of
from ..store.session import unit_of_work
from ..store.tables import Installation
from ..vault.sealing import new_key_pair, seal_bytes
from .factors import totp_step

NAME = "decoy"
_PAIR = new_key_pair()
_SEALED_TOTP = seal_bytes(_PAIR.public, pyotp.random_base32().encode("ascii"))


def fail_like_a_wrong_password(ports: Ports) -> None:
    """Look at a code and write, as for the wrong password of a known name."""
    look_at_a_code("000000")
    fresh = secrets.token_bytes(16)
    with unit_of_work(ports.sessions) as session:
        changed = session.execute(
            update(Installation).where(Installation.name == NAME).values(value=fresh)
        )
    if not changed.rowcount:  # type: ignore[attr-defined]
        value_of(ports.sessions, NAME, fresh)


def look_at_a_code(typed: str) -> None:
    """Do what looking at a code costs; there is nobody whose code it could be."""
    totp_step(_PAIR.private, _SEALED_TOTP, typed, after=0)
