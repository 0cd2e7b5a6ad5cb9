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
    texts: TemplateAndArguments,
    heard: dict[str, Any] | None,
    *,
    text: str = "no stiu sigur",
    chosen: bool = False,
    language: str = "nl",
    **slots: Any,
) -> list[dict[str, Any]]:
    metadata = {
        "language": language,
        "language_chosen": chosen,
        "channel": "web",
        "level": "normal",
    }
    message = {
        "text": text,
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
        {"language": "pl", "confidence": 0.3, "next": "nl"},  # a guess against what is spoken
    ],
)
def test_otherwise_nothing_is_offered(
    texts: TemplateAndArguments, heard: dict[str, Any] | None
) -> None:
    assert "utter_language_ask" not in [line["say"] for line in lines_for(texts, heard)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "Мене замкнули в кімнаті"),
        ("uk", "Мене звати Оксана"),
        ("pl", "Zamknął mnie w pokoju"),
        ("pl", "Jestem z Ukrainy"),
        ("en", "PLEASE HELP ME NOW"),
        ("ar", "أنا محبوسة في غرفة"),
        ("tr", "Bana yardım edin lütfen"),
        ("pl", "Mój szef ma mój paszport i nie daje mi go z powrotem"),
    ],
)
def test_whoever_surely_writes_a_sentence_is_offered_its_language(
    texts: TemplateAndArguments, language: str, text: str
) -> None:
    lines = lines_for(texts, {"language": language, "confidence": 1.0, "next": "nl"}, text=text)
    assert lines[0]["say"] == "utter_language_ask"
    assert f"language:{language}" in [choice["id"] for choice in lines[-1]["choices"]]


@pytest.mark.parametrize(
    "text",
    ["Hotel Linde, Maastricht", "Kerkstraat 12, Den Haag", "Оксана Шевченко, Київ", "hotel Linde"],
)
def test_a_name_or_an_address_offers_nothing_however_sure_its_sound_is(
    texts: TemplateAndArguments, text: str
) -> None:
    lines = lines_for(texts, {"language": "pl", "confidence": 1.0, "next": "en"}, text=text)
    assert "utter_language_ask" not in [line["say"] for line in lines]


def test_after_a_change_another_language_is_offered_again(texts: TemplateAndArguments) -> None:
    heard = {"language": "uk", "confidence": 0.97, "next": "ru"}
    before = ["utter_open_computer", "utter_language_ask:nl"]
    lines = lines_for(texts, heard, text="Мене звати Оксана тут", language="pl", advised=before)
    assert lines[0]["say"] == "utter_language_ask"


def test_it_is_offered_once_and_never_to_who_has_chosen(texts: TemplateAndArguments) -> None:
    heard = {"language": "pl", "confidence": 0.6, "next": "en"}
    again = lines_for(texts, heard, advised=["utter_open_computer", "utter_language_ask:nl"])
    chosen = lines_for(texts, heard, chosen=True)
    assert "utter_language_ask" not in [line["say"] for line in (*again, *chosen)]
