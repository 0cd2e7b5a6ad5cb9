"""The two scripts in a real browser: leaving at once, sending again, and events that disturb nobody's typing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Request, Route

from escalation.desk import cases
from tests.web.chromium import Site, no_complaints
from tests.web.conftest import Opened


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Iterator[Page]:
    """An open chat. Whatever the browser complains about fails the test."""
    with no_complaints(context.new_page()) as opened:
        opened.goto(f"{site.url}/?lang=en")
        opened.click("button[name=language][value=en]")
        opened.wait_for_selector(".turn--bot")
        opened.wait_for_load_state("load")  # deferred scripts have run
        yield opened


def write(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.click("[name=send]")


def own_words(page: Page) -> list[str]:
    return page.locator(".turn--reporter .turn__text").all_inner_texts()


def test_the_chat_takes_the_place_of_the_start_page(page: Page, site: Site) -> None:
    assert page.url == f"{site.url}/chat"
    page.go_back()
    assert page.url != f"{site.url}/?lang=en"


def test_a_message_is_answered_without_loading_the_page(page: Page, site: Site) -> None:
    page.evaluate("window.same = true")
    write(page, "hello")
    page.wait_for_selector("button[value='minors:yes']")
    page.click("button[value='minors:yes']")
    page.locator(".turn--reporter:not(.turn--pending)").nth(1).wait_for()
    assert page.evaluate("window.same") is True
    assert page.url == f"{site.url}/chat"
    assert own_words(page) == ["hello", "Yes"]
    assert page.input_value("#text") == ""


def test_several_answers_are_ticked_and_sent(page: Page) -> None:
    write(page, "what I need")
    page.check("input[value='immediate_needs:shelter']")
    page.check("input[value='immediate_needs:food']")
    page.click("button[value='done:immediate_needs']")
    page.wait_for_selector("button[value='minors:yes']")
    assert own_words(page)[-1] == "A safe place to sleep and Food"


def test_a_press_keeps_what_stands_in_the_text_box(page: Page) -> None:
    page.fill("#text", "and there is more")
    page.click("button[value='safe_now:yes']")
    page.wait_for_selector("button[value='minors:yes']")
    assert page.input_value("#text") == "and there is more"


def test_a_lost_answer_is_asked_for_again_and_nothing_is_stored_twice(
    page: Page, context: BrowserContext
) -> None:
    sent: list[str] = []

    def lose_the_first_answer(route: Route, request: Request) -> None:
        if request.method != "POST":
            route.continue_()
            return
        sent.append(request.post_data or "")
        if len(sent) == 1:
            route.fetch()  # it arrives, but the answer is lost on the way back
            route.abort()
        else:
            route.continue_()

    context.route("**/chat?after=*", lose_the_first_answer)
    write(page, "only once")
    page.wait_for_selector("text=Not sent yet. We keep trying.")
    page.fill("#text", "typed meanwhile")
    page.click("text=Try now")
    page.wait_for_selector("button[value='minors:yes']")
    assert sent[0] == sent[1]
    assert own_words(page) == ["only once"]
    assert page.input_value("#text") == "typed meanwhile"


def test_what_is_refused_comes_back_into_the_text_box(page: Page) -> None:
    long = "ż" * 100_001
    page.evaluate("(text) => { document.getElementById('text').value = text }", long)
    page.click("[name=send]")
    page.wait_for_selector("#problem")
    assert page.input_value("#text") == long
    assert own_words(page) == []
    assert page.evaluate("document.activeElement.id") == "text"


def test_a_person_who_writes_is_seen_at_once_and_typing_goes_on(
    page: Page, site: Site, context: BrowserContext, opened: Opened
) -> None:
    write(page, "summary")
    page.click("button[value='send:yes']")
    page.wait_for_selector(".receipt")
    page.fill("#text", "I am just typ")
    (cookie,) = (one for one in context.cookies() if one["name"] == "s")
    case_id = cookie["value"].split(".")[0]
    anna = opened.anna.screener
    cases.take(site.house, screener=anna, case_id=case_id)
    cases.say(site.house, screener=anna, case_id=case_id, text="I am here.", client_id="1")
    page.wait_for_selector(".turn--screener")
    assert page.input_value("#text") == "I am just typ"
    assert page.evaluate("document.activeElement.id") == "text"
    assert page.locator(".receipt:not([open])").count() == 1


def test_hiding_leaves_nothing_to_see(page: Page) -> None:
    write(page, "please hide")
    page.wait_for_selector("text=There is nothing new on this page.")
    assert page.locator(".turn").count() == 0
    assert page.title() == "Information"


def test_erasing_by_word_ends_on_a_page_that_says_so(page: Page, site: Site) -> None:
    write(page, "please erase")
    page.wait_for_url(f"{site.url}/done?lang=en")


def test_the_red_button_leaves_and_the_way_back_is_closed(
    page: Page, context: BrowserContext, site: Site
) -> None:
    page.click(".exit")
    page.wait_for_url(site.weather)
    assert context.cookies() == []
    page.go_back()
    assert "turn" not in page.content()


def test_shift_three_times_leaves(page: Page, site: Site) -> None:
    for _ in range(2):
        page.keyboard.press("Shift")
    assert page.get_attribute(".exit", "data-presses") == "2"
    assert page.inner_text("p.visually-hidden[role=status]") == "Press Shift once more to leave"
    page.keyboard.press("Shift")
    page.wait_for_url(site.weather)


def test_capital_letters_do_not_leave(page: Page, site: Site) -> None:
    page.focus("#text")
    for letter in "ABCD":
        page.keyboard.press(f"Shift+{letter}")
    page.wait_for_timeout(200)
    assert page.url == f"{site.url}/chat"
    assert page.input_value("#text") == "ABCD"
    for key in ("Shift", "a", "Shift", "b", "Shift"):
        page.keyboard.press(key)
    page.wait_for_timeout(200)
    assert page.url == f"{site.url}/chat"


def test_without_script_the_red_button_is_a_link_that_leaves(
    chromium: Chromium, site: Site
) -> None:
    plain = chromium.new_context(java_script_enabled=False)
    page = plain.new_page()
    page.goto(f"{site.url}/?lang=en")
    page.click("button[name=language][value=en]")
    page.fill("#text", "hello")
    page.click("[name=send]")
    assert page.url == f"{site.url}/chat#latest"
    assert page.locator("#latest").is_visible()
    page.click(".exit")
    assert page.url == site.weather
    assert plain.cookies() == []
    plain.close()


def test_the_language_changes_and_what_was_typed_stays(page: Page) -> None:
    page.fill("#text", "half a sent")
    page.click("header .menu__button")
    page.click("header button[value=pl]")
    page.wait_for_selector("html[lang=pl]")
    assert page.input_value("#text") == "half a sent"


def test_nothing_is_cut_off_on_a_narrow_phone(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", "/chat", "/receipt", "/privacy", "/about"):
        page.goto(f"{site.url}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_whatever_is_pressed_is_big_enough_for_a_thumb(page: Page, site: Site) -> None:
    for path in ("/?lang=en", "/chat", "/receipt?lang=en"):
        page.goto(f"{site.url}{path}")
        small = page.eval_on_selector_all(
            "button, .button, .exit, .menu__button, .site-footer a, .tick, summary",
            "all => all.filter(one => one.checkVisibility()).map(one => [one.outerHTML.slice(0, 60),"
            " one.getBoundingClientRect().height]).filter(([, height]) => height < 44)",
        )
        assert small == [], path
