"""What a visit leaves in a real browser, how one leaves, and that all works without scripts and pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.web.chromium import Site, no_complaints

WORDS = "kanarie in the shed"
OPEN_PAGES = ("/", "/about", "/privacy", "/connection", "/receipt", "/done", "/nope")
KEPT = """async () => ({
  local: localStorage.length,
  session: sessionStorage.length,
  databases: (await indexedDB.databases()).length,
  caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  readable: document.cookie,
})"""
PRESS_AND_LOOK = """() => {
  document.querySelector(".exit").click();
  const cover = document.querySelector(".cover");
  const { width, height } = cover.getBoundingClientRect();
  return {
    title: document.title,
    shown: [...document.body.children].filter((one) => one.checkVisibility()).map((one) => one.className),
    covers: width === innerWidth && height === innerHeight,
    said: [cover.getAttribute("role"), cover.textContent],
    typed: document.getElementById("text").value,
  };
}"""


@pytest.fixture
def asked(context: BrowserContext) -> list[str]:
    """Every address that the browser asks for, in order."""
    addresses: list[str] = []
    context.on("request", lambda request: addresses.append(request.url))
    return addresses


@pytest.fixture
def page(context: BrowserContext, site: Site, asked: list[str]) -> Iterator[Page]:
    """A page on which nothing may go wrong."""
    with no_complaints(context.new_page()) as opened:
        yield opened


@pytest.fixture
def chat(page: Page, site: Site) -> Page:
    """An open chat in which something was told."""
    page.goto(f"{site.url}/?lang=en")
    page.click("button[name=language][value=en]")
    page.wait_for_selector(".turn--bot")
    page.wait_for_load_state("load")
    page.fill("#text", WORDS)
    page.click("[name=send]")
    page.wait_for_selector("button[value='minors:yes']")
    return page


def test_a_visit_asks_nobody_else_and_keeps_one_cookie(
    chat: Page, context: BrowserContext, site: Site, asked: list[str]
) -> None:
    for path in (*OPEN_PAGES, "/chat", "/end"):
        chat.goto(site.url + path)
        kept = chat.evaluate(KEPT)
        assert set(kept.values()) == {0, ""}, (path, kept)
    assert asked
    assert [one for one in asked if not one.startswith(f"{site.url}/")] == []
    (cookie,) = context.cookies()
    assert cookie["name"] == "s"
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict"
    assert cookie["expires"] == -1  # it goes with the browser
    assert cookie["path"] == "/"


def test_the_address_stays_the_same_while_chatting(chat: Page, site: Site) -> None:
    before = chat.evaluate("history.length")
    chat.click("button[value='minors:yes']")
    chat.locator(".turn--reporter:not(.turn--pending)").nth(1).wait_for()
    assert chat.url == f"{site.url}/chat"
    assert chat.evaluate("history.length") == before


def test_the_page_is_covered_before_anything_else_happens(chat: Page, site: Site) -> None:
    chat.fill("#text", "not sent yet")
    after_the_press = chat.evaluate(PRESS_AND_LOOK)
    assert after_the_press == {
        "title": "Information",
        "shown": ["cover"],
        "covers": True,
        "said": ["alert", "Leaving this page"],
        "typed": "",
    }
    chat.wait_for_url(site.weather)


def test_the_session_ends_before_the_harmless_page_is_asked_for(
    chat: Page, context: BrowserContext, site: Site, asked: list[str]
) -> None:
    chat.click(".exit")
    chat.wait_for_url(site.weather)
    assert asked.index(f"{site.url}/leave") < asked.index(site.weather)
    assert site.referrers == [None]
    assert context.cookies() == []


def test_no_way_back_shows_what_was_said(chat: Page, site: Site) -> None:
    """Also not out of the browser's own store of pages: the chat is one of them here."""
    chat.click(".menu--up summary")
    chat.click(".menu--up >> text=Clear your traces")
    chat.wait_for_url("**/privacy**")
    chat.click(".exit")
    chat.wait_for_url(site.weather)
    for _ in range(4):
        chat.go_back()
        chat.wait_for_load_state()
        assert WORDS not in chat.content()
        assert chat.locator(".turn").count() == 0
    expect(chat.locator("body")).not_to_contain_text("kanarie")


