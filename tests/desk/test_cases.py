"""One case: what it shows, who may do what, and that nothing typed is lost. All by forms, without JavaScript."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from escalation import casefile, conversation
from escalation.desk import cases, screeners
from escalation.ports import Ports
from escalation.store.session import unit_of_work
from escalation.store.tables import Conversation
from escalation.triage import RaisedFlag
from tests.builders import Joined
from tests.desk.conftest import join_in
from tests.desk.desk import PART, SAME_ORIGIN, Desk, open_case, plain, reply, tell
from tests.fakes import ASK_MINORS, Clock, ScriptedBot, saying


def test_a_case_shows_its_fields_in_words(desk: Desk, house: Ports, bot: ScriptedBot) -> None:
    case = tell(
        house,
        bot,
        "pomocy",
        own_words="Szef trzyma <nasze> paszporty",
        indicators=["G1", "L10"],
        victim_count="six_to_twenty",
        hours_per_week=70,
        minors="unknown",
        interpreter_language="pl",
        share_with="care_only",
    )
    open_case(desk, case.id)
    rows = dict(
        (plain(label), [plain(value) for value in re.findall(r"<dd.*?</dd>", values, re.S)])
        for label, values in re.findall(
            r'<div class="facts__row[^>]*><dt>(.*?)</dt>(.*?)</div>', desk.page, re.S
        )
    )
    assert rows["In their own words"] == ["Szef trzyma <nasze> paszporty"]
    assert rows["Signs"] == [
        "Somebody else keeps the papers (G1)",
        "Too many people in one house (L10)",
    ]
    assert rows["How many people"] == ["Six to twenty"]
    assert rows["Hours a week"] == ["70"]
    assert rows["Anybody under 18"] == ["Does not know"]
    assert rows["Interpreter for"] == ["Polish"]
    assert rows["May be shared with"] == ["Care only"]
    assert '<dd lang="pl" dir="auto">Szef trzyma &lt;nasze&gt; paszporty</dd>' in desk.page
    assert "May read this case: Care" in desk.text
    assert "Kind of place" in desk.text.partition("Not asked or not told")[2]


def test_a_flag_tells_which_answer_or_which_words_raised_it(
    desk: Desk, house: Ports, bot: ScriptedBot
) -> None:
    case = tell(house, bot, "a story", language="en", can_leave="no")
    words = RaisedFlag("violence_or_weapon", "words", "a <knife>", "en: knife", True)
    with unit_of_work(house.sessions) as session:
        casefile.raise_flags(session, session.get_one(Conversation, case.id), [words])
    open_case(desk, case.id)
    reasons = plain(desk.page[desk.page.index('id="flags"') : desk.page.index('class="talk"')])
    assert reasons.index("Violence or weapon happening now") < reasons.index("Can leave: No")
    assert "Which rule en: knife" in reasons
    assert '<q lang="en" dir="auto">a &lt;knife&gt;</q>' in desk.page


def test_a_reason_of_the_system_is_told_in_words(
    desk: Desk, house: Ports, bot: ScriptedBot
) -> None:
    bot.script = lambda turn: [saying("One moment.", handoff="asked_for_human")]
    opened = conversation.open_conversation(house, language="pl")
    conversation.receive(house, conversation_id=opened.id, token=opened.token, text="a person")
    open_case(desk, opened.id)
    assert "The person asked to speak with somebody." in desk.text


def test_the_transcript_speaks_the_screeners_language_and_leaves_typed_text_alone(
    house: Ports, bot: ScriptedBot, app: Flask, anna: Joined, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {"nl": {"Is anybody under 18?": "Is iemand jonger dan 18?", "Yes": "Ja", "No": "Nee"}}
    words["nl"] |= {"Computer": "Computer", "The person": "De persoon", "Skip": "Overslaan"}

    def translate(source: str, locale: str) -> str:
        return words.get(locale, {}).get(source, source)

    monkeypatch.setattr("web.i18n.translate", translate)
    monkeypatch.setattr("web.rendering.translate", translate)
    opened = conversation.open_conversation(house, language="pl")
    for message in ({"choice": "minors:yes"}, {"text": "Yes, tak\nNo"}):
        conversation.receive(house, conversation_id=opened.id, token=opened.token, **message)
    bot.script = lambda turn: [saying("", submit=True)]
    reply(house, opened, "wyślij")
    dutch = Desk(app, join_in(house, "Daan", language="nl", by=anna.screener).session_token)
    open_case(dutch, opened.id)
    said = dutch.said()
    theirs = re.compile(r'<div class="said__body said__theirs".*?</div>', re.S)
    assert ASK_MINORS.source not in theirs.sub("", dutch.page)
    assert said[0] == ("bot", "Is iemand jonger dan 18? Answers offered: Ja Nee Overslaan")
    assert said[1] == ("reporter", "Ja")
    assert ("reporter", "Yes, tak No") in said
    assert '<p class="said__text" lang="pl" dir="auto">Yes, tak\nNo</p>' in dutch.page
    assert '<html lang="nl" dir="ltr"' in dutch.page


def test_what_the_person_reads_stands_beside_it_in_their_language(
    desk: Desk, house: Ports, bot: ScriptedBot
) -> None:
    polish = tell(house, bot, "dzień dobry", language="pl")
    open_case(desk, polish.id)
    assert 'id="both"' in desk.page
    theirs = re.findall(r'<div class="said__body said__theirs".*?</div>', desk.page, re.S)
    assert theirs and all('lang="pl" dir="ltr"' in one for one in theirs)
    assert "Is it safe" not in plain("".join(theirs))
    assert all("dzień dobry" not in one for one in theirs)  # typed text is not doubled

    english = tell(house, bot, "good morning", language="en")
    open_case(desk, english.id)
    assert 'id="both"' not in desk.page and "said__theirs" not in desk.page


def test_markup_that_somebody_typed_is_only_text(
    desk: Desk, house: Ports, bot: ScriptedBot
) -> None:
    case = tell(house, bot, '<script>alert(1)</script> {{ 7*7 }} %(x)s "quoted"')
    open_case(desk, case.id)
    assert "<script>alert" not in desk.page
    assert ("reporter", '<script>alert(1)</script> {{ 7*7 }} %(x)s "quoted"') in desk.said()


def test_of_two_screeners_the_second_reads_who_was_first(
    desk: Desk, bobs_desk: Desk, house: Ports, bot: ScriptedBot
) -> None:
    case = tell(house, bot, "a story")
    path = open_case(desk, case.id)
    open_case(bobs_desk, case.id)
    bobs_desk.send(f"{path}/take")
    assert bobs_desk.status == 200
    desk.send(f"{path}/take")
    assert desk.status == 409
    assert "Bob was first and has the case now." in desk.text
    assert "Bob has this case. You can read along." in desk.text
    assert 'class="write__text"' not in desk.page


def test_taking_ones_own_case_again_changes_nothing(
    desk: Desk, house: Ports, bot: ScriptedBot
) -> None:
    case = tell(house, bot, "a story")
    path = open_case(desk, case.id)
    token = desk.hidden(f"{path}/take")
    for _ in range(2):
        answer = desk.client.post(f"{path}/take", data=token, headers=SAME_ORIGIN)
        assert answer.status_code == 303
    open_case(desk, case.id)
    joined = ("system", "A person has joined. You are now writing with a person, not a computer.")
    assert desk.said().count(joined) == 1


@pytest.fixture
def mine(desk: Desk, house: Ports, bot: ScriptedBot) -> conversation.Opened:
    """A case in Anna's hands, shown in her browser."""
    case = tell(house, bot, "a story")
    path = open_case(desk, case.id)
    desk.send(f"{path}/take")
    return case


