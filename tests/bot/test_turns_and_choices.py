"""What the channel lets in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.choices import InvalidChoiceError, parse_choice
from bot.components.channel import GUARD, guarded
from bot.components.turns import MAX_BODY_BYTES, MAX_TEXT_CHARS, BadTurnError, parse_turn
from tests.bot.running import turn_body


def body(**more: Any) -> bytes:
    return json.dumps({**turn_body(None), "text": "hallo", **more}).encode()


def test_a_turn_is_taken_as_it_is_meant() -> None:
    turn = parse_turn(body(level="acute", channel="sms"))
    assert (turn.text, turn.level, turn.channel, turn.choice) == ("hallo", "acute", "sms", None)


@pytest.mark.parametrize(
    "change",
    [
        {"text": None},
        {"choice": "minors:yes"},
        {"text": "   "},
        {"text": 5},
        {"text": "x" * (MAX_TEXT_CHARS + 1)},
        {"level": "panic"},
        {"channel": "pigeon"},
        {"language": "../nl"},
        {"conversation": "a b"},
        {"state": 5},
        {"state_key": "c2hvcnQ="},
        {"state_key": "%%%"},
    ],
)
def test_anything_else_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadTurnError):
        parse_turn(body(**change))


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"null", b"{", b"\xff\xfe", b"x" * (MAX_BODY_BYTES + 1), b"[" * 5_000]
)
def test_what_is_not_even_a_turn_is_refused(raw: bytes) -> None:
    with pytest.raises(BadTurnError):
        parse_turn(raw)


def test_a_turn_shows_nothing_of_itself() -> None:
    assert "hallo" not in repr(parse_turn(body()))


@pytest.mark.parametrize(
    ("choice", "intent"),
    [
        ("minors:yes", "inform"),
        ("forms:sexual,labour", "inform"),
        ("skip:minors", "inform"),
        ("unknown:forms", "inform"),
        ("done:forms", "inform"),
        ("start", "inform"),
        ("resume", "inform"),
        ("correct", "inform"),
        ("correct:minors", "inform"),
        ("send:yes", "inform"),
        ("intent:ask_rights_wage", "ask_rights_wage"),
        ("language:pl", "change_language"),
        ("erase:no", "stop_and_delete"),
    ],
)
def test_every_choice_of_the_grammar_has_its_intent(choice: str, intent: str) -> None:
    assert parse_choice(choice).intent == intent


@pytest.mark.parametrize(
    "choice",
    [
        "",
        "minors",
        "minors:perhaps",
        "forms:",
        "intent:restart",
        "send:no",
        "own:x",
        "a" * 400,
        "start:now",
        "language:",
        "erase:maybe",
        "skip:nothing",
        "Minors:yes",
    ],
)
def test_a_choice_outside_the_grammar_is_refused(choice: str) -> None:
    with pytest.raises(InvalidChoiceError):
        parse_choice(choice)


def test_a_text_that_begins_with_a_slash_is_no_command() -> None:
    assert guarded("/restart") == f"{GUARD}/restart"
    assert guarded("hallo /restart") == "hallo /restart"
