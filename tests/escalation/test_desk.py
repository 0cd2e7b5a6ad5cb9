"""Joining, logging in, the queue, and working on a case."""

from __future__ import annotations

import threading
import time

import pyotp
import pytest

from escalation import conversation as conv
from escalation import errors
from escalation.bot import BotLine, BotTurn
from escalation.desk import cases, invitations, queue, screeners, sessions
from escalation.ports import Ports
from tests.builders import PASSWORD, Joined, join
from tests.fakes import Clock, ScriptedBot, saying


def submit(house: Ports, bot: ScriptedBot, text: str, **record: object) -> conv.Opened:
    """Let somebody tell ``text`` and send it."""
    bot.script = lambda turn: [saying("Sent.", record=record, submit=True)]
    opened = conv.open_conversation(house, language="en")
    conv.receive(house, conversation_id=opened.id, token=opened.token, text=text)
    return opened


def test_an_invitation_works_once(house: Ports) -> None:
    token = invitations.invite(house, name="Anna")
    invitations.accept(house, token=token, password=PASSWORD)
    with pytest.raises(errors.InvitationInvalidError):
        invitations.accept(house, token=token, password=PASSWORD)


def test_an_invitation_runs_out(house: Ports, clock: Clock) -> None:
    token = invitations.invite(house, name="Anna")
    clock.forward(days=8)
    with pytest.raises(errors.InvitationInvalidError):
        invitations.accept(house, token=token, password=PASSWORD)


@pytest.mark.parametrize("password", ["", "short", "a" * 30, "my name is anna!!", "x" * 2000])
def test_a_weak_password_is_refused_and_the_invitation_stays(house: Ports, password: str) -> None:
    token = invitations.invite(house, name="Anna")
    with pytest.raises(errors.PasswordTooWeakError):
        invitations.accept(house, token=token, password=password)
    assert invitations.accept(house, token=token, password=PASSWORD).name == "Anna"


def test_a_name_is_given_once(house: Ports, anna: Joined) -> None:
    with pytest.raises(errors.NameTakenError):
        invitations.invite(house, name="Anna")


def test_a_code_opens_one_session_only(house: Ports) -> None:
    accepted = invitations.accept(
        house, token=invitations.invite(house, name="Anna"), password=PASSWORD
    )
    code = pyotp.TOTP(accepted.totp_secret).at(int(time.time()))
    sessions.log_in(house, name="Anna", password=PASSWORD, totp=code)
    with pytest.raises(errors.LoginFailedError):
        sessions.log_in(house, name="Anna", password=PASSWORD, totp=code)


@pytest.mark.parametrize(
    ("name", "password", "totp"),
    [
        ("Anna", "wrong password!", None),
        ("Nobody", PASSWORD, None),
        ("Anna", PASSWORD, "000000"),
        ("", "", ""),
    ],
)
def test_a_wrong_login_says_nothing_about_what_was_wrong(
    house: Ports, anna: Joined, name: str, password: str, totp: str | None
) -> None:
    code = totp if totp is not None else pyotp.TOTP(anna.totp_secret).at(int(time.time()) + 30)
    with pytest.raises(errors.LoginFailedError):
        sessions.log_in(house, name=name, password=password, totp=code)


def test_too_many_wrong_logins_lock_the_account_for_a_while(
    house: Ports, anna: Joined, clock: Clock
) -> None:
    for _ in range(sessions.MAX_FAILED_LOGINS):
        with pytest.raises(errors.LoginFailedError):
            sessions.log_in(house, name="Anna", password="wrong password!", totp="000000")
    right = pyotp.TOTP(anna.totp_secret).at(int(time.time()) + 30)
    with pytest.raises(errors.LoginFailedError):
        sessions.log_in(house, name="Anna", password=PASSWORD, totp=right)
    clock.forward(minutes=6)
    assert sessions.log_in(house, name="Anna", password=PASSWORD, totp=right).token


def test_a_session_ends_by_logging_out_by_time_and_by_revoking(
    house: Ports, anna: Joined, clock: Clock
) -> None:
    bob = join(house, "Bob", by=anna.screener)
    eve = join(house, "Eve", by=anna.screener)
    sessions.log_out(house, session_token=bob.session_token)
    assert screeners.revoke(house, name="Eve")
    for ended in (bob.session_token, eve.session_token, "made up"):
        with pytest.raises(errors.SessionExpiredError):
            sessions.authenticate(house, session_token=ended)
    clock.forward(hours=11)
    with pytest.raises(errors.SessionExpiredError):
        sessions.authenticate(house, session_token=anna.session_token)


