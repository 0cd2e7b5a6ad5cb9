"""The audit chain: every link holds the one before it, nothing is changed unseen, and writers never fork it."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError

from escalation import audit
from escalation.ports import Ports
from escalation.store.session import reading, unit_of_work
from escalation.store.staff_tables import AppendOnlyError, AuditEvent, AuditReason
from escalation.vault.sealing import open_record
from tests.builders import Joined
from tests.fakes import Clock


def append(house: Ports, event: str = "backup_made", **given: str) -> None:
    with unit_of_work(house.sessions) as session:
        audit.append(session, event=event, actor=audit.SYSTEM, now=house.clock(), **given)


def broken_at(house: Ports) -> int | None:
    with reading(house.sessions) as session:
        return audit.verify(session)


def unguard(house: Ports) -> None:
    """Do what somebody can who owns the database: take the triggers away."""
    with unit_of_work(house.sessions) as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("DROP TRIGGER audit_events_stay ON audit_events"))
        else:
            session.execute(text("DROP TRIGGER audit_events_no_update"))
            session.execute(text("DROP TRIGGER audit_events_no_delete"))


def test_an_empty_chain_holds(house: Ports) -> None:
    assert broken_at(house) is None
    with reading(house.sessions) as session:
        assert audit.head(session) == (0, audit.FIRST_PREVIOUS)


def test_links_count_up_without_gaps_and_each_holds_the_one_before(house: Ports) -> None:
    for _ in range(3):
        append(house)
    with reading(house.sessions) as session:
        rows = session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
        assert [row.seq for row in rows] == [1, 2, 3]
        assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]
        assert audit.holds(session, rows[1].hash)
        assert not audit.holds(session, b"\1" * 32)
    assert broken_at(house) is None


def test_an_event_that_nobody_knows_is_refused(house: Ports) -> None:
    with pytest.raises(ValueError, match="unknown"):
        append(house, "something")


def test_what_is_rolled_back_leaves_no_gap(house: Ports) -> None:
    append(house)
    with pytest.raises(RuntimeError), unit_of_work(house.sessions) as session:
        audit.append(session, event="backup_made", actor=audit.SYSTEM, now=house.clock())
        raise RuntimeError
    append(house)
    with reading(house.sessions) as session:
        assert audit.head(session)[0] == 2
    assert broken_at(house) is None


def test_writers_at_the_same_moment_make_one_chain(house: Ports) -> None:
    def write() -> None:
        for _ in range(5):
            append(house)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(house.sessions) as session:
        assert audit.head(session)[0] == 20
    assert broken_at(house) is None


@pytest.mark.parametrize(
    "change",
    [
        update(AuditEvent).where(AuditEvent.seq == 2).values(actor="somebody"),
        delete(AuditEvent).where(AuditEvent.seq == 2),
    ],
)
def test_the_database_refuses_a_change(house: Ports, change: object) -> None:
    for _ in range(3):
        append(house)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        unit_of_work(house.sessions) as session,
    ):
        session.execute(change)  # type: ignore[call-overload]
    assert broken_at(house) is None


def test_the_program_itself_cannot_change_or_delete_a_link(house: Ports) -> None:
    append(house)
    with pytest.raises(AppendOnlyError), unit_of_work(house.sessions) as session:
        session.get_one(AuditEvent, 1).actor = "somebody"
    with pytest.raises(AppendOnlyError), unit_of_work(house.sessions) as session:
        session.delete(session.get_one(AuditEvent, 1))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("UPDATE audit_events SET actor = 'somebody' WHERE seq = 2", 2),
        ("UPDATE audit_events SET event = 'revoked' WHERE seq = 3", 3),
        ("UPDATE audit_events SET subject = 'x' WHERE seq = 1", 1),
        ("UPDATE audit_events SET hash = previous_hash WHERE seq = 2", 2),
        ("DELETE FROM audit_events WHERE seq = 2", 2),
        ("DELETE FROM audit_events WHERE seq = 1", 1),
    ],
)
def test_a_change_behind_the_programs_back_shows_where(
    house: Ports, change: str, place: int
) -> None:
    for _ in range(4):
        append(house)
    unguard(house)
    with unit_of_work(house.sessions) as session:
        session.execute(text(change))
    assert broken_at(house) == place


def test_a_shortened_chain_shows_against_the_head_that_was_written_down(house: Ports) -> None:
    append(house)
    append(house)
    with reading(house.sessions) as session:
        _, noted = audit.head(session)
    unguard(house)
    with unit_of_work(house.sessions) as session:
        session.execute(text("DELETE FROM audit_events WHERE seq = 2"))
    with reading(house.sessions) as session:
        assert audit.verify(session) is None
        assert not audit.holds(session, noted)


def test_a_reason_is_sealed_to_care_and_its_digest_is_in_the_chain(
    house: Ports, anna: Joined
) -> None:
    append(house, "backup_restored", reason="the disk was full")
    with reading(house.sessions) as session:
        seq, _ = audit.head(session)
        row, kept = session.get_one(AuditEvent, seq), session.get_one(AuditReason, seq)
        assert row.reason_digest
        assert b"disk" not in kept.sealed
        opened = open_record(anna.screener.need_desk_key(), kept.sealed, context=f"audit:{seq}")
        assert opened["reason"] == "the disk was full"


def test_moments_are_cut_to_five_minutes(house: Ports, clock: Clock) -> None:
    append(house)
    with reading(house.sessions) as session:
        assert audit.latest(session)[0].at.minute % 5 == 0
