"""Danger: what to do first, then two questions at most, then the people on duty."""

from __future__ import annotations

import pytest

from tests.bot.talking import Talk

FIRST = ["utter_danger_call", "utter_danger_say", "utter_danger_cannot_speak"]


def test_it_first_says_what_to_do_and_asks_only_where(talk: Talk) -> None:
    talk.type("hij staat met een mes voor de deur", "emergency", level="acute")
    assert talk.said == [*FIRST, "utter_danger_two_questions", "utter_ask_place_text"]
    assert talk.lines[0]["args"] == {"emergency": {"kind": "phone", "value": "112"}}
    assert talk.fields["own_words"] == "hij staat met een mes voor de deur"


def test_nobody_is_told_to_call_and_stay_silent(talk: Talk) -> None:
    talk.type("hij staat met een mes voor de deur", "emergency", level="acute")
    advice = talk.lines[2]["source"]
    assert "112NL app" in advice and "nobody speaks is ended" in advice


def test_after_place_and_safety_it_is_sent_at_once(talk: Talk) -> None:
    talk.type("hij staat met een mes voor de deur", "emergency", level="acute")
    talk.type("Kerkstraat 5 in Venlo", level="acute")
    assert talk.asks == "safe_now"
    talk.press("safe_now:yes", level="acute")
    assert talk.effects == {
        "submit": True,
        "handoff": "danger",
        "record": {"safe_now": "yes"},
    }
    assert talk.said[0] == "utter_danger_sent"


def test_a_place_that_was_told_is_not_asked_again(talk: Talk) -> None:
    talk.has_told(safe_now="yes")
    talk.type("meisje van 14 in Hotel Zon, Kerkstraat 5, kamer 2", "emergency", level="acute")
    assert talk.effects["handoff"] == "danger" and talk.effects["submit"] is True


def test_a_town_alone_is_asked_for_more_once(talk: Talk) -> None:
    talk.has_told(safe_now="yes")
    talk.type("ze slaan haar nu, het is in Venlo", "emergency", level="acute")
    assert talk.said[-1] == "utter_ask_place_detail"
    assert talk.lines[-1]["args"]["place"] == {"kind": "text", "value": "Venlo"}
    talk.type("Kerkstraat 5", level="acute")
    assert talk.fields["place_text"] == "Kerkstraat 5, Venlo"
    assert talk.effects["handoff"] == "danger"


@pytest.mark.parametrize("choice", ["unknown:place_text", "skip:place_text"])
def test_not_knowing_the_place_does_not_stop_it(talk: Talk, choice: str) -> None:
    talk.has_told(safe_now="yes")
    talk.type("ze slaan haar nu", "emergency", level="acute")
    talk.press(choice, level="acute")
    assert talk.effects["handoff"] == "danger"


def test_when_it_is_not_safe_the_page_hides_after_sending(talk: Talk) -> None:
    talk.has_told(place_text="Kerkstraat 5")
    talk.type("hij slaat me", "emergency", level="acute")
    talk.press("safe_now:no", level="acute")
    assert talk.effects["handoff"] == "danger" and talk.effects["hide"] is True


def test_words_that_only_sound_like_danger_are_asked_about(talk: Talk) -> None:
    talk.has_told(safe_now="yes", purpose="report")
    talk.type("er is iets ergs aan de hand", "emergency")
    assert talk.said[-1] == "utter_danger_check"
    assert talk.offers == ["intent:emergency", "resume"]
    assert "handoff" not in talk.effects
    talk.press("intent:emergency")
    assert talk.said[0] == "utter_danger_call"


def test_no_to_danger_goes_on_with_the_questions(talk: Talk) -> None:
    talk.has_told(safe_now="yes", purpose="report")
    talk.type("er is iets ergs aan de hand daar in huis", "emergency")
    talk.press("resume")
    assert talk.asks == "forms"


def test_more_about_a_danger_that_was_sent_goes_to_the_people_again(talk: Talk) -> None:
    talk.has_told(danger="sent", safe_now="yes", place_text="x", own_words="y")
    talk.type("ze gaan nu weg met haar", "emergency", level="acute")
    assert talk.effects["handoff"] == "danger"
    assert talk.said[0] == "utter_danger_call"
    assert talk.fields["own_words"] == "y\nze gaan nu weg met haar"


def test_being_watched_hides_the_page_and_says_how_to_come_back(talk: Talk) -> None:
    talk.has_told(own_words="iets")
    assert talk.type("er komt iemand", "cannot_talk_safely") == ["utter_hide", "utter_come_back"]
    assert talk.effects == {"hide": True}


def test_being_watched_in_danger_still_sends(talk: Talk) -> None:
    talk.has_told(danger="told", own_words="iets")
    talk.type("er komt iemand", "cannot_talk_safely", level="acute")
    assert talk.effects == {"submit": True, "handoff": "danger", "hide": True}


def test_words_that_are_only_like_being_watched_do_not_hide_the_page(talk: Talk) -> None:
    talk.has_told(own_words="iets", purpose="report", safe_now="yes")
    talk.type("ze kijkt bang", "cannot_talk_safely", confidence=0.7)
    assert "hide" not in talk.effects
    assert talk.asks == "safe_now"
    assert talk.fields["own_words"] == "iets\nze kijkt bang"


def test_not_safe_to_write_gives_a_short_tip_and_hides(talk: Talk) -> None:
    talk.press("start")
    assert talk.press("safe_now:no") == ["utter_hide_nothing_told", "utter_come_back"]
    assert talk.effects == {"hide": True, "record": {"safe_now": "no"}}
    talk.press("resume")
    assert talk.asks == "safe_now"


def test_unsure_gives_advice_and_goes_on(talk: Talk) -> None:
    talk.press("start")
    assert talk.press("safe_now:unsure") == ["utter_unsure_safe", "utter_ask_purpose"]
