"""Scripts, templates and markup in every text that is shown, on both sides, in a real browser: nothing of it runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, sync_playwright

from escalation import conversation
from escalation.bot import BotLine
from escalation.conversation import Opened
from escalation.desk import cases, corrections, drafts, notes
from escalation.lines import Choice, Line
from escalation.ports import Ports
from tests.builders import Joined
from tests.desk.conftest import join_in
from tests.fakes import ScriptedBot
from tests.web.chromium import chromium_path, served

MARK = "npxss"
PAYLOADS = (
    f"<script>document.title='{MARK}';alert(1)</script>",
    f"<img src=x onerror=\"document.title='{MARK}';alert(1)\">",
    f"<svg/onload=alert('{MARK}')><details open ontoggle=alert(1)>",
    f"\"' autofocus onfocus=alert('{MARK}') x='",
    f"</textarea></title></style><script>alert('{MARK}')</script>",
    f"javascript:alert('{MARK}') {{{{7*7}}}} {{% print(7*7) %}} ${{7*7}}",
    f"<iframe srcdoc=\"<script>parent.alert('{MARK}')</script>\"></iframe>",
    f"<a href=\"javascript:alert('{MARK}')\">112</a><form action=//evil.example><button>x",
    "<base href=//evil.example/><meta http-equiv=refresh content=0;url=//evil.example>",
)
ALL = "\n".join(PAYLOADS)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    with served(app) as url:
        yield url


@pytest.fixture
def context(chromium: Chromium) -> Iterator[BrowserContext]:
    """A browser that notes whatever runs, asks or leaves."""
    opened = chromium.new_context(reduced_motion="reduce", locale="en-GB")
    yield opened
    opened.close()


@pytest.fixture
def poisoned(house: Ports, bot: ScriptedBot, anna: Joined) -> Opened:
    """A case in Anna's hands, in which every text that can be written is an attack."""
    rows = {"kind": "rows", "rows": [{"label": ALL, "value": {"kind": "text", "value": ALL}}]}
    args = {"a": ALL, "b": {"kind": "phone", "value": f"112{PAYLOADS[0]}"}, "rows": rows}
    line = Line(
        "utter_x", f"{{a}} {{b}} {ALL}", args=args,
        choices=(Choice(f"minors:{PAYLOADS[3]}", ALL), Choice("minors:yes", PAYLOADS[1])),
    )  # fmt: skip
    record = {"own_words": ALL, "place": ALL}
    bot.script = lambda turn: [BotLine(line, {"record": record, "submit": True})]
    opened = conversation.open_conversation(house, language="en")
    conversation.receive(house, conversation_id=opened.id, token=opened.token, text=ALL)
    cases.take(house, screener=anna.screener, case_id=opened.id)
    cases.say(house, screener=anna.screener, case_id=opened.id, text=ALL, client_id="1")
    notes.add_note(house, screener=anna.screener, case_id=opened.id, text=ALL)
    corrections.correct_field(
        house, screener=anna.screener, case_id=opened.id, field="own_words", value=ALL
    )
    drafts.save_draft(house, screener=anna.screener, case_id=opened.id, text=ALL)
    return opened


def nothing_runs(context: BrowserContext, site: str, paths: list[str]) -> None:
    """Open pages and fail when a dialog, a script, a navigation or a request to another place comes of it."""
    ran: list[str] = []
    for path in paths:
        look_at(context, site, path, ran)
    assert ran == []


def look_at(context: BrowserContext, site: str, path: str, ran: list[str]) -> None:
    """Open one page in a tab of its own and note in ``ran`` what came of it."""
    page = context.new_page()
    page.on("dialog", lambda dialog: (ran.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: ran.append(f"error {error}"))
    page.on(
        "console", lambda said: ran.append(said.text) if "Security Policy" in said.text else None
    )
    page.on("request", lambda asked: None if asked.url.startswith(site) else ran.append(asked.url))
    page.goto(f"{site}{path}")
    page.wait_for_load_state("load")
    page.wait_for_timeout(150)  # whatever is deferred
    assert page.url.startswith(site + path.partition("?")[0]), page.url
    assert MARK not in page.title()
    planted = "script:not([src]), iframe, object, embed, base, img[src=x], [onerror], [onfocus]"
    assert page.locator(planted).count() == 0, path
    assert page.locator("a[href^='javascript:'], form[action*=evil]").count() == 0, path
    page.close()


def test_nothing_runs_at_the_reporters(
    context: BrowserContext, site: str, poisoned: Opened
) -> None:
    context.add_cookies([{"name": "s", "value": f"{poisoned.id}.{poisoned.token}", "url": site}])
    nothing_runs(context, site, ["/chat", "/end"])


def test_nothing_runs_at_the_desk(
    context: BrowserContext, site: str, poisoned: Opened, anna: Joined
) -> None:
    context.add_cookies([{"name": "d", "value": anna.session_token, "url": site}])
    case = f"/desk/cases/{poisoned.id}"
    nothing_runs(context, site, [case, f"{case}/fields/own_words", "/desk", "/desk?state=mine"])


def test_nothing_runs_in_a_colleagues_name(
    context: BrowserContext, site: str, house: Ports, anna: Joined, bob: Joined, told: Opened
) -> None:
    name = f"<img src=x onerror=alert('{MARK}')>"
    evil = join_in(house, name, by=anna.screener)
    cases.take(house, screener=evil.screener, case_id=told.id)
    context.add_cookies([{"name": "d", "value": bob.session_token, "url": site}])
    nothing_runs(
        context, site, ["/desk", f"/desk/cases/{told.id}", "/desk/roster", "/desk/waiting-times"]
    )


def test_nothing_runs_that_stands_in_an_address(context: BrowserContext, site: str) -> None:
    odd = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    paths = ["/?lang=", "/receipt?lang=", "/desk/login?next=/desk/"]
    nothing_runs(context, site, [path + odd for path in paths])
