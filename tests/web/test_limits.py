"""Guessing receipts: limited by place and over all, and nobody pays for what others did but with a moment."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from escalation.counting import MemoryCounters
from escalation.errors import ReceiptUnknownError
from web.config import Settings
from web.errors import BusyError, TooManyAttemptsError
from web.limits import SLOW_SECONDS, WAITING_MAX, ReceiptTries

SETTINGS = Settings(wrong_receipts_max=3, wrong_receipts_overall_max=10)


class Pauses:
    """Keeps how long it was told to wait."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def now() -> list[float]:
    return [1_200.0]


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def tries(now: list[float], pauses: Pauses) -> ReceiptTries:
    return ReceiptTries(MemoryCounters(lambda: now[0]), SETTINGS, pauses)


def guess(tries: ReceiptTries, place: str) -> None:
    with pytest.raises(ReceiptUnknownError), tries.one_from(place):
        raise ReceiptUnknownError


def test_a_place_that_guesses_is_refused_for_a_while(tries: ReceiptTries, now: list[float]) -> None:
    for _ in range(3):
        guess(tries, "here")
    with pytest.raises(TooManyAttemptsError), tries.one_from("here"):
        pytest.fail("the receipt was tried")
    with tries.one_from("elsewhere"):
        pass
    now[0] += 2 * SETTINGS.wrong_receipts_window_seconds
    guess(tries, "here")


def test_a_receipt_that_fits_costs_no_try(tries: ReceiptTries) -> None:
    for _ in range(20):
        with tries.one_from("here"):
            pass


def test_guessing_from_many_places_slows_all_tries_and_refuses_nobody(
    tries: ReceiptTries, pauses: Pauses
) -> None:
    for number in range(10):
        guess(tries, f"place {number}")
    assert pauses.seconds == []
    entered = []
    with tries.one_from("somebody with a number"):
        entered.append(True)
    assert entered and pauses.seconds == [SLOW_SECONDS]


def test_who_waits_is_bounded_and_is_told(tries: ReceiptTries) -> None:
    inside, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        with tries.one_from("slow"):
            inside.set()
            may_go.wait(10)

    def wait() -> None:
        with tries.one_from("waiting"):
            pass

    threads = [threading.Thread(target=hold)]
    threads += [threading.Thread(target=wait) for _ in range(WAITING_MAX - 1)]
    threads[0].start()
    assert inside.wait(10)
    for thread in threads[1:]:
        thread.start()
    while tries._waiting._value:  # all of them have their place in the line
        threading.Event().wait(0.001)
    with pytest.raises(BusyError), tries.one_from("one too many"):
        pytest.fail("the receipt was tried")
    may_go.set()
    for thread in threads:
        thread.join(10)
    with tries.one_from("one too many"):
        pass


def test_the_limit_overall_can_be_set() -> None:
    environment = {"NIETPLUIS_WRONG_RECEIPTS_OVERALL_MAX": "7"}
    assert Settings.from_environment(environment) == replace(
        Settings(), wrong_receipts_overall_max=7
    )
