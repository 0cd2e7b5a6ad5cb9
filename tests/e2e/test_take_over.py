"""A Polish reporter on a telephone and a Dutch screener at the desk, from the first word to the closing."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Browser, Locator

from tests.e2e.desk_page import DeskPage
from tests.e2e.house import House
from tests.e2e.reporter import Reporter
from tests.e2e.test_three_reporters import PEOPLE

PHONE = {"width": 390, "height": 780}
SCREEN = {"width": 1240, "height": 780}
GREETING = "Dzień dobry. Jestem człowiekiem, nie komputerem. Czytam Twoje wiadomości."
ANSWER = "boję się, on wraca o szóstej"
WORD = "Zostaję tu z Panią."
DECIDES = 5_000
"""Milliseconds within which what one writes must stand on the other's page."""


@dataclass
class Scene:
    """Both pages of one conversation."""

    reporter: Reporter
    desk: DeskPage
    case_id: str

    def said(self, author: str, text: str) -> Locator:
        """Return the turn on the reporter's page that holds ``text``."""
        return self.reporter.page.locator(f".turn--{author}", has_text=text)


def tell_and_take(house: House, browser: Browser) -> Scene:
    """Let somebody tell in Polish and a Dutch screener take it over and greet from the phrasebook."""
    desk = DeskPage(browser.new_context(viewport=SCREEN, device_scale_factor=2).new_page(), house)
    desk.log_in("nl")
    before = {row["id"] for row in house.join().cases()}
    phone = browser.new_context(viewport=PHONE, device_scale_factor=2, locale="pl-PL").new_page()
    reporter = Reporter(phone, house.url, PEOPLE["pl"])
    reporter.begin("pl")
    reporter.answer_until_sent()
    case_id = next(str(row["id"]) for row in house.join().cases() if row["id"] not in before)
    desk.page.goto(f"{house.url}/desk")
    desk.open(case_id)
    desk.take()
    desk.pick("hello")
    scene = Scene(reporter, desk, case_id)
    scene.said("screener", GREETING).wait_for(timeout=DECIDES)
    return scene


def test_polish_and_dutch_from_the_first_word_to_the_closing(
    house: House, chromium: Browser
) -> None:
    scene = tell_and_take(house, chromium)
    reporter, desk = scene.reporter.page, scene.desk.page
    assert desk.locator("html").get_attribute("lang") == "nl"
    assert "Ik ben een mens" in desk.locator(".said--screener").first.inner_text()

    bot_said = reporter.locator(".turn--bot").count()
    reporter.fill("#text", ANSWER)
    reporter.click("[name=send]")
    desk.locator(".said--reporter", has_text=ANSWER).wait_for(timeout=DECIDES)
    scene.desk.say(WORD)
    scene.said("screener", WORD).wait_for(timeout=DECIDES)
    assert reporter.locator(".turn--bot").count() == bot_said

    scene.desk.close_case()
    assert house.join().case(scene.case_id)["floor"] == "closed"
    reporter.wait_for_timeout(1000)
    last = scene.reporter.turns()[-1]
    assert last[0] not in ("reporter", "screener"), "the reporter is told that it is closed"
    assert scene.said("screener", WORD).count() == 1
    for page in (reporter, desk):
        page.context.close()
