"""Who is answered waits for what was being stored already, and for nothing that comes later."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from escalation import storing_first
from escalation.storing_first import StoringFirst

PATIENCE_SECONDS = 20
LONG_SECONDS = 3_600.0


@pytest.fixture
def first(monkeypatch: pytest.MonkeyPatch) -> StoringFirst:
    monkeypatch.setattr(storing_first, "GIVE_WAY_SECONDS", LONG_SECONDS)
    return StoringFirst()


def being_stored(first: StoringFirst) -> Callable[[], None]:
    """Begin to store a message, as another thread would; return what ends it."""
    storing = first.storing()
    storing.__enter__()
    return lambda: storing.__exit__(None, None, None)


def test_nobody_waits_where_nothing_is_being_stored(first: StoringFirst) -> None:
    with first.storing():
        pass
    first.give_way()


def test_an_answer_waits_for_every_message_that_came_before(first: StoringFirst) -> None:
    ends = [being_stored(first) for _ in range(3)]
    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(first.give_way) for _ in range(2)]
        for end in ends:
            assert not any(answer.done() for answer in answers)
            end()
        for answer in answers:
            answer.result(PATIENCE_SECONDS)


def test_an_answer_does_not_wait_for_messages_that_come_without_a_pause(
    first: StoringFirst,
) -> None:
    end = being_stored(first)
    waiting = threading.Event()

    def give_way() -> None:
        waiting.set()
        first.give_way()

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(give_way)
        waiting.wait(PATIENCE_SECONDS)
        while not first._closed:  # until it waits
            pass
        later = being_stored(first)
        end()
        answer.result(PATIENCE_SECONDS)  # though the later message is still being stored
        later()


def test_a_message_that_could_not_be_stored_holds_up_nobody(first: StoringFirst) -> None:
    with pytest.raises(ValueError, match="disk"), first.storing():
        raise ValueError("disk")
    first.give_way()


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing_first, "GIVE_WAY_SECONDS", 0.01)
    first = StoringFirst()
    end = being_stored(first)
    first.give_way()
    end()
