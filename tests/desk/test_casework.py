"""Work beside the talk: notes, corrected fields, cleared flags, handing on, the phrasebook, drafts and typing."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from escalation import conversation
from escalation.duty.presence import note_presence
from escalation.phrasebook import groups
from escalation.ports import Ports
from tests.builders import Joined
from tests.desk.conftest import join_in
from tests.desk.desk import SAME_ORIGIN, Desk, open_case, reply, tell
from tests.fakes import Clock, ScriptedBot


@pytest.fixture
def case(desk: Desk, house: Ports, bot: ScriptedBot) -> str:
    """The path of a case with a flag, in the screener's hands."""
    told = tell(house, bot, "a story", can_leave="no", minors="yes")
    path = open_case(desk, told.id)
    desk.send(f"{path}/take")
    return path


def test_a_note_is_for_colleagues_and_not_for_the_reporter(
    desk: Desk, case: str, house: Ports, bot: ScriptedBot
) -> None:
    desk.send(f"{case}/notes", text="Looked it up: <b>same</b> house as in May.")
    assert "Looked it up: <b>same</b> house as in May." in desk.text
    assert "<b>same</b>" not in desk.page
    assert not any("Looked it up" in said for _, said in desk.said())


def test_an_empty_note_is_no_note(desk: Desk, case: str) -> None:
    desk.send(f"{case}/notes", text="   ")
    assert desk.status == 422


def test_a_corrected_field_says_that_it_was_corrected(desk: Desk, case: str) -> None:
    desk.get(f"{case}/fields/minors")
    desk.send(f"{case}/fields/minors", value="no")
    assert re.search(r"Anybody under 18 corrected .*? No ", desk.text)
    desk.get(f"{case}/fields/hours_per_week")
    desk.send(f"{case}/fields/hours_per_week", value="many")
    assert desk.status == 422
    assert 'value="many"' in desk.page
    desk.send(f"{case}/fields/hours_per_week", value="70")
    assert re.search(r"Hours a week corrected .*? 70 ", desk.text)


@pytest.mark.parametrize("name", ["nothing", "own_words2", "0"])
def test_a_field_that_does_not_exist_is_not_found(desk: Desk, case: str, name: str) -> None:
    assert desk.get(f"{case}/fields/{name}").status_code == 404


def test_a_cleared_flag_keeps_its_reason_and_lowers_the_level(desk: Desk, case: str) -> None:
    assert "Locked in or kept there" in desk.text
    form = re.search(rf"{case}/flags/\d+/clear", desk.page)
    assert form
    desk.send(form[0], reason="He said that he goes out every day.")
    assert "cleared “" in desk.text
    assert "He said that he goes out every day." in desk.text


def test_a_case_goes_to_a_colleague_whose_desk_is_open(
    desk: Desk, case: str, app: Flask, house: Ports, anna: Joined
) -> None:
    bob = join_in(house, "Dora", by=anna.screener)
    desk.get(case)
    assert bob.screener.id not in desk.page
    desk.send(f"{case}/hand", to=bob.screener.id, note="She speaks Polish only.")
    assert desk.status == 409
    assert "She speaks Polish only." in desk.text
    note_presence(house, screener_id=bob.screener.id)
    desk.get(case)
    assert bob.screener.id in desk.page
    desk.send(f"{case}/hand", to=bob.screener.id, note="She speaks Polish only.")
    his = Desk(app, bob.session_token)
    his.get(case)
    assert "You have this case" in his.text
    assert "She speaks Polish only." in his.text
    assert ("system", "Another person goes on with you now. You can go on writing.") in his.said()


def test_a_case_goes_back_to_the_queue_for_a_side_that_may_read_it(desk: Desk, case: str) -> None:
    desk.send(f"{case}/hand", to="police", note="Is this yours?")
    assert desk.status == 409
    desk.get(case)
    desk.send(f"{case}/hand", to="care", note="I have to go home.")
    desk.get(case)
    assert "put back for Care" in desk.text
    assert "I have to go home." in desk.text


def test_a_line_of_the_phrasebook_goes_out_in_the_reporters_language(
    desk: Desk, case: str, house: Ports
) -> None:
    desk.send(f"{case}/messages", phrase="hello")
    assert (
        "screener",
        "Hello. I am a person, not a computer. I read what you wrote.",
    ) in desk.said()
    assert 'lang="pl"' in desk.page
    desk.send(f"{case}/messages", phrase="no_such_line")
    assert desk.status == 422


def test_nobody_can_say_to_be_of_the_other_side(desk: Desk, case: str) -> None:
    desk.get(case)
    assert 'value="i_am_care"' in desk.page
    assert 'value="i_am_police"' not in desk.page
    desk.send(f"{case}/messages", phrase="i_am_police")
    assert desk.status == 422


def test_the_phrasebook_holds_sixty_lines_without_doubles() -> None:
    lines = [phrase.line.source for group in groups() for phrase in group.phrases]
    assert len(lines) >= 60
    assert len(set(lines)) == len(lines)


def test_a_draft_stands_there_again(desk: Desk, case: str) -> None:
    token = desk.hidden(f"{case}/messages")["csrf"]
    answer = desk.client.post(
        f"{case}/draft", data={"csrf": token, "text": "Are you"}, headers=SAME_ORIGIN
    )
    assert answer.status_code == 204
    desk.get(case)
    assert desk.typed().strip() == "Are you"
    desk.send(f"{case}/messages", text="Are you safe?")
    desk.get(case)
    assert desk.typed().strip() == ""


def test_one_sees_that_the_other_is_typing(
    desk: Desk, house: Ports, bot: ScriptedBot, clock: Clock
) -> None:
    told = tell(house, bot, "a story")
    path = open_case(desk, told.id)
    desk.send(f"{path}/take")
    conversation.typing(house, conversation_id=told.id, token=told.token)
    desk.get(path)
    assert "The person is typing" in desk.text
    token = desk.hidden(f"{path}/messages")["csrf"]
    desk.client.post(f"{path}/draft", data={"csrf": token, "text": "Are"}, headers=SAME_ORIGIN)
    view = conversation.view(house, conversation_id=told.id, token=told.token)
    assert view.is_typing
    clock.forward(seconds=10)
    desk.get(path)
    assert "The person is typing" not in desk.text
    assert not conversation.view(house, conversation_id=told.id, token=told.token).is_typing
    reply(house, told, "I am here")
