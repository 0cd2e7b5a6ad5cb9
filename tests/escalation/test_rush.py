"""In a rush: conversations open without the bot, nothing is lost by it, and danger never waits."""

from __future__ import annotations

from escalation import conversation as conv
from escalation import floor
from escalation.lanes import MESSAGES_A_MINUTE
from escalation.openings import KEPT_FOR
from escalation.ports import Ports
from escalation.store.session import reading
from escalation.store.tables import Conversation
from tests.builders import Joined
from tests.fakes import Clock, ScriptedBot

DANGER = "help, he has a knife and he is going to kill her now"


def rushed(house: Ports, *, unproven: bool = False) -> conv.Opened:
    return conv.open_conversation(house, language="en", rush=True, unproven=unproven)


def says(view: conv.View) -> list[str]:
    return [turn.line.say for turn in view.turns if turn.line]


def write(house: Ports, opened: conv.Opened, text: str) -> conv.View:
    return conv.receive(house, conversation_id=opened.id, token=opened.token, text=text)


def test_the_first_one_asks_the_bot_and_the_next_ones_open_with_the_same_words(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    first = rushed(house)
    asked = len(bot.turns)
    second = rushed(house)
    assert len(bot.turns) == asked == 1
    assert says(second.view) == says(first.view) != []
    assert second.view.floor == floor.BOT


def test_the_bot_goes_through_its_opening_before_the_first_message(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    rushed(house)
    opened = rushed(house)
    write(house, opened, "there are eight people in one room")
    assert [turn.choice or turn.text for turn in bot.turns[1:]] == [
        "start",
        "there are eight people in one room",
    ]
    assert bot.turns[-1].state == b"1", "the state that the opening led to"
    write(house, opened, "since a week")
    assert len(bot.turns) == 4, "the opening only once"


def test_in_danger_the_bot_answers_without_going_through_its_opening(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    rushed(house)
    write(house, rushed(house), DANGER)
    assert [turn.choice or turn.text for turn in bot.turns] == ["start", DANGER]


def test_old_words_are_not_said(house: Ports, anna: Joined, bot: ScriptedBot, clock: Clock) -> None:
    rushed(house)
    clock.forward(seconds=KEPT_FOR.total_seconds())
    rushed(house)
    assert len(bot.turns) == 2


def test_another_language_has_other_words(house: Ports, anna: Joined, bot: ScriptedBot) -> None:
    rushed(house)
    conv.open_conversation(house, language="pl", rush=True)
    assert [turn.language for turn in bot.turns] == ["en", "pl"]


def fill_slow_lane(house: Ports) -> None:
    while house.slow_lane.enter():
        pass


def test_unproven_messages_wait_for_a_place_and_are_answered_later(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    opened = rushed(house, unproven=True)
    fill_slow_lane(house)
    view = write(house, opened, "how much is the minimum wage")
    assert says(view) == ["system_busy"]
    again = conv.view(house, conversation_id=opened.id, token=opened.token)
    assert says(again).count("system_busy") == 1, "told once, however often the page looks"
    house.slow_lane.leave()
    answered = conv.view(house, conversation_id=opened.id, token=opened.token)
    assert says(answered)[-1] == "utter_ask_minors"
    assert bot.turns[-1].text == "how much is the minimum wage"
    assert house.slow_lane.enter(), "the place was given back"


def test_danger_is_answered_at_once_also_unproven(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    opened = rushed(house, unproven=True)
    fill_slow_lane(house)
    view = write(house, opened, DANGER)
    assert says(view) == ["utter_ask_minors"]
    with reading(house.sessions) as session:
        assert session.get_one(Conversation, opened.id).waiting_since is not None


def test_the_place_is_given_back_when_the_bot_fails(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    opened = rushed(house, unproven=True)
    bot.up = False
    for text in ("one", "two", "three"):
        write(house, opened, text)
    bot.up = True
    assert says(write(house, opened, "four"))[-1] == "utter_ask_minors"


def test_who_proved_nothing_but_writes_like_a_machine_waits_too(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    opened = rushed(house)
    for number in range(MESSAGES_A_MINUTE):
        write(house, opened, f"message {number}")
    fill_slow_lane(house)
    assert says(write(house, opened, "one more")) == ["system_busy"]
    assert says(write(house, opened, DANGER))[-1] == "utter_ask_minors"
