"""Catalogues, fall-backs, and which language a page speaks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from web import i18n

CATALOGUE = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Language: pl\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\n"

msgid "Hotel"
msgstr "Hotel po polsku"

msgid "Call %(number)s."
msgstr "Dzwoń %(numer)s."

msgid "Call {phone} now"
msgstr "Dzwoń {phone.secret} {other}"

msgid "Welcome, %(name)s."
msgstr "Witaj, %(name)s."

msgid "Nothing"
msgstr ""

#, fuzzy
msgid "Guessed"
msgstr "Zgadywane"

msgid "%(count)s case"
msgid_plural "%(count)s cases"
msgstr[0] "%(count)s sprawa"
msgstr[1] "%(count)s sprawy"
msgstr[2] "%(count)s spraw"
"""


@pytest.fixture(autouse=True)
def polish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "pl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(CATALOGUE, encoding="utf-8")
    monkeypatch.setattr(i18n, "CATALOGUES", tmp_path)
    clear()
    yield
    clear()


def clear() -> None:
    i18n.translate.cache_clear()
    i18n._catalogue.cache_clear()


def test_an_entry_is_used() -> None:
    assert i18n.translate("Hotel", "pl") == "Hotel po polsku"


@pytest.mark.parametrize("source", ["Not there", "Nothing", "Guessed", ""])
def test_a_missing_empty_or_guessed_entry_falls_back_to_the_source(source: str) -> None:
    assert i18n.translate(source, "pl") == source


@pytest.mark.parametrize("source", ["Call %(number)s.", "Call {phone} now"])
def test_an_entry_with_a_placeholder_of_its_own_falls_back_to_the_source(source: str) -> None:
    assert i18n.translate(source, "pl") == source


@pytest.mark.parametrize("locale", ["nl", "en", "xx", "../../etc", ""])
def test_a_locale_without_a_catalogue_gets_the_source(locale: str) -> None:
    assert i18n.translate("Hotel", locale) == "Hotel"


@pytest.mark.parametrize(
    ("count", "form"), [(1, "1 sprawa"), (3, "3 sprawy"), (5, "5 spraw"), (22, "22 sprawy")]
)
def test_plurals_follow_the_languages_own_rule(app: Flask, count: int, form: str) -> None:
    with app.test_request_context():
        i18n.set_locale("pl")
        assert i18n.ngettext("%(count)s case", "%(count)s cases", count, count=count) == form


def test_values_are_filled_in(app: Flask) -> None:
    with app.test_request_context():
        i18n.set_locale("pl")
        assert i18n.gettext("Welcome, %(name)s.", name="%s {x}") == "Witaj, %s {x}."


def test_templates_escape_what_is_filled_in(app: Flask) -> None:
    with app.test_request_context():
        i18n.set_locale("pl")
        page = app.jinja_env.from_string('{{ _("Welcome, %(name)s.", name="<b>") }}').render()
    assert page == "Witaj, &lt;b&gt;."


def test_outside_a_request_the_source_language_is_used() -> None:
    assert i18n.current_locale() == "en"


@pytest.mark.parametrize(
    ("query", "accepted", "locale"),
    [
        ("", "", "nl"),
        ("", "pl-PL,pl;q=0.9", "pl"),
        ("", "xx, en;q=0.5", "en"),
        ("?lang=en", "pl", "en"),
        ("?lang=xx", "pl", "pl"),
        ("?lang=<script>", "", "nl"),
    ],
)
def test_the_address_beats_the_browser_and_the_browser_the_default(
    app: Flask, query: str, accepted: str, locale: str
) -> None:
    with app.test_request_context(f"/{query}", headers={"Accept-Language": accepted}):
        i18n.choose_locale()
        assert i18n.current_locale() == locale


@pytest.mark.parametrize(("locale", "way"), [("nl", "ltr"), ("ar", "rtl"), ("ti", "ltr")])
def test_the_direction_follows_the_script(locale: str, way: str) -> None:
    assert i18n.direction(locale) == way


def test_languages_are_named_in_their_own_words() -> None:
    assert [i18n.native_name(code) for code in ("nl", "en", "pl", "ar")] == [
        "Nederlands",
        "English",
        "Polski",
        "العربية",
    ]


def test_a_page_in_a_right_to_left_language_is_turned(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(i18n, "LANGUAGES", ("nl", "ar"))
    page = app.test_client().get("/?lang=ar").get_data(as_text=True)
    assert '<html lang="ar" dir="rtl">' in page
