"""Counts wrong receipts by where they come from: a salted hash that lives in memory for minutes and is never logged."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from typing import cast

from flask import Flask, current_app, request

from .errors import TooManyAttemptsError

EXTENSION = "niet_pluis_wrong_receipts"
PLACES_MAX = 10_000


class AttemptLimit:
    """At most ``most`` failures within ``window_seconds`` from one place."""

    def __init__(
        self, most: int, window_seconds: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._window_seconds = window_seconds
        self._clock = clock
        self._salt = secrets.token_bytes(
            16
        )  # new in every process: the hashes mean nothing outside it
        self._failures: OrderedDict[bytes, list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def check_place(self, place: str) -> None:
        """Raise TooManyAttemptsError when this place has used up its tries."""
        with self._lock:
            if len(self._recent(self._key(place))) >= self._most:
                raise TooManyAttemptsError

    def count_place(self, place: str) -> None:
        """Note one failure."""
        key = self._key(place)
        with self._lock:
            self._failures[key] = [*self._recent(key), self._clock()]
            self._failures.move_to_end(key)
            while len(self._failures) > PLACES_MAX:
                self._failures.popitem(last=False)

    def check(self) -> None:
        """As ``check_place``, for whoever sent this request."""
        self.check_place(request.remote_addr or "")

    def count(self) -> None:
        """As ``count_place``, for whoever sent this request."""
        self.count_place(request.remote_addr or "")

    def _key(self, place: str) -> bytes:
        return blake2b(place.encode(), key=self._salt, digest_size=16).digest()

    def _recent(self, key: bytes) -> list[float]:
        since = self._clock() - self._window_seconds
        recent = [moment for moment in self._failures.get(key, ()) if moment > since]
        if not recent:
            self._failures.pop(key, None)
        return recent


def install_limits(app: Flask, *, most: int, window_seconds: int) -> None:
    """Give the application its counter."""
    app.extensions[EXTENSION] = AttemptLimit(most, window_seconds)


def wrong_receipts() -> AttemptLimit:
    """Return the counter of the running application."""
    return cast(AttemptLimit, current_app.extensions[EXTENSION])
