"""Argon2id: slow keys from passwords and receipts, one at a time so that log-ins cannot exhaust memory."""

from __future__ import annotations

import os
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw

SALT_BYTES = 16
NICENESS = 10


def _step_back() -> None:
    """Let the thread wait for the others when the processor is busy: storing what is told comes first (Linux only)."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


_one_at_a_time = ThreadPoolExecutor(1, "slow-key", initializer=_step_back)


@dataclass(frozen=True)
class Argon2Cost:
    """What one derivation costs. The floor is OWASP's least for Argon2id (19 MiB, 2 passes)."""

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 1

    def __post_init__(self) -> None:
        if self.memory_kib < 19_456 or self.passes < 2 or self.lanes < 1:
            raise ValueError("Argon2id below the floor of 19456 KiB and 2 passes")


def new_salt() -> bytes:
    """Return a fresh salt of 16 bytes."""
    return secrets.token_bytes(SALT_BYTES)


def slow_key(secret: str, *, salt: bytes, cost: Argon2Cost, size_bytes: int = 32) -> bytes:
    """Derive a key of ``size_bytes`` from a weak secret. Blocks while another derivation runs."""
    derivation = _one_at_a_time.submit(
        hash_secret_raw,
        secret.encode("utf-8", "surrogatepass"),
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=size_bytes,
        type=Type.ID,
    )
    return derivation.result()
