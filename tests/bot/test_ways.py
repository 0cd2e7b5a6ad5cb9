"""Each kind of reporter is asked what fits, in order, as plain situations, and nothing that was told already."""

from __future__ import annotations

import pytest
import yaml

from bot.actions.ways import pack_of, roles_at_work, situations, way_of
from bot.choices import parse_choice
from escalation.signal import FIELDS, INDICATORS
from tests.bot.conftest import BOT
from tests.bot.talking import Talk

WAYS = yaml.safe_load((BOT / "ways.yml").read_text("utf-8"))
ROLES = [role for role in FIELDS["reporter_role"].values if role != "victim"]
WAYS_OUT = ("unknown", "skip", "done")
STATUS = ("nationality", "permit", "residence")


def leave(talk: Talk) -> str:
    """Press the way out of the open question; return the field it was about."""
    field = str(talk.slots["pending"])
    offered = [choice for choice in talk.offers if choice.partition(":")[0] in WAYS_OUT]
    talk.press(offered[0] if offered else talk.offers[-1])
    return field


def asked_of(talk: Talk) -> list[str]:
    """Leave every question open; return the fields in the order in which they were asked."""
    asked: list[str] = []
    while talk.slots.get("pending") != "send":
        asked.append(leave(talk))
        assert len(asked) < 20
    return asked


@pytest.mark.parametrize("role", ROLES)
def test_every_kind_of_reporter_is_led_through_to_the_summary(talk: Talk, role: str) -> None:
    talk.has_told(purpose="report", reporter_role=role)
    talk.press("safe_now:yes")
    asked = asked_of(talk)
    way = [field for field in WAYS["ways"][role] if field != "reporter_role"]
    if role in WAYS["pack_of_role"]:
        assert asked == way
    else:  # what is going on is asked instead of the situations
        assert asked == [field for field in way if field != "indicators"]
    assert len(asked) <= 10


def test_a_bystander_is_asked_eight_questions_at_most_after_a_plain_story(talk: Talk) -> None:
    talk.press("start")
    talk.press("safe_now:yes")
    talk.press("purpose:report")
    talk.type("In een huis in Venlo wonen zes mensen, ze werken elke dag en krijgen geen loon")
    asked = ["safe_now", "purpose", "own_words", *asked_of(talk)]
    assert len(asked) <= 8, asked
    assert {"place_text", "victim_count", "happening", "forms"}.isdisjoint(asked)


def test_somebody_who_writes_about_themselves_is_asked_what_is_needed(talk: Talk) -> None:
    talk.has_told(purpose="help_self", forms=["labour"])
    talk.press("safe_now:yes")
    assert asked_of(talk) == [field for field in WAYS["ways"]["self"] if field != "forms"]


def test_an_inspector_is_asked_where_and_how_many_before_anything_else(talk: Talk) -> None:
    talk.has_told(purpose="report", reporter_role="inspector")
    talk.press("safe_now:yes")
    assert asked_of(talk)[:4] == ["place_text", "victim_count", "minors", "immediate_needs"]


def test_who_knows_it_from_work_is_asked_for_the_work(talk: Talk) -> None:
    talk.has_told(purpose="report", own_words="x", forms=["sexual"], place_text="Venlo")
    talk.has_told(happening="now", victim_count="one", minors="no")
    talk.press("safe_now:yes")
    assert talk.asks == "reporter_role"
    assert "reporter_role:school" not in talk.offers
    talk.press("more:reporter_role")
    assert [f"reporter_role:{role}" for role in roles_at_work()] == talk.offers[:-1]
    talk.press("reporter_role:school")
    assert talk.fields["reporter_role"] == "school"
    assert talk.asks == "age_bands"


def test_situations_are_plain_and_what_was_told_is_not_offered(talk: Talk) -> None:
    talk.has_told(purpose="report", reporter_role="hotel_staff", own_words="x", place_text="Venlo")
    talk.has_told(happening="now", victim_count="one", minors="no", indicators=["G1"])
    talk.press("safe_now:yes")
    assert talk.asks == "indicators" and talk.lines[-1]["multiple"]
    codes = [choice.partition(":")[2] for choice in talk.offers if choice.startswith("indicators")]
    assert codes == [code for code in situations("hotel") if code != "G1"]
    talk.press("indicators:S13,G2")
    assert talk.fields["indicators"] == ["G1", "G2", "S13"]
    assert talk.fields["own_money"] == "no" and talk.fields["forms"] == ["sexual"]
    assert talk.asks == "vehicle"


def test_ages_say_whether_anybody_is_young(talk: Talk) -> None:
    talk.has_told(purpose="report", reporter_role="school", own_words="x", place_text="Venlo")
    talk.has_told(happening="now", safe_now="yes", pending="age_bands")
    talk.press("age_bands:12_17")
    assert talk.fields["minors"] == "yes"
    assert "utter_young_other" in talk.said


def test_the_pack_follows_the_role_then_the_form_then_the_work() -> None:
    assert pack_of({"reporter_role": "hotel_staff", "forms": ["labour"]}) == "hotel"
    assert pack_of({"reporter_role": "citizen", "forms": ["begging"]}) == "begging"
    assert pack_of({"purpose": "help_self", "sector": "massage"}) == "sexual"
    assert pack_of({"purpose": "help_self"}) is None
    assert way_of({}) == tuple(WAYS["ways"]["citizen"])


def test_every_way_has_known_fields_and_every_situation_a_button() -> None:
    texts = yaml.safe_load((BOT / "domain" / "indicators.yml").read_text("utf-8"))["responses"]
    buttons = [button["payload"] for button in texts["utter_ask_indicators"][0]["buttons"]]
    offered = {parse_choice(one).values[0] for one in buttons if one.startswith("indicators")}
    assert offered == set(INDICATORS)
    assert {code for pack in WAYS["packs"].values() for code in pack} == set(INDICATORS)
    assert {field for way in WAYS["ways"].values() for field in way} <= set(FIELDS)
    assert set(WAYS["ways"]) == {*FIELDS["reporter_role"].values, "self"} - {"victim"}


def test_one_question_back_asks_it_again_and_nothing_is_lost(talk: Talk) -> None:
    talk.has_told(purpose="report", own_words="x", forms=["labour"], settled=["forms"])
    talk.press("safe_now:yes")
    talk.type("Venlo")
    talk.press("happening:today")
    talk.type("een vraag terug")
    assert talk.said == ["utter_back", "utter_ask_happening"]
    talk.type("terug")
    assert talk.asks == "place_text" and talk.slots["place_text"] == "Venlo"
    talk.type("Horst")
    assert talk.fields["place_text"] == "Horst"
    assert talk.asks == "victim_count"


def test_the_same_question_is_never_asked_three_times_in_the_same_words(talk: Talk) -> None:
    talk.has_told(purpose="report", own_words="x", forms=["labour"], settled=["forms"])
    talk.press("safe_now:yes")
    sources = [talk.lines[-1]["source"]]
    for _ in range(5):
        talk.type("wie leest dit?", "ask_anonymity")
        assert talk.asks == "place_text"
        sources.append(talk.lines[-1]["source"])
    assert max(map(sources.count, sources)) == 2
