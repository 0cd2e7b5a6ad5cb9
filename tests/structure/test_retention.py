"""What the documents say about retention is what the defaults are; no table that names a conversation is forgotten."""

from __future__ import annotations

import re

from escalation.erasing import hanging_tables
from escalation.retention.policy import ALL_DAYS
from escalation.retention.records import RECORDS
from escalation.store.schema import Base
from escalation.store.tables import Conversation
from tests.structure.sources import ROOT

ROW = re.compile(r"^\| `(\w+)` \| (\d+) \|", re.MULTILINE)


def test_the_table_in_the_document_is_the_defaults() -> None:
    text = (ROOT / "docs" / "data-protection.md").read_text(encoding="utf-8")
    _, _, after = text.partition("<!-- retention:begin -->")
    table, _, _ = after.partition("<!-- retention:end -->")
    assert {what: int(days) for what, days in ROW.findall(table)} == dict(ALL_DAYS)


def test_every_kind_of_record_has_days() -> None:
    assert {record.what for record in RECORDS} <= set(ALL_DAYS)


def test_every_table_that_leads_to_a_conversation_is_emptied_with_it() -> None:
    emptied = {table.name for table in hanging_tables()}
    leading = {
        table.name
        for table in Base.metadata.sorted_tables
        if "conversation_id" in table.c
        or any(key.column.table is Conversation.__table__ for key in table.foreign_keys)
    }
    assert leading
    assert leading <= emptied
