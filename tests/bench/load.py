"""Conversations as load: each client opens one, sends its messages one after another, and times every answer."""

from __future__ import annotations

import itertools
import statistics
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import httpx

# Said over and over: stories, short answers, a question in the middle. Both systems get the same.
MESSAGES = (
    "there are eight people living in one room above the shop next door",
    "Mill Lane 14, Venlo",
    "since last week i think",
    "how much is the minimum wage",
    "four or five people",
    "i don't know",
    "two men bring them in a white van every morning",
    "who can read what i write here",
)

Send = Callable[[str], None]


@dataclass(frozen=True)
class Figures:
    """Milliseconds for one turn, and turns a second over all clients."""

    p50_ms: float
    p95_ms: float
    turns_per_second: float


def product_conversation(base_url: str) -> Send:
    """Open a conversation with the product; return what sends one message and waits for its answer."""
    client = httpx.Client(base_url=base_url, timeout=30, trust_env=False)
    opened = client.post("/api/v1/conversations", json={"language": "en"}).raise_for_status().json()
    headers = {"Authorization": f"Bearer {opened['token']}"}
    path = f"/api/v1/conversations/{opened['id']}/messages"

    def send(text: str) -> None:
        body = {"text": text, "client_id": uuid.uuid4().hex}
        client.post(path, json=body, headers=headers).raise_for_status()

    return send


def plain_conversation(base_url: str) -> Send:
    """Begin a conversation with plain Rasa's REST channel; return what sends one message."""
    client = httpx.Client(base_url=base_url, timeout=30, trust_env=False)
    sender = uuid.uuid4().hex

    def send(text: str) -> None:
        body = {"sender": sender, "message": text}
        answer = client.post("/webhooks/rest/webhook", json=body).raise_for_status().json()
        assert isinstance(answer, list)

    send("i want to report something strange at my neighbours")  # begins the form
    return send


def at_once(open_one: Callable[[], Send], conversations: int, turns: int) -> Figures:
    """Hold that many conversations at once, ``turns`` messages each."""
    sends = [open_one() for _ in range(conversations)]
    took: list[list[float]] = [[] for _ in sends]
    start = threading.Barrier(conversations + 1)

    def talk(send: Send, times: list[float]) -> None:
        start.wait()
        for text in itertools.islice(itertools.cycle(MESSAGES), turns):
            times.append(timed(send, text))

    threads = [threading.Thread(target=talk, args=pair) for pair in zip(sends, took, strict=True)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    every = sorted(itertools.chain.from_iterable(took))
    return Figures(statistics.median(every), every[int(len(every) * 0.95)], len(every) / seconds)


def cost_of_turns(open_one: Callable[[], Send], wanted: tuple[int, ...]) -> dict[int, float]:
    """Return the milliseconds of certain turns of one conversation: the median of the seven around each."""
    send = open_one()
    times = [
        timed(send, text) for text in itertools.islice(itertools.cycle(MESSAGES), max(wanted) + 4)
    ]
    return {turn: statistics.median(times[turn - 4 : turn + 3]) for turn in wanted}


def timed(send: Send, text: str) -> float:
    """Return how many milliseconds one message takes to be answered."""
    began = time.perf_counter()
    send(text)
    return (time.perf_counter() - began) * 1000
