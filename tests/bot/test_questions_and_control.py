"""Questions about rights and about this service, and what the person decides about the conversation."""

from __future__ import annotations

import pytest

from bot.actions.control import wanted_language
from bot.actions.rights import TOPICS as RIGHTS
from bot.actions.service import DETAIL, SHORT
from escalation.signal import LANGUAGES
from tests.bot.talking import Talk


@pytest.mark.parametrize("intent", RIGHTS)
def test_a_right_is_told_in_short_and_more_on_request(talk: Talk, intent: str) -> None:
    talk.type("een vraag", intent)
    topic = RIGHTS[intent]
    assert [say for say in talk.said if say in topic.short] or talk.said[1].endswith("_unsure")
    assert f"intent:{intent}" in talk.offers
    talk.press(f"intent:{intent}")
    assert talk.said[: len(topic.detail)] == list(topic.detail)
    assert set(topic.ask) <= set(talk.said)
    assert f"intent:{intent}" not in talk.offers


@pytest.mark.parametrize("intent", SHORT)
def test_the_service_is_explained_in_short_and_more_on_request(talk: Talk, intent: str) -> None:
    talk.type("een vraag", intent)
    assert set(SHORT[intent]) <= set(talk.said)
    talk.press(f"intent:{intent}")
    assert set(DETAIL[intent]) <= set(talk.said)


def test_signs_for_a_hotel_are_told_when_the_question_names_one(talk: Talk) -> None:
    talk.type("waar moeten wij op letten in ons hotel?", "ask_signals")
    assert "utter_signals_hotel" in talk.said
    talk.type("en op school?", "ask_signals")
    assert "utter_signals_young" in talk.said


def test_a_wish_to_ask_about_rights_gets_the_eight_topics(talk: Talk) -> None:
    talk.press("start")
    talk.press("safe_now:yes")
    talk.press("purpose:rights_question")
    assert [choice for choice in talk.offers if choice.startswith("intent:ask_rights")] == [
        f"intent:{intent}" for intent in RIGHTS
    ]


def test_by_sms_it_says_that_messages_leave_traces(texts) -> None:  # type: ignore[no-untyped-def]
    talk = Talk(texts, channel="sms")
    talk.type("mag mijn baas mijn paspoort houden?", "ask_rights_documents")
    assert talk.said[:2] == ["utter_open_computer", "utter_open_sms"]


def test_a_person_is_called(talk: Talk) -> None:
    talk.type("ik wil een mens spreken", "request_human")
    assert talk.effects == {"handoff": "asked_for_human"}


def test_a_language_by_button_and_by_name(talk: Talk) -> None:
    talk.press("language:pl")
    assert talk.effects == {"language": "pl"}
    talk.type("in english please", "change_language")
    assert talk.effects == {"language": "en"}
    line = talk.lines[0]
    assert line["args"] == {"language": {"kind": "language", "code": "en"}}


def test_a_language_that_is_not_spoken_yet_is_noted_for_an_interpreter(talk: Talk) -> None:
    talk.type("vietnamese please", "change_language")
    assert talk.fields["interpreter_language"] == "vi"
    assert set(talk.offers) == {f"language:{code}" for code in LANGUAGES}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("po polsku prosze", "pl"),
        ("liever in het Engels", "en"),
        ("mówisz po niderlandzku?", "nl"),
        ("русский", "ru"),
        ("العربية", "ar"),
        ("another one", None),
    ],
)
def test_languages_are_known_by_the_names_people_use(text: str, code: str | None) -> None:
    assert wanted_language(text) == code


def test_deleting_is_explained_and_asked_before_it_is_done(talk: Talk) -> None:
    talk.type("wis alles", "stop_and_delete")
    assert talk.said[-1] == "utter_erase_ask"
    assert talk.offers == ["erase:yes", "erase:no"]
    assert "erase" not in talk.effects
    talk.press("erase:yes")
    assert talk.effects == {"erase": True}


def test_deleting_after_sending_says_what_cannot_be_undone(talk: Talk) -> None:
    talk.has_told(sent=True)
    assert "utter_erase_sent" in talk.type("wis alles", "stop_and_delete")


def test_no_to_deleting_keeps_it_and_goes_on(talk: Talk) -> None:
    talk.has_told(safe_now="yes", purpose="report")
    talk.type("wis alles", "stop_and_delete")
    talk.press("erase:no")
    assert talk.said == ["utter_kept", "utter_ask_own_words"]


def test_what_this_is_not_for_is_said_kindly_with_the_number_for_it(talk: Talk) -> None:
    talk.has_told(safe_now="yes", purpose="report")
    talk.type("mijn fiets is gestolen", "out_of_scope")
    assert talk.lines[1]["args"]["police"] == {"kind": "phone", "value": "0900-8844"}
    assert talk.asks == "own_words"


def test_an_earlier_report_is_sent_to_the_page_for_its_number(talk: Talk) -> None:
    assert talk.type("ik heb een code", "follow_up")[:3] == [
        "utter_open_computer",
        "utter_follow_up",
        "utter_follow_up_where",
    ]


def test_what_nobody_understands_is_asked_then_offered_then_handed_over(talk: Talk) -> None:
    talk.has_told(safe_now="yes")
    talk.type("xx", "nlu_fallback")
    first = talk.lines[-1]["source"]
    talk.type("yy", "nlu_fallback")
    assert talk.said == ["utter_clarify"] and talk.lines[-1]["source"] != first
    talk.type("zz", "nlu_fallback")
    assert talk.effects == {"handoff": "not_understood"}


def test_a_greeting_opens_the_conversation_and_thanks_go_on_with_it(talk: Talk) -> None:
    assert talk.type("hoi", "greet")[-1] == "utter_ask_safe_now"
    assert talk.type("dank je", "thank") == ["utter_thank", "utter_ask_safe_now"]
    assert talk.type("doei", "goodbye") == [
        "utter_goodbye",
        "utter_goodbye_trace",
        "utter_ask_safe_now",
    ]
    assert talk.type("doei", "goodbye") == ["utter_goodbye"]
