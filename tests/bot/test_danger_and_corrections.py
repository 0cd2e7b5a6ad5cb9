"""Danger that is denied or comes again, coming back after hiding, and setting right what was noted."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.extraction import read_story
from bot.actions.report import ActionIntake
from bot.actions.safety import ActionEmergency
from bot.components.channel import ADDING, _asked, _danger_is_known
from bot.components.state import DialogueState
from bot.components.turns import BadTurnError, parse_turn
from tests.bot.talking import Talk

FIRST = ["utter_danger_call", "utter_danger_say", "utter_danger_cannot_speak"]
TOLD = {"safe_now": "yes", "purpose": "report", "own_words": "iets"}
ALL_TOLD = {
    **TOLD,
    "forms": ["labour"],
    "place_text": "Venlo",
    "happening": "today",
    "victim_count": "one",
    "minors": "no",
    "reporter_role": "citizen",
    "settled": ["forms"],
    "share_with": "care_only",
    "contact": "receipt_only",
}


def run(action: Any, slots: dict[str, Any], text: str, intent: str, **metadata: Any) -> list[Any]:
    """Run an action on a turn with metadata of its own; return what it said."""
    known = {"language": "nl", "language_chosen": True, "channel": "web", "level": "normal"}
    message = {
        "text": text,
        "intent": {"name": intent, "confidence": 1.0},
        "metadata": {**known, **metadata},
    }
    tracker = Tracker("c", slots, message, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, tracker, {})
    slots.update({event["name"]: event["value"] for event in events})
    return [line["response"] for line in dispatcher.messages]


def body(**more: Any) -> bytes:
    turn = {"conversation": "c", "text": "hoi", "language": "nl", "channel": "web"}
    key = b64encode(b"k" * 32).decode()
    return json.dumps({**turn, "level": "acute", "state_key": key, **more}).encode()


def test_the_flags_and_whether_it_is_acute_now_are_taken_from_the_turn() -> None:
    turn = parse_turn(body(flags=["suicide_risk"], acute_now=True))
    assert (turn.flags, turn.acute_now) == (("suicide_risk",), True)
    without = parse_turn(body())
    assert (without.flags, without.acute_now) == ((), False)


@pytest.mark.parametrize("wrong", [{"flags": "x"}, {"flags": ["x"]}, {"acute_now": 1}])
def test_a_wrong_flag_is_no_turn(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadTurnError):
        parse_turn(body(**wrong))


@pytest.mark.parametrize(
    ("danger", "acute_now", "known"),
    [
        (None, False, False),
        ("told", True, True),
        ("declined", False, True),
        ("declined", True, False),
        ("sent", True, False),
    ],
)
def test_only_new_words_start_the_script_again(
    danger: str | None, acute_now: bool, known: bool
) -> None:
    state = DialogueState(slots={"danger": danger} if danger else {})
    assert _danger_is_known(parse_turn(body(acute_now=acute_now)), state) is known


def test_danger_can_be_denied_with_a_button_and_does_not_come_back_by_itself(talk: Talk) -> None:
    talk.has_told(**TOLD)
    talk.type("hij staat met een mes voor de deur", "emergency", level="acute")
    assert talk.said[:3] == FIRST
    assert "intent:deny" in talk.offers
    talk.press("intent:deny", level="acute")
    assert talk.said[:2] == ["utter_danger_not_now", "utter_sent_danger"]
    assert talk.asks == "forms"
    talk.press("forms:labour", level="acute")
    assert talk.asks == "place_text"
    assert talk.slots["danger"] == "declined"


@pytest.mark.parametrize(
    "text", ["het gebeurt nu niet", "nee, nu niet", "niemand is in gevaar", "not happening now"]
)
def test_danger_can_be_denied_in_words(talk: Talk, text: str) -> None:
    talk.has_told(**TOLD)
    talk.type("hij staat met een mes voor de deur", "emergency", level="acute")
    talk.type(text, level="acute")
    assert talk.said[0] == "utter_danger_not_now"
    assert talk.fields["own_words"].endswith("voor de deur")


@pytest.mark.parametrize("text", ["ik kan nu niet praten, help", "maar zij is niet in gevaar"])
def test_words_about_something_else_do_not_deny_it(talk: Talk, text: str) -> None:
    talk.has_told(danger="told", **TOLD, pending="place_text")
    talk.type(text, "emergency", level="acute")
    assert talk.slots["danger"] != "declined"


def test_new_acute_words_start_the_script_after_it_was_denied() -> None:
    slots: dict[str, Any] = {**TOLD, "danger": "declined"}
    said = run(ActionEmergency(), slots, "nu slaat hij haar", "emergency", acute_now=True)
    assert said[:3] == FIRST
    assert slots["danger"] == "told"


def test_an_intent_alone_asks_and_a_second_call_is_believed(talk: Talk) -> None:
    talk.has_told(safe_now="yes", purpose="report")
    assert talk.type("help", "emergency") == ["utter_danger_if", "utter_danger_check"]
    assert "own_words" not in talk.fields
    assert talk.type("help", "emergency")[:3] == FIRST
    assert talk.asks == "place_text"
    assert talk.type("help", "emergency") == ["utter_danger_call", "utter_ask_place_text"]


@pytest.mark.parametrize("intent", ["deny", "inform", "emergency", "nlu_fallback"])
def test_the_danger_check_can_be_answered_no_by_typing(talk: Talk, intent: str) -> None:
    talk.has_told(**TOLD)
    talk.type("er is iets ergs", "emergency")
    before = talk.fields["own_words"]
    assert talk.type("nee", intent)[0] == "utter_danger_not_now"
    assert talk.asks == "forms"
    assert talk.fields["own_words"] == before


def test_yes_to_the_danger_check_begins_the_script(talk: Talk) -> None:
    talk.has_told(**TOLD)
    talk.type("er is iets ergs", "emergency")
    assert talk.type("ja", "affirm")[:3] == FIRST


def test_acute_words_where_a_place_was_asked_are_kept_as_told() -> None:
    slots: dict[str, Any] = {**TOLD, "danger": "told", "pending": "place_text"}
    said = run(ActionIntake(), slots, "hij heeft een mes", "inform", acute_now=True)
    assert said[-1] == "utter_ask_place_text"
    assert slots["own_words"] == "iets\nhij heeft een mes"
    assert "place_text" not in slots


def test_after_sending_the_other_questions_are_offered_and_the_number_is_named(talk: Talk) -> None:
    talk.has_told(**{**TOLD, "place_text": "Kerkstraat 5"})
    talk.type("ze slaan haar", "emergency", level="acute")
    assert "utter_sent_receipt" in talk.said
    assert talk.said[-1] == "utter_danger_more_questions"
    assert talk.offers == ["intent:affirm", "intent:deny"]
    talk.press("intent:affirm", level="acute")
    assert talk.asks == "forms"


def test_who_wants_no_more_questions_can_still_add(talk: Talk) -> None:
    talk.has_told(**{**TOLD, "danger": "sent", "pending": "danger_more"})
    assert talk.type("nee", "deny", level="acute") == ["utter_danger_more"]
    assert talk.type("blauwe bus", level="acute") == ["utter_sent_added"]
    assert talk.effects["submit"] is True


def test_acute_words_after_a_report_was_sent_start_the_script() -> None:
    slots: dict[str, Any] = {**ALL_TOLD, "sent": True, "place_text": "Kerkstraat 5, Venlo"}
    said = run(ActionEmergency(), slots, "hij slaat haar nu", "emergency", acute_now=True)
    assert said[:3] == FIRST
    assert "utter_danger_sent" in said


@pytest.mark.parametrize(
    ("slots", "asked"),
    [
        ({"sent": True}, ADDING),
        ({"danger": "sent"}, ADDING),
        ({"sent": True, "pending": "safe_now"}, "safe_now"),
        ({}, None),
    ],
)
def test_after_sending_a_text_is_heard_as_an_addition(
    slots: dict[str, Any], asked: str | None
) -> None:
    assert _asked(DialogueState(slots=slots)) == asked


def test_an_age_under_eighteen_outweighs_an_earlier_no(talk: Talk) -> None:
    talk.has_told(**{**TOLD, "minors": "no", "story_open": True, "pending": "forms"})
    talk.type("een van die meisjes is 16 denk ik", "report_concern")
    assert talk.fields["minors"] in ("yes", "maybe")


def test_a_mere_no_is_no_part_of_the_story(talk: Talk) -> None:
    talk.has_told(**TOLD, story_open=True, pending="forms")
    talk.type("nee hoor")
    assert "own_words" not in talk.fields


def test_112_comes_before_other_numbers(talk: Talk) -> None:
    talk.has_told(safe_now="yes", purpose="help_self")
    talk.type("ik ben 15 en hij slaat me nu", "emergency", level="acute")
    assert talk.said[:3] == FIRST
    assert "utter_young_self_line" not in talk.said


def test_the_line_for_suicide_is_named_once_after_112() -> None:
    slots: dict[str, Any] = dict(TOLD)
    first = run(
        ActionEmergency(), slots, "x y z", "emergency", acute_now=True, flags=["suicide_risk"]
    )
    assert first.index("utter_suicide_line") > first.index("utter_danger_call")
    again = run(ActionIntake(), slots, "Kerkstraat 5", "inform", flags=["suicide_risk"])
    assert "utter_suicide_line" not in again


@pytest.mark.parametrize("text", ["ik ben weer terug", "i am back", "już jestem"])
def test_who_comes_back_is_welcomed_and_asked_whether_it_is_safe(talk: Talk, text: str) -> None:
    talk.has_told(safe_now="yes", purpose="report")
    talk.press("safe_now:no")
    assert talk.effects["hide"] is True
    assert talk.type(text) == ["utter_welcome_back", "utter_ask_safe_now"]
    assert "own_words" not in talk.fields
    talk.press("safe_now:yes")
    assert talk.asks == "own_words"


@pytest.mark.parametrize(
    ("text", "language", "band"),
    [
        ("elke dag 12 uur", "nl", "this_week"),
        ("it happens every night", "en", "this_week"),
        ("codziennie", "pl", "this_week"),
        ("op dit moment niet", "nl", None),
        ("op dit moment staat hij er", "nl", "now"),
    ],
)
def test_a_habit_is_not_now(text: str, language: str, band: str | None) -> None:
    assert read_story(text, [language]).fields.get("happening") == band


@pytest.mark.parametrize(
    ("text", "language", "field"),
    [
        ("on trzyma cztery kobiety", "pl", "minors"),
        ("on ma 5 samochodów", "pl", "minors"),
        ("ze is 4 keer geslagen", "nl", "minors"),
        ("she is 16 weeks pregnant", "en", "minors"),
        ("mijn nummer is 06 12 34 56 78", "nl", "minors"),
        ("he owes me money", "en", "in_debt"),
        ("geen prostitutie", "nl", "forms"),
    ],
)
def test_what_only_looks_like_it_is_not_noted(text: str, language: str, field: str) -> None:
    assert field not in read_story(text, [language]).fields


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("ik woon in Enschede maar het gebeurt in Hengelo", "Hengelo"),
        ("niet in Venlo maar in Blerick", "Blerick"),
        ("ik woon in Enschede", "Enschede"),
    ],
)
def test_the_place_is_where_it_happens(text: str, town: str) -> None:
    assert read_story(text, ["nl"]).fields["place_text"] == town


def test_one_sixteen_year_old_is_one_person() -> None:
    assert read_story("1 meisje van 16", ["nl"]).fields["victim_count"] == "one"


def test_two_answers_in_one_message_are_both_kept(talk: Talk) -> None:
    talk.has_told(**TOLD, forms=["labour"], pending="place_text")
    talk.type("in Weert, vorige week")
    assert talk.fields["place_text"] == "Weert"
    assert talk.fields["happening"] == "this_month"
    assert talk.asks == "victim_count"
    talk.type("drie, waarvan eentje van 16")
    assert talk.fields["victim_count"] == "two_to_five"
    assert talk.fields["minors"] == "yes"


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("nee", "nl", "rather_not_say"),
        ("no", "en", "rather_not_say"),
        ("i'd rather not say", "en", "rather_not_say"),
        ("nie pamiętam", "pl", "unknown"),
        ("to wszystko", "pl", "unknown"),
        ("w Venlo", "pl", "Venlo"),
        ("niet ver van Venlo", "nl", "niet ver van Venlo"),
    ],
)
def test_a_refusal_is_no_place(talk: Talk, text: str, language: str, value: str) -> None:
    talk.language = language
    talk.has_told(**TOLD, forms=["labour"], pending="place_text")
    talk.type(text)
    assert talk.fields["place_text"] == value


@pytest.mark.parametrize("pending", ["minors", "victim_count", "contact", "contact_detail"])
def test_a_phone_number_is_always_a_way_to_reach(talk: Talk, pending: str) -> None:
    talk.has_told(**TOLD, forms=["labour"], place_text="Venlo", happening="now", pending=pending)
    talk.type("06 12 34 56 78", "follow_up" if pending == "contact" else "inform")
    assert talk.fields == {"contact": "phone", "contact_detail": "06 12 34 56 78"}


def test_who_does_not_know_what_it_is_about_gets_advice(talk: Talk) -> None:
    talk.has_told(safe_now="yes", pending="purpose")
    talk.type("weet ik niet")
    assert talk.fields["purpose"] == "advice"
    assert talk.asks == "own_words"
    assert "intent:request_human" in talk.offers


def test_a_story_without_i_is_not_taken_for_ones_own(talk: Talk) -> None:
    talk.has_told(safe_now="yes", pending="purpose")
    talk.type("Er werken mannen in een kas zonder loon.", "report_own_situation")
    assert "purpose" not in talk.fields
    assert talk.asks == "purpose"


def test_it_is_about_my_neighbour_sets_right_whom_it_is_about(talk: Talk) -> None:
    talk.has_told(safe_now="yes", purpose="help_self", pending="own_words")
    talk.type("het gaat over mijn buurman")
    assert talk.fields == {"purpose": "report"}


@pytest.fixture
def summary(talk: Talk) -> Talk:
    return talk.has_told(**ALL_TOLD, pending="send")


@pytest.mark.parametrize(
    ("text", "language", "field", "value"),
    [
        ("no, three women", "en", "victim_count", "two_to_five"),
        ("nee, drie vrouwen", "nl", "victim_count", "two_to_five"),
        ("nie, trzy kobiety", "pl", "victim_count", "two_to_five"),
        ("the place is wrong, it is in Horst", "en", "place_text", "Horst"),
        ("nee, Horst", "nl", "place_text", "Horst"),
        ("where: Kerkstraat 3", "en", "place_text", "Kerkstraat 3"),
    ],
)
def test_the_summary_is_corrected_in_words(
    summary: Talk, text: str, language: str, field: str, value: str
) -> None:
    summary.language = language
    assert summary.type(text)[-1] == "utter_summary"
    assert summary.fields == {field: value}


@pytest.mark.parametrize(
    "text", ["how many people", "hoeveel mensen?", "the number of people is wrong"]
)
def test_the_line_to_correct_can_be_named_in_words(summary: Talk, text: str) -> None:
    summary.type("nee", "deny")
    assert summary.said == ["utter_correct_which"]
    summary.type(text)
    assert summary.asks == "victim_count"
    assert summary.fields == {}
    summary.type("drie")
    assert summary.fields == {"victim_count": "two_to_five"}
    assert summary.said[-1] == "utter_summary"


def test_send_it_in_words_sends(summary: Talk) -> None:
    summary.language = "en"
    summary.type("send it")
    assert summary.effects == {"submit": True, "receipt": True}


def test_choosing_phone_in_a_correction_asks_for_the_number(summary: Talk) -> None:
    summary.press("correct:contact")
    summary.press("contact:phone")
    assert summary.asks == "contact_detail"
