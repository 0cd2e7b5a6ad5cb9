"""Erasing takes every row, in whatever table, and the ledger says that it did."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from escalation import conversation as conv
from escalation.erasing import delete_conversation, hanging_tables
from escalation.ports import Ports
from escalation.retention import ledger
from escalation.retention.leftovers import count_leftovers, count_unproven, replay
from escalation.retention.rounds import Rounds
from escalation.store.retention_tables import DeletionRow
from escalation.store.schema import Base
from escalation.store.session import make_engine, reading, unit_of_work
from escalation.store.tables import CaseKeyCopy, OutboxRow, TurnRow
from tests.builders import Joined, announce, build_house, join
from tests.escalation.retention import fill_every_table, open_told, rows_left
from tests.fakes import Clock, ScriptedBot

MARK = bytes(range(1, 200))
"""Bytes that are found again when they are anywhere."""


def test_every_table_that_names_a_conversation_is_among_those_that_are_emptied() -> None:
    found = {table.name for table in hanging_tables()}
    naming = {name for name, table in Base.metadata.tables.items() if "conversation_id" in table.c}
    assert naming <= found
    assert {"turns", "receipts", "alarms", "pages", "stopwatches", "notes", "drafts"} <= found
    assert not {"screeners", "measures", "deletions", "installation"} & found


def test_of_an_erased_conversation_no_row_is_left_and_others_are_untouched(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    mine, other = open_told(house, bot), open_told(house, bot)
    for opened in (mine, other):
        fill_every_table(house, opened.id, opened.id.encode())
    before = rows_left(house, other.id)
    assert all(rows_left(house, mine.id).values()) and all(before.values())
    conv.erase(house, conversation_id=mine.id, token=mine.token)
    assert not any(rows_left(house, mine.id).values())
    assert rows_left(house, other.id) == before
    assert not delete_conversation(house, mine.id)


def test_the_ledger_knows_it_by_id_and_by_digest_and_holds_no_id(
    house: Ports, anna: Joined, bot: ScriptedBot, clock: Clock
) -> None:
    opened = open_told(house, bot)
    conv.erase(house, conversation_id=opened.id, token=opened.token)
    found = ledger.find(house.sessions, opened.id)
    assert found is not None
    assert (found.why, found.day) == ("erased", clock().date().isoformat())
    assert found.rows["turns"] >= 2 and found.rows["conversations"] == 1
    assert ledger.find(house.sessions, found.subject.hex()) == found
    assert ledger.find(house.sessions, "0" * 32) is None
    assert opened.id not in found.to_json()


def test_what_is_left_of_a_deleted_conversation_is_counted(
    house: Ports, anna: Joined, bot: ScriptedBot, clock: Clock
) -> None:
    opened = open_told(house, bot)
    conv.erase(house, conversation_id=opened.id, token=opened.token)
    assert count_leftovers(house.sessions) == {}
    with unit_of_work(house.sessions) as session:
        announce(session, kind="acute_case", conversation_id=opened.id, now=clock())
    assert count_leftovers(house.sessions) == {"outbox": 1}


def test_what_a_backup_brought_back_is_deleted_again(
    house: Ports, anna: Joined, bot: ScriptedBot, clock: Clock
) -> None:
    mine, other = open_told(house, bot), open_told(house, bot)
    key = ledger.ledger_key(house.sessions)
    gone = ledger.Deletion(ledger.subject_of(key, mine.id), "2026-03-01", "erased", {"turns": 2})
    line = gone.to_json()
    assert replay(house.sessions, [gone], now=clock()) == (1, 1)
    assert replay(house.sessions, [gone], now=clock()) == (0, 0)
    assert not any(rows_left(house, mine.id).values())
    assert rows_left(house, other.id)["turns"] > 0
    found = ledger.find(house.sessions, mine.id)
    assert found is not None and found.to_json() == line


def test_an_entry_that_was_changed_or_taken_away_does_not_fit_the_audit_chain(
    house: Ports, anna: Joined, bot: ScriptedBot
) -> None:
    for _ in range(2):
        opened = open_told(house, bot)
        conv.erase(house, conversation_id=opened.id, token=opened.token)
    assert count_unproven(house.sessions) == 0
    with unit_of_work(house.sessions) as session:
        session.query(DeletionRow).first().day = "2020-01-01"  # type: ignore[union-attr]
    assert count_unproven(house.sessions) == 2  # the entry has no link, its link has no entry
    with unit_of_work(house.sessions) as session:
        session.delete(session.query(DeletionRow).order_by(DeletionRow.id).first())
    assert count_unproven(house.sessions) == 1


def everything_on_disk(database: Path) -> bytes:
    """Return the bytes of the database and of the files that SQLite keeps beside it."""
    return b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))


@pytest.mark.parametrize("size", [199, 40_000])
def test_after_the_workers_round_the_bytes_are_in_no_file_of_sqlite(
    tmp_path: Path, size: int
) -> None:
    database = tmp_path / "test.sqlite3"
    bot = ScriptedBot()
    house = build_house(make_engine(f"sqlite:///{database}"), bot)
    join(house, "Anna")
    rounds = Rounds(house)
    opened, kept = open_told(house, bot), open_told(house, bot)
    fill_every_table(house, opened.id, (MARK * (size // len(MARK) + 1))[:size])
    with reading(house.sessions) as session:
        turns = select(TurnRow.sealed).where(TurnRow.conversation_id == opened.id)
        copies = select(CaseKeyCopy.sealed).where(CaseKeyCopy.conversation_id == opened.id)
        blobs = [*session.scalars(turns), *session.scalars(copies), MARK]
        still = session.scalars(
            select(TurnRow.sealed).where(TurnRow.conversation_id == kept.id)
        ).all()
    rounds.once()  # in the database file, not in the log alone
    # SQLite breaks a long value into pages: what is looked for fits into one.
    assert all(blob[:150] in everything_on_disk(database) for blob in blobs)
    conv.erase(house, conversation_id=opened.id, token=opened.token)
    rounds.once()
    on_disk = everything_on_disk(database)
    assert not any(blob[:150] in on_disk or blob[-150:] in on_disk for blob in blobs)
    assert all(blob[:150] in on_disk for blob in still)
    assert (tmp_path / "test.sqlite3-wal").stat().st_size == 0
    with reading(house.sessions) as session:
        assert session.query(OutboxRow).filter_by(conversation_id=opened.id).count() == 0
