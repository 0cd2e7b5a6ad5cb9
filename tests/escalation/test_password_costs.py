"""Argon2id's settings raised after people joined: at the next log-in, whole or not at all, and never back."""

from __future__ import annotations

import time
from dataclasses import replace

import pyotp
import pytest
from sqlalchemy import func, select

from escalation.desk import sessions
from escalation.desk.own_password import wrapped_under
from escalation.desk.password_costs import cost_of, costs_in_use
from escalation.desk.screeners import revoke
from escalation.desk.sessions import authenticate, log_in
from escalation.errors import LoginFailedError
from escalation.ports import Ports
from escalation.store.session import reading, unit_of_work
from escalation.store.tables import ScreenerRow, StaffSession
from escalation.vault.passwords import Argon2Cost
from tests.builders import CHEAP, PASSWORD, Joined, join

DEARER = Argon2Cost(memory_kib=20_480, passes=3)


def with_cost(house: Ports, cost: Argon2Cost) -> Ports:
    """Return the house after a start with other settings."""
    return replace(house, vault=replace(house.vault, password_cost=cost))


def row_of(house: Ports, name: str = "Anna") -> ScreenerRow:
    with reading(house.sessions) as session:
        return session.scalars(select(ScreenerRow).where(ScreenerRow.name == name)).one()


def enter(
    house: Ports, joined: Joined, *, password: str = PASSWORD, wrong_code: bool = False
) -> str:
    """Log in with the code that has not been used yet, or with a wrong one."""
    with unit_of_work(house.sessions) as session:
        session.get_one(ScreenerRow, joined.screener.id).last_totp_step = 0
    code = pyotp.TOTP(joined.totp_secret).at(int(time.time()))
    totp = f"{(int(code) + 1) % 1_000_000:06}" if wrong_code else code
    return log_in(house, name=joined.screener.name, password=password, totp=totp).token


def test_the_next_log_in_wraps_the_same_key_under_the_higher_cost(
    house: Ports, anna: Joined
) -> None:
    before, raised = row_of(house), with_cost(house, DEARER)
    assert cost_of(before) == CHEAP
    token = enter(raised, anna)
    after = row_of(house)
    assert cost_of(after) == DEARER
    assert after.password_salt != before.password_salt
    assert after.wrapped_private_key != before.wrapped_private_key
    assert sessions.private_key_of(after, PASSWORD) == anna.screener.private_key
    assert sessions.private_key_of(after, "a wrong password, quite long") is None
    assert authenticate(raised, session_token=token).desk_key == anna.screener.desk_key
    enter(raised, anna)
    assert row_of(house).password_salt == after.password_salt  # once is enough


@pytest.mark.parametrize(
    "present",
    [
        CHEAP,
        Argon2Cost(memory_kib=20_480, passes=2),
        Argon2Cost(memory_kib=19_456, passes=4),
        Argon2Cost(memory_kib=20_480, passes=3, lanes=2),
    ],
)
def test_what_is_not_higher_changes_nothing(
    house: Ports, anna: Joined, present: Argon2Cost
) -> None:
    enter(with_cost(house, DEARER), anna)
    before = row_of(house)
    enter(with_cost(house, present), anna)
    after = row_of(house)
    assert (cost_of(after), after.password_salt) == (DEARER, before.password_salt)


def test_a_log_in_that_fails_changes_nothing(house: Ports, anna: Joined) -> None:
    raised = with_cost(house, DEARER)
    for wrong in ({"wrong_code": True}, {"password": "a wrong password, quite long"}):
        with pytest.raises(LoginFailedError):
            enter(raised, anna, **wrong)  # type: ignore[arg-type]
        assert cost_of(row_of(house)) == CHEAP


def test_it_stands_or_falls_with_the_log_in(
    house: Ports, anna: Joined, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    def opened() -> int:
        with reading(house.sessions) as session:
            return session.scalar(select(func.count()).select_from(StaffSession)) or 0

    before = opened()
    monkeypatch.setattr(sessions.audit, "append", broken)
    with pytest.raises(RuntimeError):
        enter(with_cost(house, DEARER), anna)
    assert (cost_of(row_of(house)), opened()) == (CHEAP, before)


def test_a_password_that_was_changed_meanwhile_stays(
    house: Ports, anna: Joined, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised, use_code = with_cost(house, DEARER), sessions.use_code
    fresh = wrapped_under(house, "kettle purple orange snow", anna.screener.private_key)

    def change_first(session: object, row: ScreenerRow, *rest: object) -> None:
        use_code(session, row, *rest)  # type: ignore[arg-type]
        for name, value in fresh.items():
            setattr(session.get_one(ScreenerRow, row.id), name, value)  # type: ignore[attr-defined]

    monkeypatch.setattr(sessions, "use_code", change_first)
    enter(raised, anna)
    assert row_of(house).password_salt == fresh["password_salt"]


def test_the_older_cost_is_forgotten_with_the_last_who_has_it(house: Ports, anna: Joined) -> None:
    raised = with_cost(house, DEARER)
    join(house, "Bob", by=anna.screener)

    def costs() -> set[Argon2Cost]:
        with reading(house.sessions) as session:
            return set(costs_in_use(session, raised))

    enter(raised, anna)
    assert costs() == {CHEAP, DEARER}
    revoke(house, name="Bob")
    assert costs() == {DEARER}
