"""Records that somebody moved, swapped or changed in the database: they do not open, rather than open wrong."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from escalation import conversation as conv
from escalation.desk import cases
from escalation.desk.notes import add_note
from escalation.store.desk_tables import NoteRow
from escalation.store.session import unit_of_work
from escalation.store.tables import FieldRecord, ReporterAccess, TurnRow
from escalation.vault.sealing import CannotOpenError
from tests.vault_attacks.conftest import Target


def read(target: Target, opened: conv.Opened) -> cases.Case:
    return cases.read_case(target.house, screener=target.anna.screener, case_id=opened.id)


def test_two_turns_of_one_case_cannot_change_places(target: Target) -> None:
    assert read(target, target.care).turns
    with unit_of_work(target.house.sessions) as session:
        one, other = session.scalars(
            select(TurnRow)
            .where(TurnRow.conversation_id == target.care.id)
            .order_by(TurnRow.seq)
            .limit(2)
        )
        one.sealed, other.sealed = other.sealed, one.sealed
    with pytest.raises(CannotOpenError):
        read(target, target.care)


def test_a_turn_of_one_case_cannot_be_put_into_another(target: Target) -> None:
    with unit_of_work(target.house.sessions) as session:
        here = session.get_one(TurnRow, (target.care.id, 1))
        here.sealed = session.get_one(TurnRow, (target.shared.id, 1)).sealed
    with pytest.raises(CannotOpenError):
        read(target, target.care)


def test_what_was_answered_cannot_be_put_in_the_place_of_a_note(target: Target) -> None:
    add_note(target.house, screener=target.anna.screener, case_id=target.care.id, text="call back")
    assert read(target, target.care).notes[0].text == "call back"
    with unit_of_work(target.house.sessions) as session:
        note = session.scalars(
            select(NoteRow).where(NoteRow.conversation_id == target.care.id)
        ).one()
        record = session.scalars(
            select(FieldRecord).where(FieldRecord.conversation_id == target.care.id)
        ).first()
        assert record
        note.sealed = record.sealed
    with pytest.raises(CannotOpenError):
        read(target, target.care)


def test_one_changed_bit_is_noticed(target: Target) -> None:
    with unit_of_work(target.house.sessions) as session:
        row = session.get_one(TurnRow, (target.care.id, 1))
        row.sealed = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])
    with pytest.raises(CannotOpenError):
        read(target, target.care)


def test_a_reporters_token_for_one_conversation_opens_no_other(target: Target) -> None:
    """The row of a token is pointed at somebody else's conversation."""
    with unit_of_work(target.house.sessions) as session:
        row = session.scalars(
            select(ReporterAccess).where(ReporterAccess.conversation_id == target.shared.id)
        ).one()
        row.conversation_id = target.care.id
    with pytest.raises(CannotOpenError):
        conv.view(target.house, conversation_id=target.care.id, token=target.shared.token)
