"""``make screenshots``: the pictures of the README, taken from the running product with three invented reports."""

from __future__ import annotations

import sys
import tempfile
from base64 import b64encode
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.e2e.conftest import CHROMIUM_FLAGS
from tests.e2e.desk_page import DeskPage
from tests.e2e.house import ROOT, House
from tests.e2e.reporter import Reporter
from tests.e2e.test_take_over import ANSWER, PHONE, SCREEN, tell_and_take
from tests.e2e.test_three_reporters import PEOPLE

IMAGES = ROOT / "docs" / "images"


def take(house: House, browser: Browser) -> None:
    """Let three people tell, look at the desk, and put both pictures side by side."""
    house.join()
    for language, plan in PEOPLE.items():
        page = browser.new_context(viewport=PHONE, device_scale_factor=2).new_page()
        reporter = Reporter(page, house.url, plan)
        reporter.begin(language)
        if language == "en":
            reporter.press("safe_now:yes")
            reporter.press("purpose:report")
            phone = page.screenshot()
        reporter.answer_until_sent()
    at_desk = DeskPage(
        browser.new_context(viewport=SCREEN, device_scale_factor=2).new_page(), house
    )
    at_desk.log_in("en")
    desk = at_desk.page
    desk.click("a[href*='/desk/cases/']")
    desk.wait_for_load_state()
    side_by_side(browser, phone, desk.screenshot(), IMAGES / "chat-and-desk.png")


def take_over(house: House, browser: Browser) -> None:
    """A Polish reporter and a Dutch screener in one conversation, both pages."""
    scene = tell_and_take(house, browser)
    reporter, desk = scene.reporter.page, scene.desk.page
    reporter.fill("#text", ANSWER)
    reporter.click("[name=send]")
    desk.locator(".said--reporter", has_text=ANSWER).wait_for()
    scene.desk.pick("safe_now")
    scene.said("screener", "?").last.wait_for()
    reporter.wait_for_timeout(1000)
    phone, screen = reporter.screenshot(), desk.screenshot()
    side_by_side(browser, phone, screen, IMAGES / "take-over.png")


def side_by_side(browser: Browser, left: bytes, right: bytes, target: Path) -> None:
    """Write one picture of two."""
    page = browser.new_page(viewport={"width": 1680, "height": 820})
    images = "".join(
        f'<img style="height:780px;border:1px solid #ccc;border-radius:12px" '
        f'src="data:image/png;base64,{b64encode(one).decode()}">'
        for one in (left, right)
    )
    page.set_content(f'<body style="margin:20px;display:flex;gap:24px">{images}</body>')
    target.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=target)


def main() -> None:
    """Start the product, take the pictures, stop it."""
    with tempfile.TemporaryDirectory(prefix="nietpluis-") as directory:
        house = House(Path(directory))
        house.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path="/usr/bin/chromium", args=list(CHROMIUM_FLAGS)
                )
                take(house, browser)
                take_over(house, browser)
        finally:
            house.stop()
    sys.stdout.write(f"{IMAGES}\n")


if __name__ == "__main__":
    main()
