"""Telling about somebody else, from the first word to the receipt."""

from __future__ import annotations

import pytest

from tests.bot.talking import Talk

STORY = "Ik werk bij de receptie van Hotel Zon in Venlo. Er gaan steeds verschillende mannen naar een meisje van 15."


@pytest.fixture
def telling(talk: Talk) -> Talk:
    talk.press("start")
    talk.press("safe_now:yes")
    talk.press("purpose:report")
    return talk


def test_the_opening_says_who_this_is_and_who_reads_along(talk: Talk) -> None:
    assert talk.press("start") == [
        "utter_open_computer",
        "utter_open_what",
        "utter_open_readers",
        "utter_open_free",
        "utter_ask_safe_now",
    ]
    assert talk.asks == "safe_now"
    assert talk.offers == ["safe_now:yes", "safe_now:no", "safe_now:unsure"]


def test_every_answer_is_recorded_at_once(talk: Talk) -> None:
    talk.press("start")
    talk.press("safe_now:yes")
    assert talk.effects == {"record": {"safe_now": "yes"}}
    talk.press("purpose:advice")
    assert talk.effects == {"record": {"purpose": "advice"}}
    assert "utter_advice_good" in talk.said


def test_nothing_that_was_told_is_asked_again(telling: Talk) -> None:
    telling.type(STORY, "report_concern")
    assert telling.fields["own_words"] == STORY
    assert telling.fields["place_text"] == "Hotel Zon, Venlo"
    assert telling.fields["forms"] == ["sexual"]
    asked = [telling.asks]
    for choice in ("happening:now", "victim_count:one", "indicators:S11", "skip:vehicle"):
        telling.press(choice)
        asked.append(telling.asks)
    telling.press("share_with:care_only")
    asked.append(telling.asks)
    assert asked == ["happening", "victim_count", "indicators", "vehicle", "share_with", "contact"]


def test_a_story_before_any_button_is_taken_and_then_safety_is_asked(talk: Talk) -> None:
    talk.press("start")
    talk.type(STORY, "report_concern")
    assert talk.fields["purpose"] == "report"
    assert talk.asks == "safe_now"
    talk.press("safe_now:yes")
    assert talk.asks == "happening"


def test_several_short_messages_become_one_story(telling: Talk) -> None:
    telling.type("er klopt iets niet in die kelder hiernaast volgens mij", "report_concern")
    telling.type("elke avond licht aan en stemmen", "report_concern")
    telling.type("ze is bang", "inform")
    assert telling.fields["own_words"].split("\n")[1:] == [
        "elke avond licht aan en stemmen",
        "ze is bang",
    ]
    assert "failed" not in telling.slots or not telling.slots["failed"]


def test_a_very_short_story_is_asked_to_go_on_once(telling: Talk) -> None:
    telling.type("er klopt iets niet", "report_concern")
    assert telling.said[-1] == "utter_ask_own_words_more"
    telling.press("done:own_words")
    assert telling.asks == "forms"


def test_a_question_in_the_middle_is_answered_and_the_open_one_asked_in_other_words(
    telling: Talk,
) -> None:
    telling.type(STORY, "report_concern")
    first = telling.lines[-1]["source"]
    telling.type("leest de politie mee?", "ask_anonymity")
    assert "utter_anonymity_readers" in telling.said
    assert telling.asks == "happening"
    assert telling.lines[-1]["source"] != first
    assert "intent:ask_anonymity" in telling.offers


@pytest.mark.parametrize("word", ["weet ik niet", "geen idee", "sla over", "liever niet"])
def test_not_knowing_and_skipping_work_in_words(telling: Talk, word: str) -> None:
    telling.type(STORY, "report_concern")
    telling.type(word)
    assert telling.fields["happening"] in ("unknown", "rather_not_say")
    assert telling.asks == "victim_count"


@pytest.mark.parametrize("choice", ["skip:happening", "unknown:happening"])
def test_not_knowing_and_skipping_work_with_buttons(telling: Talk, choice: str) -> None:
    telling.type(STORY, "report_concern")
    telling.press(choice)
    assert telling.asks == "victim_count"


