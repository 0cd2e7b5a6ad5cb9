"""Urgency from the fields of a signal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.signal import FIELDS, FLAGS, LEVELS
from escalation.triage.answers import read_answers


@pytest.mark.parametrize(
    ("fields", "flag", "now", "level"),
    [
        ({"minors": "yes"}, "minor", False, "high"),
        ({"minors": "maybe"}, "minor", False, "high"),
        ({"age_bands": ["12_17", "23_64"]}, "minor", False, "high"),
        ({"minors": "yes", "happening": "now"}, "minor", False, "high"),
        ({"minors": "yes", "happening": "now", "forms": ["sexual"]}, "minor", True, "acute"),
        ({"minors": "maybe", "happening": "today", "place_type": "hotel"}, "minor", True, "acute"),
        ({"can_leave": "no"}, "confined", False, "high"),
        ({"can_leave": "no", "happening": "now"}, "confined", True, "acute"),
        ({"can_leave": "no", "happening": "longer_ago"}, "confined", False, "high"),
        ({"threatened": "yes"}, "violence_or_weapon", False, "high"),
        ({"threatened": "yes", "happening": "now"}, "violence_or_weapon", True, "acute"),
        ({"indicators": ["S1"], "happening": "now"}, "forced_sex_now", True, "acute"),
        ({"indicators": ["S1"]}, "forced_sex_now", False, "high"),
        ({"immediate_needs": ["shelter", "food"]}, "shelter_tonight", True, "acute"),
        ({"immediate_needs": ["medical"]}, "medical", False, "high"),
        ({"immediate_needs": ["medical"], "happening": "now"}, "medical", True, "acute"),
        ({"victim_count": "six_to_twenty", "happening": "now"}, "group", False, "high"),
        ({"victim_count": "more_than_twenty"}, "group", False, "high"),
        ({"indicators": ["G3"], "happening": "now"}, "image_blackmail", False, "high"),
    ],
)
def test_an_answer_raises_its_flag(
    fields: dict[str, object], flag: str, now: bool, level: str
) -> None:
    assessment = read_answers(fields)
    found = {each.flag: each for each in assessment.flags}[flag]
    assert found.now is now
    assert found.source == "answer"
    assert assessment.level == level


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {
            "safe_now": "yes",
            "minors": "no",
            "can_leave": "yes",
            "threatened": "no",
            "happening": "now",
        },
        {
            "safe_now": "unsure",
            "minors": "unknown",
            "can_leave": "rather_not_say",
            "victim_count": "one",
        },
        {"immediate_needs": ["unknown"], "indicators": ["L1", "L2"]},
        {"own_words": "he locked me in"},
        {"safe_now": "no"},  # somebody watches: that asks for short words, not for the pager
    ],
)
def test_other_answers_raise_nothing(fields: dict[str, object]) -> None:
    assert read_answers(fields).level == "normal"
    assert read_answers(fields).flags == ()


def test_evidence_is_the_answer_itself() -> None:
    (flag,) = read_answers({"minors": "yes"}).flags
    assert flag.evidence == "minors=yes"
    assert flag.rule == "answer minors=yes"


ANYTHING = st.one_of(
    st.none(), st.integers(), st.text(), st.lists(st.one_of(st.text(), st.integers()))
)


@given(st.dictionaries(st.one_of(st.sampled_from(sorted(FIELDS)), st.text()), ANYTHING))
def test_fields_of_any_kind_are_read_without_error(fields: dict[str, object]) -> None:
    assessment = read_answers(fields)
    assert assessment.level in LEVELS
    assert all(flag.flag in FLAGS for flag in assessment.flags)
