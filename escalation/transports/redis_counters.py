"""Counters that several processes share. Redis holds digests and their salts, each with an end; never a name."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable

import redis

from ..counting import SALT_BYTES, Counters, MemoryCounters, digest_of, sliding

logger = logging.getLogger(__name__)

PREFIX = "nietpluis:count"


class RedisCounters:
    """Counts in Redis. With Redis away each process counts for itself."""

    def __init__(self, redis_url: str, clock: Callable[[], float] = time.time) -> None:
        self._redis = redis.Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=1)
        self._clock = clock
        self._alone: Counters = MemoryCounters(clock)

    def add(self, kind: str, name: str, *, seconds: int) -> int:
        """Count one more and return the count."""
        alone = self._alone.add(kind, name, seconds=seconds)
        return self._asked(kind, name, seconds, more=1, otherwise=alone)

    def count(self, kind: str, name: str, *, seconds: int) -> int:
        """Return the count."""
        alone = self._alone.count(kind, name, seconds=seconds)
        return self._asked(kind, name, seconds, more=0, otherwise=alone)

    def _asked(self, kind: str, name: str, seconds: int, *, more: int, otherwise: int) -> int:
        try:
            return self._look(kind, name, seconds, more=more)
        except redis.RedisError as error:
            logger.warning("counters: redis is away: %s", type(error).__name__)
            return otherwise

    def _look(self, kind: str, name: str, seconds: int, *, more: int) -> int:
        number, into = divmod(self._clock(), seconds)
        present = self._key(kind, name, seconds, int(number))
        before = self._key(kind, name, seconds, int(number) - 1)
        with self._redis.pipeline(transaction=False) as pipe:
            if more:
                pipe.incrby(present, more)
                pipe.expire(present, 2 * seconds)
            pipe.mget(present, before)
            counts = pipe.execute()[-1]
        return sliding(int(counts[0] or 0), int(counts[1] or 0), elapsed=into / seconds)

    def _key(self, kind: str, name: str, seconds: int, number: int) -> str:
        place = f"{PREFIX}:{seconds}:{number}"
        fresh = secrets.token_bytes(SALT_BYTES)
        # One of any number of processes sets it; the others are told which it is.
        kept = self._redis.set(f"{place}:salt", fresh, nx=True, get=True, ex=2 * seconds)
        salt = kept if isinstance(kept, bytes) else fresh
        return f"{place}:{digest_of(salt, kind, name).hex()}"