def test_after_two_failures_it_explains_and_offers_a_person_and_then_hands_over(
    telling: Talk,
) -> None:
    telling.type(STORY, "report_concern")
    telling.press("happening:now")
    assert telling.type("blub")[0] == "utter_not_understood"
    assert telling.type("blab")[0] == "utter_explain_answering"
    assert "intent:request_human" in telling.offers
    telling.type("blob")
    assert telling.effects["handoff"] == "not_understood"


def test_several_situations_can_be_chosen_at_once(telling: Talk) -> None:
    telling.type("ik heb een naar gevoel over de mensen die daar werken", "report_concern")
    assert telling.asks == "forms" and telling.lines[-1]["multiple"]
    telling.press("forms:labour,criminal")
    assert telling.fields["forms"] == ["labour", "criminal"]
    assert telling.asks == "place_text"


def test_by_sms_a_number_means_the_button_in_that_place(telling: Talk) -> None:
    telling.channel = "sms"
    telling.type(STORY, "report_concern")
    telling.type("5")
    assert telling.fields["happening"] == "longer_ago"


def test_the_summary_can_be_corrected_field_by_field_and_sent(telling: Talk) -> None:
    telling.type(STORY, "report_concern")
    for choice in ("happening:now", "victim_count:one", "done:indicators", "skip:vehicle"):
        telling.press(choice)
    telling.press("share_with:care_only")
    telling.press("contact:receipt_only")
    assert telling.said[-1] == "utter_summary"
    labels = [row["label"] for row in telling.lines[-1]["args"]["summary"]["rows"]]
    assert labels[:3] == ["About", "Told by", "Told"]
    telling.press("correct")
    assert "correct:place_text" in telling.offers
    telling.press("correct:place_text")
    assert telling.asks == "place_text"
    telling.type("Kerkstraat 3, Venlo")
    assert telling.fields["place_text"] == "Kerkstraat 3, Venlo"
    assert telling.said[-1] == "utter_summary"
    telling.press("send:yes")
    assert telling.effects == {"submit": True, "receipt": True}
    assert "utter_sent_receipt" in telling.said


def test_what_is_added_after_sending_goes_to_the_people_on_duty(talk: Talk) -> None:
    talk.has_told(sent=True, purpose="report", own_words="een", safe_now="yes")
    assert talk.type("er kwam net nog een busje", "report_concern") == ["utter_sent_added"]
    assert talk.effects["submit"] is True
    assert talk.fields["own_words"] == "een\ner kwam net nog een busje"


def test_a_phone_number_given_at_once_is_kept_with_the_way_to_reach(talk: Talk) -> None:
    talk.has_told(
        safe_now="yes", purpose="report", own_words="x", forms=["labour"], place_text="Venlo"
    )
    talk.has_told(happening="now", victim_count="one", minors="no", reporter_role="citizen")
    talk.has_told(settled=["forms"], share_with="care_only", pending="contact")
    talk.type("bel me op 06-12345678")
    assert talk.fields["contact"] == "phone"
    assert talk.fields["contact_detail"] == "06-12345678"
    assert talk.said[-1] == "utter_summary"


def test_sharing_is_explained_before_it_is_asked(telling: Talk) -> None:
    telling.type(STORY, "report_concern")
    for choice in ("happening:now", "victim_count:one", "done:indicators", "skip:vehicle"):
        telling.press(choice)
    assert telling.said[-3:] == ["utter_share_care", "utter_share_police", "utter_ask_share_with"]


def test_somebody_under_eighteen_brings_advice_once(telling: Talk) -> None:
    telling.type("ik denk dat er iets mis is met dat meisje verderop", "report_concern")
    telling.slots.update(forms=["unknown"], place_text="Venlo", happening="now", victim_count="one")
    telling.press("minors:yes")
    assert telling.said[0] == "utter_young_other"
    telling.press("minors:yes")
    assert "utter_young_other" not in telling.said