def test_a_page_that_was_kept_aside_comes_back_covered_and_is_asked_for_anew(
    chat: Page, asked: list[str], site: Site
) -> None:
    chat.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert chat.locator(".log").is_hidden()
    count = asked.count(f"{site.url}/chat")
    with chat.expect_navigation():
        chat.evaluate(
            "window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
        )
    assert asked.count(f"{site.url}/chat") == count + 1
    expect(chat.locator(".log")).to_be_visible()


@pytest.mark.parametrize("path", OPEN_PAGES)
def test_shift_three_times_leaves_from_every_page(page: Page, site: Site, path: str) -> None:
    page.goto(f"{site.url}{path}?lang=en")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(site.weather)


def test_each_press_is_said_and_after_five_seconds_also_that_nothing_came_of_it(
    page: Page, site: Site
) -> None:
    page.clock.install()
    page.goto(f"{site.url}/?lang=en")
    said = page.locator("p[role=status].visually-hidden")
    page.keyboard.press("Shift")
    expect(said).to_have_text("Press Shift two more times to leave")
    page.clock.run_for(4_000)
    page.keyboard.press("Shift")
    expect(said).to_have_text("Press Shift once more to leave")
    expect(page.locator(".exit")).to_have_attribute("data-presses", "2")
    page.clock.run_for(5_100)
    expect(said).to_have_text("You stay on this page")
    expect(page.locator(".exit")).not_to_have_attribute("data-presses", re.compile("."))
    page.keyboard.press("Shift")
    expect(said).to_have_text("Press Shift two more times to leave")
    page.keyboard.press("a")
    expect(said).to_have_text("")
    page.clock.run_for(6_000)
    expect(said).to_have_text("")
    assert page.url.startswith(site.url)


def test_by_keyboard_the_way_out_is_the_second_stop(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/about?lang=en")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the main text")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Leave quickly")
    page.keyboard.press("Enter")
    page.wait_for_url(site.weather)


def test_a_screen_reader_hears_a_link_with_a_name(page: Page, site: Site) -> None:
    for path in OPEN_PAGES:
        page.goto(f"{site.url}{path}?lang=en")
        link = page.get_by_role("link", name="Leave quickly", exact=True)
        expect(link.last).to_be_visible()
        assert page.title() not in ("", "Niet-Pluis")


@pytest.fixture
def safest(chromium: Chromium) -> Iterator[BrowserContext]:
    """As Tor Browser at its safest level: no scripts, no vector pictures, no fonts, no media."""
    opened = chromium.new_context(java_script_enabled=False, locale="en-GB")

    def only_text(route: Route) -> None:
        kind = route.request.resource_type
        if kind in ("font", "media", "script") or route.request.url.endswith(".svg"):
            route.abort()
        else:
            route.continue_()

    opened.route("**/*", only_text)
    yield opened
    opened.close()


def told_to_the_end(page: Page, site: Site) -> str:
    """Tell something, send it, and return the number."""
    page.goto(f"{site.url}/?lang=en")
    page.click("button[name=language][value=en]")
    page.fill("#text", WORDS)
    page.click("[name=send]")
    expect(page.locator(".turn--bot").last).to_be_visible()
    page.fill("#text", "summary")
    page.click("[name=send]")
    page.click("button[value='send:yes']")
    return page.locator(".receipt__digits").inner_text()


def test_everything_works_at_the_safest_level(safest: BrowserContext, site: Site) -> None:
    page = safest.new_page()
    number = told_to_the_end(page, site)
    assert re.fullmatch(r"[\d\s]{16,}", number)
    safest.clear_cookies()
    page.goto(f"{site.url}/receipt?lang=en")
    page.fill("#receipt", number)
    page.click("text=Open my chat")
    expect(page.locator(".turn--reporter").first).to_contain_text(WORDS)
    page.click(".menu--up summary")
    page.click("text=Stop and erase")
    page.click("text=Erase everything")
    assert page.url == f"{site.url}/done?lang=en"
    assert safest.cookies() == []
    page.click(".exit")
    assert page.url == site.weather


def test_without_pictures_whatever_can_be_pressed_has_words(
    safest: BrowserContext, site: Site
) -> None:
    page = safest.new_page()
    told_to_the_end(page, site)
    for path in ("/chat", *OPEN_PAGES, "/end"):
        page.goto(f"{site.url}{path}")
        assert page.locator("svg, img, audio, video, canvas").count() == 0
        for control in page.locator("a, button, summary").all():
            assert (control.text_content() or "").strip(), path
