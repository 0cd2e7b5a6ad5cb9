"""Tells those who wait that something changed, and nothing about what: readers fetch it from the store themselves."""

from __future__ import annotations

import threading
import time
from typing import Protocol
from zlib import crc32

QUEUE_TOPIC = "queue"

STRIPES = 4_096
"""Topics share counters, so that memory stays bounded; being woken for somebody else's change costs one look."""


def conversation_topic(conversation_id: str) -> str:
    """Return the topic of one conversation."""
    return f"conversation:{conversation_id}"


class Bus(Protocol):
    """A change counter per topic. Losing a notice costs a delay, never a message."""

    def publish(self, topic: str) -> None:
        """Say that ``topic`` changed."""

    def version(self, topic: str) -> int:
        """Return the topic's present change count."""

    def wait(self, topic: str, since: int, timeout_seconds: float) -> int:
        """Block until the topic's count differs from ``since`` or time is up; return the present count."""


class InProcessBus:
    """For one web process: a condition variable. Other processes' changes are seen by the readers' own timeouts."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._versions = [0] * STRIPES

    def publish(self, topic: str) -> None:
        """Count up and wake all who wait."""
        with self._changed:
            self._versions[stripe_of(topic)] += 1
            self._changed.notify_all()

    def version(self, topic: str) -> int:
        """Return the present count."""
        with self._changed:
            return self._versions[stripe_of(topic)]

    def wait(self, topic: str, since: int, timeout_seconds: float) -> int:
        """Block until the count differs from ``since`` or ``timeout_seconds`` have passed."""
        until, stripe = time.monotonic() + timeout_seconds, stripe_of(topic)
        with self._changed:
            while self._versions[stripe] == since:
                left = until - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            return self._versions[stripe]


def stripe_of(topic: str) -> int:
    """Return the counter that a topic shares with one in 4,096 others."""
    return crc32(topic.encode()) % STRIPES
