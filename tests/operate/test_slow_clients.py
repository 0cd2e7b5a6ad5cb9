"""A request that arrives byte by byte is given up; whoever is answered slowly is not."""

from __future__ import annotations

import socket

import pytest

from web.operate.slow_clients import READ_SECONDS, ReadDeadline


@pytest.fixture
def now() -> list[float]:
    return [100.0]


@pytest.fixture
def deadline(now: list[float]) -> ReadDeadline:
    return ReadDeadline(clock=lambda: now[0])


def test_reading_ends_and_an_answer_still_goes_out(
    deadline: ReadDeadline, now: list[float]
) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, deadline.reading(ours):
        theirs.sendall(b"GET / HT")
        now[0] += READ_SECONDS - 1
        assert deadline.cut() == 0
        assert ours.recv(100) == b"GET / HT"
        now[0] += 1
        assert deadline.cut() == 1
        assert ours.recv(100) == b""
        ours.sendall(b"answer")
        assert theirs.recv(100) == b"answer"
        assert deadline.cut() == 0


def test_what_is_done_or_gone_is_not_looked_at(deadline: ReadDeadline, now: list[float]) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        with deadline.reading(ours):
            pass
        now[0] += READ_SECONDS
        assert deadline.cut() == 0
        with deadline.reading(ours):
            ours.close()
            now[0] += READ_SECONDS
            assert deadline.cut() == 1
