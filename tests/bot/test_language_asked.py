"""When it is not sure which language somebody writes, both likely ones are offered, each in its own words."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.report import ActionIntake
from bot.components.nlg import TemplateAndArguments

OPEN: dict[str, Any] = {"safe_now": "yes", "pending": "purpose", "advised": ["utter_open_computer"]}


def lines_for(
    texts: TemplateAndArguments, heard: dict[str, Any] | None, *, chosen: bool = False, **slots: Any
) -> list[dict[str, Any]]:
    metadata = {"language": "nl", "language_chosen": chosen, "channel": "web", "level": "normal"}
    message = {
        "text": "no stiu sigur",
        "intent": {"name": "inform", "confidence": 1.0},
        "metadata": metadata,
        "language": heard,
    }
    tracker = Tracker("c", {**OPEN, **slots}, message, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    ActionIntake().run(dispatcher, tracker, {})
    made = [texts.line(said["response"], **said) for said in dispatcher.messages]
    return [line["custom"] for line in made if line]


def test_both_likely_languages_are_offered_and_the_question_stays(
    texts: TemplateAndArguments,
) -> None:
    lines = lines_for(texts, {"language": "pl", "confidence": 0.6, "next": "en"})
    assert lines[0]["say"] == "utter_language_ask"
    assert [lines[0]["args"][name]["language"] for name in ("first", "second")] == ["pl", "en"]
    assert lines[-1]["asks"] == "purpose"
    assert [c for c in lines[-1]["choices"] if c["id"].startswith("language:")] == [
        {"id": "language:pl", "source": "Polski"},
        {"id": "language:en", "source": "English"},
    ]


@pytest.mark.parametrize(
    "heard",
    [
        None,
        {"language": "nl", "confidence": 0.6, "next": "en"},  # as the conversation is
        {"language": "pl", "confidence": 0.97, "next": "en"},  # sure: it changes by itself
        {"language": "pl", "confidence": 0.3, "next": "nl"},  # a guess against what is spoken
    ],
)
def test_otherwise_nothing_is_offered(
    texts: TemplateAndArguments, heard: dict[str, Any] | None
) -> None:
    assert "utter_language_ask" not in [line["say"] for line in lines_for(texts, heard)]


def test_it_is_offered_once_and_never_to_who_has_chosen(texts: TemplateAndArguments) -> None:
    heard = {"language": "pl", "confidence": 0.6, "next": "en"}
    again = lines_for(texts, heard, advised=["utter_open_computer", "utter_language_ask"])
    chosen = lines_for(texts, heard, chosen=True)
    assert "utter_language_ask" not in [line["say"] for line in (*again, *chosen)]
