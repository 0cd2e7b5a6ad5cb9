"""Keeps open pages of the desk up to date: wakes on the bus, looks at the store, sends what is new.

Every look checks the session first, so a stream ends with it. A lost notice delays an event by one heartbeat at most.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b

from escalation.desk.sessions import Screener, authenticate
from escalation.duty.presence import note_presence
from escalation.errors import CaseNotFoundError, NoAccessError, SessionExpiredError
from escalation.ports import Ports

from ..config import settings
from ..streams import ENDED, HEARTBEAT, RETRY_MILLISECONDS

Look = Callable[[Screener], Iterable[str]]

BREATH_SECONDS = 0.15
"""Between two looks, however much happens: many changes at once are shown together."""

STEP_SECONDS = 2.0
"""The bus waits on one topic; the others are looked at this often."""


def part_key(*shown: object) -> str:
    """Return a short mark that changes when what is shown changes."""
    return blake2b(repr(shown).encode(), digest_size=8).hexdigest()


def follow(
    ports: Ports, *, session_token: str, topics: tuple[str, ...], look: Look
) -> Iterator[str]:
    """Yield what ``look`` finds new, now and at every change of ``topics``; heartbeats in between, an end at the end.

    The first topic wakes at once. Ends by itself after the longest time that a stream may last.
    """
    current = settings()
    until = time.monotonic() + current.event_stream_max_seconds
    yield f"retry: {RETRY_MILLISECONDS}\n\n"
    while time.monotonic() < until:
        seen = [ports.bus.version(topic) for topic in topics]
        try:
            who = authenticate(ports, session_token=session_token)
            note_presence(ports, screener_id=who.id)
            events = list(look(who))
        except (SessionExpiredError, CaseNotFoundError, NoAccessError):
            yield ENDED
            return
        yield from events or [HEARTBEAT]
        time.sleep(BREATH_SECONDS)
        _wait(ports, topics, seen, seconds=current.event_heartbeat_seconds)


def _wait(ports: Ports, topics: tuple[str, ...], seen: list[int], *, seconds: float) -> None:
    """Return at a change of any topic, or after ``seconds``."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        step = left if len(topics) == 1 else min(STEP_SECONDS, left)
        ports.bus.wait(topics[0], seen[0], step)
        if [ports.bus.version(topic) for topic in topics] != seen:
            return
