"""A reporter in a browser: reads what is asked, answers what the plan knows, and skips the rest."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from playwright.sync_api import Error, Page

MOST_ANSWERS = 30
WAIT_SECONDS = 60.0


@dataclass
class Reporter:
    """Somebody at the public page. ``plan`` maps field names to a choice, a list of choices, or text."""

    page: Page
    url: str
    plan: Mapping[str, object]

    def begin(self, language: str) -> None:
        """Open the start page and choose a language."""
        self.page.goto(f"{self.url}/?lang={language}")
        self.page.click(f"button[name=language][value={language}]")
        self.page.wait_for_url(f"{self.url}/chat")
        self.page.wait_for_selector(".turn--bot")

    def write(self, text: str) -> None:
        """Type a message and send it; wait until it is answered."""
        before = self.last_turn()
        self.page.fill("#text", text)
        self.page.click("[name=send]")
        self.wait_past(before)

    def press(self, choice_id: str) -> None:
        """Press one of the offered answers; wait until it is answered."""
        before = self.last_turn()
        self.page.click(f'button[name=choice][value="{choice_id}"]')
        self.wait_past(before)

    def tick(self, choice_ids: list[str]) -> None:
        """Tick several answers and press ready."""
        before = self.last_turn()
        for choice_id in choice_ids:
            self.page.check(f'input[name=tick][value="{choice_id}"]')
        self.page.click('button[name=choice][value^="done:"]')
        self.wait_past(before)

    def answer_until_sent(self) -> list[str]:
        """Answer until the report is sent; return the fields that were asked, in order."""
        asked: list[str] = []
        for _ in range(MOST_ANSWERS):
            if self.page.query_selector(".receipt__digits"):
                return asked  # in danger it is sent at once
            offered = self.offered()
            if "send:yes" in offered:
                self.press("send:yes")
                return asked
            field = asked_field(offered)
            if field in asked and f"done:{field}" in offered:
                self.press(f"done:{field}")  # "tell a little more?"
                continue
            asked.append(field)
            self._answer(field, offered)
        raise AssertionError(f"never came to sending; was asked {asked}")

    def offered(self) -> list[str]:
        """Return the ids of the answers that are offered now."""
        buttons = "button[name=choice], input[name=tick]"
        return [str(one.get_attribute("value")) for one in self.page.query_selector_all(buttons)]

    def turns(self) -> list[tuple[str, str]]:
        """Return who said what, in order."""
        found = []
        for item in self.page.query_selector_all("#turns > .turn"):
            author = re.search(r"turn--(\w+)", item.get_attribute("class") or "")
            body = item.query_selector(".turn__body")
            found.append((author.group(1) if author else "", body.inner_text() if body else ""))
        return found

    def last_turn(self) -> int:
        """Return the number of the last turn on the page."""
        return self._last_number("#turns > .turn")

    def _last_number(self, turns: str) -> int:
        numbers = "found => found.map(one => Number(one.dataset.turn))"
        return int(max(self.page.eval_on_selector_all(f"{turns}[data-turn]", numbers), default=0))

    def _is_past(self, turn: int) -> bool:
        with suppress(Error):  # the page is just being left for the next one
            return self._last_number("#turns > .turn:not(.turn--reporter)") > turn
        return False

    def wait_past(self, turn: int) -> None:
        """Wait for a turn of somebody else after ``turn``."""
        until = time.monotonic() + WAIT_SECONDS
        # Asked from here: what waits within the page may be lost with the page, when a new one comes in its place.
        while not self._is_past(turn):
            if time.monotonic() > until:
                shown = f"{self.page.title()!r}, last turn {self.last_turn()}, {self.offered()}"
                raise AssertionError(f"no answer after turn {turn}: {shown}")
            self.page.wait_for_timeout(50)
        # Without script this is a new page, which scrolls when it is all there: a click before that misses.
        self.page.wait_for_load_state("load")

    def _answer(self, field: str, offered: list[str]) -> None:
        wanted = self.plan.get(field)
        if isinstance(wanted, list):
            self.tick([f"{field}:{value}" for value in wanted])
        elif wanted is not None and f"{field}:{wanted}" in offered:
            self.press(f"{field}:{wanted}")
        elif isinstance(wanted, str):
            self.write(wanted)
        else:
            self.press(next(one for one in offered if one.startswith(("skip:", "unknown:"))))


def asked_field(offered: list[str]) -> str:
    """Return the field that the offered answers belong to."""
    for choice_id in offered:
        if choice_id.startswith(("skip:", "unknown:", "done:")):
            return choice_id.split(":", 1)[1]
    assert offered, "nothing is offered"
    return offered[0].split(":", 1)[0]
