"""Roles and passwords: an administrator never reads, a password is changed by who knows it, or begun anew."""

from __future__ import annotations

import time
from dataclasses import replace

import pyotp
import pytest
from sqlalchemy import select

from escalation import audit, errors
from escalation.desk import (
    cases,
    invitations,
    own_password,
    queue,
    rekeying,
    screeners,
    sessions,
)
from escalation.desk.sessions import Screener
from escalation.ports import Ports
from escalation.store.session import reading, unit_of_work
from escalation.store.tables import CaseKeyCopy, DeskKey, DeskKeyCopy, ScreenerRow
from escalation.vault.sealing import CannotOpenError, open_bytes, seal_bytes
from tests.builders import PASSWORD, Joined, join
from tests.escalation.test_desk import submit
from tests.fakes import Clock, ScriptedBot

NEW = "kettle purple orange snow"


def enter(house: Ports, token: str, name: str, password: str = PASSWORD) -> Joined:
    """Accept an invitation and log in."""
    accepted = invitations.accept(house, token=token, password=password)
    code = pyotp.TOTP(accepted.totp_secret).at(int(time.time()))
    opened = sessions.log_in(house, name=name, password=password, totp=code)
    who = sessions.authenticate(house, session_token=opened.token)
    return Joined(who, opened.token, accepted.totp_secret)


@pytest.fixture
def admin(house: Ports, anna: Joined) -> Screener:
    key = anna.screener.need_desk_key()
    token = invitations.invite(house, name="Ad", role="administrator", desk_private_key=key)
    return enter(house, token, "Ad").screener


@pytest.fixture
def bob(house: Ports, anna: Joined) -> Joined:
    return join(house, "Bob", by=anna.screener)


def test_an_administrator_gets_no_key_from_any_side(
    house: Ports, anna: Joined, admin: Screener
) -> None:
    assert not admin.has_access
    with pytest.raises(errors.NotAllowedError):
        screeners.grant_access(house, screener=anna.screener, other_id=admin.id)
    assert screeners.waiting_for_access(house, screener=anna.screener) == []
    with reading(house.sessions) as session:
        assert session.get(DeskKeyCopy, ("care", admin.id)) is None


def test_an_administrator_sees_no_queue_and_opens_no_case(
    house: Ports, anna: Joined, admin: Screener, bot: ScriptedBot
) -> None:
    opened = submit(house, bot, "a story")
    for state in queue.STATES:
        with pytest.raises(errors.NoAccessError):
            queue.list_cases(house, screener=admin, state=state)
    with pytest.raises(errors.NoAccessError):
        cases.read_case(house, screener=admin, case_id=opened.id)


def test_a_copy_that_somebody_puts_into_the_database_for_an_administrator_is_not_used(
    house: Ports, anna: Joined, admin: Screener
) -> None:
    with unit_of_work(house.sessions) as session:
        row = session.get_one(ScreenerRow, admin.id)
        sealed = seal_bytes(row.public_key, anna.screener.need_desk_key())
        session.add(DeskKeyCopy(side="care", screener_id=admin.id, sealed=sealed))
    token = own_password.invite_anew(house, screener=lead(anna), other_id=admin.id)
    again = enter(house, token, "Ad", NEW)
    assert not again.screener.has_access


def lead(joined: Joined) -> Screener:
    return replace(joined.screener, role="coordinator")


def test_an_administrator_who_comes_first_makes_no_key_that_would_be_lost(house: Ports) -> None:
    invitations.invite(house, name="Ad", role="administrator")
    with reading(house.sessions) as session:
        assert session.get(DeskKey, "care") is None
    assert join(house, "Anna").screener.has_access


def test_who_leads_ends_access_of_the_own_side_but_not_the_own(
    house: Ports, anna: Joined, bob: Joined, admin: Screener
) -> None:
    officer = join(house, "Officer", side="police")
    for name in ("Ad", "Officer", "Nobody"):
        with pytest.raises(errors.NotAllowedError):
            screeners.let_go(house, screener=admin, name=name)
    with pytest.raises(errors.NotAllowedError):
        screeners.let_go(house, screener=bob.screener, name="Anna")
    screeners.let_go(house, screener=admin, name="Bob")
    with pytest.raises(errors.SessionExpiredError):
        sessions.authenticate(house, session_token=bob.session_token)
    assert sessions.authenticate(house, session_token=officer.session_token).has_access
    with reading(house.sessions) as session:
        entry = audit.latest(session, 1)[0]
    assert (entry.event, entry.actor, entry.subject_name) == ("revoked", "Ad", "Bob")


def test_the_last_one_with_the_key_is_not_let_go_at_the_desk(
    house: Ports, anna: Joined, admin: Screener
) -> None:
    with pytest.raises(errors.LastKeyError):
        screeners.let_go(house, screener=admin, name="Anna")


