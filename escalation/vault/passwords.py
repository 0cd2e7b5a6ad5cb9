"""Argon2id: slow keys from passwords and receipts, one at a time so that log-ins cannot exhaust memory.

A reporter's receipt waits as long as it takes. Log-ins wait a few seconds, a few at a time, and the others hear at once
that it is busy: a flood of them neither piles up threads nor stands before a reporter for long.

Keys that are made here are Python ``bytes``: they cannot be wiped, only let go of (decision 0010). Argon2 itself
overwrites the memory in which it worked.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw

from ..errors import BusyError

SALT_BYTES = 16
WAITING_MAX = 8
"""How many log-ins may wait for their turn in one process."""

PATIENCE_SECONDS = 5.0

_one_at_a_time = threading.Lock()
_places = threading.BoundedSemaphore(WAITING_MAX)


@dataclass(frozen=True)
class Argon2Cost:
    """What one derivation costs. The floor is OWASP's least for Argon2id (19 MiB, 2 passes)."""

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 1

    def __post_init__(self) -> None:
        if self.memory_kib < 19_456 or self.passes < 2 or self.lanes < 1:
            raise ValueError("Argon2id below the floor of 19456 KiB and 2 passes")

    def is_higher_than(self, other: Argon2Cost) -> bool:
        """Return whether this asks more of memory or passes, and less of neither."""
        mine, theirs = (self.memory_kib, self.passes), (other.memory_kib, other.passes)
        return mine != theirs and mine[0] >= theirs[0] and mine[1] >= theirs[1]


def new_salt() -> bytes:
    """Return a fresh salt of 16 bytes."""
    return secrets.token_bytes(SALT_BYTES)


def slow_key(secret: str, *, salt: bytes, cost: Argon2Cost, size_bytes: int = 32) -> bytes:
    """Derive a key of ``size_bytes`` from a weak secret. Blocks while another derivation runs."""
    with _one_at_a_time:
        return _derive(secret, salt=salt, cost=cost, size_bytes=size_bytes)


def password_key(password: str, *, salt: bytes, cost: Argon2Cost) -> bytes:
    """Derive the key of 32 bytes that a password gives. Raises BusyError when too many others want that too."""
    with _a_turn():
        return _derive(password, salt=salt, cost=cost, size_bytes=32)


@contextmanager
def _a_turn() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise BusyError
    try:
        if not _one_at_a_time.acquire(timeout=PATIENCE_SECONDS):
            raise BusyError
    finally:
        _places.release()
    try:
        yield
    finally:
        _one_at_a_time.release()


def _derive(secret: str, *, salt: bytes, cost: Argon2Cost, size_bytes: int) -> bytes:
    return hash_secret_raw(
        secret.encode("utf-8", "surrogatepass"),
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=size_bytes,
        type=Type.ID,
    )
