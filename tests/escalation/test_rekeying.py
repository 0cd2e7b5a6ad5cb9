"""Somebody leaves: the desk gets a new key, and the leaver's old one opens nothing that is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from escalation import audit, errors
from escalation import conversation as conv
from escalation.desk import cases, invitations, rekeying, screeners, sessions
from escalation.desk.sessions import Screener
from escalation.ports import Ports
from escalation.store.session import reading, unit_of_work
from escalation.store.staff_tables import AuditReason, FormerDeskKey
from escalation.store.tables import CaseKeyCopy, DeskKey, DeskKeyCopy
from escalation.vault.sealing import CannotOpenError, open_bytes, open_record
from tests.builders import PASSWORD, Joined, join
from tests.escalation.test_desk import submit
from tests.fakes import ScriptedBot

Tell = Callable[[str], str]


@pytest.fixture
def bob(house: Ports, anna: Joined) -> Joined:
    return join(house, "Bob", by=anna.screener)


@pytest.fixture
def tell(house: Ports, bot: ScriptedBot) -> Tell:
    return lambda text: submit(house, bot, text).id


def again(house: Ports, joined: Joined) -> Screener:
    """Return the screener as the next request finds one."""
    return sessions.authenticate(house, session_token=joined.session_token)


def finish(house: Ports, joined: Joined) -> None:
    for _ in range(20):
        who = again(house, joined)
        if not who.rekey_due:
            return
        rekeying.go_on(house, screener=who)
    raise AssertionError("it goes on without an end")


def first_words(house: Ports, who: Screener, case_id: str) -> str | None:
    return cases.read_case(house, screener=who, case_id=case_id).turns[1].text


def opens_nothing(house: Ports, key: bytes) -> bool:
    """Return whether a key opens no sealed key of any table."""
    with reading(house.sessions) as session:
        boxes = [
            *session.scalars(select(CaseKeyCopy.sealed)),
            *session.scalars(select(DeskKeyCopy.sealed)),
            *session.scalars(select(FormerDeskKey.sealed)),
        ]
    for box in boxes:
        with pytest.raises(CannotOpenError):
            open_bytes(key, box)
    return bool(boxes)


def test_the_leavers_key_opens_no_case_and_the_others_go_on(
    house: Ports, anna: Joined, bob: Joined, tell: Tell
) -> None:
    told = [tell(f"story {number}") for number in range(3)]
    left_with = bob.screener.need_desk_key()
    screeners.revoke(house, name="Bob")
    finish(house, anna)
    assert opens_nothing(house, left_with)
    assert opens_nothing(house, bob.screener.private_key)
    who = again(house, anna)
    assert who.need_desk_key() != left_with
    assert [first_words(house, who, case) for case in told] == ["story 0", "story 1", "story 2"]
    with reading(house.sessions) as session:
        assert session.scalar(select(func.count()).select_from(FormerDeskKey)) == 0
        assert audit.latest(session, 1)[0].event == "rekeyed"


def test_the_leavers_copy_is_gone_before_anybody_else_does_anything(
    house: Ports, anna: Joined, bob: Joined
) -> None:
    screeners.revoke(house, name="Bob")
    with reading(house.sessions) as session:
        assert session.get(DeskKeyCopy, ("care", bob.screener.id)) is None
        assert session.get_one(DeskKey, "care").must_rekey
    assert again(house, anna).rekey_due


@pytest.mark.parametrize("batches", [0, 1, 2])
def test_a_crash_in_the_middle_loses_nothing(
    house: Ports,
    anna: Joined,
    bob: Joined,
    tell: Tell,
    batches: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cleo = join(house, "Cleo", by=anna.screener)
    told = [tell(f"story {number}") for number in range(5)]
    screeners.revoke(house, name="Bob")
    for _ in range(batches):
        rekeying.go_on(house, screener=again(house, anna), batch=1)
    with monkeypatch.context() as patched:
        patched.setattr(rekeying, "_reseal", crash)
        with pytest.raises(RuntimeError):
            rekeying.go_on(house, screener=again(house, anna), batch=1)
    for joined in (anna, cleo):
        who = again(house, joined)
        assert [first_words(house, who, case) for case in told] == [
            f"story {number}" for number in range(5)
        ]
    finish(house, cleo)
    assert opens_nothing(house, bob.screener.need_desk_key())
    assert first_words(house, again(house, anna), told[0]) == "story 0"


def crash(*_: object) -> int:
    raise RuntimeError


def test_a_case_that_comes_in_between_is_sealed_to_the_new_key_alone(
    house: Ports, anna: Joined, bob: Joined, tell: Tell
) -> None:
    for number in range(3):
        tell(f"story {number}")
    screeners.revoke(house, name="Bob")
    who = rekeying.go_on(house, screener=again(house, anna), batch=1)
    assert who.rekey_due
    late = tell("in between")
    with reading(house.sessions) as session:
        sealed = session.get_one(CaseKeyCopy, (late, "care")).sealed
    with pytest.raises(CannotOpenError):
        open_bytes(bob.screener.need_desk_key(), sealed)
    assert first_words(house, who, late) == "in between"
    finish(house, anna)
    assert first_words(house, again(house, anna), late) == "in between"


def test_a_case_told_before_anybody_came_is_re_sealed_too(
    house: Ports, anna: Joined, bob: Joined, tell: Tell
) -> None:
    screeners.revoke(house, name="Bob")
    told = tell("before the new key")
    finish(house, anna)
    assert opens_nothing(house, bob.screener.need_desk_key())
    assert first_words(house, again(house, anna), told) == "before the new key"


def test_a_second_leaver_in_the_middle(house: Ports, anna: Joined, bob: Joined, tell: Tell) -> None:
    cleo = join(house, "Cleo", by=anna.screener)
    told = [tell(f"story {number}") for number in range(4)]
    screeners.revoke(house, name="Bob")
    half = rekeying.go_on(house, screener=again(house, cleo), batch=1)
    screeners.revoke(house, name="Cleo")
    rekeying.go_on(house, screener=again(house, anna), batch=1)
    who = again(house, anna)
    assert [first_words(house, who, case) for case in told] == [f"story {n}" for n in range(4)]
    finish(house, anna)
    assert opens_nothing(house, bob.screener.need_desk_key())
    assert opens_nothing(house, half.need_desk_key())
    who = again(house, anna)
    assert [first_words(house, who, case) for case in told] == [f"story {n}" for n in range(4)]


def test_a_request_that_began_before_goes_on_with_the_new_key(
    house: Ports, anna: Joined, bob: Joined, tell: Tell
) -> None:
    told = tell("a story")
    before = again(house, anna)
    screeners.revoke(house, name="Bob")
    finish(house, anna)
    assert first_words(house, before, told) == "a story"
    newcomer = join(house, "Dora")
    screeners.grant_access(house, screener=before, other_id=newcomer.screener.id)
    assert first_words(house, again(house, newcomer), told) == "a story"


def test_the_leaver_in_the_middle_of_a_request_gets_nothing(
    house: Ports, anna: Joined, bob: Joined, tell: Tell
) -> None:
    told = tell("a story")
    screeners.revoke(house, name="Bob")
    finish(house, anna)
    with pytest.raises(errors.NoAccessError):
        cases.read_case(house, screener=bob.screener, case_id=told)
    assert not rekeying.go_on(house, screener=bob.screener).has_access


def test_a_link_that_carried_the_old_key_lets_in_without_a_key(
    house: Ports, anna: Joined, bob: Joined
) -> None:
    token = invitations.invite(
        house, name="Dora", desk_private_key=anna.screener.need_desk_key(), by=anna.screener.id
    )
    screeners.revoke(house, name="Bob")
    finish(house, anna)
    assert not invitations.accept(house, token=token, password=PASSWORD).has_access
    stale = invitations.invite(house, name="Eve", desk_private_key=bob.screener.need_desk_key())
    assert not invitations.accept(house, token=stale, password=PASSWORD).has_access


def test_the_links_that_the_leaver_made_are_taken_back(
    house: Ports, anna: Joined, bob: Joined
) -> None:
    key = bob.screener.need_desk_key()
    token = invitations.invite(house, name="Friend", desk_private_key=key, by=bob.screener.id)
    screeners.revoke(house, name="Bob")
    with pytest.raises(errors.InvitationInvalidError):
        invitations.accept(house, token=token, password=PASSWORD)


def test_the_last_ones_link_stays_because_the_key_would_go_with_it(
    house: Ports, anna: Joined, tell: Tell
) -> None:
    told = tell("a story")
    key = anna.screener.need_desk_key()
    token = invitations.invite(house, name="Heir", desk_private_key=key, by=anna.screener.id)
    screeners.revoke(house, name="Anna")
    assert invitations.accept(house, token=token, password=PASSWORD).has_access
    assert told


def test_who_never_held_the_key_leaves_it_as_it_is(house: Ports, anna: Joined) -> None:
    join(house, "Waits")
    screeners.revoke(house, name="Waits")
    assert not again(house, anna).rekey_due


def test_a_reason_in_the_chain_is_re_sealed_and_the_chain_holds(
    house: Ports, anna: Joined, bob: Joined
) -> None:
    with unit_of_work(house.sessions) as session:
        audit.append(
            session, event="backup_restored", actor="operator", reason="why", now=house.clock()
        )
        seq, _ = audit.head(session)
    screeners.revoke(house, name="Bob")
    finish(house, anna)
    with reading(house.sessions) as session:
        sealed = session.get_one(AuditReason, seq).sealed
        assert audit.verify(session) is None
    key = again(house, anna).need_desk_key()
    assert open_record(key, sealed, context=f"audit:{seq}")["reason"] == "why"
    with pytest.raises(CannotOpenError):
        open_record(bob.screener.need_desk_key(), sealed, context=f"audit:{seq}")


def test_people_go_on_telling_while_the_key_changes_and_nothing_is_sealed_to_the_old_one(
    house: Ports, anna: Joined, bob: Joined, tell: Tell
) -> None:
    told = [tell(f"story {number}") for number in range(4)]
    begun = threading.Event()

    def go_on_telling() -> None:
        for number in range(12):
            told.append(conv.open_conversation(house, language="en").id)
            if number == 2:
                begun.set()

    people = [threading.Thread(target=go_on_telling) for _ in range(2)]
    for thread in people:
        thread.start()
    assert begun.wait(60)
    screeners.revoke(house, name="Bob")
    while again(house, anna).rekey_due:
        rekeying.go_on(house, screener=again(house, anna), batch=2)
    for thread in people:
        thread.join()
    finish(house, anna)
    assert opens_nothing(house, bob.screener.need_desk_key())
    who = again(house, anna)
    assert len(told) == 28
    for case_id in told:
        assert cases.read_case(house, screener=who, case_id=case_id).turns
