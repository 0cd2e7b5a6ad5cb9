"""After rows were deleted: lets go of the copies that the database itself still holds of them.

SQLite overwrites what is deleted (``secure_delete``), but its write-ahead log still holds the pages as they were
until it is emptied. PostgreSQL keeps dead rows until VACUUM, which frees their place without overwriting it.
"""

from __future__ import annotations

from sqlalchemy import text

from ..erasing import hanging_tables
from ..store.session import Sessions, bound_engine
from ..store.tables import Conversation
from .records import RECORDS

LONGEST_WAIT_MILLISECONDS = 1_000
"""So long may emptying the log hold up others; somebody who reads for longer puts it off to the next round."""


def empty_log(sessions: Sessions) -> bool:
    """Empty SQLite's write-ahead log; return False when somebody was reading, so that it has to be tried again."""
    engine = bound_engine(sessions)
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        (before,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute(f"PRAGMA busy_timeout={LONGEST_WAIT_MILLISECONDS}")
        (busy, _, _) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.execute(f"PRAGMA busy_timeout={before}")
        cursor.close()
        return bool(busy == 0)
    finally:
        connection.close()


def vacuum(sessions: Sessions) -> None:
    """Free the dead rows of PostgreSQL's tables from which conversations and records are deleted."""
    engine = bound_engine(sessions)
    if engine.dialect.name != "postgresql":
        return
    names = {table.name for table in hanging_tables()}
    names |= {Conversation.__tablename__} | {record.table.name for record in RECORDS}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in sorted(names):
            connection.execute(text(f"VACUUM {engine.dialect.identifier_preparer.quote(name)}"))
