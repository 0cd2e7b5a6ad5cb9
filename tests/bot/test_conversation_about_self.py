"""Telling about oneself: other questions, kinder words, and nothing about status or origin."""

from __future__ import annotations

import pytest

from tests.bot.talking import Talk

STORY = "pracuje w szklarni, szef zabral mi paszport i nie placi, mieszkamy u szefa"


@pytest.fixture
def telling(texts) -> Talk:  # type: ignore[no-untyped-def]
    talk = Talk(texts, language="pl")
    for choice in ("start", "safe_now:yes", "purpose:help_self"):
        talk.press(choice)
    return talk


def test_the_questions_are_worded_for_the_person_themselves(telling: Talk) -> None:
    assert telling.said == ["utter_ask_own_words_self"]
    telling.press("skip:own_words")
    assert telling.said[-1] == "utter_ask_forms_self"
    assert telling.asks == "forms"


def test_kept_passport_no_pay_and_the_boss_house_are_noted(telling: Talk) -> None:
    telling.type(STORY, "report_own_situation")
    assert telling.said[0] == "utter_story_thanks_self"
    assert telling.fields["indicators"] == ["G1", "L1", "L8"]
    assert telling.fields["own_papers"] == "no"
    assert telling.fields["housing_via_employer"] == "yes"
    assert telling.fields["forms"] == ["labour"]


def test_only_what_is_missing_is_asked(telling: Talk) -> None:
    telling.type(STORY, "report_own_situation")
    asked = [telling.asks]
    for choice in (
        "can_leave:no",
        "skip:place_text",
        "minors:no",
        "immediate_needs:legal",
        "share_with:care_only",
    ):
        telling.press(choice)
        asked.append(telling.asks)
    assert asked == [
        "can_leave",
        "place_text",
        "minors",
        "immediate_needs",
        "share_with",
        "contact",
    ]


def test_somebody_young_hears_of_a_person_and_of_the_line_for_the_young(telling: Talk) -> None:
    telling.type("mam 16 lat i musze krasc w sklepach dla kogos", "report_own_situation")
    assert telling.fields["minors"] == "yes"
    assert "utter_young_self" in telling.said
    line = telling.lines[telling.said.index("utter_young_self_line")]
    assert line["args"]["child_line"] == {"kind": "phone", "value": "0800-0432"}


def test_thoughts_of_ending_ones_life_bring_the_line_for_it(telling: Talk) -> None:
    telling.type("nie wyplacaja mi pieniedzy i nie chce mi sie zyc", "report_own_situation")
    line = telling.lines[telling.said.index("utter_suicide_line")]
    assert line["args"] == {"suicide_line": {"kind": "phone", "value": "0800-0113"}}


def test_no_question_is_about_status_or_origin(texts) -> None:  # type: ignore[no-untyped-def]
    asked = " ".join(
        variation["text"].casefold()
        for name, variations in texts.responses.items()
        if name.startswith("utter_ask_")
        for variation in variations
    )
    for word in ("nationality", "country do you come", "residence status", "legal", "permit"):
        assert word not in asked
