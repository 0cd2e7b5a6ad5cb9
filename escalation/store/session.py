"""Engines, sessions and the unit of work. SQLite (WAL) and PostgreSQL; nothing else of the code knows which."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

SQLITE_BUSY_MILLISECONDS = 10_000
WRITES = {"nietpluis_writes": True}

Sessions = sessionmaker[Session]

_SQLITE_WRITES = threading.RLock()


def make_engine(database_url: str) -> Engine:
    """Return an engine. SQLite: WAL, full synchronisation (what is stored survives a power cut), secure delete."""
    url = database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith("sqlite"):
        return create_engine(
            url, pool_pre_ping=True, pool_size=20, max_overflow=20, hide_parameters=True
        )
    engine = create_engine(url, pool_size=20, max_overflow=40, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = (
        None  # the driver must not begin transactions by itself; see _begin_sqlite
    )
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",
        f"busy_timeout={SQLITE_BUSY_MILLISECONDS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later can fail half-way in SQLite; one that means to write says so.
    writes = connection.get_execution_options().get("nietpluis_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def make_sessions(engine: Engine) -> Sessions:
    """Return the one session factory. Rows stay readable after commit, so nothing is fetched twice."""
    return sessionmaker(engine, expire_on_commit=False)


def bound_engine(sessions: Sessions) -> Engine:
    """Return the engine that the sessions work on."""
    engine: Engine = sessions.kw["bind"]
    return engine


@contextmanager
def unit_of_work(sessions: Sessions) -> Iterator[Session]:
    """A transaction that writes: committed on leaving, rolled back when an exception leaves it."""
    with sessions() as session, _turn_to_write(session):
        session.connection(execution_options=WRITES)
        try:
            yield session
        except BaseException:
            session.rollback()
            raise
        session.commit()


@contextmanager
def _turn_to_write(session: Session) -> Iterator[None]:
    """SQLite lets one write at a time, and whoever waits looks again after ever longer pauses; a lock hands over.

    One lock for the threads of this process, and one on a file beside the database for the other processes.
    """
    bind = session.get_bind()
    if bind.dialect.name != "sqlite":
        yield
        return
    path = bind.engine.url.database
    with _SQLITE_WRITES:
        if not path or path == ":memory:":
            yield
            return
        file = os.open(f"{path}-turn", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)  # lets go of the lock too


@contextmanager
def reading(sessions: Sessions) -> Iterator[Session]:
    """A transaction that only reads; it never waits for one that writes (SQLite)."""
    with sessions() as session:
        yield session
