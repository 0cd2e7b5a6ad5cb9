"""Counting for minutes what is never kept: in one process and in Redis."""

from __future__ import annotations

import threading
import uuid

import pytest
import redis

from escalation.counting import NAMES_MAX, Counters, MemoryCounters
from escalation.transports.redis_counters import RedisCounters

ADDRESS = "203.0.113.77"


class Watch:
    """Seconds that stand still until they are moved."""

    def __init__(self) -> None:
        self.now = 1_200.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture(params=["memory", "redis"])
def counters(request: pytest.FixtureRequest, watch: Watch) -> Counters:
    if request.param == "memory":
        return MemoryCounters(watch)
    redis_url: str = request.getfixturevalue("redis_url")
    return RedisCounters(redis_url, watch)


@pytest.fixture
def kind() -> str:
    """A kind of its own for each test: Redis outlives them."""
    return uuid.uuid4().hex


def test_each_name_and_each_kind_is_counted_apart(counters: Counters, kind: str) -> None:
    assert [counters.add(kind, ADDRESS, seconds=60) for _ in range(3)] == [1, 2, 3]
    assert counters.count(kind, ADDRESS, seconds=60) == 3
    assert counters.count(kind, "203.0.113.78", seconds=60) == 0
    assert counters.count(f"{kind}2", ADDRESS, seconds=60) == 0


def test_what_happened_fades_and_is_forgotten(counters: Counters, kind: str, watch: Watch) -> None:
    for _ in range(10):
        counters.add(kind, ADDRESS, seconds=60)
    watch.now += 60
    assert counters.count(kind, ADDRESS, seconds=60) == 10
    watch.now += 30
    assert counters.count(kind, ADDRESS, seconds=60) == 5
    watch.now += 30
    assert counters.count(kind, ADDRESS, seconds=60) == 0


def test_everybody_at_once_is_counted_once_each(counters: Counters, kind: str) -> None:
    def count() -> None:
        for _ in range(20):
            counters.add(kind, ADDRESS, seconds=60)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counters.count(kind, ADDRESS, seconds=60) == 80


def test_text_of_any_kind_can_be_counted(counters: Counters, kind: str) -> None:
    assert counters.add(kind, "\ud800 помогите 👋", seconds=60) == 1


def test_the_memory_of_names_is_bounded(watch: Watch) -> None:
    counters = MemoryCounters(watch)
    for name in range(NAMES_MAX + 10):
        counters.add("x", str(name), seconds=60)
    assert counters.count("x", "0", seconds=60) == 0
    assert counters.count("x", str(NAMES_MAX + 9), seconds=60) == 1


def test_the_same_name_has_another_digest_in_every_window(watch: Watch) -> None:
    """With the salt goes what could tell a name by trying all of them."""
    counters = MemoryCounters(watch)
    counters.add("x", ADDRESS, seconds=60)
    first = {key for window in counters._windows.values() for key in window.counts}
    watch.now += 60
    counters.add("x", ADDRESS, seconds=60)
    both = {key for window in counters._windows.values() for key in window.counts}
    assert len(both) == 2 and first < both
    watch.now += 120
    counters.add("x", ADDRESS, seconds=60)
    assert len(counters._windows) == 1


def test_two_processes_share_counts_in_redis(redis_url: str, kind: str, watch: Watch) -> None:
    one, other = RedisCounters(redis_url, watch), RedisCounters(redis_url, watch)
    one.add(kind, ADDRESS, seconds=60)
    assert other.add(kind, ADDRESS, seconds=60) == 2


def test_redis_holds_no_name_and_forgets_everything(redis_url: str, kind: str) -> None:
    RedisCounters(redis_url).add(kind, ADDRESS, seconds=60)
    store = redis.Redis.from_url(redis_url)
    keys = list(store.scan_iter("nietpluis:count:60:*"))
    assert keys
    for key in keys:
        assert ADDRESS.encode() not in key and kind.encode() not in key
        assert 0 < store.ttl(key) <= 120


def test_with_redis_away_each_process_counts_for_itself(watch: Watch) -> None:
    counters = RedisCounters("redis://127.0.0.1:1/0", watch)
    assert [counters.add("x", ADDRESS, seconds=60) for _ in range(2)] == [1, 2]
    assert counters.count("x", ADDRESS, seconds=60) == 2
