"""Proof of work: a puzzle that a device solves by itself, so that opening thousands of conversations costs something.

Asked for only in a rush (``web.admission``), never of somebody in danger, and nobody needs it to get in.
"""

from __future__ import annotations

import secrets
import time
from base64 import b64decode
from binascii import Error as Base64Error
from typing import Any

from altcha import Payload, create_challenge, verify_solution

from escalation.counting import Counters
from escalation.vault.sealing import keyed_digest

ALGORITHM = "PBKDF2/SHA-256"
ROUNDS = 500
"""Hashes a try. Making a puzzle costs the server one try, so that refusing thousands is cheap."""

FEWEST_TRIES, MOST_TRIES = 400, 1_200
"""The solution lies between these, so that nobody has bad luck and waits for long."""

LASTS_SECONDS = 600
PROOF_MAX_CHARS = 2_000


class Proofs:
    """Makes puzzles and checks solutions; each counts once. ``secret`` is the same in every process."""

    def __init__(self, counters: Counters, secret: bytes) -> None:
        self._counters = counters
        self._secret = keyed_digest(secret, "np-proof")
        self._key_secret = keyed_digest(secret, "np-proof-key")

    def challenge(self) -> dict[str, Any]:
        """Return a fresh puzzle, signed; nothing of it is kept."""
        made = create_challenge(
            ALGORITHM,
            ROUNDS,
            counter=FEWEST_TRIES + secrets.randbelow(MOST_TRIES - FEWEST_TRIES),
            expires_at=int(time.time()) + LASTS_SECONDS,
            hmac_secret=self._secret,
            hmac_key_secret=self._key_secret,
        )
        return made.to_dict()

    def fits(self, proof: str) -> bool:
        """Return whether ``proof`` solves one of our puzzles and was not used before."""
        if not 0 < len(proof) <= PROOF_MAX_CHARS or not _is_base64(proof):
            return False
        found = verify_solution(proof, self._secret, hmac_key_secret=self._key_secret)
        if not found.verified:
            return False
        nonce = Payload.from_base64(proof).challenge.parameters.nonce
        return self._counters.add("proof", nonce, seconds=LASTS_SECONDS) == 1


def _is_base64(text: str) -> bool:
    try:
        b64decode(text, validate=True)
    except (Base64Error, ValueError):
        return False
    return True
