"""Passkeys in a real browser with a virtual authenticator, and the page that says before it logs out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, CDPSession, Page, expect
from werkzeug.serving import make_server

from escalation.desk.passkeys import list_passkeys
from escalation.ports import Ports
from tests.builders import PASSWORD, Joined
from tests.desk.conftest import UNREACHABLE
from tests.desk.test_door import code_of
from tests.desk.test_in_browser import chromium
from tests.fakes import Clock
from tests.web.chromium import no_complaints
from web.app import create_app
from web.config import Settings

__all__ = ["chromium"]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def url(house: Ports) -> Iterator[str]:
    """The desk under a name: browsers give no passkeys to a bare number."""
    server = make_server("127.0.0.1", 0, Flask("nothing yet"), threaded=True)
    address = f"http://localhost:{server.server_port}"
    server.app = create_app(
        Settings(
            bot_url=UNREACHABLE,
            public_url=address,
            event_heartbeat_seconds=1,
            event_stream_max_seconds=9,
        ),
        house,
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def context(chromium: Chromium, url: str, anna: Joined) -> Iterator[BrowserContext]:
    """Anna's browser, logged in."""
    opened = chromium.new_context(locale="en")
    opened.add_cookies([{"name": "d", "value": anna.session_token, "url": url}])
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose every complaint about scripts or the policy fails the test."""
    with no_complaints(context.new_page(), "Permissions") as opened:
        yield opened


@dataclass
class Virtual:
    """The browser's virtual authenticator."""

    session: CDPSession
    id: str

    def kept(self) -> list[dict[str, object]]:
        """Return what it holds."""
        answer = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        found: list[dict[str, object]] = answer["credentials"]
        return found


@pytest.fixture
def virtual(context: BrowserContext, page: Page) -> Virtual:
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return Virtual(session, added["authenticatorId"])


def add_passkey(page: Page, url: str) -> None:
    page.goto(f"{url}/desk/security")
    page.fill("#label", "my phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator(".log-ins__one bdi")).to_have_text("my phone")


def fill_in(page: Page, url: str) -> None:
    page.goto(f"{url}/desk/login")
    page.fill("#name", "Anna")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Log in with your passkey").click()


def test_a_passkey_is_made_and_lets_in(
    page: Page, context: BrowserContext, url: str, house: Ports, anna: Joined, virtual: Virtual
) -> None:
    add_passkey(page, url)
    assert len(list_passkeys(house, screener=anna.screener)) == 1
    (kept,) = virtual.kept()
    assert kept["isResidentCredential"]
    assert kept["rpId"] == "localhost"
    assert "Anna" not in str(kept)
    context.clear_cookies()
    for _ in range(2):
        fill_in(page, url)
        expect(page.locator("h1")).to_have_text("Queue")
        page.get_by_role("button", name="Log out").click()
        expect(page.locator("h1")).to_have_text("Log in to the desk")


def test_the_same_device_makes_no_second_passkey(
    page: Page, url: str, house: Ports, anna: Joined, virtual: Virtual
) -> None:
    add_passkey(page, url)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("alert")).to_have_text("The passkey was not made. Please try again.")
    assert len(list_passkeys(house, screener=anna.screener)) == 1


def test_without_a_passkey_the_page_says_so_and_a_code_still_works(
    page: Page, context: BrowserContext, url: str, anna: Joined, virtual: Virtual
) -> None:
    context.clear_cookies()
    page.goto(f"{url}/desk/login")
    page.get_by_role("button", name="Log in with your passkey").click()
    assert page.evaluate("document.activeElement.id") == "name"
    fill_in(page, url)
    expect(page.get_by_role("alert")).to_contain_text("The passkey did not work here")
    page.fill("#code", code_of(anna.totp_secret))
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.locator("h1")).to_have_text("Queue")


def test_a_passkey_shows_once_more_who_it_is(
    page: Page, url: str, clock: Clock, virtual: Virtual
) -> None:
    add_passkey(page, url)
    clock.forward(minutes=6)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.locator("h1")).to_have_text("Please show once more that it is you")
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("button", name="Add a passkey")).to_be_visible()


def test_without_javascript_nothing_promises_a_passkey(chromium: Chromium, url: str) -> None:
    plain = chromium.new_context(java_script_enabled=False, locale="en")
    page = plain.new_page()
    page.goto(f"{url}/desk/login")
    expect(page.get_by_role("button")).to_have_text(["Log in"])
    plain.close()


def test_the_page_says_before_it_logs_out_and_a_key_keeps_it(page: Page, url: str) -> None:
    page.clock.install()
    page.goto(f"{url}/desk")
    said = page.locator(".desk-soon")
    page.clock.fast_forward("23:54:00")
    page.clock.run_for(16_000)
    expect(said).to_have_count(0)
    page.clock.fast_forward("02:00")
    page.clock.run_for(16_000)
    expect(said).to_be_visible()
    with page.expect_request("**/desk/here") as told:
        page.keyboard.press("Shift")
    assert told.value.response().status == 204
    expect(said).to_have_count(0)


def test_a_page_without_events_does_not_show_for_ever_what_stood_there(
    page: Page, url: str, clock: Clock
) -> None:
    page.clock.install()
    page.goto(f"{url}/desk/roster")
    clock.forward(days=1)
    page.clock.fast_forward("24:01:00")
    page.clock.run_for(16_000)
    expect(page.locator("h1")).to_have_text("Log in to the desk")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_nothing_sticks_out_sideways(
    page: Page, url: str, virtual: Virtual, width: int, direction: str
) -> None:
    add_passkey(page, url)
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/desk/security", "/desk/confirm", "/desk/login"):
        page.goto(url + path)
        page.evaluate("direction => document.documentElement.dir = direction", direction)
        assert page.evaluate("document.documentElement.scrollWidth") == width
