"""Whoever sends a request byte by byte holds a thread that somebody else needs: after a while nothing more is read."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

READ_SECONDS = 30.0
"""How long a whole request may take to arrive: minutes of text by the slowest telephone."""

LOOK_SECONDS = 1.0
HANG_UP_SECONDS = 2.0


def hang_up(connection: socket.socket, seconds: float = HANG_UP_SECONDS) -> None:
    """End a connection so that the answer arrives: listen, for a while, to what is still being sent.

    The kernel takes an answer back when a connection is closed over unread bytes. gunicorn listens to 64 KiB, and does
    it where new connections are accepted; after this there is nothing left for it to wait for.
    """
    until = time.monotonic() + seconds
    with suppress(OSError):  # gone already
        connection.shutdown(socket.SHUT_WR)
        while (left := until - time.monotonic()) > 0:
            connection.settimeout(left)
            if not connection.recv(65_536):
                break
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class ReadDeadline:
    """Shuts the reading half of connections whose request takes too long; an answer still goes out."""

    def __init__(
        self, seconds: float = READ_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._since: dict[socket.socket, float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def reading(self, connection: socket.socket) -> Iterator[None]:
        """Watch the connection while a request on it is handled."""
        with self._lock:
            self._since[connection] = self._clock()
        try:
            yield
        finally:
            with self._lock:
                self._since.pop(connection, None)

    def cut(self) -> int:
        """Shut what has been read from for too long; return how many connections that were."""
        before = self._clock() - self._seconds
        with self._lock:
            late = [one for one, since in self._since.items() if since <= before]
            for one in late:
                del self._since[one]
                with suppress(OSError):  # gone already
                    one.shutdown(socket.SHUT_RD)
        return len(late)

    def watch(self) -> None:
        """Cut from now on, in a thread of its own."""
        threading.Thread(target=self._watch, name="slow-clients", daemon=True).start()

    def _watch(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            self.cut()
