"""What every answer carries: each address of the application, by several methods, faults and streams included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from escalation.ports import Ports
from tests.web.browser import Browser
from web.addresses import is_onion
from web.app import MAX_BODY_BYTES, create_app
from web.config import InvalidSettingError, Settings
from web.security import HEADERS, OPEN_PAGES

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE")
ONION = "http://duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion"
SAMPLES = {"int": "1", "date": "2030-01-01", "path": "site.css"}


def address(rule: Rule) -> str:
    """Return an address that the rule matches, with made-up values."""
    converters = rule._converters
    return re.sub(
        r"<(?:[^:<>]+:)?(\w+)>",
        lambda found: _sample(type(converters[found[1]]).__name__),
        rule.rule,
    )


def _sample(converter: str) -> str:
    return next((value for kind, value in SAMPLES.items() if kind in converter.lower()), "x")


def assert_headers(answer: TestResponse) -> None:
    open_page = answer.status_code == 200 and answer.request.path in OPEN
    for name, value in HEADERS.items():
        if name == "X-Robots-Tag" and open_page:
            assert name not in answer.headers
        elif name == "Referrer-Policy" and answer.request.path == "/receipt":
            assert answer.headers[name] in (value, "same-origin")
        else:
            assert answer.headers.getlist(name) == [value], name
    for name in ("ETag", "Last-Modified", "Server", "X-Powered-By", "Expires", "Via"):
        assert name not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers


OPEN = ("/", "/about", "/privacy", "/connection", "/robots.txt")


def test_every_address_by_every_method_carries_them(app: Flask, chat: Browser) -> None:
    statuses = set()
    for rule in list(app.url_map.iter_rules()):
        for method in METHODS:
            if method == "GET" and "events" in rule.rule:
                continue  # streams: below
            with chat.client.open(address(rule), method=method) as answer:
                assert_headers(answer)
                statuses.add(answer.status_code)
    assert {200, 303, 401, 403, 404, 405} <= statuses


@pytest.mark.parametrize("path", ["/nope", "/api/v1/nope", "/static/nope", "/static/../x", "/%00"])
def test_what_is_not_there_carries_them_too(browser: Browser, path: str) -> None:
    answer = browser.client.get(path)
    assert answer.status_code in (308, 404)
    assert_headers(answer)


def test_a_body_that_is_too_big_and_a_crash_carry_them(
    app: Flask, chat: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    big = chat.client.post("/chat", data="x" * (MAX_BODY_BYTES + 1))
    assert big.status_code == 413
    assert_headers(big)
    monkeypatch.setitem(app.view_functions, "pages.erased", lambda: 1 / 0)
    broken = chat.client.get("/done")
    assert broken.status_code == 500
    assert_headers(broken)


def test_a_stream_carries_them(chat: Browser) -> None:
    with chat.client.get("/chat/events") as answer:
        assert answer.content_type.startswith("text/event-stream")
        assert_headers(answer)


def test_a_static_file_is_never_answered_with_not_modified(browser: Browser) -> None:
    since = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT", "If-None-Match": "*"}
    with browser.client.get("/static/site.css", headers=since) as answer:
        assert_headers(answer)


def test_leaving_and_erasing_clear_what_the_browser_kept(chat: Browser) -> None:
    erased = chat.client.post("/end", data={"csrf": chat.fields()["csrf"]})
    assert erased.location.startswith("/done")
    for answer in (erased, chat.client.get("/leave")):
        assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'


def test_over_https_the_browser_remembers_that(house: Ports, settings: Settings) -> None:
    app = create_app(replace(settings, public_url="https://help.example"), house)
    for path in ("/", "/nope", "/static/site.css"):
        with app.test_client().get(path) as answer:
            assert answer.headers["Strict-Transport-Security"] == "max-age=63072000"


@pytest.fixture
def onion(house: Ports, settings: Settings) -> Iterator[Browser]:
    yield Browser(create_app(replace(settings, onion_url=f"{ONION}/"), house))


def test_open_pages_tell_where_the_onion_service_is(onion: Browser) -> None:
    for path in OPEN:
        assert onion.client.get(path).headers["Onion-Location"] == ONION + path
    for path in ("/receipt", "/nope", "/leave", "/static/site.css", "/desk/login"):
        with onion.client.get(path) as answer:
            assert "Onion-Location" not in answer.headers
    onion.get("/connection?lang=en")
    assert f'href="{ONION}/"' in onion.page


def test_without_an_onion_service_none_is_told(browser: Browser) -> None:
    assert "Onion-Location" not in browser.get("/").headers
    browser.get("/connection?lang=en")
    assert "You can use this address" not in browser.page


@pytest.mark.parametrize(
    ("given", "good"),
    [
        (ONION, True),
        (f"{ONION}/", True),
        (ONION.replace("http:", "https:"), True),
        (ONION.replace("//", "//www."), True),
        (f"{ONION}:8080", True),
        (ONION.replace("duck", "dock"), False),  # its checksum is another
        ("http://expyuzz4wqqyqhjn.onion", False),  # version 2
        (f"{ONION}/page", False),
        (f"{ONION}\r\nX: y", False),
        ("https://help.example", False),
        (ONION.removeprefix("http://"), False),
    ],
)
def test_an_onion_address_is_checked(given: str, good: bool) -> None:
    assert is_onion(given) is good
    if good:
        assert Settings.from_environment({"NIETPLUIS_ONION_URL": given}).onion_url == given
    else:
        with pytest.raises(InvalidSettingError, match="NIETPLUIS_ONION_URL"):
            Settings.from_environment({"NIETPLUIS_ONION_URL": given})


def test_open_pages_exist(app: Flask) -> None:
    assert set(app.view_functions) >= OPEN_PAGES
    rules = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules()}
    assert {rules[page] for page in OPEN_PAGES} == set(OPEN)


def security_txt(house: Ports, settings: Settings, **given: str) -> TestResponse:
    app = create_app(replace(settings, public_url="https://help.example", **given), house)
    return app.test_client().get("/.well-known/security.txt")


def test_who_finds_a_weakness_finds_whom_to_tell(house: Ports, settings: Settings) -> None:
    until = (house.clock() + timedelta(days=90)).date().isoformat()
    contact = "mailto:security@help.example"
    answer = security_txt(house, settings, security_contact=contact, security_expires=until)
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == [
        f"Contact: {contact}",
        f"Expires: {until}T00:00:00Z",
        "Preferred-Languages: nl, en",
        "Canonical: https://help.example/.well-known/security.txt",
    ]


@pytest.mark.parametrize("given", [{}, {"security_contact": "mailto:a@b.example"}])
def test_without_a_contact_and_its_end_there_is_none(
    house: Ports, settings: Settings, given: dict[str, str]
) -> None:
    assert security_txt(house, settings, **given).status_code == 404


def test_a_contact_that_ran_out_is_not_given(house: Ports, settings: Settings) -> None:
    past = (house.clock() - timedelta(days=1)).date().isoformat()
    given = {"security_contact": "mailto:a@b.example", "security_expires": past}
    assert security_txt(house, settings, **given).status_code == 404


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NIETPLUIS_SECURITY_CONTACT", "security@help.example"),
        ("NIETPLUIS_SECURITY_CONTACT", "mailto:a@b.example\nExpires: never"),
        ("NIETPLUIS_SECURITY_EXPIRES", "next year"),
        ("NIETPLUIS_TOR_BROWSER_URL", "javascript:alert(1)"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(name: str, value: str) -> None:
    with pytest.raises(InvalidSettingError, match=name):
        Settings.from_environment({name: value})


def test_programs_may_read_what_is_open(browser: Browser) -> None:
    assert browser.client.get("/robots.txt").text == "User-agent: *\nDisallow:\n"
    with browser.client.get("/favicon.ico") as answer:
        assert answer.content_type == "image/png"
        assert answer.data.startswith(b"\x89PNG")
