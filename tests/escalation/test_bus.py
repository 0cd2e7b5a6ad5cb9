"""The bus wakes those who wait, in this process and, through Redis, in others."""

from __future__ import annotations

import threading
import time

from escalation.bus import Bus, InProcessBus
from escalation.transports.redis_bus import RedisBus


def woken(waiter: Bus, publisher: Bus, topic: str) -> bool:
    """Return whether ``waiter`` wakes within five seconds of a publication."""
    since = waiter.version(topic)
    timer = threading.Timer(0.05, publisher.publish, [topic])
    timer.start()
    changed = waiter.wait(topic, since, 5.0) != since
    timer.join()
    return changed


def test_a_waiter_is_woken() -> None:
    bus = InProcessBus()
    assert woken(bus, bus, "conversation:a")


def test_a_waiter_gives_up_after_its_time() -> None:
    bus = InProcessBus()
    started = time.monotonic()
    assert bus.wait("queue", bus.version("queue"), 0.05) == bus.version("queue")
    assert time.monotonic() - started >= 0.05


def test_a_change_before_waiting_is_not_missed() -> None:
    bus = InProcessBus()
    since = bus.version("queue")
    bus.publish("queue")
    assert bus.wait("queue", since, 60.0) != since


def test_another_process_is_heard_through_redis(redis_url: str) -> None:
    here, there = RedisBus(redis_url), RedisBus(redis_url)
    time.sleep(0.5)  # both have to be listening
    assert woken(here, there, "queue")


def test_with_redis_away_a_process_still_hears_itself() -> None:
    bus = RedisBus("redis://127.0.0.1:1/0")
    assert woken(bus, bus, "queue")
