"""Reading a typed text as the answer to the question that was asked."""

from __future__ import annotations

from datetime import date

import pytest

from bot.actions.answers import Answer, Question, contact_detail_in, read_answer, yes_or_no

TODAY = date(2026, 11, 21)
MENU = ("minors:yes", "minors:no", "minors:maybe", "unknown:minors")


def read(field: str, text: str, language: str, offered: tuple[str, ...] = ()) -> Answer | None:
    return read_answer(text, Question(field, offered), [language], TODAY)


@pytest.mark.parametrize(
    ("language", "yes", "no", "unknown", "skip"),
    [
        ("nl", "ja hoor", "nee", "weet ik niet", "sla over"),
        ("en", "Yes!", "nope", "I don't know", "skip"),
        ("pl", "Tak", "nie", "nie wiem", "pomiń"),
    ],
)
def test_yes_no_unknown_and_skip_in_each_language(
    language: str, yes: str, no: str, unknown: str, skip: str
) -> None:
    assert read("can_leave", yes, language) == Answer("value", "yes")
    assert read("can_leave", no, language) == Answer("value", "no")
    assert read("can_leave", unknown, language) == Answer("unknown")
    assert read("can_leave", skip, language) == Answer("skip")


@pytest.mark.parametrize(
    ("field", "text", "language", "value"),
    [
        ("victim_count", "dwie", "pl", "two_to_five"),
        ("victim_count", "een stuk of tien", "nl", "six_to_twenty"),
        ("victim_count", "more than 20, maybe 30", "en", "more_than_twenty"),
        ("victim_count", "٢", "nl", "two_to_five"),
        ("minors", "misschien 16", "nl", "maybe"),
        ("minors", "ma 15 lat", "pl", "yes"),
        ("minors", "all adults", "en", "no"),
        ("happening", "gisteren", "nl", "this_week"),
        ("happening", "3 dni temu", "pl", "this_week"),
        ("happening", "two weeks ago", "en", "this_month"),
        ("happening", "12 maart", "nl", "longer_ago"),
        ("happening", "20-11-2026", "nl", "this_week"),
        ("happening", "2026-11-21", "en", "today"),
        ("share_with", "tylko opieka, bez policji", "pl", "care_only"),
        ("contact", "mailen", "nl", "email"),
        ("knowledge_basis", "widziałam", "pl", "saw"),
        ("purpose", "over mezelf", "nl", "help_self"),
        ("purpose", "o sąsiadach", "pl", "report"),
        ("safe_now", "not sure", "en", "unsure"),
        ("forms", "drugs en prostitutie", "nl", ["sexual", "criminal"]),
        ("hours_per_week", "zeventig", "nl", None),
        ("hours_per_week", "about 70", "en", 70),
    ],
)
def test_values_numbers_and_dates(field: str, text: str, language: str, value: object) -> None:
    answer = read(field, text, language)
    assert (answer.value if answer else None) == value


@pytest.mark.parametrize("text", ["2", "2.", "٢"])
def test_by_sms_a_bare_number_is_the_button_in_that_place(text: str) -> None:
    by_sms = Question("minors", MENU, numbered=True)
    assert read_answer(text, by_sms, ["nl"], TODAY) == Answer("choice", "minors:no")


@pytest.mark.parametrize("text", ["2", "twee", "dwie", "two", "tweede"])
def test_on_the_web_no_number_stands_for_a_button(text: str) -> None:
    assert read("minors", text, "nl", MENU) is None


@pytest.mark.parametrize("text", ["both", "ja", "care and police"])
def test_typed_consent_to_the_police_is_asked_once_more(text: str) -> None:
    answer = read("share_with", text, "en" if text != "ja" else "nl")
    assert answer is not None and answer.kind == "again"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ik wil niet dat de politie dit leest", "nl"),
        ("alles behalve politie", "nl"),
        ("nie chcę policji", "pl"),
        ("policji nie ufam", "pl"),
        ("police must not know", "en"),
        ("anyone but the police", "en"),
    ],
)
def test_a_refusal_of_the_police_is_never_consent(text: str, language: str) -> None:
    answer = read("share_with", text, language)
    assert answer is None or answer.value in ("care_only", "decide_later")


def test_people_are_counted_on_the_web_and_chosen_by_number_by_sms() -> None:
    menu = ("victim_count:one", "victim_count:two_to_five", "victim_count:six_to_twenty")
    web, sms = Question("victim_count", menu), Question("victim_count", menu, numbered=True)
    assert read_answer("3", web, ["nl"], TODAY) == Answer("value", "two_to_five")
    assert read_answer("3", sms, ["nl"], TODAY) == Answer("choice", "victim_count:six_to_twenty")


def test_by_sms_several_numbers_choose_several_values() -> None:
    menu = ("forms:sexual", "forms:labour", "forms:criminal")
    by_sms = Question("forms", menu, numbered=True)
    answer = read_answer("1 3", by_sms, ["nl"], TODAY)
    assert answer is not None and answer.value == ["sexual", "criminal"]


def test_a_word_that_means_yes_here_and_no_there_means_nothing() -> None:
    assert read("can_leave", "no", "pl") is None
    assert read("can_leave", "no", "en") == Answer("value", "no")


def test_a_long_text_is_no_answer() -> None:
    story = "ze vertelde dat er gisteren drie mannen kwamen en dat ze nu niet meer naar buiten mag"
    assert read("happening", story, "nl") is None


@pytest.mark.parametrize("text", ["appelsap", "hmm", "blub"])
def test_what_cannot_be_read_is_not_guessed(text: str) -> None:
    assert read("minors", text, "nl") is None


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("bel 06 1234 5678 na vijf", "06 1234 5678"),
        ("anna@example.org graag", "anna@example.org"),
        ("+31 (0)6-12345678", "+31 (0)6-12345678"),
        ("kamer 12", None),
    ],
)
def test_phone_numbers_and_addresses_are_found(text: str, detail: str | None) -> None:
    assert contact_detail_in(text) == detail


@pytest.mark.parametrize(
    ("text", "said"), [("ja", True), ("nee", False), ("sure", True), ("hm", None)]
)
def test_yes_or_no_alone(text: str, said: bool | None) -> None:
    assert yes_or_no(text, ["nl"]) is said


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("twenty three", "en", "more_than_twenty"),
        ("twenty", "en", "six_to_twenty"),
        ("двадцать пять", "ru", "more_than_twenty"),
        ("dwadzieścia jeden", "pl", "more_than_twenty"),
    ],
)
def test_number_words_stand_together(text: str, language: str, value: str) -> None:
    answer = read_answer(text, Question("victim_count"), [language], TODAY)
    assert answer is not None and answer.value == value
