"""Receipts: 16 digits with which a reporter comes back. Digits of every script are taken."""

from __future__ import annotations

import secrets
import unicodedata

from .passwords import Argon2Cost, slow_key
from .sealing import derive
from .tokens import TokenKeys

RECEIPT_DIGITS = 16


def new_receipt() -> str:
    """Return 16 fresh random digits (53 bits), without spaces."""
    return f"{secrets.randbelow(10**RECEIPT_DIGITS):0{RECEIPT_DIGITS}d}"


def grouped(receipt: str) -> str:
    """Return the receipt in groups of four, the way it is written down."""
    return " ".join(receipt[at : at + 4] for at in range(0, len(receipt), 4))


def normalise(typed: str) -> str | None:
    """Return the 16 digits in what was typed, or None when there are not exactly 16.

    Spaces, dashes and dots between them do not matter, nor in which script the digits are.
    """
    digits = "".join(
        str(unicodedata.digit(char))
        for char in typed[:200]
        if unicodedata.digit(char, None) is not None
    )
    return digits if len(digits) == RECEIPT_DIGITS else None


def receipt_keys(receipt: str, *, salt: bytes, cost: Argon2Cost) -> TokenKeys:
    """Derive look-up and key from a normalised receipt: one slow step, then two that tell nothing of each other."""
    master = slow_key(receipt, salt=salt, cost=cost, size_bytes=64)
    return TokenKeys(lookup=derive(master, "np-rcpt-lookup"), key=derive(master, "np-rcpt-key"))
