"""Tries of receipts: limited by where they come from and over all, so that nobody can guess one from many places.

Where they come from is counted for minutes as a keyed digest (``escalation.counting``), never kept or logged.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import cast

from flask import Flask, current_app, request

from escalation.counting import Counters
from escalation.errors import ReceiptUnknownError

from .config import Settings
from .errors import BusyError, TooManyAttemptsError

EXTENSION = "niet_pluis_receipt_tries"

WAITING_MAX = 8
"""How many tries of receipts wait for their turn; beyond that people are told that it is busy."""

SLOW_SECONDS = 1.0
"""How long each try takes while there were too many wrong ones over all: a botnet gets one a second, as a whole."""

WRONG_HERE, WRONG_OVERALL = "wrong_receipt", "wrong_receipt_overall"
ANYWHERE = ""


def place_of_request() -> str:
    """Return where this request comes from. For ``Counters`` only, which do not keep it."""
    return request.remote_addr or ""


class AttemptLimit:
    """At most ``most`` failures of one ``kind`` within ``window_seconds`` from one place."""

    def __init__(self, counters: Counters, kind: str, *, most: int, window_seconds: int) -> None:
        self._counters = counters
        self._kind = kind
        self._most = most
        self._seconds = window_seconds

    def has_reached(self, place: str) -> bool:
        """Return whether this place has used up its tries."""
        return self._counters.count(self._kind, place, seconds=self._seconds) >= self._most

    def count_place(self, place: str) -> None:
        """Note one failure."""
        self._counters.add(self._kind, place, seconds=self._seconds)

    def check(self) -> None:
        """Raise TooManyAttemptsError when whoever sent this request has used up the tries of that place."""
        if self.has_reached(place_of_request()):
            raise TooManyAttemptsError

    def count(self) -> None:
        """As ``count_place``, for whoever sent this request."""
        self.count_place(place_of_request())


class ReceiptTries:
    """One try at a time, a bounded number waiting; wrong ones are counted by place and over all.

    A place that has used up its tries is refused for a while. Over all nobody is ever refused for what others did:
    the tries go slower. The one turn also keeps guesses from holding up log-ins and the making of new receipts.
    """

    def __init__(
        self, counters: Counters, settings: Settings, pause: Callable[[float], None] = time.sleep
    ) -> None:
        seconds = settings.wrong_receipts_window_seconds
        self._here = AttemptLimit(
            counters, WRONG_HERE, most=settings.wrong_receipts_max, window_seconds=seconds
        )
        self._overall = AttemptLimit(
            counters,
            WRONG_OVERALL,
            most=settings.wrong_receipts_overall_max,
            window_seconds=seconds,
        )
        self._pause = pause
        self._waiting = threading.Semaphore(WAITING_MAX)
        self._turn = threading.Lock()

    @contextmanager
    def one_from(self, place: str) -> Iterator[None]:
        """Let one receipt be tried within. Raises TooManyAttemptsError or BusyError before it is."""
        if self._here.has_reached(place):
            raise TooManyAttemptsError
        if not self._waiting.acquire(blocking=False):
            raise BusyError
        try:
            with self._turn:
                if self._overall.has_reached(ANYWHERE):
                    self._pause(SLOW_SECONDS)
                yield
        except ReceiptUnknownError:
            self._here.count_place(place)
            self._overall.count_place(ANYWHERE)
            raise
        finally:
            self._waiting.release()

    def one(self) -> AbstractContextManager[None]:
        """As ``one_from``, for whoever sent this request."""
        return self.one_from(place_of_request())


def install_limits(app: Flask, counters: Counters, settings: Settings) -> None:
    """Give the application its limits."""
    app.extensions[EXTENSION] = ReceiptTries(counters, settings)


def receipt_tries() -> ReceiptTries:
    """Return the limits of the running application."""
    return cast(ReceiptTries, current_app.extensions[EXTENSION])
