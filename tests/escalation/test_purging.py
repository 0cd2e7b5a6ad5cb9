"""What has had its time goes, and only that: nobody who waits, or is with somebody, loses a word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from escalation import conversation as conv
from escalation import worker
from escalation.desk import cases, invitations, screeners
from escalation.outbox import send_due
from escalation.ports import Ports
from escalation.retention import ledger, policy
from escalation.retention.purging import preview, purge_conversations, purge_records
from escalation.retention.rounds import Rounds
from escalation.store.duty_tables import DutyProfile, Measure, PageRow, Typing
from escalation.store.session import unit_of_work
from escalation.store.tables import Conversation, InvitationRow, OutboxRow, ScreenerRow
from tests.builders import Joined, announce, join
from tests.escalation.duty import give_phone
from tests.escalation.retention import fill_every_table, open_closed, open_told
from tests.fakes import Clock, CountingSender, ScriptedBot


def ids(house: Ports) -> set[str]:
    """Return the conversations that are there."""
    with house.sessions() as session:
        return set(session.scalars(select(Conversation.id)))


def count(house: Ports, model: type) -> int:
    """Return how many rows a table has."""
    with house.sessions() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_what_was_opened_and_told_nothing_goes_after_a_day(
    house: Ports, anna: Joined, clock: Clock
) -> None:
    opened = conv.open_conversation(house, language="nl")
    clock.forward(hours=23)
    assert purge_conversations(house) == {}
    clock.forward(hours=2)
    assert purge_conversations(house) == {"never_told": 1}
    assert purge_conversations(house) == {}
    found = ledger.find(house.sessions, opened.id)
    assert found is not None and found.why == "never_told"


def test_a_closed_case_counts_from_the_closing_not_from_the_last_word(
    house: Ports, anna: Joined, bot: ScriptedBot, clock: Clock
) -> None:
    opened = open_told(house, bot, submit=True)
    cases.take(house, screener=anna.screener, case_id=opened.id)
    clock.forward(days=40)
    cases.close(house, screener=anna.screener, case_id=opened.id)
    clock.forward(days=29)
    assert purge_conversations(house) == {}
    clock.forward(days=2)
    assert purge_conversations(house) == {"closed": 1}
    assert ids(house) == set()


def test_who_waits_and_who_is_with_a_screener_is_never_purged(
    house: Ports, anna: Joined, bot: ScriptedBot, clock: Clock
) -> None:
    in_hand = open_told(house, bot, submit=True)
    cases.take(house, screener=anna.screener, case_id=in_hand.id)
    sent = open_told(house, bot, submit=True)
    silent = open_told(house, bot)
    clock.forward(minutes=20)
    assert worker.queue_the_silent(house) == 1
    clock.forward(days=1_000)
    assert purge_conversations(house) == {}
    assert ids(house) == {in_hand.id, sent.id, silent.id}
    (kept,) = [one for one in preview(house) if one.what == "waits_or_in_hand"]
    assert (kept.there, kept.due, kept.days) == (3, 0, None)


def test_nothing_goes_while_somebody_may_have_it_open(
    house: Ports, anna: Joined, bot: ScriptedBot, clock: Clock
) -> None:
    opened = open_closed(house, bot, anna)
    clock.forward(days=31)
    with unit_of_work(house.sessions) as session:
        conv.grant_token(
            session,
            conversation_id=opened.id,
            private_key=b"k" * 32,
            receipt=None,
            until=clock() + timedelta(hours=1),
        )
    assert purge_conversations(house) == {}
    clock.forward(hours=2)
    assert purge_conversations(house) == {"closed": 1}


def test_a_region_keeps_by_its_own_days(
    house: Ports, anna: Joined, bot: ScriptedBot, clock: Clock
) -> None:
    here, there = open_closed(house, bot, anna), open_closed(house, bot, anna)
    with unit_of_work(house.sessions) as session:
        session.get_one(Conversation, there.id).region = "elsewhere"
    own = policy.policy_from({"house": {"closed": 5}, "regions": {"elsewhere": {"closed": 60}}})
    object.__setattr__(house, "retention", own)
    clock.forward(days=6)
    assert purge_conversations(house) == {"closed": 1}
    assert ids(house) == {there.id} != {here.id}
    clock.forward(days=60)
    assert purge_conversations(house) == {"closed": 1}


def test_a_round_takes_a_few_and_the_next_goes_on(house: Ports, anna: Joined, clock: Clock) -> None:
    for _ in range(5):
        conv.open_conversation(house, language="nl")
    clock.forward(days=3)
    assert purge_conversations(house, limit=2) == {"never_told": 2}
    assert [one.due for one in preview(house) if one.what == "never_told"] == [3]
    assert purge_conversations(house, limit=50) == {"never_told": 3}


def test_what_happened_between_looking_and_deleting_saves_it(
    house: Ports, anna: Joined, bot: ScriptedBot, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = conv.open_conversation(house, language="nl")
    clock.forward(days=3)
    from escalation.retention import purging

    delete = purging.delete_conversation

    def write_first(*args: object, **how: object) -> bool:
        with unit_of_work(house.sessions) as session:
            session.get_one(Conversation, opened.id).active_at = clock()
        return bool(delete(*args, **how))  # type: ignore[arg-type]

    monkeypatch.setattr(purging, "delete_conversation", write_first)
    assert purge_conversations(house) == {}
    assert ids(house) == {opened.id}


def test_records_go_when_their_days_are_over(
    house: Ports, anna: Joined, bot: ScriptedBot, clock: Clock
) -> None:
    give_phone(house, anna.screener, "+31600000000")
    opened = open_told(house, bot, submit=True)
    fill_every_table(house, opened.id)
    with unit_of_work(house.sessions) as session:
        announce(session, kind="acute_case", conversation_id=opened.id, now=clock())
        for hour in (clock(), clock() - timedelta(days=500)):
            session.add(
                Measure(
                    region="test",
                    language="nl",
                    channel="web",
                    level="acute",
                    hour=hour,
                    seconds_to_answer=1,
                )
            )
    invitations.invite(house, name="Never came")
    assert purge_records(house)["measures"] == 1
    send_due(house, CountingSender())
    clock.forward(days=30)
    went = purge_records(house)
    assert went["notices"] >= 1 and went["invitations"] == 2 and went["presence"] >= 1
    assert purge_records(house) == {}
    assert (count(house, Typing), count(house, InvitationRow), count(house, Measure)) == (0, 0, 1)
    assert count(house, DutyProfile) == 1
    assert count(house, PageRow) == 1  # of an alarm that still goes on
    assert count(house, Conversation) == 1


def test_a_notice_that_is_still_to_be_sent_stays(house: Ports, clock: Clock) -> None:
    with unit_of_work(house.sessions) as session:
        announce(session, kind="acute_case", conversation_id="c", now=clock())
    clock.forward(days=30)
    assert purge_records(house) == {}
    assert count(house, OutboxRow) == 1


def test_staff_who_left_lose_their_address_at_once_and_their_name_with_the_last_case(
    house: Ports, anna: Joined, bot: ScriptedBot, clock: Clock
) -> None:
    bob = join(house, "Bob", by=anna.screener)
    give_phone(house, bob.screener, "+31600000000")
    opened = open_told(house, bot, submit=True)
    cases.take(house, screener=bob.screener, case_id=opened.id)
    cases.close(house, screener=bob.screener, case_id=opened.id)
    screeners.revoke(house, name="Bob")
    clock.forward(days=2)
    assert purge_records(house) == {"contact_of_revoked_staff": 1, "presence": 1}
    clock.forward(days=400)
    purge_records(house)
    assert count(house, ScreenerRow) == 2  # the closed case still names Bob
    assert purge_conversations(house) == {"closed": 1}
    assert purge_records(house) == {"revoked_staff": 1}


def test_the_workers_round_purges_and_can_be_repeated(
    house: Ports, anna: Joined, clock: Clock
) -> None:
    conv.open_conversation(house, language="nl")
    rounds = Rounds(house)
    clock.forward(days=3)
    assert rounds.once()["never_told"] == 1
    assert rounds.once() == {}


@pytest.mark.parametrize(
    "table",
    [
        [],
        {"closed": 3},
        {"house": {"closd": 3}},
        {"house": {"closed": 0}},
        {"house": {"closed": True}},
        {"house": {"closed": "3"}},
        {"regions": ["a"]},
        {"regions": {"a": {"measures": 3}}},
    ],
)
def test_a_policy_that_cannot_be_followed_is_refused(table: object) -> None:
    with pytest.raises(policy.InvalidPolicyError):
        policy.policy_from(table)


def test_an_empty_file_means_the_defaults() -> None:
    assert policy.policy_from(None).days("closed", region="anywhere") == 30
