"""The desk's script in a real browser: pages that renew themselves and disturb nobody's typing, and the wide layout."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Route, expect, sync_playwright

from escalation import conversation
from escalation.desk import cases
from escalation.desk.drafts import read_draft
from escalation.desk.screeners import grant_access
from escalation.desk.sessions import log_out
from escalation.ports import Ports
from tests.builders import Joined
from tests.desk.conftest import UNREACHABLE, join_in
from tests.desk.desk import reply, tell
from tests.fakes import Clock, ScriptedBot
from tests.web.chromium import chromium_path, no_complaints, served
from web.app import create_app
from web.config import Settings

WIDE = {"width": 1280, "height": 800}


@pytest.fixture
def url(house: Ports) -> Iterator[str]:
    settings = Settings(bot_url=UNREACHABLE, event_heartbeat_seconds=1, event_stream_max_seconds=9)
    with served(create_app(settings, house)) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Chromium, url: str, anna: Joined) -> Iterator[BrowserContext]:
    """Anna's browser, logged in."""
    opened = chromium.new_context(viewport=WIDE, reduced_motion="reduce")
    opened.add_cookies([{"name": "d", "value": anna.session_token, "url": url}])
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose every complaint fails the test."""
    with no_complaints(context.new_page()) as opened:
        yield opened


@pytest.fixture
def mine(house: Ports, bot: ScriptedBot, anna: Joined) -> conversation.Opened:
    case = tell(house, bot, "a story")
    cases.take(house, screener=anna.screener, case_id=case.id)
    return case


@pytest.fixture
def chat(page: Page, url: str, mine: conversation.Opened) -> Page:
    """The page of a case in Anna's hands."""
    page.goto(f"{url}/desk/cases/{mine.id}")
    return page


def last_typed(house: Ports, case: conversation.Opened) -> list[str]:
    turns = conversation.view(house, conversation_id=case.id, token=case.token).turns
    return [turn.text or "" for turn in turns if turn.author == "screener"]


def test_the_queue_renews_itself_with_its_title_and_counts(
    page: Page, url: str, house: Ports, bot: ScriptedBot, bob: Joined
) -> None:
    page.goto(f"{url}/desk")
    expect(page.locator(".cases-none")).to_be_visible()
    case = tell(house, bot, "a story")
    expect(page.locator(f"[data-case='{case.id}']")).to_be_visible()
    expect(page).to_have_title("(1) Queue")
    expect(page.locator("[data-count=waiting]")).to_have_text("1")
    cases.take(house, screener=bob.screener, case_id=case.id)
    expect(page.locator(".cases-none")).to_be_visible()
    expect(page).to_have_title("Queue")


def test_the_clock_goes_on_by_itself(
    page: Page, url: str, house: Ports, bot: ScriptedBot, clock: Clock
) -> None:
    tell(house, bot, "a story")
    clock.forward(minutes=59)
    page.clock.install()
    page.route("**/desk/events*", lambda _: None)  # what it brings would set the clock right
    page.goto(f"{url}/desk")
    time = page.locator(".clock__time")
    expect(time).to_have_text("59 min")
    page.clock.run_for(70_000)
    expect(time).to_have_text("1 h 0 min")


def test_an_event_leaves_the_draft_alone(
    chat: Page, house: Ports, mine: conversation.Opened
) -> None:
    chat.fill("#text", "half a sentence")
    reply(house, mine, "jestem <b>tutaj</b>")
    expect(chat.locator(".said--reporter").last).to_contain_text("jestem <b>tutaj</b>")
    expect(chat.locator("#text")).to_have_value("half a sentence")
    expect(chat.locator("#text")).to_be_focused()


def test_ctrl_enter_sends_once_without_loading_the_page(
    chat: Page, house: Ports, mine: conversation.Opened
) -> None:
    chat.evaluate("window.same = true")
    chat.fill("#text", "How are you?\nI am Anna.")
    chat.press("#text", "Control+Enter")
    expect(chat.locator(".said--screener:not(.said--pending)")).to_have_count(1)
    expect(chat.locator("#text")).to_have_value("")
    assert last_typed(house, mine) == ["How are you?\nI am Anna."]
    assert chat.evaluate("window.same")


def test_a_message_that_could_not_go_is_kept_and_goes_later_once(
    chat: Page, house: Ports, mine: conversation.Opened
) -> None:
    tries = 0

    def lose_the_first_answer(route: Route) -> None:
        nonlocal tries
        tries += 1
        if tries > 1:
            route.continue_()
            return
        route.fetch()  # it arrives, and the answer is lost on the way back
        route.abort()

    chat.route("**/messages*", lose_the_first_answer)
    chat.fill("#text", "Are you there?")
    chat.click(".write__send")
    expect(chat.locator(".said--pending .said__state")).to_contain_text("We keep trying")
    chat.click(".said--pending button")
    expect(chat.locator(".said--pending")).to_have_count(0)
    assert tries == 2
    assert last_typed(house, mine) == ["Are you there?"]
    expect(chat.locator(".said--screener")).to_have_count(1)


def test_a_case_that_left_ones_hands_keeps_the_typed_text(
    chat: Page, house: Ports, mine: conversation.Opened, anna: Joined
) -> None:
    chat.fill("#text", "half a sentence")
    cases.release(house, screener=anna.screener, case_id=mine.id, to="waiting")
    expect(chat.locator("#problem")).to_contain_text("not in your hands any more")
    expect(chat.locator("#text")).to_have_value("half a sentence")
    expect(chat.locator(".write__send")).to_be_disabled()


