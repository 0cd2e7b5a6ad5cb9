"""``make screenshots``: the pictures of the README, taken from the running product with three invented reports."""

from __future__ import annotations

import sys
import tempfile
from base64 import b64encode
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.e2e.conftest import CHROMIUM_FLAGS
from tests.e2e.house import PASSWORD, ROOT, House
from tests.e2e.reporter import Reporter
from tests.e2e.test_three_reporters import PEOPLE

IMAGES = ROOT / "docs" / "images"
PHONE = {"width": 390, "height": 780}
SCREEN = {"width": 1240, "height": 780}


def take(house: House, browser: Browser) -> None:
    """Let three people tell, look at the desk, and put both pictures side by side."""
    screener = house.join()
    for language, plan in PEOPLE.items():
        page = browser.new_context(viewport=PHONE, device_scale_factor=2).new_page()
        reporter = Reporter(page, house.url, plan)
        reporter.begin(language)
        if language == "en":
            reporter.press("safe_now:yes")
            reporter.press("purpose:report")
            phone = page.screenshot()
        reporter.answer_until_sent()
    desk = browser.new_context(viewport=SCREEN, device_scale_factor=2).new_page()
    desk.goto(f"{house.url}/desk/login?lang=en")
    desk.fill("input[name=name]", screener.name)
    desk.fill("input[name=password]", PASSWORD)
    house.wait_for_next_code()
    desk.fill("input[name=code]", house.code())
    desk.click("main form button")
    desk.wait_for_url(f"{house.url}/desk*")
    desk.click("a[href*='/desk/cases/']")
    desk.wait_for_load_state()
    side_by_side(browser, phone, desk.screenshot(), IMAGES / "chat-and-desk.png")


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
        finally:
            house.stop()
    sys.stdout.write(f"{IMAGES / 'chat-and-desk.png'}\n")


if __name__ == "__main__":
    main()
