"""What is read from somebody's own words, and what is not."""

from __future__ import annotations

import pytest

from bot.actions.extraction import read_story
from bot.actions.places_said import names_only_a_town, tells_rather_than_places
from escalation.signal import LANGUAGES


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        (
            "Ik werk bij de receptie van Hotel Zonneberg in Venlo. Er is een meisje van hooguit 15",
            "nl",
            {
                "place_text": "Hotel Zonneberg, Venlo",
                "place_type": "hotel",
                "sector": "hotel",
                "reporter_role": "hotel_staff",
                "minors": "maybe",
                "age_bands": ["12_17"],
            },
        ),
        (
            "szef zabrał mi paszport i nie płaci, mieszkamy u szefa w 8 osób, nie możemy wyjść",
            "pl",
            {
                "indicators": ["G1", "L1", "L8"],
                "own_papers": "no",
                "housing_via_employer": "yes",
                "can_leave": "no",
                "victim_count": "six_to_twenty",
                "forms": ["labour"],
            },
        ),
        (
            "my neighbour keeps her passport, she never leaves the house, Kerkstraat 12 in Enschede",
            "en",
            {
                "place_text": "Kerkstraat 12, Enschede",
                "reporter_role": "citizen",
                "can_leave": "no",
                "own_papers": "no",
            },
        ),
        ("ik ben 16 en hij dreigt mijn naaktfoto's online te zetten", "nl", {"minors": "yes"}),
        ("we zijn met 12 in een huis en werken 70 uur per week", "nl", {"hours_per_week": 70}),
        ("pożyczyłem kartę i teraz mi grożą", "pl", {"forms": ["criminal"], "threatened": "yes"}),
        ("er zijn drie vrouwen in de kelder", "nl", {"victim_count": "two_to_five"}),
        ("it happens every night", "en", {"happening": "this_week"}),
        ("it is going on right now", "en", {"happening": "now"}),
    ],
)
def test_what_is_plainly_said_is_noted(text: str, language: str, found: dict[str, object]) -> None:
    told = read_story(text, [language]).fields
    assert {name: told.get(name) for name in found} == found


@pytest.mark.parametrize(
    ("text", "language", "field"),
    [
        ("ik werk hier al 14 jaar", "nl", "minors"),
        ("she has lived here for 12 years", "en", "minors"),
        ("pracuję tu od 15 lat", "pl", "minors"),
        ("er komen drie mannen langs", "nl", "victim_count"),
        ("nobody is locked in", "en", "can_leave"),
        ("niemand wordt niet bedreigd", "nl", "threatened"),
        ("zij heeft een paspoort", "nl", "own_papers"),
        ("room 14 is empty", "en", "age_bands"),
        ("ik heb een vraag over mijn loon", "nl", "indicators"),
    ],
)
def test_what_is_not_said_is_not_noted(text: str, language: str, field: str) -> None:
    assert field not in read_story(text, [language]).fields


def test_a_girl_alone_suggests_but_does_not_settle_that_somebody_is_young() -> None:
    told = read_story("er is een meisje op kamer 3", ["nl"])
    assert told.fields["minors"] == "maybe"
    assert "minors" not in told.sure


def test_an_age_settles_it() -> None:
    assert "minors" in read_story("het meisje is 15 jaar", ["nl"]).sure


def test_no_origin_is_read_from_anything() -> None:
    assert read_story("the polish and romanian workers next door", ["en"]).fields == {
        "place_type": "house"
    }


def test_a_town_alone_is_told_from_an_address() -> None:
    assert names_only_a_town("Venlo")
    assert not names_only_a_town("Kerkstraat 5, Venlo")


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("she looks scared", True),
        ("ze is heel bang geworden", True),
        ("kamer 212", False),
        ("in Venlo", False),
        ("bij de oude fabriek", False),
        ("Zonnebloem", False),
    ],
)
def test_a_story_is_not_taken_for_a_place(text: str, tells: bool) -> None:
    assert tells_rather_than_places(text, LANGUAGES) is tells
