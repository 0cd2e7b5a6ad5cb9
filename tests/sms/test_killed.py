"""A worker that is killed again and again loses no message and sends none twice."""

from __future__ import annotations

from pathlib import Path

from tests.sms.killing import kill_often
from tests.sms.twilio_server import DIES, FakeTwilio, serving


def test_killed_at_random_nothing_is_lost_and_nothing_goes_twice(tmp_path: Path) -> None:
    with serving(FakeTwilio()) as twilio:
        twilio.failures = [DIES]
        outcome = kill_often(tmp_path / "data", twilio, kills=3, people=6, each=6, seed=1)
    assert outcome.left_open == 0
    assert outcome.lost == 0
    assert outcome.doubled == 0
    assert outcome.in_order
