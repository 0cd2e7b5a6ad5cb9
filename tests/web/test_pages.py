"""The pages around the chat: start, receipt, leaving, and what the person should know before."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask

from escalation.ports import Ports
from tests.web.browser import Browser
from web.app import create_app
from web.config import Settings

TELLING_WORDS = re.compile(
    r"niet-pluis|report|help|danger|traffic|exploit|police|eras|trace|anonym|tor\b", re.IGNORECASE
)


def receipt_of(browser: Browser) -> str:
    browser.say("summary")
    browser.press("send:yes")
    return "".join(re.findall(r'class="receipt__group">(\d{4})<', browser.page))


def test_the_start_page_offers_each_language_by_its_own_name(browser: Browser) -> None:
    browser.get("/")
    for code, name in [("nl", "Nederlands"), ("en", "English"), ("pl", "Polski")]:
        assert re.search(rf'value="{code}" lang="{code}"[^>]*>{name}</button>', browser.page)


def test_the_start_page_says_that_it_is_a_computer_and_who_reads_along(browser: Browser) -> None:
    browser.get("/")
    assert "You start with a computer program." in browser.page
    assert "A care worker reads what you tell." in browser.page
    assert 'href="tel:112"' in browser.page


def test_the_start_page_leads_back_to_an_open_chat(chat: Browser) -> None:
    chat.get("/")
    assert "You have an open chat" in chat.page


def test_the_language_can_be_chosen_in_the_address(browser: Browser) -> None:
    for code in ("nl", "en", "pl"):
        browser.get(f"/?lang={code}")
        assert f'<html lang="{code}" dir="ltr">' in browser.page
    browser.get("/?lang=xx")
    assert '<html lang="en"' in browser.page


@pytest.mark.parametrize(
    "path",
    ["/", "/receipt", "/privacy", "/about", "/connection", "/done", "/nope", "/chat", "/end"],
)
def test_the_tab_betrays_nothing_and_the_way_out_is_there(chat: Browser, path: str) -> None:
    chat.get(path)
    title = re.search(r"<title>(.*?)</title>", chat.page)
    assert title and title[1].strip()
    assert not TELLING_WORDS.search(title[1] + path)
    assert 'href="/leave"' in chat.page
    assert chat.page.index('class="skip-link"') < chat.page.index("<header")


def test_leaving_ends_the_session_first_and_goes_to_a_harmless_site(chat: Browser) -> None:
    answer = chat.client.get("/leave")
    assert answer.status_code == 303
    assert answer.location == Settings().exit_url
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert chat.client.get_cookie("s") is None
    assert chat.get("/chat").request.path == "/"


def test_where_leaving_leads_can_be_set(house: Ports, settings: Settings) -> None:
    app = create_app(replace(settings, exit_url="https://weather.example/"), house)
    assert app.test_client().get("/leave").location == "https://weather.example/"


def test_with_the_receipt_the_conversation_opens_again(chat: Browser, app: Flask) -> None:
    receipt = receipt_of(chat)
    turns = chat.turns()
    other = Browser(app)
    opened = other.post("/receipt", {"receipt": " ".join(re.findall("....", receipt))})
    assert opened.request.path == "/chat"
    assert opened.request.query_string == b""
    assert other.turns() == turns


def test_digits_of_other_scripts_are_taken(chat: Browser, app: Flask) -> None:
    arabic = receipt_of(chat).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    other = Browser(app)
    assert other.post("/receipt", {"receipt": arabic}).request.path == "/chat"


@pytest.mark.parametrize("typed", ["", "1234", "0000 0000 0000 0000", "not a number", "1" * 500])
def test_a_wrong_receipt_is_told_kindly(browser: Browser, typed: str) -> None:
    browser.post("/receipt", {"receipt": typed})
    assert browser.status == 404
    assert "Please check the 16 digits." in browser.page
    assert typed == "" or typed not in browser.page


def test_guessing_receipts_is_stopped(house: Ports, settings: Settings) -> None:
    browser = Browser(create_app(replace(settings, wrong_receipts_max=2), house))
    for expected in (404, 404, 429):
        browser.post("/receipt", {"receipt": "1234"})
        assert browser.status == expected
    assert "Please wait ten minutes" in browser.page


def test_the_page_about_traces_is_honest(browser: Browser) -> None:
    browser.get("/privacy")
    assert "It does not clear your history." in browser.page


@pytest.mark.parametrize(
    "who", ["Who runs the wifi", "internet provider", "A program that somebody put", "keyboard"]
)
def test_the_page_about_traces_says_what_it_cannot_do(browser: Browser, who: str) -> None:
    browser.get("/privacy")
    cannot = browser.page.partition("What you cannot clear here")[2]
    assert who in cannot


def test_the_way_to_tor_starts_in_the_chat(chat: Browser) -> None:
    assert 'href="/privacy?lang=en"' in chat.page
    chat.get("/privacy?lang=en")
    assert 'href="/connection?lang=en"' in chat.page
    chat.get("/connection?lang=en")
    assert f'href="{Settings().tor_browser_url}"' in chat.page
    assert "can see that you use Tor" in chat.page.partition("What it does not hide")[2]


def test_who_erases_is_told_what_goes_and_what_stays(chat: Browser) -> None:
    chat.get("/end")
    for part in ("removed from our system", "still knows what was said", "counts", "Copies"):
        assert part in chat.page


def test_the_page_about_anonymity_says_what_cannot_be_promised(browser: Browser) -> None:
    browser.get("/about")
    assert "What we cannot promise" in browser.page
    assert "We do not keep the internet address" in browser.page


def test_without_any_desk_the_service_says_that_it_is_not_open(
    tmp_path: object, settings: Settings
) -> None:
    from escalation.store.session import make_engine
    from tests.builders import build_house

    engine = make_engine(f"sqlite:///{tmp_path}/empty.sqlite3")
    browser = Browser(create_app(settings, build_house(engine)))
    browser.post("/start", {"language": "en"})
    assert browser.status == 503
    assert "This service is not open yet" in browser.page
    engine.dispose()
