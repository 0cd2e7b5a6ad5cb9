"""Whatever is wrong with a log-in, the same work is done: counted here, measured by tests/bench/timing.py."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import event, update

from escalation.desk.sessions import log_in
from escalation.errors import LoginFailedError
from escalation.ports import Ports
from escalation.store.session import unit_of_work
from escalation.store.tables import ScreenerRow
from escalation.vault import passwords
from escalation.vault.passwords import Argon2Cost
from tests.builders import PASSWORD, join

WRONG = "a wrong password, quite long"


@pytest.fixture
def work(house: Ports, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts derivations with their cost, codes made, and transactions that wrote something."""
    done: Counter[str] = Counter()
    derive, make = passwords.hash_secret_raw, pyotp.TOTP.generate_otp

    def deriving(*args: Any, **how: Any) -> bytes:
        done[f"derivation {how['time_cost']} {how['memory_cost']} {how['parallelism']}"] += 1
        return derive(*args, **how)

    def making(*args: Any, **how: Any) -> str:
        done["code"] += 1
        return make(*args, **how)

    def executing(*args: Any) -> None:
        done["write"] += args[2].startswith(("UPDATE", "INSERT"))

    monkeypatch.setattr(passwords, "hash_secret_raw", deriving)
    monkeypatch.setattr(pyotp.TOTP, "generate_otp", making)
    with house.sessions() as session:
        event.listen(session.get_bind(), "before_cursor_execute", executing)
    return done


def failed(house: Ports, work: Counter[str], name: str, password: str) -> dict[str, int]:
    work.clear()
    with pytest.raises(LoginFailedError):
        log_in(house, name=name, password=password, totp="000000")
    return dict(work)


def test_a_log_in_that_fails_costs_the_same_whatever_was_wrong(
    house: Ports, work: Counter[str]
) -> None:
    with unit_of_work(house.sessions) as session:
        rested = house.clock() + timedelta(days=1)
        session.execute(
            update(ScreenerRow).where(ScreenerRow.name == "Bob").values(locked_until=rested)
        )
    failed(
        house, work, "Nobody", WRONG
    )  # the very first makes the row that is written from then on
    usual = failed(house, work, "Anna", WRONG)
    assert usual["code"] == 3
    assert usual["write"] == 1
    assert sum(count for name, count in usual.items() if name.startswith("derivation")) == 1
    assert failed(house, work, "Nobody", PASSWORD) == usual
    assert failed(house, work, "Anna", PASSWORD) == usual  # the password is right, the code is not
    assert failed(house, work, "Bob", PASSWORD) == usual


def test_neither_while_passwords_begin_to_cost_more(house: Ports, work: Counter[str]) -> None:
    dearer = Argon2Cost(memory_kib=20_480, passes=3)
    raised = replace(house, vault=replace(house.vault, password_cost=dearer))
    join(raised, "Cleo")  # already under the higher cost
    failed(raised, work, "Nobody", WRONG)
    usual = failed(raised, work, "Anna", WRONG)
    assert (usual["derivation 2 19456 1"], usual["derivation 3 20480 1"]) == (1, 1)
    for name, password in (("Nobody", WRONG), ("Anna", PASSWORD), ("Cleo", WRONG)):
        assert failed(raised, work, name, password) == usual
    assert failed(raised, work, "Cleo", PASSWORD) == usual
