"""The bus for several machines: Redis carries topic names from process to process, and nothing else."""

from __future__ import annotations

import logging
import threading
import time

import redis

from ..bus import InProcessBus

logger = logging.getLogger(__name__)

CHANNEL = "nietpluis:changed"
RECONNECT_SECONDS = 2.0


class RedisBus:
    """An in-process bus that also hears the other processes. With Redis away each process still hears itself."""

    def __init__(self, redis_url: str) -> None:
        self._local = InProcessBus()
        self._redis = redis.Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=5)
        threading.Thread(target=self._listen, name="redis-bus", daemon=True).start()

    def publish(self, topic: str) -> None:
        """Tell this process at once and the others through Redis."""
        self._local.publish(topic)
        try:
            self._redis.publish(CHANNEL, topic)
        except redis.RedisError as error:
            logger.warning("bus: redis did not take a notice: %s", type(error).__name__)

    def version(self, topic: str) -> int:
        """Return the present count in this process."""
        return self._local.version(topic)

    def wait(self, topic: str, since: int, timeout_seconds: float) -> int:
        """Block until the count differs from ``since`` or ``timeout_seconds`` have passed."""
        return self._local.wait(topic, since, timeout_seconds)

    def _listen(self) -> None:
        while True:
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as heard:  # type: ignore[no-untyped-call]
                    heard.subscribe(CHANNEL)
                    while True:
                        message = heard.get_message(timeout=1.0)
                        if message is not None:
                            self._local.publish(message["data"].decode("ascii", "replace"))
            except redis.RedisError as error:
                logger.warning("bus: redis is away: %s", type(error).__name__)
                time.sleep(RECONNECT_SECONDS)