def seen(house: Ports, case: conversation.Opened) -> list[tuple[str, str | None]]:
    turns = conversation.view(house, conversation_id=case.id, token=case.token).turns
    return [(turn.author, turn.text) for turn in turns if turn.line is None]


def test_screener_and_person_write_to_each_other(
    desk: Desk, house: Ports, mine: conversation.Opened
) -> None:
    path = f"/desk/cases/{mine.id}"
    desk.send(f"{path}/messages", text="How are you?\r\nI am Anna.")
    assert seen(house, mine)[-1][0] == "screener"
    reply(house, mine, "boję się")
    open_case(desk, mine.id)
    assert desk.said()[-2:] == [
        ("screener", "How are you? I am Anna."),
        ("reporter", "boję się"),
    ]


def test_sending_twice_stores_once(desk: Desk, house: Ports, mine: conversation.Opened) -> None:
    path = f"/desk/cases/{mine.id}/messages"
    data = {**desk.hidden(path), "text": "Hello"}
    for _ in range(2):
        answer = desk.client.post(path, data=data, headers=SAME_ORIGIN)
        assert answer.status_code == 303
    assert seen(house, mine).count(("screener", "Hello")) == 1


def test_another_message_from_an_old_page_is_not_taken_for_the_first(
    desk: Desk, house: Ports, mine: conversation.Opened
) -> None:
    path = f"/desk/cases/{mine.id}/messages"
    old = desk.hidden(path)
    for text in ("first", "second"):
        desk.client.post(path, data={**old, "text": text}, headers=SAME_ORIGIN)
    assert seen(house, mine)[-2:] == [("screener", "first"), ("screener", "second")]


