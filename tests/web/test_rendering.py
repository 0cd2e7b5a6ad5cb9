"""Lines become text for one reader, whatever their arguments are."""

from __future__ import annotations

import pytest

from escalation.lines import Choice, Line
from web.rendering import MISSING, render_arg, render_line, with_phones


def said(source: str, **args: object) -> str:
    return render_line(Line("utter_test", source, args=args), "en").text


@pytest.mark.parametrize(
    ("arg", "locale", "text"),
    [
        ("as it is", "nl", "as it is"),
        (1234, "nl", "1.234"),
        (1234, "en", "1,234"),
        ({"kind": "term", "source": "Hotel"}, "en", "Hotel"),
        ({"kind": "terms", "sources": ["Food", "A doctor"]}, "en", "Food and A doctor"),
        ({"kind": "terms", "sources": []}, "en", ""),
        ({"kind": "text", "value": "{minors} %s"}, "en", "{minors} %s"),
        ({"kind": "phone", "value": "0800-2000"}, "nl", "0800-2000"),
        ({"kind": "money", "value": "14.71", "currency": "EUR"}, "nl", "€\xa014,71"),
        ({"kind": "money", "value": "14.71", "currency": "EUR"}, "en", "€14.71"),
        ({"kind": "date", "value": "2026-01-01"}, "nl", "1 januari 2026"),
        ({"kind": "date", "value": "2026-01-01"}, "pl", "1 stycznia 2026"),
        ({"kind": "number", "value": 3}, "nl", "3"),
        ({"kind": "number", "value": "1234.5"}, "pl", "1\xa0234,5"),
        ({"kind": "language", "code": "pl"}, "en", "Polish"),
        ({"kind": "language", "code": "pl"}, "nl", "Pools"),
        ({"kind": "language", "code": "zz"}, "en", "zz"),
    ],
)
def test_arguments_are_written_in_the_readers_manner(arg: object, locale: str, text: str) -> None:
    assert render_arg(arg, locale) == text


@pytest.mark.parametrize(
    "arg",
    [
        None,
        True,
        1.5,
        [],
        {},
        {"kind": "nobody knows"},
        {"kind": "money", "value": "much", "currency": "EUR"},
        {"kind": "money"},
        {"kind": "date", "value": "soon"},
        {"kind": "date", "value": 7},
        {"kind": "number", "value": None},
        {"kind": "terms", "sources": 7},
        {"kind": ["term"]},
        {"kind": "language"},
    ],
)
def test_an_odd_argument_never_breaks_the_sentence(arg: object) -> None:
    assert said("Call {phone} now", phone=arg) == f"Call {MISSING} now"


def test_a_missing_argument_leaves_the_sentence_readable() -> None:
    assert said("Call {phone} now") == f"Call {MISSING} now"


@pytest.mark.parametrize(
    "template", ["{a.__class__}", "{a[0]}", "{a!r}", "{}", "{0}", "{a:>99}", "{", "}", "{{a}"]
)
def test_a_template_never_reaches_into_an_object(template: str) -> None:
    assert "class" not in said(template, a="x").replace(template, "")
    assert said(template, a="x") in (template, "{x")


def test_what_a_person_typed_is_never_a_template() -> None:
    typed = {"kind": "text", "value": "{other} {{7*7}} %(x)s"}
    assert said("You wrote: {words}", words=typed, other="SECRET") == (
        "You wrote: {other} {{7*7}} %(x)s"
    )


def test_marks_that_turn_the_direction_are_taken_out_of_typed_words() -> None:
    assert said("{words}", words={"kind": "text", "value": "a\u202eb\x00"}) == "ab"


def test_typed_words_in_another_direction_are_isolated() -> None:
    assert said("{words}!", words={"kind": "text", "value": "سلام"}) == "\u2068سلام\u2069!"
    arabic = render_line(
        Line("utter_test", "{p}", args={"p": {"kind": "phone", "value": "112"}}), "ar"
    )
    assert arabic.text == "\u2068112\u2069"


def test_rows_stand_beside_the_text() -> None:
    rows = {
        "kind": "rows",
        "rows": [
            {"label": "Where", "value": {"kind": "term", "source": "Hotel"}},
            {"label": "Own words", "value": {"kind": "text", "value": "two\nlines"}},
            "odd",
            {"value": None},
        ],
    }
    line = render_line(Line("utter_test", "We understood:\n{rows}", args={"rows": rows}), "en")
    assert line.text == "We understood:"
    assert line.rows == (("Where", "Hotel"), ("Own words", "two\nlines"), ("", MISSING))
    assert line.full_text.startswith("We understood:\nWhere: Hotel\n")


def test_choices_keep_their_ids_and_fill_their_own_arguments() -> None:
    go_on = Choice("language:pl", "Go on in {name}", {"name": {"kind": "language", "code": "pl"}})
    line = render_line(Line("utter_test", "?", choices=(go_on,), asks="minors"), "en")
    assert line.choices == (("language:pl", "Go on in Polish"),)
    assert line.asks == "minors"


def test_phone_numbers_become_links_and_nothing_else_does() -> None:
    html = with_phones("Call 0800-2000 or 112 <b>now</b>, not 1122", ("112", "0800-2000"))
    assert html == (
        'Call <a href="tel:08002000" dir="ltr">0800-2000</a> or <a href="tel:112" dir="ltr">112</a> '
        "&lt;b&gt;now&lt;/b&gt;, not 1122"
    )


def test_a_phone_number_with_a_plus_keeps_it() -> None:
    assert 'href="tel:+31546541111"' in with_phones("+31 546 54 11 11", ("+31 546 54 11 11",))


def test_a_phone_number_without_digits_is_left_alone() -> None:
    assert with_phones("call us", ("us",)) == "call us"
