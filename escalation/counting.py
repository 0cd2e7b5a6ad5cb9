"""Counts how often something happened lately without keeping what it was: keyed digests, with a salt that goes too.

Time is cut into windows. Each window has a random salt of its own, which is forgotten with its counts after the next
window; so an address or a text can be counted for minutes and never be read back.
"""

from __future__ import annotations

import math
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Protocol

SALT_BYTES = 16
NAMES_MAX = 50_000
"""How many different names one window remembers; beyond that the oldest go, so that memory stays bounded."""


class Counters(Protocol):
    """Counts by ``kind`` and ``name`` over the last ``seconds``. ``name`` may be secret: it is not kept."""

    def add(self, kind: str, name: str, *, seconds: int) -> int:
        """Count one more and return how many there were within the last ``seconds``, this one included."""

    def count(self, kind: str, name: str, *, seconds: int) -> int:
        """Return how many there were within the last ``seconds``."""


def digest_of(salt: bytes, kind: str, name: str) -> bytes:
    """Return what stands for a name within one window."""
    told = f"{kind}\0{name}".encode("utf-8", "surrogatepass")
    return blake2b(told, key=salt, digest_size=16).digest()


def sliding(present: int, before: int, *, elapsed: float) -> int:
    """Return the count over the last window's length; ``elapsed`` is how much of the present one is over (0 to 1).

    What happened in the window before counts as if it were spread evenly over it.
    """
    return present + math.ceil(before * (1 - elapsed))


@dataclass
class _Window:
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(SALT_BYTES))
    counts: OrderedDict[bytes, int] = field(default_factory=OrderedDict)


class MemoryCounters:
    """Counters of one process. They end with it."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._windows: dict[tuple[int, int], _Window] = {}
        self._lock = threading.Lock()

    def add(self, kind: str, name: str, *, seconds: int) -> int:
        """Count one more and return the count."""
        return self._look(kind, name, seconds, more=1)

    def count(self, kind: str, name: str, *, seconds: int) -> int:
        """Return the count."""
        return self._look(kind, name, seconds, more=0)

    def _look(self, kind: str, name: str, seconds: int, *, more: int) -> int:
        number, into = divmod(self._clock(), seconds)
        with self._lock:
            here = self._window(seconds, int(number))
            key = digest_of(here.salt, kind, name)
            present = here.counts.get(key, 0) + more
            if more:
                here.counts[key] = present
                here.counts.move_to_end(key)
                while len(here.counts) > NAMES_MAX:
                    here.counts.popitem(last=False)
            last = self._windows.get((seconds, int(number) - 1))
            before = last.counts.get(digest_of(last.salt, kind, name), 0) if last else 0
        return sliding(present, before, elapsed=into / seconds)

    def _window(self, seconds: int, number: int) -> _Window:
        found = self._windows.get((seconds, number))
        if found is None:
            for key in [one for one in self._windows if one[0] == seconds and one[1] < number - 1]:
                del self._windows[key]
            found = self._windows[seconds, number] = _Window()
        return found
