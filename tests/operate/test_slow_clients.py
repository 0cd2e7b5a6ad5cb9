"""A request that arrives byte by byte is given up; whoever is answered slowly is not."""

from __future__ import annotations

import socket
import threading

import pytest

from web.operate.slow_clients import READ_SECONDS, ReadDeadline, hang_up


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


def connected() -> tuple[socket.socket, socket.socket]:
    """Return both ends of a connection over TCP, which is reset when closed over unread bytes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        theirs = socket.create_connection(server.getsockname(), 20)
        return server.accept()[0], theirs


def test_an_answer_arrives_though_half_the_request_was_not_read() -> None:
    ours, theirs = connected()
    with ours, theirs:
        ours.sendall(b"answer")
        hanging_up = threading.Thread(target=hang_up, args=(ours,))
        hanging_up.start()
        theirs.sendall(b"x" * 3_000_000)
        theirs.shutdown(socket.SHUT_WR)
        hanging_up.join(10)
        ours.close()
        assert theirs.recv(100) == b"answer"
        assert theirs.recv(100) == b""


def test_who_does_not_hang_up_is_not_waited_for() -> None:
    ours, theirs = connected()
    with ours, theirs:
        hang_up(ours, seconds=0.01)
        assert ours.recv(100) == b""
        hang_up(ours, seconds=0.01)
        ours.close()
        hang_up(ours, seconds=0.01)
