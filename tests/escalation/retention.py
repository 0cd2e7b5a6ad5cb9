"""Builders for retention: a row in every table that hangs on a conversation, and conversations in each state."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    String,
    Table,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Session

from escalation import conversation as conv
from escalation.desk import cases
from escalation.erasing import hanging_tables, rows_of
from escalation.ports import Ports
from escalation.store.session import reading, unit_of_work
from tests.builders import Joined
from tests.fakes import ScriptedBot, saying

MOMENT = datetime(2026, 3, 4, tzinfo=UTC)


def fill_every_table(house: Ports, conversation_id: str, marked: bytes = b"\1") -> None:
    """Put a row of the conversation into every table that has none of it yet; binary columns hold ``marked``."""
    with unit_of_work(house.sessions) as session:
        for table in reversed(hanging_tables()):
            if not session.scalar(_count(table, conversation_id)):
                values = _values(session, table, conversation_id, marked)
                session.execute(insert(table).values(values))


def rows_left(house: Ports, conversation_id: str) -> dict[str, int]:
    """Return how many rows of the conversation there are, by table."""
    with reading(house.sessions) as session:
        return {
            table.name: session.scalar(_count(table, conversation_id)) or 0
            for table in hanging_tables()
        }


def open_told(house: Ports, bot: ScriptedBot, text: str = "ten people", **how: Any) -> conv.Opened:
    """Open a conversation and tell something in it; ``how`` is the effect of the bot's answer."""
    bot.script = lambda turn: (
        [saying("Where?", record={"own_words": turn.text}, **how)] if turn.text else []
    )
    opened = conv.open_conversation(house, language="nl")
    conv.receive(house, conversation_id=opened.id, token=opened.token, text=text)
    return opened


def open_closed(house: Ports, bot: ScriptedBot, anna: Joined) -> conv.Opened:
    """Send a case, take it over and close it."""
    opened = open_told(house, bot, submit=True)
    cases.take(house, screener=anna.screener, case_id=opened.id)
    cases.close(house, screener=anna.screener, case_id=opened.id)
    return opened


def _count(table: Table, conversation_id: str) -> Any:
    return select(func.count()).select_from(table).where(rows_of(table, conversation_id))


def _values(
    session: Session, table: Table, conversation_id: str, marked: bytes
) -> dict[str, object]:
    values: dict[str, object] = {}
    for column in table.columns:
        if column.name == "conversation_id":
            values[column.name] = conversation_id
        elif column.foreign_keys and not column.nullable:
            values[column.name] = _owner(session, column, conversation_id)
        elif not column.nullable and not (column.primary_key and _counts_itself(table, column)):
            values[column.name] = _something(column, marked)
    return values


def _owner(session: Session, column: Column[Any], conversation_id: str) -> object:
    (key,) = column.foreign_keys
    found = select(key.column)
    if key.column.table in hanging_tables():
        found = found.where(rows_of(key.column.table, conversation_id))
    return session.scalars(found).first()


def _counts_itself(table: Table, column: Column[Any]) -> bool:
    return isinstance(column.type, Integer) and len(table.primary_key.columns) == 1


def _something(column: Column[Any], marked: bytes) -> object:
    kinds: tuple[tuple[type[Any], object], ...] = (
        (Boolean, False),
        (Integer, 1),
        (LargeBinary, marked),
        (JSON, {}),
    )
    if isinstance(column.type, String):
        return secrets.token_hex(16)[: column.type.length]
    return next((value for kind, value in kinds if isinstance(column.type, kind)), MOMENT)
