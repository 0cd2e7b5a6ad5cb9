"""The bus for several processes on one machine: 4,096 numbers in a shared file, looked at a few times a second."""

from __future__ import annotations

import mmap
import secrets
import struct
import threading
import time
from pathlib import Path

from ..bus import STRIPES, stripe_of

LOOK_SECONDS = 0.2
"""A change in another process is seen this late at most; one in this process at once."""

_NUMBER = struct.Struct("<Q")


class FileBus:
    """A change number per topic, in a file that all processes map. Every change writes a number never seen before."""

    def __init__(self, path: Path) -> None:
        """Map ``path``; it is made when it is not there."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("a+b") as file:
            if file.seek(0, 2) < STRIPES * _NUMBER.size:
                file.truncate(STRIPES * _NUMBER.size)
            self._numbers = mmap.mmap(file.fileno(), STRIPES * _NUMBER.size)
        self._changed = threading.Condition()

    def publish(self, topic: str) -> None:
        """Tell this process at once and the others when they look."""
        with self._changed:
            # Random, not one more: two processes that count at the same moment would write the same number.
            _NUMBER.pack_into(self._numbers, _place(topic), secrets.randbits(63) + 1)
            self._changed.notify_all()

    def version(self, topic: str) -> int:
        """Return the present change number."""
        return int(_NUMBER.unpack_from(self._numbers, _place(topic))[0])

    def wait(self, topic: str, since: int, timeout_seconds: float) -> int:
        """Block until the number differs from ``since`` or ``timeout_seconds`` have passed."""
        until = time.monotonic() + timeout_seconds
        with self._changed:
            while self.version(topic) == since and (left := until - time.monotonic()) > 0:
                self._changed.wait(min(left, LOOK_SECONDS))
        return self.version(topic)


def _place(topic: str) -> int:
    return stripe_of(topic) * _NUMBER.size