def test_a_changed_password_opens_and_the_old_one_does_not(
    house: Ports, anna: Joined, bob: Joined, bot: ScriptedBot
) -> None:
    opened = submit(house, bot, "a story")
    other = sessions.log_in(
        house,
        name="Bob",
        password=PASSWORD,
        totp=pyotp.TOTP(bob.totp_secret).at(int(time.time()) + 30),
    )
    own_password.change_password(
        house, screener=bob.screener, session_token=bob.session_token, old=PASSWORD, new=NEW
    )
    with pytest.raises(errors.SessionExpiredError):
        sessions.authenticate(house, session_token=other.token)
    here = sessions.authenticate(house, session_token=bob.session_token)
    assert cases.read_case(house, screener=here, case_id=opened.id).turns[1].text == "a story"
    with reading(house.sessions) as session:
        row = session.get_one(ScreenerRow, bob.screener.id)
        assert audit.latest(session, 1)[0].event == "password_changed"
    assert sessions.private_key_of(row, PASSWORD) is None
    assert sessions.private_key_of(row, NEW) == bob.screener.private_key


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("not the old one", NEW, errors.LoginFailedError),
        (PASSWORD, "short", errors.PasswordTooWeakError),
        (PASSWORD, "my name is anna !!", errors.PasswordTooWeakError),
    ],
)
def test_a_wrong_old_or_a_weak_new_one_changes_nothing(
    house: Ports, anna: Joined, old: str, new: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        own_password.change_password(
            house, screener=anna.screener, session_token=anna.session_token, old=old, new=new
        )
    with reading(house.sessions) as session:
        row = session.get_one(ScreenerRow, anna.screener.id)
    assert sessions.private_key_of(row, PASSWORD) is not None


def test_guessing_the_old_password_in_an_open_session_locks_like_the_door(
    house: Ports, anna: Joined
) -> None:
    for _ in range(sessions.MAX_FAILED_LOGINS):
        with pytest.raises(errors.LoginFailedError):
            own_password.change_password(
                house,
                screener=anna.screener,
                session_token=anna.session_token,
                old="a guess here!",
                new=NEW,
            )
    with pytest.raises(errors.LoginFailedError):
        own_password.change_password(
            house, screener=anna.screener, session_token=anna.session_token, old=PASSWORD, new=NEW
        )


def test_who_lost_the_password_begins_anew_with_a_colleagues_link(
    house: Ports, anna: Joined, bob: Joined, bot: ScriptedBot
) -> None:
    opened = submit(house, bot, "a story")
    cases.take(house, screener=bob.screener, case_id=opened.id)
    token = own_password.invite_anew(house, screener=anna.screener, other_id=bob.screener.id)
    assert sessions.authenticate(house, session_token=bob.session_token), "until it is used"
    again = enter(house, token, "Bob", NEW)
    with pytest.raises(errors.SessionExpiredError):
        sessions.authenticate(house, session_token=bob.session_token)
    assert again.screener.id == bob.screener.id
    case = cases.read_case(house, screener=again.screener, case_id=opened.id)
    assert case.may_write, "what was in hand still is"
    with reading(house.sessions) as session:
        events = [one.event for one in audit.latest(session, 3)]
    assert events == ["logged_in", "password_lost_reset", "invited"]
    with pytest.raises(errors.InvitationInvalidError):
        invitations.accept(house, token=token, password=NEW)


def test_the_old_key_pair_is_worthless_afterwards(
    house: Ports, anna: Joined, bob: Joined, bot: ScriptedBot
) -> None:
    submit(house, bot, "a story")
    token = own_password.invite_anew(house, screener=anna.screener, other_id=bob.screener.id)
    again = enter(house, token, "Bob", NEW)
    assert again.screener.rekey_due
    rekeying.go_on(house, screener=again.screener)
    with reading(house.sessions) as session:
        boxes = [
            *session.scalars(select(DeskKeyCopy.sealed)),
            *session.scalars(select(CaseKeyCopy.sealed)),
            session.get_one(ScreenerRow, bob.screener.id).sealed_totp,
        ]
    for key in (bob.screener.private_key, bob.screener.need_desk_key()):
        for box in boxes:
            with pytest.raises(CannotOpenError):
                open_bytes(key, box)
    with pytest.raises(errors.LoginFailedError):
        code = pyotp.TOTP(bob.totp_secret).at(int(time.time()) + 30)
        sessions.log_in(house, name="Bob", password=PASSWORD, totp=code)


def test_nobody_makes_such_a_link_for_themselves_for_the_other_side_or_for_who_left(
    house: Ports, anna: Joined, bob: Joined
) -> None:
    officer = join(house, "Officer", side="police").screener
    gone = join(house, "Gone", by=anna.screener).screener
    screeners.revoke(house, name="Gone")
    for who, other in (
        (anna.screener, anna.screener.id),
        (officer, bob.screener.id),
        (anna.screener, gone.id),
        (anna.screener, "nobody"),
    ):
        with pytest.raises(errors.NotAllowedError):
            own_password.invite_anew(house, screener=who, other_id=other)


def test_such_a_link_runs_out_is_replaced_and_ends_with_access(
    house: Ports, anna: Joined, bob: Joined, clock: Clock
) -> None:
    def link() -> str:
        return own_password.invite_anew(house, screener=anna.screener, other_id=bob.screener.id)

    first = link()
    second = link()
    with pytest.raises(errors.InvitationInvalidError):
        invitations.accept(house, token=first, password=NEW)
    clock.forward(hours=25)
    with pytest.raises(errors.InvitationInvalidError):
        invitations.accept(house, token=second, password=NEW)
    third = link()
    screeners.revoke(house, name="Bob")
    with pytest.raises(errors.InvitationInvalidError):
        invitations.accept(house, token=third, password=NEW)


def test_the_only_one_of_a_side_finds_no_back_door(house: Ports, anna: Joined) -> None:
    """Without a colleague with the key nobody makes a link that carries it: the operator's carries none."""
    with pytest.raises(errors.NameTakenError):
        invitations.invite(house, name="Anna")
    token = invitations.invite(house, name="Anna again")
    assert not invitations.accept(house, token=token, password=NEW).has_access
