"""The chat as a person without JavaScript meets it."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from escalation.desk import cases
from escalation.ports import Ports
from tests.fakes import ScriptedBot
from tests.web.browser import Browser, plain
from tests.web.conftest import Opened


def test_choosing_a_language_opens_the_chat(browser: Browser) -> None:
    browser.begin("en")
    assert browser.turns() == [
        ("bot", "Hello. This is a computer program."),
        ("bot", "Is it safe for you to write now?"),
    ]
    assert browser.offered() == ["safe_now:yes", "safe_now:no"]


def test_without_a_choice_of_language_the_browsers_own_is_a_hint(browser: Browser) -> None:
    browser.client.post("/start", headers={"Accept-Language": "pl"})
    browser.get("/chat")
    assert '<html lang="pl" dir="ltr">' in browser.page


def test_a_message_is_answered_at_the_same_address(chat: Browser) -> None:
    sent = chat.say("Three girls in room 212")
    assert sent.request.path == "/chat"
    assert sent.history[-1].status_code == 303
    assert sent.history[-1].location == "/chat#latest"
    assert chat.turns()[2:] == [
        ("reporter", "Three girls in room 212"),
        ("bot", "Thank you for telling us."),
        ("bot", "Is anybody under 18?"),
    ]


def test_the_page_begins_to_show_at_the_newest_answer(chat: Browser) -> None:
    chat.say("hello")
    assert chat.page.count('id="latest"') == 1
    newest = chat.page[chat.page.index('id="latest"') :]
    assert "Thank you for telling us." in newest
    assert "hello" not in newest.split("</li>")[0]


def test_answers_are_buttons_and_skipping_stands_apart(chat: Browser) -> None:
    chat.press("safe_now:yes")
    assert chat.turns()[2] == ("reporter", "Yes")
    quiet = chat.page[chat.page.index('class="offer__quiet"') :]
    assert 'value="skip:minors"' in quiet
    assert 'value="unknown:minors"' in quiet
    assert 'value="minors:yes"' not in quiet


def test_ticked_answers_are_sent_together(chat: Browser, bot: ScriptedBot) -> None:
    chat.say("what I need")
    assert chat.page.count('type="checkbox"') == 3
    ticked = MultiDict(chat.fields())
    ticked.setlist("tick", ["immediate_needs:shelter", "immediate_needs:food"])
    ticked["choice"] = "done:immediate_needs"
    chat.post("/chat", ticked)
    assert bot.turns[-1].choice == "immediate_needs:shelter,food"
    assert ("reporter", "A safe place to sleep and Food") in chat.turns()


def test_ready_without_a_tick_ends_the_question(chat: Browser, bot: ScriptedBot) -> None:
    chat.say("what I need")
    chat.press("done:immediate_needs")
    assert bot.turns[-1].choice == "done:immediate_needs"


def test_the_same_form_sent_twice_is_stored_once(chat: Browser) -> None:
    form = {**chat.fields(), "text": "only once"}
    chat.post("/chat", form)
    first = chat.turns()
    chat.post("/chat", form)
    assert chat.turns() == first


def test_what_was_typed_stays_when_a_button_is_pressed(chat: Browser) -> None:
    chat.press("safe_now:yes", typed="and there is more")
    assert chat.typed() == "and there is more"
    assert ("reporter", "Yes") in chat.turns()


def test_a_summary_is_a_list_of_labels_and_values(chat: Browser) -> None:
    chat.say("summary")
    assert "<dt>Where</dt><dd><bdi>Hotel</bdi></dd>" in chat.page
    assert "<dd><bdi>&lt;b&gt;room 212&lt;/b&gt;</bdi></dd>" in chat.page


def test_a_phone_number_can_be_called(chat: Browser) -> None:
    chat.say("summary")
    chat.press("send:yes")
    assert '<a href="tel:112" dir="ltr">112</a>' in chat.page


def test_the_receipt_is_shown_in_four_groups_and_never_in_an_address(chat: Browser) -> None:
    assert 'class="receipt"' not in chat.page
    chat.say("summary")
    sent = chat.press("send:yes")
    groups = chat.page.split('class="receipt__group">')[1:]
    digits = [group[:4] for group in groups]
    assert len(digits) == 4
    assert all(len(group) == 4 and group.isdigit() for group in digits)
    addresses = [step.location or "" for step in sent.history] + [sent.request.path]
    assert not any(group in address for group in digits for address in addresses)


def test_hiding_shows_a_harmless_page_until_the_person_goes_on(chat: Browser) -> None:
    chat.say("please hide")
    assert "room" not in chat.page
    assert "Niet-Pluis" not in plain(chat.page)
    assert chat.turns() == []
    chat.press("resume")
    assert ("bot", "Thank you for telling us.") in chat.turns()


def test_erasing_through_the_bot_ends_the_session(chat: Browser) -> None:
    erased = chat.say("please erase")
    assert erased.request.path == "/done"
    assert "It has been erased" in chat.page
    assert chat.get("/chat").request.path == "/"


def test_erasing_asks_first_and_then_clears_the_browser(chat: Browser) -> None:
    chat.get("/end")
    assert "We cannot bring it back." in chat.page
    csrf = chat.page.split('name="csrf" value="')[1].split('"')[0]
    answer = chat.client.post("/end", data={"csrf": csrf})
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert chat.get("/chat").request.path == "/"


def test_changing_the_language_keeps_the_conversation(chat: Browser) -> None:
    chat.say("hello")
    before = len(chat.turns())
    chat.post("/chat", {**chat.fields(), "language": "pl", "text": "half a sent"})
    assert '<html lang="pl"' in chat.page
    assert len(chat.turns()) == before
    assert chat.typed() == "half a sent"


def test_with_the_bot_away_the_person_is_told_the_truth(chat: Browser, bot: ScriptedBot) -> None:
    bot.up = False
    chat.say("is anybody there")
    author, words = chat.turns()[-1]
    assert author == "system"
    assert "is not answering at the moment. Your message is saved." in words


def test_a_person_on_duty_is_seen_to_be_a_person(
    chat: Browser, house: Ports, opened: Opened
) -> None:
    chat.say("summary")
    chat.press("send:yes")
    anna = opened.anna.screener
    case_id = chat.client.get_cookie("s").value.split(".")[0]  # type: ignore[union-attr]
    cases.take(house, screener=anna, case_id=case_id)
    cases.say(house, screener=anna, case_id=case_id, text="Hello, I am here.", client_id="a")
    chat.get("/chat")
    assert chat.turns()[-1] == ("screener", "Hello, I am here.")
    assert "A person on duty" in chat.page[chat.page.index("turn--screener") :]
    assert chat.offered() == []


def test_no_conversation_leads_to_the_start(browser: Browser) -> None:
    assert browser.get("/chat").request.path == "/"
    assert browser.get("/end").request.path == "/"


@pytest.mark.parametrize("cookie", ["nonsense", "a.b", "..", "ffff." + "x" * 2000])
def test_a_session_that_is_over_says_how_to_come_back(app: Flask, cookie: str) -> None:
    browser = Browser(app)
    browser.client.set_cookie("s", cookie)
    answer = browser.get("/chat")
    if answer.request.path != "/":
        assert browser.status in (401, 404)
        assert "Come back with your number" in browser.page
        assert browser.client.get_cookie("s") is None


def test_text_typed_after_the_session_ended_is_given_back(chat: Browser) -> None:
    fields = chat.fields()
    chat.client.set_cookie("s", "ffff.xxxx")
    chat.post("/chat", {**fields, "text": "a long story"})
    assert chat.status in (401, 403, 404)
    assert chat.typed() == "a long story"
