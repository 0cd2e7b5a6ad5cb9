"""Whether a text answers the question that was asked, or is something else."""

from __future__ import annotations

from typing import Any

import pytest

from bot.components.pending import Heard, Limits, decide

LIMITS = Limits()


def heard(text: str, intent: str, confidence: float = 0.9, **more: Any) -> Heard:
    known: dict[str, Any] = {
        "asks": None,
        "offered": (),
        "languages": ("nl",),
        "acute": False,
        "by_sms": False,
        **more,
    }
    return Heard(text=text, intent=intent, confidence=confidence, **known)


@pytest.mark.parametrize(
    ("text", "intent", "confidence", "asks", "becomes"),
    [
        # nothing is asked: the classifier decides, unless it hardly believes itself
        ("mag dat?", "ask_rights_wage", 0.9, None, "ask_rights_wage"),
        ("blub", "greet", 0.1, None, "nlu_fallback"),
        # an answer that can be read is an answer
        ("ja", "affirm", 0.9, "minors", "inform"),
        ("gisteren", "greet", 0.9, "happening", "inform"),
        ("nee", "deny", 0.9, "send", "inform"),
        # a question in the middle is one
        ("leest de politie mee?", "ask_anonymity", 0.6, "minors", "ask_anonymity"),
        (
            "mag mijn baas mijn paspoort houden?",
            "ask_rights_documents",
            0.95,
            "minors",
            "ask_rights_documents",
        ),
        # a story in the middle belongs to the story
        ("ze is heel bang en mag niet weg daar", "report_concern", 0.9, "victim_count", "inform"),
        # at the start a story is a story
        (
            "ze is heel bang en mag niet weg daar",
            "report_concern",
            0.9,
            "safe_now",
            "report_concern",
        ),
        # nearly everything answers an open question
        ("kamer 212", "ask_rights_housing", 0.75, "place_text", "inform"),
        ("Hotel Zon", "report_concern", 0.9, "place_text", "inform"),
        ("ze werkt dag en nacht", "ask_rights_hours", 0.6, "own_words", "inform"),
        ("mijn baas slaat mij", "report_own_situation", 0.9, "own_words", "report_own_situation"),
        ("ik wil een mens spreken", "request_human", 0.9, "own_words", "request_human"),
        ("ik wil een mens spreken", "request_human", 0.45, "own_words", "inform"),
        # what the conversation itself asked
        ("ja", "affirm", 0.9, "danger_now", "emergency"),
        ("ja", "affirm", 0.9, "erase", "stop_and_delete"),
        ("nee", "deny", 0.9, "erase", "stop_and_delete"),
    ],
)
def test_the_intent_fits_the_conversation(
    text: str, intent: str, confidence: float, asks: str | None, becomes: str
) -> None:
    assert decide(heard(text, intent, confidence, asks=asks), LIMITS) == becomes


@pytest.mark.parametrize("intent", ["greet", "report_concern", "inform", "ask_rights_wage"])
def test_what_was_read_as_acute_is_an_emergency_whatever_the_classifier_thinks(intent: str) -> None:
    assert decide(heard("x", intent, acute=True), LIMITS) == "emergency"


@pytest.mark.parametrize("intent", ["cannot_talk_safely", "stop_and_delete"])
def test_hiding_and_stopping_go_before_everything(intent: str) -> None:
    assert decide(heard("x", intent, acute=True), LIMITS) == intent
