"""Within one process what people tell is stored before anybody is answered: danger among it must not wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

GIVE_WAY_SECONDS = 1.0


class _Batch:
    """Messages that are being stored at the same time."""

    def __init__(self) -> None:
        self.count = 0
        self.stored = threading.Event()


class StoringFirst:
    """Lets whoever is to be answered wait for the messages that came before, and for none that comes later.

    Messages are counted in batches. Who gives way closes the batch that is open, so that the next message begins
    another: where people write without a pause there would else always be one more to wait for.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = _Batch()
        self._closed: list[_Batch] = []

    @contextmanager
    def storing(self) -> Iterator[None]:
        """Mark that a message is being stored."""
        with self._lock:
            batch = self._open
            batch.count += 1
        try:
            yield
        finally:
            with self._lock:
                batch.count -= 1
                if not batch.count and batch in self._closed:
                    self._closed.remove(batch)
                    batch.stored.set()

    def give_way(self) -> None:
        """Wait until all that is being stored at this moment is stored, for at most ``GIVE_WAY_SECONDS``."""
        until = time.monotonic() + GIVE_WAY_SECONDS
        with self._lock:
            if self._open.count:
                self._closed.append(self._open)
                self._open = _Batch()
            before = list(self._closed)
        for batch in before:
            batch.stored.wait(max(0.0, until - time.monotonic()))
