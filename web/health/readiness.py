"""Whether those that answer people are there: Rasa and its action server. Asked at most once in a moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import cast

import httpx
from flask import Flask, current_app

from ..config import Settings

EXTENSION = "niet_pluis_readiness"
TIMEOUT_SECONDS = 2.0
HOLDS_SECONDS = 2.0
"""Anybody may ask whether we are ready, as often as they like; the bot is asked no more often than this."""

BOT_PATH = "/webhooks/nietpluis/ready"
ACTIONS_PATH, ACTIONS_HEALTH_PATH = "/webhook", "/health"


class Readiness:
    """Asks the bot and its actions. Actions that are nowhere named (a bot elsewhere) are not asked."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._addresses = [settings.bot_url + BOT_PATH]
        if settings.actions_url:
            actions = settings.actions_url.rstrip("/").removesuffix(ACTIONS_PATH)
            self._addresses.append(actions + ACTIONS_HEALTH_PATH)
        self._clock = clock
        self._asking = threading.Lock()
        self._known: tuple[float, bool] | None = None

    def bot_answers(self) -> bool:
        """Return whether all of the bot answers. While one request asks, others get what was last known."""
        known = self._known
        if known is not None and self._clock() - known[0] < HOLDS_SECONDS:
            return known[1]
        if not self._asking.acquire(blocking=known is None):
            return known is not None and known[1]
        try:
            if self._known is known:
                self._known = (self._clock(), all(map(_answers, self._addresses)))
            return self._known is not None and self._known[1]
        finally:
            self._asking.release()


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=TIMEOUT_SECONDS, trust_env=False).is_success
    except (httpx.HTTPError, httpx.InvalidURL):
        return False


def install_readiness(app: Flask, settings: Settings) -> None:
    """Give the application its probes."""
    app.extensions[EXTENSION] = Readiness(settings)


def readiness() -> Readiness:
    """Return the probes of the running application."""
    return cast(Readiness, current_app.extensions[EXTENSION])