def test_the_script_gets_the_new_turns_and_a_new_state_of_the_parts(
    desk: Desk, house: Ports, mine: conversation.Opened
) -> None:
    path = f"/desk/cases/{mine.id}"
    last = int(re.search(r'data-last="(\d+)"', desk.page)[1])  # type: ignore[index]
    data = {**desk.hidden(f"{path}/messages"), "text": "Hello"}
    answer = desk.client.post(
        f"{path}/messages?after={last}", data=data, headers={**SAME_ORIGIN, **PART}
    )
    assert answer.status_code == 200
    assert re.findall(r'id="turn-(\d+)"', answer.text) == [str(last + 1)]
    assert set(re.findall(r'data-part="(\w+)"', answer.text)) == {
        "head", "flags", "facts", "turns", "composer", "typing",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [("   ", 422, "There was no text"), ("x" * 100_001, 413, "too long")],
)
def test_what_could_not_be_sent_stays_in_the_box(
    desk: Desk, mine: conversation.Opened, text: str, status: int, told: str
) -> None:
    desk.send(f"/desk/cases/{mine.id}/messages", text=text)
    assert desk.status == status
    assert told in desk.text
    assert desk.typed() == text


def test_when_the_case_left_ones_hands_the_text_is_given_back(
    desk: Desk, house: Ports, mine: conversation.Opened, anna: Joined
) -> None:
    path = f"/desk/cases/{mine.id}/messages"
    cases.release(house, screener=anna.screener, case_id=mine.id, to="waiting")
    desk.send(path, text="half a sentence")
    assert desk.status == 403
    assert "This case is not in your hands" in desk.text
    assert "half a sentence" in desk.typed()


def test_back_to_the_computer_the_bot_goes_on(
    desk: Desk, house: Ports, bot: ScriptedBot, mine: conversation.Opened
) -> None:
    bot.script = lambda turn: [saying("Where were we?")]
    desk.send(f"/desk/cases/{mine.id}/release", to="bot")
    assert desk.status == 200
    assert bot.turns[-1].choice == "resume"
    open_case(desk, mine.id)
    assert desk.said()[-1] == ("bot", "Where were we?")


def test_back_in_the_queue_a_colleague_sees_it(
    desk: Desk, bobs_desk: Desk, mine: conversation.Opened
) -> None:
    desk.send(f"/desk/cases/{mine.id}/release", to="waiting")
    bobs_desk.get("/desk")
    assert f'data-case="{mine.id}"' in bobs_desk.page


@pytest.mark.parametrize("to", ["", "screener", "closed", "nowhere"])
def test_a_case_goes_nowhere_else(desk: Desk, mine: conversation.Opened, to: str) -> None:
    desk.send(f"/desk/cases/{mine.id}/release", to=to)
    assert desk.status == 409
    assert "You have this case" in desk.text


