"""Every address that can be opened, in Chromium: what comes back, whom the browser asks, and what it keeps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error, Response, sync_playwright

from escalation.conversation import Opened
from escalation.desk import cases
from escalation.ports import Ports
from tests.attack.asking import filled
from tests.attack.routes import ROUTES
from tests.builders import Joined
from tests.web.chromium import chromium_path, no_complaints, served
from web.security import HEADERS

NO_PAGES = {"/leave", "/favicon.ico"}
"""One leads away; the other is a picture, for which Chromium makes a page of its own with styles that ours forbids."""

ALWAYS = HEADERS.keys() - {"X-Robots-Tag", "Referrer-Policy"}
"""The others differ on purpose: tests/web/test_headers.py says where."""


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.mark.parametrize("who", ["reporter", "screener"])
def test_no_page_breaks_the_policy_asks_another_host_or_keeps_more_than_its_cookie(
    chromium: Browser, url: str, house: Ports, told: Opened, anna: Joined, who: str
) -> None:
    cases.take(house, screener=anna.screener, case_id=told.id)
    cookie = {"reporter": ("s", f"{told.id}.{told.token}"), "screener": ("d", anna.session_token)}
    name, value = cookie[who]
    own = {"name": name, "value": value, "url": url, "httpOnly": True, "sameSite": "Strict"}
    context, asked, answers = chromium.new_context(), list[str](), list[Response]()
    context.on("request", lambda request: asked.append(request.url))
    context.on("response", lambda response: answers.append(response))
    paths = {filled(one, told.id) for one in ROUTES if one.startswith("GET ")} - NO_PAGES
    with no_complaints(context.new_page(), "Refused", "Mixed Content") as page:
        for path in sorted(paths):
            context.add_cookies([own])
            with suppress(Error):  # what has no words of its own, Chromium shows as its own error
                page.goto(url + path)
            kept = context.cookies()
            assert {one["name"] for one in kept} <= {name, "e"}, path
            assert all(one["httpOnly"] and one["sameSite"] == "Strict" for one in kept), path
    context.close()
    assert {url + path for path in paths} <= {answer.url for answer in answers}
    for answer in answers:
        assert not {"etag", "last-modified"} & answer.headers.keys(), answer.url
        for header in ALWAYS:
            assert answer.headers[header.lower()] == HEADERS[header], answer.url
    assert [one for one in asked if not one.startswith(f"{url}/")] == []
