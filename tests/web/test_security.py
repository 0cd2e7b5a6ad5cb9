"""What every answer carries, who may send a form, and what the one cookie is like."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask

from escalation.ports import Ports
from tests.web.browser import Browser
from web.app import create_app
from web.config import Settings
from web.security import HEADERS


@pytest.mark.parametrize("path", ["/", "/receipt", "/privacy", "/about", "/done", "/connection"])
def test_whoever_only_reads_gets_no_cookie(browser: Browser, path: str) -> None:
    with browser.client.get(path) as answer:
        assert "Set-Cookie" not in answer.headers


def test_of_what_a_browser_can_do_only_passkeys_are_allowed_and_only_to_us() -> None:
    allowed = dict(one.split("=", 1) for one in HEADERS["Permissions-Policy"].split(", "))
    own = {name for name, who in allowed.items() if who == "(self)"}
    assert own == {"publickey-credentials-create", "publickey-credentials-get"}
    assert {who for name, who in allowed.items() if name not in own} == {"()"}


def test_the_policy_allows_nothing_inline_and_nobody_else() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    for directive in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
        assert directive in policy
    assert "require-trusted-types-for 'script'" in policy


@pytest.mark.parametrize("path", ["/", "/receipt", "/privacy", "/about", "/chat", "/end"])
def test_pages_hold_nothing_inline_and_no_other_host(chat: Browser, path: str) -> None:
    chat.get(path)
    assert not re.search(r"<style|style=|<script>|javascript:|\son\w+=", chat.page)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', chat.page)


def test_every_blueprint_has_a_named_guard(app: Flask) -> None:
    assert set(app.blueprints) == set(app.extensions["guards"])
    for name in app.blueprints:
        assert app.before_request_funcs[name], f"{name} is registered without a check"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://localhost.elsewhere.example"},
    ],
)
@pytest.mark.parametrize("path", ["/start", "/receipt", "/chat", "/end"])
def test_forms_of_other_sites_are_refused(
    chat: Browser, path: str, headers: dict[str, str]
) -> None:
    form = {**chat.fields(), "text": "not mine", "receipt": "1" * 16}
    answer = chat.client.post(path, data=form, headers=headers)
    assert answer.status_code == 403
    chat.get("/chat")
    assert len(chat.turns()) == 2


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {"Origin": "null"}, {}],
)
def test_our_own_forms_pass_in_old_and_new_browsers(chat: Browser, headers: dict[str, str]) -> None:
    answer = chat.client.post("/chat", data={**chat.fields(), "text": "mine"}, headers=headers)
    assert answer.status_code == 303


@pytest.mark.parametrize("csrf", ["", "0" * 64, "é"])
def test_a_form_without_the_sessions_token_changes_nothing_and_keeps_the_text(
    chat: Browser, csrf: str
) -> None:
    chat.post("/chat", {"csrf": csrf, "client_id": "a", "text": "typed on an old page"})
    assert chat.status == 403
    assert chat.typed() == "typed on an old page"
    assert len(chat.turns()) == 2


def test_erasing_and_language_need_the_sessions_token(chat: Browser) -> None:
    for path in ("/end", "/chat"):
        chat.post(path, {"csrf": "", "language": "pl"})
        assert chat.status == 403
    chat.get("/chat")
    assert '<html lang="en"' in chat.page


def test_the_cookie_ends_with_the_browser_and_no_script_can_read_it(browser: Browser) -> None:
    answer = browser.client.post("/start", data={"language": "en"})
    (cookie,) = answer.headers.getlist("Set-Cookie")
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert parts == {"HttpOnly", "Path=/", "SameSite=Strict"}


def test_over_https_the_cookie_is_bound_to_this_host(house: Ports, settings: Settings) -> None:
    app = create_app(replace(settings, public_url="https://help.example"), house)
    answer = app.test_client().post("/start", data={"language": "en"})
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-s=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_the_public_address_counts_as_our_own_behind_a_proxy(
    house: Ports, settings: Settings
) -> None:
    app = create_app(replace(settings, public_url="https://help.example"), house)
    origin = {"Origin": "https://help.example"}
    answer = app.test_client().post("/start", data={"language": "en"}, headers=origin)
    assert answer.status_code == 303


def test_only_the_receipt_form_tells_its_own_origin(browser: Browser) -> None:
    assert browser.client.get("/receipt").headers["Referrer-Policy"] == "same-origin"
    assert browser.client.get("/").headers["Referrer-Policy"] == "no-referrer"
