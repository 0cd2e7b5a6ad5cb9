"""What a reporter can do: nothing told is lost, nothing is doubled, and whoever has the floor speaks."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from escalation import conversation as conv
from escalation import errors
from escalation.bot import BotLine, BotTurn
from escalation.conversation import Opened
from escalation.desk import cases, queue
from escalation.desk.invitations import invite
from escalation.ports import Ports
from escalation.store.tables import Conversation, ReceiptRow, TurnRow
from tests.builders import Joined
from tests.fakes import ASK_MINORS, Clock, ScriptedBot, saying

pytestmark = pytest.mark.usefixtures("anna")


@pytest.fixture
def opened(house: Ports, anna: Joined) -> Opened:
    return conv.open_conversation(house, language="en")


def say(house: Ports, opened: Opened, text: str, client_id: str | None = None) -> conv.View:
    return conv.receive(
        house, conversation_id=opened.id, token=opened.token, text=text, client_id=client_id
    )


def choose(house: Ports, opened: Opened, choice: str) -> conv.View:
    return conv.receive(house, conversation_id=opened.id, token=opened.token, choice=choice)


def test_opening_lets_the_bot_begin(house: Ports, opened: Opened, bot: ScriptedBot) -> None:
    assert bot.turns[0].choice == "start"
    assert [turn.line for turn in opened.view.turns] == [ASK_MINORS]
    assert opened.view.floor == "bot"


def test_a_message_is_answered_and_both_stay(house: Ports, opened: Opened) -> None:
    answer = say(house, opened, "two girls next door")
    whole = conv.view(house, conversation_id=opened.id, token=opened.token)
    assert [turn.author for turn in answer.turns] == ["bot"]
    assert [turn.author for turn in whole.turns] == ["bot", "reporter", "bot"]
    assert whole.turns[1].text == "two girls next door"
    assert [turn.id for turn in whole.turns] == [1, 2, 3]


def test_the_same_client_id_changes_nothing_and_gets_the_same_answer(
    house: Ports, opened: Opened, bot: ScriptedBot
) -> None:
    first = say(house, opened, "hello", client_id="a")
    again = say(house, opened, "hello", client_id="a")
    assert again.turns == first.turns
    assert len(bot.turns) == 2  # start, hello


def test_the_same_message_twice_at_once_is_stored_once(house: Ports, opened: Opened) -> None:
    threads = [
        threading.Thread(target=say, args=(house, opened, "hello", "same")) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    turns = conv.view(house, conversation_id=opened.id, token=opened.token).turns
    assert [turn.author for turn in turns] == ["bot", "reporter", "bot"]


def test_many_messages_at_once_keep_gapless_numbers_and_one_answer_each(
    house: Ports, opened: Opened
) -> None:
    threads = [
        threading.Thread(target=say, args=(house, opened, f"message {n}", str(n)))
        for n in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    turns = conv.view(house, conversation_id=opened.id, token=opened.token).turns
    assert [turn.id for turn in turns] == list(range(1, 22))
    assert sum(turn.author == "bot" for turn in turns) == 11


def test_what_was_stored_before_a_crash_is_answered_at_the_next_look(
    house: Ports, opened: Opened, bot: ScriptedBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(turn: BotTurn) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bot, "answer", crash)
    with pytest.raises(KeyboardInterrupt):
        say(house, opened, "are you there", client_id="x")
    monkeypatch.undo()
    turns = conv.view(house, conversation_id=opened.id, token=opened.token).turns
    assert [turn.author for turn in turns] == ["bot", "reporter", "bot"]
    assert say(house, opened, "are you there", client_id="x").turns == turns[2:]


def test_with_the_bot_down_the_message_is_queued_and_the_reporter_is_told(
    house: Ports, opened: Opened, bot: ScriptedBot, anna: Joined
) -> None:
    bot.up = False
    answer = say(house, opened, "it does not feel right")
    assert answer.floor == "waiting"
    assert [turn.line.say for turn in answer.turns if turn.line] == ["system_bot_unavailable"]
    row = queue.list_cases(house, screener=anna.screener)[0]
    assert (row.id, row.flags) == (opened.id, ("bot_unavailable",))


def test_with_the_bot_back_the_conversation_goes_on_where_it_was(
    house: Ports, opened: Opened, bot: ScriptedBot
) -> None:
    bot.up = False
    say(house, opened, "first")
    say(house, opened, "second")
    bot.up = True
    view = conv.view(house, conversation_id=opened.id, token=opened.token)
    assert view.floor == "bot"
    assert [turn.text for turn in bot.turns] == [None, "first", "second"]
    assert [turn.state for turn in bot.turns] == [None, b"1", b"2"]


def test_while_the_bot_is_down_looking_again_adds_nothing(
    house: Ports, opened: Opened, bot: ScriptedBot
) -> None:
    bot.up = False
    say(house, opened, "first")
    before = conv.view(house, conversation_id=opened.id, token=opened.token)
    version = house.bus.version(f"conversation:{opened.id}")
    assert conv.view(house, conversation_id=opened.id, token=opened.token) == before
    assert house.bus.version(f"conversation:{opened.id}") == version


def test_the_bot_is_silent_while_a_screener_has_the_floor(
    house: Ports, opened: Opened, bot: ScriptedBot, anna: Joined
) -> None:
    cases.take(house, screener=anna.screener, case_id=opened.id)
    answer = say(house, opened, "is anybody there?")
    assert answer.turns == ()
    assert len(bot.turns) == 1


def test_an_answer_of_the_bot_is_dropped_when_a_screener_stepped_in_meanwhile(
    house: Ports, opened: Opened, bot: ScriptedBot, anna: Joined
) -> None:
    def slow(turn: BotTurn) -> list[BotLine]:
        cases.take(house, screener=anna.screener, case_id=opened.id)
        return [saying("too late", record={"place_text": "Harbour 3"})]

    bot.script = slow
    answer = say(house, opened, "hello?")
    assert answer.turns == ()
    assert answer.floor == "screener"


def test_submitting_queues_the_case_and_gives_a_receipt_that_opens_it_again(
    house: Ports, opened: Opened, bot: ScriptedBot, anna: Joined
) -> None:
    bot.script = lambda turn: [saying("Sent.", record={"place_text": "Mill Lane"}, submit=True)]
    answer = say(house, opened, "send it")
    assert answer.floor == "waiting"
    assert answer.receipt is not None and len(answer.receipt) == 16
    again = conv.resume(house, receipt=" ".join(answer.receipt))
    assert again.id == opened.id
    assert again.view.turns[1].text == "send it"
    case = cases.read_case(house, screener=anna.screener, case_id=opened.id)
    assert case.fields == {"place_text": "Mill Lane"}
    assert all(answer.receipt not in str(turn) for turn in case.turns)


def test_a_receipt_is_taken_in_the_digits_of_any_script(
    house: Ports, opened: Opened, bot: ScriptedBot
) -> None:
    bot.script = lambda turn: [saying("Sent.", submit=True)]
    receipt = say(house, opened, "send").receipt
    assert receipt
    arabic = receipt.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert conv.resume(house, receipt=arabic).id == opened.id


@pytest.mark.parametrize(
    "typed", ["", "1234", "0000 0000 0000 0000", "x" * 5000, "12345678901234567"]
)
def test_a_wrong_receipt_is_refused(house: Ports, typed: str) -> None:
    with pytest.raises(errors.ReceiptUnknownError):
        conv.resume(house, receipt=typed)


def test_one_receipt_is_enough_however_often_it_is_asked_for(
    house: Ports, opened: Opened, bot: ScriptedBot
) -> None:
    bot.script = lambda turn: [saying("Sent.", submit=True)]
    first = say(house, opened, "send").receipt
    say(house, opened, "anything else?")  # the bot says "sent" a second time
    assert conv.view(house, conversation_id=opened.id, token=opened.token).receipt == first
    with house.sessions() as session:
        assert session.scalar(select(func.count()).select_from(ReceiptRow)) == 1


def test_while_waiting_the_bot_keeps_company_and_the_case_keeps_its_place(
    house: Ports, opened: Opened, bot: ScriptedBot, anna: Joined
) -> None:
    bot.script = lambda turn: [saying("A person comes.", handoff="asked_for_human")]
    say(house, opened, "a person please")
    bot.script = lambda turn: [saying("I have added that.")]
    answer = say(house, opened, "still here")
    assert answer.floor == "waiting"
    assert [turn.line.source for turn in answer.turns if turn.line] == ["I have added that."]
    rows = queue.list_cases(house, screener=anna.screener, state="waiting")
    assert [row.id for row in rows] == [opened.id]
    cases.take(house, screener=anna.screener, case_id=opened.id)
    assert say(house, opened, "and now?").turns == ()


def test_the_bot_is_told_which_flags_stand_and_whether_this_very_message_is_acute(
    house: Ports, opened: Opened, bot: ScriptedBot
) -> None:
    say(house, opened, "he has a knife and is coming for me now")
    say(house, opened, "thank you")
    alarming, calm = bot.turns[-2:]
    assert alarming.acute_now
    assert not calm.acute_now
    assert calm.level == "acute"
    assert "violence_or_weapon" in calm.flags


def test_a_choice_is_kept_as_its_label_and_must_have_been_offered(
    house: Ports, opened: Opened
) -> None:
    choose(house, opened, "minors:yes")
    turn = conv.view(house, conversation_id=opened.id, token=opened.token).turns[1]
    assert turn.line is not None and turn.line.source == "Yes"
    for made_up in ("minors:perhaps", "erase:yes", "", ":", "resume"):
        with pytest.raises(errors.ChoiceNotOfferedError):
            choose(house, opened, made_up)


@pytest.mark.parametrize("typed", ["Yes", " yes. ", "YES!"])
def test_the_label_of_a_button_typed_out_is_that_button(
    house: Ports, opened: Opened, bot: ScriptedBot, typed: str
) -> None:
    say(house, opened, typed)
    assert (bot.turns[-1].choice, bot.turns[-1].text) == ("minors:yes", None)
    say(house, opened, "yes and he has a van")
    assert bot.turns[-1].choice is None


@pytest.mark.parametrize("nothing", ["", "   ", "\n\t", "\x00\x07", "\u202e"])
def test_an_empty_message_is_refused_and_nothing_is_stored(
    house: Ports, opened: Opened, nothing: str
) -> None:
    with pytest.raises(errors.EmptyMessageError):
        say(house, opened, nothing)
    assert len(conv.view(house, conversation_id=opened.id, token=opened.token).turns) == 1


@pytest.mark.parametrize(
    "text", ["😀", "a\x00b", "\ud800 broken", "{{7*7}} {slot} <script>", "/restart", "x" * 100_000]
)
def test_odd_text_is_stored_and_answered(house: Ports, opened: Opened, text: str) -> None:
    assert say(house, opened, text).turns
    kept = conv.view(house, conversation_id=opened.id, token=opened.token).turns[1].text
    assert kept == text.replace("\x00", "").replace("\ud800", "?")


def test_a_fault_in_triage_never_costs_the_message(
    house: Ports, opened: Opened, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(text: str, language: str) -> None:
        raise RuntimeError(text)

    monkeypatch.setattr("escalation.triage.read_text", broken)
    assert say(house, opened, "he has a knife").turns
    assert "knife" not in caplog.text


def test_a_message_beyond_the_limit_is_refused(house: Ports, opened: Opened) -> None:
    with pytest.raises(errors.MessageTooLongError):
        say(house, opened, "x" * 100_001)


def test_a_wrong_token_opens_nothing_and_an_unknown_conversation_is_not_found(
    house: Ports, opened: Opened
) -> None:
    other = conv.open_conversation(house, language="pl")
    for token in ("", "wrong", other.token, "\ud800"):
        with pytest.raises(errors.WrongTokenError):
            conv.view(house, conversation_id=opened.id, token=token)
    with pytest.raises(errors.ConversationNotFoundError):
        conv.view(house, conversation_id="0" * 32, token=opened.token)


def test_a_token_runs_out_a_day_after_the_last_message(
    house: Ports, opened: Opened, clock: Clock
) -> None:
    clock.forward(hours=23)
    say(house, opened, "still here")
    clock.forward(hours=23)
    conv.view(house, conversation_id=opened.id, token=opened.token)
    clock.forward(hours=2)
    with pytest.raises(errors.WrongTokenError):
        conv.view(house, conversation_id=opened.id, token=opened.token)


def test_erasing_leaves_no_row(house: Ports, opened: Opened, bot: ScriptedBot) -> None:
    say(house, opened, "hello")
    conv.erase(house, conversation_id=opened.id, token=opened.token)
    with house.sessions() as session:
        assert session.scalar(select(func.count()).select_from(TurnRow)) == 0
        assert session.scalar(select(func.count()).select_from(Conversation)) == 0
    with pytest.raises(errors.ConversationNotFoundError):
        conv.view(house, conversation_id=opened.id, token=opened.token)


def test_erasing_by_the_bots_question_says_so_in_the_persons_language(
    house: Ports, opened: Opened, bot: ScriptedBot
) -> None:
    bot.script = lambda turn: [saying("Erased.", erase=True)]
    view = say(house, opened, "delete everything")
    assert view.language == "en"
    assert view.turns[0].line is not None and view.turns[0].line.say == "system_erased"


def test_the_persons_own_language_beats_what_is_heard(house: Ports, opened: Opened) -> None:
    view = conv.choose_language(house, conversation_id=opened.id, token=opened.token, language="pl")
    assert view.language == "pl"
    with pytest.raises(errors.UnknownLanguageError):
        conv.choose_language(house, conversation_id=opened.id, token=opened.token, language="xx")


def test_hiding_shows_at_the_next_look_and_resume_shows_again(
    house: Ports, opened: Opened, bot: ScriptedBot
) -> None:
    bot.script = lambda turn: [saying("Come back later.", hide=True)]
    assert say(house, opened, "he is coming").hidden
    bot.script = lambda turn: [saying("Welcome back.")]
    assert not choose(house, opened, "resume").hidden


def test_no_desk_means_no_conversation(engine: object, bot: ScriptedBot, clock: Clock) -> None:
    from tests.builders import build_house

    bare = build_house(engine, bot, clock)  # type: ignore[arg-type]
    with bare.sessions() as session:
        from escalation.store.tables import CaseKeyCopy, DeskKey

        session.query(CaseKeyCopy).delete()
        session.query(DeskKey).delete()
        session.commit()
    with pytest.raises(errors.ServiceNotReadyError):
        conv.open_conversation(bare)
    invite(bare, name="Somebody else")
    assert conv.open_conversation(bare).id
