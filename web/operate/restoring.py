"""``nietpluis restore``: puts a backup back, without what was deleted since.

The ledger of deletions lies in the database that is replaced and in a file beside the backups: both are read first.
Everything is done aside, and swapped in when it is whole.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from alembic.util import CommandError
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from escalation.desk.screeners import revoke
from escalation.ports import utc_now
from escalation.retention.ledger import Deletion, entries, key_mark, ledger_key, merged
from escalation.retention.restored import Settled, settle
from escalation.retention.wiping import empty_log
from escalation.store import migrations
from escalation.store.session import Sessions, bound_engine, make_engine, make_sessions, reading
from escalation.store.tables import Conversation, ScreenerRow
from web.config import Settings
from web.ports import build_ports

from .dumps import POSTGRESQL, SQLITE, kind_of, load_postgresql, schema_name, scratch_file
from .ledger_file import LedgerFile
from .places import DataDirectory
from .problems import OperatorError
from .sealed_archive import NoArchiveError, open_archive, read_header

LEAVING_SECONDS = 2.0


def restore(settings: Settings, path: Path, *, private_key: bytes, replace: bool) -> list[str]:
    """Restore a backup and return what was done. Nothing may run meanwhile. Raises OperatorError."""
    data = DataDirectory(settings.data_directory)
    data.prepare()
    engine = make_engine(settings.database_url_or_embedded)
    try:
        with data.only_one(), scratch_file(settings) as scratch:
            header = _unsealed(path, scratch, private_key, engine)
            if not replace and _has_content(engine):
                raise OperatorError(
                    "There is something in the database already. To replace all of it: --replace"
                )
            _need_it_alone(engine)
            known, notes = _known_deletions(settings, path, engine, str(header["ledger"]))
            gone = _let_go(engine)
            how = _restore_sqlite if kind_of(engine) == SQLITE else _restore_postgresql
            settled = how(settings, engine, scratch, known)
            again = _let_go_again(settings, gone)
    finally:
        engine.dispose()
    return [
        f"Restored: the backup of {header['day']}.",
        f"Deleted again, because they were deleted since: {settled.deleted_again} conversations.",
        *notes,
        "Log-ins have ended. Messages that were waiting to be sent are not sent any more.",
        f"Screeners let go again, because they were let go since: {again}. Of a lost database nobody",
        "can know who that was: look at `nietpluis screener list`.",
        "Look whether all is well: nietpluis purge verify; nietpluis audit verify",
    ]


def _unsealed(path: Path, scratch: Path, private_key: bytes, engine: Engine) -> dict[str, Any]:
    """Open the whole backup before anything else is touched, and return its header."""
    try:
        header = read_header(path)
        if header.get("kind") != kind_of(engine):
            raise OperatorError(
                f"This is a backup of {header.get('kind')}; DATABASE_URL names {kind_of(engine)}."
            )
        with scratch.open("wb") as target:
            open_archive(path, target, private_key=private_key)
    except NoArchiveError as error:
        raise OperatorError(
            "The backup does not open: it is another key's, or the file is not whole."
        ) from error
    except OSError as error:
        raise OperatorError(f"Cannot read {path} ({error.strerror}).") from error
    if header["kind"] == POSTGRESQL and header["postgresql_schema"] != schema_name(engine):
        raise OperatorError(
            f"The backup is of the schema {header['postgresql_schema']}, and DATABASE_URL names another."
        )
    return header


def _has_content(engine: Engine) -> bool:
    sessions = make_sessions(engine)
    for model in (Conversation, ScreenerRow):
        if inspect(engine).has_table(model.__tablename__):
            with reading(sessions) as session:
                if session.scalar(select(model.id).limit(1)) is not None:
                    return True
    return False


def _need_it_alone(engine: Engine) -> None:
    """Raise OperatorError while anybody else has a session in the database; SQLite's lies behind ``only_one``.

    Whoever works on would write into what is about to be dropped.
    """
    if kind_of(engine) != POSTGRESQL:
        return
    # Who closes a session a moment ago still stands in the list.
    until = time.monotonic() + LEAVING_SECONDS
    while others := _other_sessions(engine):
        if time.monotonic() >= until:
            raise OperatorError(
                f"The database is in use: {others} other sessions. Stop Niet-Pluis on every machine, and whatever "
                "else is connected, and try again."
            )
        time.sleep(0.1)


def _other_sessions(engine: Engine) -> int:
    # Not by kind: that is hidden from a user who may not see others. The server's own helpers have no user.
    asked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"
    )
    with engine.connect() as connection:
        return int(connection.execute(asked).scalar_one())


def _known_deletions(
    settings: Settings, path: Path, engine: Engine, mark: str
) -> tuple[list[Deletion], list[str]]:
    """Return what is known to be deleted, from the database and from the files, and what an operator must know."""
    notes: list[str] = []
    sessions = make_sessions(engine)
    here: Iterable[Deletion] = ()
    try:
        if inspect(engine).has_table("deletions"):
            if key_mark(ledger_key(sessions)) == mark:
                here = [deletion for _, deletion in entries(sessions)]
            elif entries(sessions):
                notes.append("The ledger in the replaced database is another installation's.")
    except SQLAlchemyError:
        notes.append("The ledger in the replaced database cannot be read; the file's is used.")
    directories = {settings.backup_directory_or_embedded, path.resolve().parent}
    files = [deletion for each in directories for deletion in LedgerFile(each).read(mark)]
    return list(merged(here, files).values()), notes


def _let_go(engine: Engine) -> list[str]:
    """Return the ids of the screeners who have no access any more in the database that is replaced."""
    with suppress(SQLAlchemyError):
        if inspect(engine).has_table(ScreenerRow.__tablename__):
            with reading(make_sessions(engine)) as session:
                left = select(ScreenerRow.id).where(ScreenerRow.revoked_at.is_not(None))
                return list(session.scalars(left))
    return []


def _let_go_again(settings: Settings, ids: list[str]) -> int:
    ports = build_ports(settings)
    try:
        with reading(ports.sessions) as session:
            back = select(ScreenerRow.name).where(
                ScreenerRow.id.in_(ids), ScreenerRow.revoked_at.is_(None)
            )
            names = list(session.scalars(back))
        return sum(revoke(ports, name=name) for name in names)
    finally:
        bound_engine(ports.sessions).dispose()


def _restore_sqlite(
    settings: Settings, engine: Engine, scratch: Path, known: list[Deletion]
) -> Settled:
    """Bring the copy up to date and let it forget; then it takes the database's place in one step."""
    aside = make_engine(f"sqlite:///{scratch}")
    try:
        settled = _made_ready(aside, known)
    finally:
        aside.dispose()
    place = Path(str(make_url(settings.database_url_or_embedded).database))
    with suppress(SQLAlchemyError):  # a database that is broken is replaced all the same
        empty_log(make_sessions(engine))
    engine.dispose()
    # The run directory may lie on another disk than the database.
    beside = place.with_name(f".{place.name}.restored")
    _copy(scratch, beside)
    for leftover in ("-wal", "-shm"):
        place.with_name(place.name + leftover).unlink(missing_ok=True)
    beside.replace(place)
    return settled


