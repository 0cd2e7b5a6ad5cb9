"""From flags to a level."""

from __future__ import annotations

import pytest

from escalation.signal import FLAGS
from escalation.triage.assessment import ACUTE_WHEN_NOW, HIGH_AT_MOST, RaisedFlag, assess, level_of


@pytest.mark.parametrize(
    ("flags", "level"),
    [
        ([], "normal"),
        ([("asked_for_human", True)], "normal"),
        ([("off_hours", True), ("bot_unavailable", True)], "normal"),
        ([("minor", False)], "high"),
        ([("group", True)], "high"),
        ([("image_blackmail", True)], "high"),
        ([("officials_on_site", True)], "high"),
        ([("confined", False)], "high"),
        ([("confined", True)], "acute"),
        ([("minor", True)], "acute"),
        ([("group", True), ("suicide_risk", True)], "acute"),
        ([("suicide_risk", True), ("group", True)], "acute"),
        ([("asked_for_human", True), ("medical", False)], "high"),
    ],
)
def test_the_level_follows_the_most_urgent_flag(flags: list[tuple[str, bool]], level: str) -> None:
    assert level_of(flags) == level


def test_every_flag_that_lifts_a_level_is_in_the_vocabulary() -> None:
    assert set(FLAGS) >= ACUTE_WHEN_NOW | HIGH_AT_MOST
    assert not ACUTE_WHEN_NOW & HIGH_AT_MOST


def test_one_reason_a_flag_is_kept_and_the_urgent_one_wins() -> None:
    earlier = RaisedFlag("confined", "words", "locked", "en confined sign: locked", False)
    urgent = RaisedFlag("confined", "words", "locked in", "en confined ongoing: locked in", True)
    later = RaisedFlag("confined", "words", "no key", "en confined ongoing: no key", True)
    minor = RaisedFlag("minor", "words", "14", "en minor sign: 14", False)
    assert assess([minor, earlier, urgent, later]).flags == (urgent, minor)