def test_a_newcomer_without_the_desk_key_reads_nothing_until_a_colleague_gives_access(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    opened = submit(house, bot, "a story")
    bob = join(house, "Bob")
    assert not bob.screener.has_access
    with pytest.raises(errors.NoAccessError):
        cases.read_case(house, screener=bob.screener, case_id=opened.id)
    waiting = screeners.waiting_for_access(house, screener=anna.screener)
    assert [info.name for info in waiting] == ["Bob"]
    screeners.grant_access(house, screener=anna.screener, other_id=bob.screener.id)
    again = sessions.authenticate(house, session_token=bob.session_token)
    assert cases.read_case(house, screener=again, case_id=opened.id).turns[1].text == "a story"


def test_police_read_only_what_the_reporter_shares_with_police(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    officer = join(house, "Officer", side="police").screener
    kept = submit(house, bot, "only for care", share_with="care_only")
    shared = submit(house, bot, "for both", share_with="care_and_police")
    with pytest.raises(errors.NoAccessError):
        cases.read_case(house, screener=officer, case_id=kept.id)
    assert cases.read_case(house, screener=officer, case_id=shared.id).readers == ("care", "police")
    assert [row.id for row in queue.list_cases(house, screener=officer)] == [shared.id]


def test_police_get_nothing_before_it_is_sent_and_nothing_after_a_change_of_mind(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    officer = join(house, "Officer", side="police").screener
    opened = conv.open_conversation(house, language="en")

    def tell(text: str, **effect: object) -> None:
        bot.script = lambda turn: [saying("Noted.", **effect)]
        conv.receive(house, conversation_id=opened.id, token=opened.token, text=text)

    tell("both", record={"share_with": "care_and_police"})
    with pytest.raises(errors.NoAccessError):
        cases.read_case(house, screener=officer, case_id=opened.id)
    tell("no, only care", record={"share_with": "care_only"})
    tell("send", submit=True)
    with pytest.raises(errors.NoAccessError):
        cases.read_case(house, screener=officer, case_id=opened.id)
    tell("police too", record={"share_with": "care_and_police"})  # widening later
    assert cases.read_case(house, screener=officer, case_id=opened.id).readers == ("care", "police")


def test_a_police_desk_that_comes_later_gets_its_copy_when_care_takes_the_case(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    opened = submit(house, bot, "for both", share_with="care_and_police")
    officer = join(house, "Officer", side="police").screener
    with pytest.raises(errors.NoAccessError):
        cases.read_case(house, screener=officer, case_id=opened.id)
    cases.take(house, screener=anna.screener, case_id=opened.id)
    assert cases.read_case(house, screener=officer, case_id=opened.id).turns


def test_the_queue_has_the_acute_case_first_then_who_waits_longest(
    house: Ports, anna: Joined, bot: ScriptedBot, clock: Clock
) -> None:
    calm = submit(house, bot, "the pay is late")
    clock.forward(minutes=1)
    later = submit(house, bot, "the room is damp")
    clock.forward(minutes=1)
    acute = submit(house, bot, "come soon", can_leave="no", happening="now", threatened="yes")
    rows = queue.list_cases(house, screener=anna.screener, state="waiting")
    assert [row.id for row in rows] == [acute.id, calm.id, later.id]
    assert rows[0].level == "acute"


def test_of_many_screeners_exactly_one_gets_the_case(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    opened = submit(house, bot, "a story")
    crew = [anna, *(join(house, f"Screener {n}", by=anna.screener) for n in range(3))]
    got: list[str] = []
    late: list[str] = []

    def grab(joined: Joined) -> None:
        try:
            cases.take(house, screener=joined.screener, case_id=opened.id)
            got.append(joined.screener.name)
        except errors.AlreadyTakenError as error:
            late.append(error.owner)

    threads = [threading.Thread(target=grab, args=(joined,)) for joined in crew]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1
    assert late == got * 3


def test_screener_and_reporter_write_to_each_other(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    opened = submit(house, bot, "a story")
    cases.take(house, screener=anna.screener, case_id=opened.id)
    cases.say(house, screener=anna.screener, case_id=opened.id, text="How are you?", client_id="1")
    cases.say(house, screener=anna.screener, case_id=opened.id, text="How are you?", client_id="1")
    conv.receive(house, conversation_id=opened.id, token=opened.token, text="afraid")
    seen = conv.view(house, conversation_id=opened.id, token=opened.token).turns
    assert [(turn.author, turn.text) for turn in seen[-2:]] == [
        ("screener", "How are you?"),
        ("reporter", "afraid"),
    ]
    case = cases.read_case(house, screener=anna.screener, case_id=opened.id)
    assert case.turns[-1].text == "afraid"
    assert case.may_write


def test_only_the_owner_writes_hands_back_and_closes(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    opened = submit(house, bot, "a story")
    bob = join(house, "Bob", by=anna.screener).screener
    cases.take(house, screener=anna.screener, case_id=opened.id)
    with pytest.raises(errors.NotOwnerError):
        cases.say(house, screener=bob, case_id=opened.id, text="hi")
    with pytest.raises(errors.NotOwnerError):
        cases.release(house, screener=bob, case_id=opened.id, to="bot")
    with pytest.raises(errors.NotOwnerError):
        cases.close(house, screener=bob, case_id=opened.id)


def test_handed_back_the_bot_goes_on_where_it_was(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    opened = submit(house, bot, "a story")
    cases.take(house, screener=anna.screener, case_id=opened.id)
    before = bot.turns[-1].state

    def go_on(turn: BotTurn) -> list[BotLine]:
        return [saying("Where was it?")]

    bot.script = go_on
    cases.release(house, screener=anna.screener, case_id=opened.id, to="bot")
    assert bot.turns[-1].choice == "resume"
    assert bot.turns[-1].state != before
    view = conv.view(house, conversation_id=opened.id, token=opened.token)
    assert view.floor == "bot"
    assert [turn.line.source for turn in view.turns[-1:] if turn.line] == ["Where was it?"]


def test_back_in_the_queue_a_colleague_can_take_it(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    opened = submit(house, bot, "a story")
    bob = join(house, "Bob", by=anna.screener).screener
    cases.take(house, screener=anna.screener, case_id=opened.id)
    cases.release(house, screener=anna.screener, case_id=opened.id, to="waiting")
    cases.take(house, screener=bob, case_id=opened.id)
    assert queue.list_cases(house, screener=bob, state="mine")[0].owner_name == "Bob"


def test_a_closed_case_is_taken_by_nobody(house: Ports, anna: Joined, bot: ScriptedBot) -> None:
    opened = submit(house, bot, "a story")
    cases.take(house, screener=anna.screener, case_id=opened.id)
    cases.close(house, screener=anna.screener, case_id=opened.id)
    with pytest.raises(errors.InvalidTransitionError):
        cases.take(house, screener=anna.screener, case_id=opened.id)


def test_a_closed_case_opens_again_when_the_reporter_writes(
    house: Ports, anna: Joined, bot: ScriptedBot, clock: Clock
) -> None:
    opened = submit(house, bot, "a story")
    receipt = conv.view(house, conversation_id=opened.id, token=opened.token).receipt
    cases.take(house, screener=anna.screener, case_id=opened.id)
    cases.close(house, screener=anna.screener, case_id=opened.id)
    assert queue.list_cases(house, screener=anna.screener) == []
    clock.forward(hours=1)
    with pytest.raises(errors.WrongTokenError):
        conv.view(house, conversation_id=opened.id, token=opened.token)
    assert receipt
    back = conv.resume(house, receipt=receipt)
    answer = conv.receive(house, conversation_id=back.id, token=back.token, text="one more thing")
    assert next(turn.line.say for turn in answer.turns if turn.line) == "system_reopened"
    assert queue.list_cases(house, screener=anna.screener)[0].floor == "waiting"


def test_a_revoked_screeners_cases_return_to_the_queue(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    opened = submit(house, bot, "a story")
    bob = join(house, "Bob", by=anna.screener).screener
    cases.take(house, screener=bob, case_id=opened.id)
    screeners.revoke(house, name="Bob")
    assert [row.id for row in queue.list_cases(house, screener=anna.screener, state="waiting")] == [
        opened.id
    ]
