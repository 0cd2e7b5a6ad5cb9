"""The page that waits in a real browser: the puzzle is solved by itself, and who is writing is not disturbed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Route

from escalation.ports import Ports
from escalation.store.session import reading
from escalation.store.tables import Conversation
from tests.web.chromium import served
from web.app import create_app
from web.config import Settings

DANGER = "help, he has a knife and he is going to kill her now"


@pytest.fixture
def start(house: Ports, settings: Settings, chromium: Chromium) -> Iterator[Page]:
    """The start page of a house in which every opening but the first is a rush."""
    app = create_app(
        replace(settings, new_from_one_place_max=1, unproven_from_one_place_max=1), house
    )
    complaints: list[str] = []
    with served(app) as url:
        context = chromium.new_context(locale="en-GB", reduced_motion="reduce")
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if "Content Security" in said.text else None,
        )
        headers = {"Content-Type": "application/json"}
        sent = page.request.post(f"{url}/api/v1/conversations", data="{}", headers=headers)
        assert sent.status == 201
        page.goto(f"{url}/?lang=en")
        yield page
        context.close()
    assert complaints == []


def unproven(house: Ports) -> list[bool]:
    with reading(house.sessions) as session:
        return [
            row.unproven for row in session.query(Conversation).order_by(Conversation.opened_at)
        ]


def test_the_browser_solves_the_puzzle_and_the_chat_opens_by_itself(
    start: Page, house: Ports
) -> None:
    start.click("button[name=language][value=en]")
    start.wait_for_selector(".turn--bot", timeout=60_000)
    assert sorted(unproven(house)) == [False, False]
    start.go_back()
    assert "/start" not in start.url, "Back does not lead to the page that waited"


def test_who_is_writing_is_not_disturbed_and_sends_both(start: Page, house: Ports) -> None:
    held: list[Route] = []
    start.route("**/proof.js", lambda route: held.append(route))
    with start.expect_request("**/proof.js"):
        start.click("button[name=language][value=en]", no_wait_after=True)
    start.focus("#text")
    start.evaluate("0")  # lets the held request be heard of
    held[0].continue_()
    solved = "[name=proof]:not([value=''])"
    start.wait_for_selector(solved, state="attached", timeout=60_000)
    start.fill("#text", DANGER)
    start.click("[name=go_on]")
    start.wait_for_selector(".turn--reporter")
    assert DANGER in start.locator(".turn--reporter").first.inner_text()
    assert sorted(unproven(house)) == [False, False]
