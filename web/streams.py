"""Server-sent events: a bounded number of open streams, each following one conversation.

A stream only wakes on the bus and then reads the store, so a lost notice delays an event by one heartbeat at most.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import cast

from flask import Flask, Response, current_app, request, stream_with_context

from escalation import conversation
from escalation.bus import conversation_topic
from escalation.conversation import View
from escalation.errors import ConversationNotFoundError, WrongTokenError
from escalation.ports import Ports

from .config import settings
from .errors import BusyError

EXTENSION = "niet_pluis_streams"
CONTEXT_TURNS = 12
"""Turns read before the new ones: the answers that are open may belong to a line just before them."""

TYPING_LOOK_SECONDS = 4
"""That somebody stopped typing is no change in the store; while it is shown it is looked at this often."""

RETRY_MILLISECONDS = 3_000
ENDED = "event: ended\ndata: \n\n"
HIDDEN = "event: hidden\ndata: \n\n"
HEARTBEAT = ": \n\n"
_LINE_END = re.compile(r"\r\n|\r|\n")


class StreamSlots:
    """Counts open streams, because each of them holds a thread."""

    def __init__(self, most: int) -> None:
        self._free = threading.Semaphore(most)

    def take(self) -> Callable[[], None]:
        """Take a slot and return what gives it back (once, however often it is called). Raises BusyError."""
        if not self._free.acquire(blocking=False):
            raise BusyError
        given_back = threading.Event()

        def give_back() -> None:
            if not given_back.is_set():
                given_back.set()
                self._free.release()

        return give_back


def install_streams(app: Flask, most: int) -> None:
    """Give the application its slots."""
    app.extensions[EXTENSION] = StreamSlots(most)


def last_event_id() -> int:
    """Return the turn after which the client wants to go on: Last-Event-ID, else ``?after=``, else 0."""
    given = request.headers.get("Last-Event-ID") or request.args.get("after", "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def event(data: str, *, event_id: int, name: str) -> str:
    """Return one event in the wire format; ``data`` may have several lines."""
    # Not splitlines: it also breaks at marks such as U+2028, which may stand in what somebody typed.
    lines = "".join(f"data: {line}\n" for line in _LINE_END.split(data))
    return f"event: {name}\nid: {event_id}\n{lines}\n"


def stream(events: Iterator[str]) -> Response:
    """Return a response that sends ``events`` until they end or the client goes. Raises BusyError when all is taken."""
    give_back = cast(StreamSlots, current_app.extensions[EXTENSION]).take()
    response = Response(
        stream_with_context(events), content_type="text/event-stream; charset=utf-8"
    )
    response.headers["X-Accel-Buffering"] = (
        "no"  # a proxy that buffers would hold back every answer
    )
    response.call_on_close(give_back)
    return response


def follow(
    ports: Ports,
    *,
    conversation_id: str,
    token: str,
    after: int,
    render: Callable[[View, int], Iterable[str]],
) -> Iterator[str]:
    """Yield events for the turns that follow ``after``, heartbeats in between, and an end when there is nothing left.

    ``render`` gets a view and the number of the last turn already sent; the view begins some turns before it.
    """
    current = settings()
    topic, last, typing = conversation_topic(conversation_id), after, False
    until = time.monotonic() + current.event_stream_max_seconds
    yield f"retry: {RETRY_MILLISECONDS}\n\n"
    while time.monotonic() < until:
        seen = ports.bus.version(topic)
        try:
            view = conversation.view(
                ports,
                conversation_id=conversation_id,
                token=token,
                after=max(0, last - CONTEXT_TURNS),
            )
        except (WrongTokenError, ConversationNotFoundError):
            yield ENDED
            return
        if view.hidden:
            yield HIDDEN
            return
        if view.last_seq > last:
            yield from render(view, last)
            last = view.last_seq
        if view.is_typing != typing:
            typing = view.is_typing
            yield event("1" if typing else "", event_id=last, name="typing")
        else:
            yield HEARTBEAT
        seconds = TYPING_LOOK_SECONDS if typing else current.event_heartbeat_seconds
        ports.bus.wait(topic, seen, seconds)
