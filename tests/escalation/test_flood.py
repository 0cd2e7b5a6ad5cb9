"""A flood stands apart, whoever is in danger does not, and nothing is thrown away."""

from __future__ import annotations

import pytest

from escalation import conversation as conv
from escalation.bot import BotLine, BotTurn
from escalation.desk import cases
from escalation.desk.queue import list_cases, piles_aside
from escalation.desk.setting_aside import put_back, put_back_pile
from escalation.flood import REPEATS_MAX
from escalation.ports import Ports
from escalation.store.duty_tables import Alarm
from escalation.store.session import reading
from escalation.store.tables import Conversation
from tests.builders import Joined
from tests.fakes import Clock, ScriptedBot, saying

DANGER = "help, he has a knife and he is going to kill her now"
STORY = "there are eight people living in one room above the shop"


def write(house: Ports, text: str, *, unproven: bool = False) -> conv.Opened:
    opened = conv.open_conversation(house, language="en", rush=True, unproven=unproven)
    more(house, opened, text)
    return opened


def more(house: Ports, opened: conv.Opened, text: str) -> None:
    conv.receive(house, conversation_id=opened.id, token=opened.token, text=text)


def reason(house: Ports, opened: conv.Opened) -> str | None:
    with reading(house.sessions) as session:
        return session.get_one(Conversation, opened.id).set_aside


def alarms(house: Ports) -> int:
    with reading(house.sessions) as session:
        return session.query(Alarm).count()


def ids(house: Ports, anna: Joined, state: str) -> set[str]:
    return {row.id for row in list_cases(house, screener=anna.screener, state=state)}


@pytest.fixture
def sent_by_bot(bot: ScriptedBot) -> None:
    """Whatever is written is sent to the queue by the bot."""

    def script(turn: BotTurn) -> list[BotLine]:
        return [saying("Thank you.", submit=True)] if turn.text else [saying("Hello.")]

    bot.script = script


def test_the_first_acute_ones_page_and_exact_repeats_stand_on_a_pile(
    house: Ports, anna: Joined
) -> None:
    first = [write(house, DANGER) for _ in range(REPEATS_MAX)]
    repeats = [write(house, f"  {DANGER.upper()}!! ") for _ in range(5)]
    assert alarms(house) == REPEATS_MAX
    assert ids(house, anna, "waiting") == {one.id for one in first}
    assert ids(house, anna, "aside") == {one.id for one in repeats}
    (pile,) = piles_aside(house, screener=anna.screener)
    assert (pile.reason, pile.level, pile.language, pile.count) == ("repeated", "acute", "en", 5)


def test_one_word_more_is_another_case(house: Ports, anna: Joined) -> None:
    for _ in range(REPEATS_MAX + 5):
        write(house, DANGER)
    other = write(house, f"{DANGER} in Venlo")
    assert reason(house, other) is None
    assert alarms(house) == REPEATS_MAX + 1


def test_who_cries_for_help_in_two_words_is_never_a_repeat(house: Ports, anna: Joined) -> None:
    for _ in range(REPEATS_MAX + 5):
        assert reason(house, write(house, "help me")) is None


def test_somebody_on_the_pile_who_writes_something_else_comes_back_and_pages(
    house: Ports, anna: Joined
) -> None:
    for _ in range(REPEATS_MAX):
        write(house, DANGER)
    real = write(house, DANGER)
    assert reason(house, real) == "repeated"
    more(house, real, DANGER)
    assert reason(house, real) == "repeated"
    more(house, real, "please believe me")
    assert real.id in ids(house, anna, "waiting")
    assert alarms(house) == REPEATS_MAX + 1
    more(house, real, DANGER)
    assert real.id in ids(house, anna, "waiting")


def test_one_person_who_says_it_again_and_again_is_no_flood(house: Ports, anna: Joined) -> None:
    opened = write(house, DANGER)
    for _ in range(REPEATS_MAX + 5):
        more(house, opened, DANGER)
    assert reason(house, opened) is None
    assert alarms(house) == 1


def test_stories_that_repeat_are_set_aside_and_short_answers_never(
    house: Ports, anna: Joined, sent_by_bot: None
) -> None:
    for _ in range(REPEATS_MAX):
        write(house, STORY)
        assert reason(house, write(house, "I do not know")) is None
    flood = write(house, STORY)
    assert reason(house, flood) == "repeated"
    assert ids(house, anna, "aside") == {flood.id}
    assert flood.id not in ids(house, anna, "open")


def test_links_alone_are_set_aside_only_without_a_proof_and_never_in_danger(
    house: Ports, anna: Joined
) -> None:
    link = "look https://example.org/a https://example.org/b"
    assert reason(house, write(house, link, unproven=True)) == "links"
    assert reason(house, write(house, link)) is None
    told = f"{link} this is the advert with the girl from next door"
    assert reason(house, write(house, told, unproven=True)) is None
    assert reason(house, write(house, f"{DANGER} {link}", unproven=True)) is None


def test_a_screener_puts_one_back_and_then_people_are_called(
    house: Ports, anna: Joined, clock: Clock
) -> None:
    for _ in range(REPEATS_MAX):
        write(house, DANGER)
    one, other = write(house, DANGER), write(house, DANGER)
    since = clock.now
    clock.forward(minutes=3)
    put_back(house, screener=anna.screener, case_id=one.id)
    assert ids(house, anna, "aside") == {other.id}
    assert alarms(house) == REPEATS_MAX + 1
    (row,) = [
        row
        for row in list_cases(house, screener=anna.screener, state="waiting")
        if row.id == one.id
    ]
    assert row.waiting_since == since, "with its own place in the queue"
    put_back(house, screener=anna.screener, case_id=one.id)
    assert alarms(house) == REPEATS_MAX + 1


def test_a_whole_pile_is_put_back(house: Ports, anna: Joined) -> None:
    for _ in range(REPEATS_MAX + 3):
        write(house, DANGER)
    (pile,) = piles_aside(house, screener=anna.screener)
    assert put_back_pile(house, screener=anna.screener, pile=pile) == 3
    assert piles_aside(house, screener=anna.screener) == []
    assert alarms(house) == REPEATS_MAX + 3


def test_what_is_taken_over_is_set_aside_no_more(house: Ports, anna: Joined) -> None:
    for _ in range(REPEATS_MAX + 1):
        last = write(house, DANGER)
    cases.take(house, screener=anna.screener, case_id=last.id)
    assert ids(house, anna, "aside") == set()
    cases.release(house, screener=anna.screener, case_id=last.id, to="waiting")
    assert last.id in ids(house, anna, "waiting")
