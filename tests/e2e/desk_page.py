"""A screener in a browser: logs in, takes a case over, writes, and closes it."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.e2e.house import PASSWORD, House


@dataclass
class DeskPage:
    """The desk as one screener has it open."""

    page: Page
    house: House

    def log_in(self, language: str) -> None:
        """Log in with password and code, and read the desk in ``language``."""
        screener = self.house.join()
        self.page.goto(f"{self.house.url}/desk/login?lang={language}")
        self.page.fill("input[name=name]", screener.name)
        self.page.fill("input[name=password]", PASSWORD)
        self.house.wait_for_next_code()
        self.page.fill("input[name=code]", self.house.code())
        self.page.click("main form button")
        self.page.wait_for_url(f"{self.house.url}/desk*")

    def open(self, case_id: str) -> None:
        """Open a case from the queue."""
        self.page.click(f"li[data-case='{case_id}'] a.case__link")
        self.page.wait_for_url(f"{self.house.url}/desk/cases/{case_id}*")

    def take(self) -> None:
        """Take the opened case over."""
        self.page.click("form[action$='/take'] button")
        self.page.wait_for_selector("#write")

    def say(self, text: str) -> None:
        """Write to the person."""
        self.page.fill("#text", text)
        self.page.click(".write__send")
        self.page.wait_for_selector(f".said--screener >> text={text}")

    def pick(self, phrase_id: str) -> None:
        """Send a line of the phrasebook."""
        before = self.page.locator(".said--screener").count()
        self.page.click("#phrases > summary")
        self.page.click(f"button[name=phrase][value={phrase_id}]")
        self.page.locator(".said--screener").nth(before).wait_for()

    def close_case(self) -> None:
        """Close the case, and say yes to the question whether everything is done."""
        button = self.page.locator("form[action$='/close'] button")
        if not button.is_visible():
            self.page.locator("details:has(form[action$='/close']) > summary").click()
        button.click()
        self.page.wait_for_selector("#write", state="detached")