def test_closing_asks_first_and_then_shows_a_closed_case(
    desk: Desk, mine: conversation.Opened
) -> None:
    questions = re.findall(r'<details class="confirm">.*?</details>', desk.page, re.S)
    assert "Is everything done?" in questions[-1]
    desk.send(f"/desk/cases/{mine.id}/close")
    assert "This case is closed." in desk.text
    assert 'class="write__text"' not in desk.page


@pytest.mark.parametrize("action", ["messages", "release", "close"])
def test_only_who_has_the_case_can_act_on_it(
    bobs_desk: Desk, mine: conversation.Opened, action: str
) -> None:
    open_case(bobs_desk, mine.id)
    token = bobs_desk.hidden("/desk/logout")
    data = {**token, "text": "hi", "to": "bot"}
    answer = bobs_desk.client.post(
        f"/desk/cases/{mine.id}/{action}", data=data, headers=SAME_ORIGIN
    )
    assert answer.status_code == 403
    assert "Anna has this case." in plain(answer.text)


def test_police_read_a_case_only_when_it_was_shared(
    house: Ports, bot: ScriptedBot, app: Flask
) -> None:
    officer = Desk(app, join_in(house, "Officer", side="police").session_token)
    kept = tell(house, bot, "only for care", share_with="care_only")
    shared = tell(house, bot, "for both", share_with="care_and_police")
    officer.get(f"/desk/cases/{kept.id}")
    assert officer.status == 403
    assert "Your desk cannot open this" in officer.text
    assert "only for care" not in officer.page
    open_case(officer, shared.id)
    assert "May read this case: Care Police" in officer.text


def test_an_erased_case_is_told_plainly(desk: Desk, house: Ports, bot: ScriptedBot) -> None:
    case = tell(house, bot, "a story")
    conversation.erase(house, conversation_id=case.id, token=case.token)
    desk.get(f"/desk/cases/{case.id}")
    assert desk.status == 404
    assert "The person who told it may have erased it." in desk.text


def test_a_revoked_screener_is_out_at_once(
    desk: Desk, house: Ports, mine: conversation.Opened
) -> None:
    screeners.revoke(house, name="Anna")
    answer = desk.client.post(
        f"/desk/cases/{mine.id}/messages", data={"text": "hello"}, headers=SAME_ORIGIN
    )
    assert answer.status_code == 401
    assert seen(house, mine)[-1] != ("screener", "hello")


def test_events_bring_turns_from_where_the_reader_was_and_the_queue(
    desk: Desk, house: Ports, mine: conversation.Opened
) -> None:
    reply(house, mine, "czekam w kuchni")
    path = f"/desk/cases/{mine.id}/events"
    stream = desk.get(f"{path}?after=1", Accept="text/event-stream").text
    assert stream.count("event: case") == 1
    assert stream.count("event: queue") == 1
    assert "czekam w kuchni" in stream
    assert 'id="turn-1"' not in stream
    last = max(int(one) for one in re.findall(r"^id: (\d+)$", stream, re.M))
    again = desk.get(path, Accept="text/event-stream", **{"Last-Event-ID": str(last)}).text
    assert "czekam w kuchni" not in again


def test_a_day_is_named_where_it_begins(
    desk: Desk, house: Ports, mine: conversation.Opened, clock: Clock
) -> None:
    clock.forward(hours=2)  # past midnight in Amsterdam
    reply(house, mine, "jestem")
    open_case(desk, mine.id)
    days = re.findall(r'<li class="said said--day"[^>]*><span>(.*?)</span>', desk.page)
    assert days == ["Wednesday, March 4, 2026", "Thursday, March 5, 2026"]
    last = re.findall(r'id="turn-(\d+)"', desk.page)[-1]
    part = desk.get(f"/desk/cases/{mine.id}?after={int(last) - 1}", **PART).text
    assert "Thursday" in part
    assert "Wednesday" not in part
