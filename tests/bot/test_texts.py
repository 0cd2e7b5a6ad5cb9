"""Lines: templates with arguments, choices from the domain, facts that are current."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.components.facts import read_facts
from bot.components.nlg import PLACEHOLDER, UNSURE, TemplateAndArguments


def line(texts: TemplateAndArguments, say: str, **wishes: Any) -> dict[str, Any]:
    made = texts.line(say, **wishes)
    assert made is not None
    return dict(made["custom"])


def test_the_template_is_not_filled_in(texts: TemplateAndArguments) -> None:
    said = line(
        texts, "utter_language_changed", args={"language": {"kind": "language", "code": "pl"}}
    )
    assert said["source"] == "From now on I write in {language}."
    assert said["args"] == {"language": {"kind": "language", "code": "pl"}}


def test_choices_come_from_the_domain_and_can_be_left_out_or_added(
    texts: TemplateAndArguments,
) -> None:
    more = [{"id": "intent:request_human", "label": "utter_choice_person"}]
    said = line(texts, "utter_ask_minors_self", choices=more, leave_out=["minors:no"])
    assert said["choices"] == [
        {"id": "minors:yes", "source": "Yes"},
        {"id": "skip:minors", "source": "Skip this question"},
        {"id": "intent:request_human", "source": "I want to talk to a person"},
    ]


def test_other_words_keep_the_choices(texts: TemplateAndArguments) -> None:
    first, again = line(texts, "utter_ask_minors"), line(texts, "utter_ask_minors", variant=1)
    assert first["source"] != again["source"]
    assert first["choices"] == again["choices"] != []


def test_a_value_becomes_the_label_of_its_button(texts: TemplateAndArguments) -> None:
    rows = [
        {"field": "sector", "value": "hotel"},
        {"field": "forms", "value": ["sexual", "labour"]},
        {"field": "minors", "value": "unknown"},
        {"field": "place_text", "value": "{emergency}"},
        {"field": "hours_per_week", "value": 70},
    ]
    said = line(texts, "utter_summary", args={"summary": {"kind": "rows", "rows": rows}})
    values = {row["label"]: row["value"] for row in said["args"]["summary"]["rows"]}
    assert values["Work"] == {"kind": "term", "source": "Hotel"}
    assert values["What is going on"]["sources"][0] == "Somebody is pushed into sex or sex work"
    assert values["Younger than 18"] == {"kind": "term", "source": "I do not know"}
    assert values["Where"] == {"kind": "text", "value": "{emergency}"}
    assert values["Hours a week"] == {"kind": "number", "value": 70}


def test_an_utterance_that_does_not_exist_gives_no_line(texts: TemplateAndArguments) -> None:
    assert texts.line("utter_of_an_older_version") is None


def test_facts_are_arguments_of_their_kind(texts: TemplateAndArguments) -> None:
    texts.today = lambda: date(2026, 3, 1)
    said = line(texts, "utter_rights_wage_minimum")
    assert said["args"] == {
        "minimum_wage_age": {"kind": "number", "value": 21},
        "minimum_wage_hour": {"kind": "money", "value": "14.71", "currency": "EUR"},
        "since": {"kind": "date", "value": "2026-01-01"},
    }


def test_an_amount_that_ran_out_is_not_shown_as_current(texts: TemplateAndArguments) -> None:
    texts.today = lambda: date(2026, 7, 1)
    said = line(texts, "utter_rights_wage_minimum")
    assert said["say"] == "utter_rights_wage_minimum_unsure"
    assert "I do not have the newest amount" in said["source"]
    assert said["args"]["wage_site"] == {"kind": "text", "value": "rijksoverheid.nl"}


def test_an_utterance_with_a_fact_that_can_run_out_has_another_for_then(
    texts: TemplateAndArguments,
) -> None:
    ends = {fact.name for fact in read_facts().values() if fact.valid_until}
    assert ends
    for say, variations in texts.responses.items():
        named = {name for v in variations for name in PLACEHOLDER.findall(v["text"])}
        if named & ends and not say.endswith(UNSURE):
            assert f"{say}{UNSURE}" in texts.responses


def test_every_fact_has_a_source_and_the_day_it_was_checked() -> None:
    for fact in read_facts().values():
        assert fact.source and isinstance(fact.checked_on, date)
        assert fact.status in ("sourced", "old", "general")