def test_a_case_that_a_colleague_takes_is_shown_so_at_once(
    page: Page, url: str, house: Ports, bot: ScriptedBot, bob: Joined
) -> None:
    case = tell(house, bot, "a story")
    page.goto(f"{url}/desk/cases/{case.id}")
    expect(page.locator("#composer button")).to_be_visible()
    cases.take(house, screener=bob.screener, case_id=case.id)
    expect(page.locator("#composer")).to_have_text("Bob has this case. You can read along.")
    expect(page.locator(f".beside [data-case='{case.id}']")).to_contain_text("With Bob")


def test_without_room_for_events_the_page_asks_now_and_then(
    page: Page, url: str, house: Ports, bot: ScriptedBot
) -> None:
    page.route("**/desk/events*", lambda route: route.fulfill(status=503, body=""))
    page.clock.install()
    page.goto(f"{url}/desk")
    expect(page.get_by_text("No connection.")).to_be_visible()  # it has heard that there is no room
    case = tell(house, bot, "a story")
    page.clock.run_for(6_000)
    expect(page.locator(f"[data-case='{case.id}']")).to_be_visible()


def test_logged_out_elsewhere_the_page_goes_and_the_draft_is_kept(
    chat: Page, house: Ports, mine: conversation.Opened, anna: Joined
) -> None:
    with chat.expect_response("**/draft"):
        chat.fill("#text", "half a sentence")
    log_out(house, session_token=anna.session_token)
    expect(chat.locator("h1")).to_have_text("Log in to the desk")
    assert read_draft(house, screener=anna.screener, case_id=mine.id) == "half a sentence"


def test_logged_out_elsewhere_the_page_never_goes_with_words_that_nobody_keeps(
    chat: Page, context: BrowserContext, url: str, house: Ports, anna: Joined
) -> None:
    queue = context.new_page()
    queue.goto(f"{url}/desk")
    chat.route("**/draft", lambda route: route.abort())
    chat.fill("#text", "half a sentence")
    log_out(house, session_token=anna.session_token)
    expect(queue.locator("h1")).to_have_text("Log in to the desk")
    expect(chat.locator("#text")).to_have_value("half a sentence")


def test_j_and_k_walk_through_the_list(
    page: Page, url: str, house: Ports, bot: ScriptedBot
) -> None:
    for _ in range(2):
        tell(house, bot, "a story")
    page.goto(f"{url}/desk")
    links = page.locator(".case__link")
    links.first.focus()
    page.keyboard.press("j")
    expect(links.last).to_be_focused()
    page.keyboard.press("k")
    expect(links.first).to_be_focused()


def test_escape_takes_the_question_about_closing_back(chat: Page) -> None:
    closing = chat.locator(".confirm:has(form[action$='/close'])")
    closing.locator("summary").click()
    expect(closing.locator(".confirm__box")).to_be_visible()
    chat.keyboard.press("Escape")
    expect(closing.locator(".confirm__box")).to_be_hidden()
    expect(closing.locator("summary")).to_be_focused()


def test_access_that_a_colleague_gives_opens_the_desk_by_itself(
    chromium: Chromium, url: str, house: Ports, anna: Joined
) -> None:
    cleo = join_in(house, "Cleo")
    hers = chromium.new_context()
    hers.add_cookies([{"name": "d", "value": cleo.session_token, "url": url}])
    page = hers.new_page()
    page.clock.install()
    page.goto(f"{url}/desk")
    expect(page.locator("h1")).to_have_text("A colleague has to give you access")
    grant_access(house, screener=anna.screener, other_id=cleo.screener.id)
    page.clock.run_for(11_000)
    expect(page.locator("h1")).to_have_text("Queue")
    hers.close()


@pytest.mark.parametrize("width", [320, 360, 768, 1024, 1280, 1920])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_nothing_sticks_out_sideways(
    page: Page, url: str, mine: conversation.Opened, width: int, direction: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/desk?state=open", f"/desk/cases/{mine.id}#text", "/desk/login"):
        page.goto(url + path)
        page.evaluate("direction => document.documentElement.dir = direction", direction)
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_in_the_wide_layout_the_panes_scroll_and_the_page_stands_still(
    page: Page, url: str, house: Ports, mine: conversation.Opened
) -> None:
    for number in range(12):
        reply(house, mine, f"message {number}\n" * 4)
    page.goto(f"{url}/desk/cases/{mine.id}#text")
    assert page.evaluate("document.documentElement.scrollHeight") == WIDE["height"]
    log = "document.getElementById('log')"
    assert page.evaluate(f"{log}.scrollHeight > {log}.clientHeight")
    assert page.evaluate(f"{log}.scrollTop > 0")


KEPT = """async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
  (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]"""


def test_the_desk_asks_nobody_else_and_keeps_one_cookie(
    page: Page, context: BrowserContext, url: str, mine: conversation.Opened
) -> None:
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    pages = ("", "?state=open", f"/cases/{mine.id}", "/roster", "/measures", "/audit")
    for path in pages:
        page.goto(f"{url}/desk{path}")
        assert page.evaluate(KEPT) == [0, 0, 0, 0, 0], path
    assert [one for one in asked if not one.startswith(f"{url}/")] == []
    assert [cookie["name"] for cookie in context.cookies()] == ["d"]
    context.clear_cookies()
    page.goto(f"{url}/desk/login")
    (cookie,) = context.cookies()  # the log-in form's own
    assert cookie["name"] == "e"
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict" and cookie["expires"] == -1
