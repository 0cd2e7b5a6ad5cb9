"""The weighing of both readers: fresh, readable, and swayed by both."""

from __future__ import annotations

import json

import pytest

from escalation.triage import combined, learn_weighing, read_text
from escalation.triage.assessment import ACUTE_WHEN_NOW, Assessment, RaisedFlag, assess
from escalation.triage.learned import ACUTE
from escalation.triage.weighing import FILE, load_weighing, weigh

FLAGS = load_weighing().outputs[1:]
NOTHING = assess([])
UNLIKELY = dict.fromkeys((ACUTE, *FLAGS), 0.02)


def listed(flag: str, *, now: bool) -> Assessment:
    """Return what the lexicon says when it raises one flag."""
    return assess([RaisedFlag(flag, "words", "…", "a line", now)])


def test_the_table_is_that_of_the_examples() -> None:
    kept = json.loads(FILE.read_text(encoding="utf-8"))["examples_digest"]
    assert kept == learn_weighing.digest(), "run `make urgency`"


@pytest.mark.parametrize("flag", FLAGS)
def test_either_reader_makes_a_flag_likelier(flag: str) -> None:
    neither = weigh(NOTHING, UNLIKELY)[flag]
    assert neither < 0.1
    assert weigh(listed(flag, now=True), UNLIKELY)[flag] > neither
    assert weigh(NOTHING, UNLIKELY | {flag: 0.98})[flag] > neither


def test_both_readers_make_a_message_acute_and_neither_does_not() -> None:
    sure = UNLIKELY | {ACUTE: 0.95}
    assert weigh(NOTHING, UNLIKELY)[ACUTE] < 0.1
    assert weigh(listed("confined", now=True), sure)[ACUTE] > 0.9


def test_a_reader_that_is_quite_sure_is_not_taken_for_certain() -> None:
    surest = dict.fromkeys(UNLIKELY, 1.0)
    assert all(0 < chance < 1 for chance in weigh(NOTHING, surest).values())
    assert weigh(NOTHING, dict.fromkeys(UNLIKELY, 0.0))[ACUTE] > 0


def test_what_is_acute_has_a_danger_that_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    chances = dict.fromkeys(UNLIKELY, 0.1) | {ACUTE: 0.9, "medical": 0.3, "group": 0.8}
    monkeypatch.setattr(combined, "weigh", lambda *_: chances)
    found = read_text("there are twelve of us and one does not look well at all", "en")
    assert {flag.flag: flag.now for flag in found.flags} == {"medical": True, "group": False}
    assert found.level == ACUTE


def test_danger_is_immediate_in_an_acute_message_only(monkeypatch: pytest.MonkeyPatch) -> None:
    chances = dict.fromkeys(UNLIKELY, 0.9) | {ACUTE: 0.1}
    monkeypatch.setattr(combined, "weigh", lambda *_: chances)
    found = read_text("there are twelve of us and one does not look well at all", "en")
    assert {flag.flag for flag in found.flags} == set(FLAGS) - {"immediate_danger"}
    assert not any(flag.now for flag in found.flags)
    assert found.level == "high"
    assert set(FLAGS) & ACUTE_WHEN_NOW
