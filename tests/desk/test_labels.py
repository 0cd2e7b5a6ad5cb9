"""Every code of the vocabulary has words, and all words are in reach of the catalogue."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

import web.desk
from escalation.casefile import FlagWithReason
from escalation.desk.queue import STATES
from escalation.floor import FLOORS
from escalation.signal import CHANNELS, FIELDS, FLAGS, INDICATORS, LEVELS, SIDES
from web.desk import labels
from web.desk.dossier import not_told, show_fields, show_flags
from web.desk.field_labels import FIELD_GROUPS, FIELD_LABELS, VALUE_LABELS
from web.desk.indicator_labels import INDICATOR_LABELS

TABLES = [
    (labels.LEVEL_LABELS, LEVELS),
    (labels.FLAG_LABELS, FLAGS),
    (labels.FLOOR_LABELS, FLOORS),
    (labels.CHANNEL_LABELS, CHANNELS),
    (labels.SIDE_LABELS, SIDES),
    (labels.STATE_LABELS, STATES),
    (FIELD_LABELS, FIELDS),
    (INDICATOR_LABELS, INDICATORS),
]


@pytest.mark.parametrize(("table", "codes"), TABLES)
def test_every_code_has_words_and_no_words_lack_a_code(
    table: dict[str, str], codes: tuple[str, ...]
) -> None:
    assert set(table) == set(codes)
    assert all(table.values())


def test_every_value_of_every_field_has_words() -> None:
    wanted = {
        name: set(field.values)
        for name, field in FIELDS.items()
        if field.kind in ("choice", "multi") and name != "indicators"
    }
    assert {name: set(table) for name, table in VALUE_LABELS.items()} == wanted


def test_every_field_stands_in_one_group() -> None:
    counted = Counter(name for _, names in FIELD_GROUPS for name in names)
    assert set(counted) == set(FIELDS)
    assert set(counted.values()) == {1}


def test_all_words_are_extracted() -> None:
    package = Path(web.desk.__file__).parent
    found = extract_from_dir(str(package), [("**.py", "python")], keywords={"N_": None})
    extracted = {message for _, _, message, _, _ in found}
    tables = [table for table, _ in TABLES] + list(VALUE_LABELS.values())
    tables += [labels.SYSTEM_REASONS, labels.ESCAPE_LABELS]
    words = {word for table in tables for word in table.values()}
    words |= {heading for heading, _ in FIELD_GROUPS}
    assert words <= extracted


def test_groups_without_a_value_are_left_out_and_named_at_the_end() -> None:
    (group,) = show_fields({"vehicle": "a white van", "genders": [], "suspects": ""})
    assert group.heading == "Who does it"
    assert [(field.name, field.values) for field in group.fields] == [("vehicle", ("a white van",))]
    assert len(not_told({"vehicle": "a white van"})) == len(FIELDS) - 1


def test_what_somebody_would_rather_not_say_is_no_text_of_theirs() -> None:
    (group,) = show_fields({"suspects": "rather_not_say", "vehicle": "yes"})
    assert [(field.values, field.is_typed) for field in group.fields] == [
        (("Would rather not say",), False),
        (("yes",), True),
    ]


def flag(
    name: str, *, source: str, evidence: str, now: bool = False, cleared: bool = False
) -> FlagWithReason:
    return FlagWithReason(1, name, now, source, evidence, "rule", cleared)


def test_reasons_are_told_in_words_and_quotes_stay_as_they_were() -> None:
    shown = show_flags(
        (
            flag("group", source="answer", evidence="victim_count=six_to_twenty"),
            flag("medical", source="words", evidence="krwawi", now=True),
            flag("bot_unavailable", source="system", evidence="no_answer_in_time"),
            flag("minor", source="answer", evidence="age_bands=12_17", cleared=True),
            flag("off_hours", source="system", evidence="something_new"),
        )
    )
    assert [(one.label, one.quote or one.reason) for one in shown] == [
        ("Needs medical care", "krwawi"),
        ("A group of people", "How many people: Six to twenty"),
        ("The computer did not answer", "The computer did not answer in time."),
        ("Outside office hours", "something new"),
        ("Under 18", "Ages: 12 to 17"),
    ]
