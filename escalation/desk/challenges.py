"""Questions to a passkey: random, kept here, bound to who asked for them, short-lived, and answered once."""

from __future__ import annotations

import secrets

from sqlalchemy import delete

from ..ports import Ports
from ..store.passkey_tables import ChallengeRow
from ..store.session import unit_of_work
from ..vault.tokens import token_keys

CHALLENGE_BYTES = 32
ADD, LOG_IN, CONFIRM = "add", "log_in", "confirm"
"""What an answer is for. One that was given for something else counts for nothing."""


def new_challenge(ports: Ports, *, bound_to: str, purpose: str) -> bytes:
    """Return a fresh challenge for whoever holds ``bound_to``; one that was asked before counts no more."""
    challenge, now = secrets.token_bytes(CHALLENGE_BYTES), ports.clock()
    row = ChallengeRow(
        lookup=token_keys(bound_to).lookup,
        purpose=purpose,
        challenge=challenge,
        expires_at=now + ports.durations.challenge,
    )
    with unit_of_work(ports.sessions) as session:
        session.merge(row)
    return challenge


def take_challenge(ports: Ports, *, bound_to: str, purpose: str) -> bytes | None:
    """Return the challenge that waits for an answer and forget it, whether the answer will be right or not."""
    lookup, now = token_keys(bound_to).lookup, ports.clock()
    with unit_of_work(ports.sessions) as session:
        row = session.get(ChallengeRow, (lookup, purpose))
        if row is None:
            return None
        gone = session.execute(
            delete(ChallengeRow).where(
                ChallengeRow.lookup == lookup,
                ChallengeRow.purpose == purpose,
                ChallengeRow.challenge == row.challenge,
            )
        )
        taken = gone.rowcount == 1  # type: ignore[attr-defined]
        return row.challenge if taken and row.expires_at > now else None
