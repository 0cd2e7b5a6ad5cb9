"""The main job: three people tell, all stand in the queue, a person takes one over, and the reporter comes back."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.e2e.house import House
from tests.e2e.reporter import Reporter

HOTEL = {
    "safe_now": "yes",
    "purpose": "report",
    "own_words": (
        "ik werk aan de balie van een hotel. in kamer 212 zit een meisje, ik denk 15, en er gaan "
        "steeds andere mannen naar boven. de derde is net naar binnen, nu op dit moment"
    ),
    "place_text": "Hotel De Linde, Stationsplein 4, Maastricht",
    "victim_count": "one",
    "minors": "yes",
    "share_with": "care_and_police",
    "contact": "none",
}
GREENHOUSE = {
    "safe_now": "yes",
    "purpose": "help_self",
    "own_words": (
        "pracuje w szklarni od marca, szef nie placi nam od dwoch miesiecy, mieszkamy w jego "
        "domu i zabral nam paszporty"
    ),
    "place_text": "szklarnia kolo Venlo",
    "happening": "this_month",
    "victim_count": "six_to_twenty",
    "minors": "no",
    "can_leave": "yes",
    "share_with": "care_only",
    "contact": "none",
}
NEIGHBOUR = {
    "safe_now": "yes",
    "purpose": "report",
    "own_words": (
        "next door there are about eight people living above the shop, a van picks them up at "
        "five every morning and they never seem to have a day off"
    ),
    "place_text": "Mill Lane 14, Roermond",
    "happening": "this_week",
    "victim_count": "six_to_twenty",
    "minors": "unknown",
    "reporter_role": "citizen",
    "share_with": "care_only",
    "contact": "none",
}
PEOPLE = {"nl": HOTEL, "pl": GREENHOUSE, "en": NEIGHBOUR}


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def context(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[BrowserContext]:
    """A browser of its own, with and without JavaScript."""
    opened = chromium.new_context(
        java_script_enabled=request.param, viewport={"width": 390, "height": 800}
    )
    yield opened
    opened.close()


def tell(context: BrowserContext, house: House, language: str) -> Reporter:
    """Let one of the three tell and send."""
    reporter = Reporter(context.new_page(), house.url, PEOPLE[language])
    reporter.begin(language)
    reporter.answer_until_sent()
    return reporter


def own_case(house: House, language: str) -> dict[str, object]:
    """Return the newest case in this language, opened."""
    rows = [row for row in house.join().cases() if row["language"] == language]
    opened = [house.join().case(str(row["id"])) for row in rows]
    return max(opened, key=lambda case: max(turn["at"] for turn in case["turns"]))


def test_three_people_tell_and_stand_in_the_queue(context: BrowserContext, house: House) -> None:
    house.join()
    for language in PEOPLE:
        before = {row["id"] for row in house.join().cases()}
        tell(context, house, language)
        sent = time.monotonic()
        while not {row["id"] for row in house.join().cases()} - before:
            assert time.monotonic() - sent < 1.0, "not in the queue within a second"
        context.clear_cookies()
    levels = [row["level"] for row in house.join().cases()]
    order = ["acute", "high", "normal"]
    assert levels == sorted(levels, key=order.index)

    hotel = own_case(house, "nl")
    assert hotel["level"] == "acute"
    assert {"minor"} <= {flag["flag"] for flag in hotel["flags"]}
    assert hotel["fields"]["place_text"] == HOTEL["place_text"]
    assert hotel["fields"]["minors"] in ("yes", "maybe")  # "ik denk 15"

    greenhouse = own_case(house, "pl")
    fields = greenhouse["fields"]
    assert {"G1", "L1"} <= set(fields["indicators"])
    assert "labour" in fields["forms"]
    assert fields["place_text"] == GREENHOUSE["place_text"]
    assert fields["share_with"] == "care_only"

    neighbour = own_case(house, "en")
    assert neighbour["fields"].get("reporter_role") == "citizen", sorted(
        neighbour["fields"].items()
    )
    assert neighbour["fields"]["victim_count"] == "six_to_twenty"
    assert neighbour["level"] in ("normal", "high")


def test_a_person_takes_over_and_the_reporter_comes_back(
    context: BrowserContext, house: House, chromium: Browser
) -> None:
    screener = house.join()
    before = {row["id"] for row in screener.cases()}
    reporter = tell(context, house, "en")
    case_id = next(str(row["id"]) for row in screener.cases() if row["id"] not in before)
    screener.call("POST", f"/cases/{case_id}/take")
    screener.call("POST", f"/cases/{case_id}/messages", text="Hello, I am on duty. Are you safe?")
    reporter.page.wait_for_timeout(500)
    if "Are you safe?" not in reporter.page.content():
        reporter.page.reload()  # without JavaScript the page is loaded again by hand
    assert ("screener", "Hello, I am on duty. Are you safe?") in reporter.turns()

    count = len([turn for turn in reporter.turns() if turn[0] == "bot"])
    reporter.page.fill("#text", "yes, but i am worried")
    reporter.page.click("[name=send]")
    reporter.page.wait_for_timeout(1000)
    reporter.page.goto(f"{house.url}/chat")
    assert reporter.turns()[-1] == ("reporter", "yes, but i am worried")
    assert len([turn for turn in reporter.turns() if turn[0] == "bot"]) == count

    receipt = reporter.page.text_content(".receipt__digits") or ""
    screener.call("POST", f"/cases/{case_id}/messages", text="We will look at it tomorrow.")
    other = chromium.new_context()
    page = other.new_page()
    page.goto(f"{house.url}/receipt?lang=en")
    page.fill("input[name=receipt]", receipt)
    page.press("input[name=receipt]", "Enter")
    page.wait_for_url(f"{house.url}/chat")
    assert "We will look at it tomorrow." in page.content()
    other.close()