def _restore_postgresql(
    settings: Settings, engine: Engine, scratch: Path, known: list[Deletion]
) -> Settled:
    """Put the old schema aside, load and settle the new one, and only then drop the old one."""
    schema = schema_name(engine)
    quote = engine.dialect.identifier_preparer.quote
    old, new = quote(f"{schema}_replaced"[-63:]), quote(schema)
    with engine.begin() as connection:
        connection.execute(text(f"ALTER SCHEMA {new} RENAME TO {old}"))
        connection.execute(text(f"CREATE SCHEMA {new}"))
    try:
        load_postgresql(settings, scratch, schema)
        engine.dispose()
        settled = _made_ready(engine, known)
    except BaseException:
        engine.dispose()
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {new} CASCADE"))
            connection.execute(text(f"ALTER SCHEMA {old} RENAME TO {new}"))
        raise
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {old} CASCADE"))
    return settled


def _made_ready(engine: Engine, known: list[Deletion]) -> Settled:
    try:
        migrations.upgrade(engine)
    except CommandError as error:
        raise OperatorError(
            "The backup was made by a newer version of Niet-Pluis. Install that one first."
        ) from error
    sessions: Sessions = make_sessions(engine)
    settled = settle(sessions, known, now=utc_now())
    empty_log(sessions)
    return settled


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    with (
        source.open("rb") as read,
        open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written,
    ):
        while piece := read.read(1_000_000):
            written.write(piece)
        written.flush()
        os.fsync(written.fileno())
