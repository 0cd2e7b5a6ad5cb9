"""Police with everything that they can get at: their keys and the whole database. A case for care alone stays shut."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from escalation import errors
from escalation.desk import cases
from escalation.store.session import reading, unit_of_work
from escalation.store.tables import CaseKeyCopy
from escalation.vault.sealing import CannotOpenError, open_bytes
from tests.vault_attacks.conftest import CARE_WORDS, CLOSED_WORDS, SHARED_WORDS, Target
from tests.vault_attacks.thief import plunder


def test_all_that_police_hold_and_all_that_lies_there_opens_only_what_is_shared(
    target: Target,
) -> None:
    officer = target.officer.screener
    found = b"".join(plunder(target.house, [officer.private_key, officer.need_desk_key()]))
    assert SHARED_WORDS.encode() in found
    assert CARE_WORDS.encode() not in found
    assert CLOSED_WORDS.encode() not in found


def test_the_police_key_fails_on_the_copy_of_care(target: Target) -> None:
    with reading(target.house.sessions) as session:
        sealed = session.get_one(CaseKeyCopy, (target.care.id, "care")).sealed
        assert session.get(CaseKeyCopy, (target.care.id, "police")) is None
    with pytest.raises(CannotOpenError):
        open_bytes(target.officer.screener.need_desk_key(), sealed)


def test_a_copy_relabelled_for_police_does_not_open(target: Target) -> None:
    """Somebody who may write to the database makes a row for police from the row of care."""
    with unit_of_work(target.house.sessions) as session:
        sealed = session.get_one(CaseKeyCopy, (target.care.id, "care")).sealed
        session.add(CaseKeyCopy(conversation_id=target.care.id, side="police", sealed=sealed))
    with pytest.raises(CannotOpenError):
        cases.read_case(target.house, screener=target.officer.screener, case_id=target.care.id)


def test_the_key_of_a_shared_case_put_beside_a_case_of_care_reads_nothing(target: Target) -> None:
    with unit_of_work(target.house.sessions) as session:
        shared = session.scalar(
            select(CaseKeyCopy.sealed).where(
                CaseKeyCopy.conversation_id == target.shared.id, CaseKeyCopy.side == "police"
            )
        )
        assert shared
        session.add(CaseKeyCopy(conversation_id=target.care.id, side="police", sealed=shared))
    with pytest.raises(CannotOpenError):
        cases.read_case(target.house, screener=target.officer.screener, case_id=target.care.id)


def test_the_rules_say_no_before_the_mathematics_has_to(target: Target) -> None:
    with pytest.raises(errors.NoAccessError):
        cases.read_case(target.house, screener=target.officer.screener, case_id=target.care.id)
