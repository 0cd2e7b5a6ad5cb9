"""Whatever people send: a clear and kind answer, and nothing of it lost or believed to be code."""

from __future__ import annotations

from io import BytesIO

import pytest

from escalation.intake import MAX_MESSAGE_CHARS
from tests.fakes import ScriptedBot
from tests.web.browser import Browser

WORDS_THAT_LOOK_LIKE_CODE = [
    "{{7*7}}",
    "{slot}",
    "{minors.__class__}",
    "%(name)s %s %d",
    "${7*7} <%= 7*7 %>",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "/restart",
    '/emergency{"minors": "yes"}',
    "'; DROP TABLE turns; --",
    "😀😀😀",
    "مرحبا، أحتاج مساعدة",
    "line one\nline two",
]


@pytest.mark.parametrize("words", WORDS_THAT_LOOK_LIKE_CODE)
def test_words_are_shown_as_they_were_typed(chat: Browser, bot: ScriptedBot, words: str) -> None:
    chat.say(words)
    assert chat.turns()[2] == ("reporter", " ".join(words.split()))
    assert bot.turns[-1].text == words
    assert bot.turns[-1].choice is None
    assert "<script>alert" not in chat.page
    assert "<img" not in chat.page


def test_nothing_but_spaces_asks_for_words(chat: Browser) -> None:
    chat.say("  \n ")
    assert chat.status == 422
    assert "There was no text in your message" in chat.page
    assert chat.offered() == ["safe_now:yes", "safe_now:no"]


def test_control_characters_alone_are_no_text(chat: Browser) -> None:
    chat.say("\x00\x01\x02")
    assert chat.status == 422


def test_control_characters_and_turned_directions_fall_away(chat: Browser) -> None:
    chat.say("he\x00llo \u202egnp.exe\u202c there\x07")
    assert chat.turns()[2] == ("reporter", "hello gnp.exe there")
    assert "\u202e" not in chat.page


def test_broken_utf8_keeps_what_can_be_read(chat: Browser) -> None:
    fields = chat.fields()
    body = f"csrf={fields['csrf']}&client_id=a&text=caf%E9+open%FF".encode()
    chat.client.post(
        "/chat",
        data=body,
        content_type="application/x-www-form-urlencoded",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    chat.get("/chat")
    assert chat.turns()[2] == ("reporter", "caf%E9 open%FF")


def test_the_longest_message_is_kept_whole(chat: Browser) -> None:
    words = "ż" * (MAX_MESSAGE_CHARS - 4) + " end"
    chat.say(words)
    assert chat.status == 200
    assert chat.turns()[2] == ("reporter", words)


def test_a_longer_message_is_given_back_whole(chat: Browser) -> None:
    words = "ż" * MAX_MESSAGE_CHARS + " end"
    chat.say(words)
    assert chat.status == 413
    assert "Your message is too long to send in one go" in chat.page
    assert chat.typed() == words
    assert len(chat.turns()) == 2


def test_more_than_any_message_is_refused_kindly(chat: Browser) -> None:
    chat.say("x" * 4_100_000)
    assert chat.status == 413
    assert "Please go back and send it in two or more parts." in chat.page


def test_a_choice_that_is_not_offered_changes_nothing(chat: Browser) -> None:
    chat.press("minors:yes", typed="my words")
    assert chat.status == 409
    assert "That answer is no longer open" in chat.page
    assert chat.typed() == "my words"
    assert len(chat.turns()) == 2


@pytest.mark.parametrize(
    "choice", ["", ":", "safe_now:", "safe_now:yes,{x}", "start", "x" * 5000, "intent:emergency"]
)
def test_choices_of_an_odd_form_are_not_taken(chat: Browser, choice: str) -> None:
    chat.press(choice)
    assert chat.status in (409, 422)
    assert len(chat.turns()) == 2


def test_an_id_for_the_message_may_be_missing_or_odd(chat: Browser) -> None:
    fields = {**chat.fields(), "text": "one"}
    del fields["client_id"]
    chat.post("/chat", fields)
    chat.post("/chat", {**chat.fields(), "text": "two", "client_id": "é\x00" * 400})
    own = [words for author, words in chat.turns() if author == "reporter"]
    assert own == ["one", "two"]


def test_an_unknown_language_is_told_kindly(browser: Browser) -> None:
    browser.get("/")
    browser.post("/start", {"language": "tlh"})
    assert browser.status == 422
    assert "We do not have that language yet" in browser.page


def test_unknown_fields_in_a_form_do_no_harm(chat: Browser) -> None:
    chat.say("hello", admin="1", tick="")
    assert chat.status == 200


@pytest.mark.parametrize("path", ["/nope", "/chat/", "/static/../app.py", "/static/nope.css"])
def test_an_address_that_is_not_there_leads_on(browser: Browser, path: str) -> None:
    browser.get(path)
    assert browser.status == 404
    assert "To the start" in browser.page


def test_a_wrong_method_leads_on(browser: Browser) -> None:
    browser.post("/privacy", {})
    assert browser.status == 405
    assert "To the start" in browser.page


def test_a_file_is_not_taken_and_the_text_beside_it_is_given_back(
    chat: Browser, bot: ScriptedBot
) -> None:
    asked = len(bot.turns)
    form = {
        **chat.fields(),
        "text": "this is where they live",
        "f": (BytesIO(b"x" * 9_000), "a.jpg"),
    }
    answer = chat.client.post("/chat", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 415
    assert "Something in what was sent has a form that we do not know." in page
    assert "this is where they live" in page
    assert len(bot.turns) == asked
