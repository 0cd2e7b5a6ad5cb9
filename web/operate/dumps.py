"""Whole databases as streams: SQLite by its own way of copying one in use, PostgreSQL by pg_dump and pg_restore."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy import Engine, text
from sqlalchemy.engine import URL, make_url

from web.config import Settings

from .places import DataDirectory
from .problems import OperatorError

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_ENVIRONMENT_OF = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "options": "PGOPTIONS"}


def kind_of(engine: Engine) -> str:
    """Return which kind of database it is."""
    return engine.dialect.name


def schema_name(engine: Engine) -> str:
    """Return the schema of PostgreSQL that holds our tables."""
    with engine.connect() as connection:
        return str(connection.execute(text("SELECT current_schema()")).scalar_one())


@contextmanager
def dump(settings: Settings, engine: Engine) -> Iterator[BinaryIO]:
    """Give the whole database as it is at one moment, as a stream. Raises OperatorError."""
    how = _sqlite_dump if kind_of(engine) == SQLITE else _postgresql_dump
    with how(settings, engine) as stream:
        yield stream


@contextmanager
def scratch_file(settings: Settings) -> Iterator[Path]:
    """Give a name for a file that nobody else may read and that is gone afterwards, with what SQLite lays beside it."""
    run = DataDirectory(settings.data_directory).run
    with tempfile.TemporaryDirectory(prefix="dump-", dir=run) as directory:
        yield Path(directory) / "database"


@contextmanager
def _sqlite_dump(settings: Settings, engine: Engine) -> Iterator[BinaryIO]:
    with scratch_file(settings) as path:
        source = engine.raw_connection()
        target = sqlite3.connect(path)
        try:
            cast(sqlite3.Connection, source.driver_connection).backup(target)
        finally:
            target.close()
            source.close()
        with path.open("rb") as stream:
            yield stream


@contextmanager
def _postgresql_dump(settings: Settings, engine: Engine) -> Iterator[BinaryIO]:
    command = ("pg_dump", "--format=custom", "--no-owner", "--no-privileges")
    address = make_url(settings.database_url_or_embedded)
    try:
        process = subprocess.Popen(
            [*command, f'--schema="{schema_name(engine)}"'],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(address),
        )
    except FileNotFoundError as error:
        raise _program_missing("pg_dump") from error
    with process:
        assert process.stdout is not None
        yield cast(BinaryIO, process.stdout)
    if process.returncode != 0:
        raise OperatorError(
            "pg_dump could not read the database. It must not be older than the server, and the user in "
            "DATABASE_URL must be allowed to read all tables."
        )


def load_postgresql(settings: Settings, archive: Path, schema: str) -> None:
    """Load an archive of pg_dump into the empty schema, wholly or not at all. Raises OperatorError."""
    address = make_url(settings.database_url_or_embedded)
    command = (
        *("pg_restore", "--no-owner", "--no-privileges", "--single-transaction"),
        *("--exit-on-error", f"--schema={schema}", f"--dbname={address.database}", str(archive)),
    )
    try:
        # Its complaints may quote rows; nobody needs those on a screen.
        ended = subprocess.run(
            command,
            env=_environment(address),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except FileNotFoundError as error:
        raise _program_missing("pg_restore") from error
    if ended.returncode != 0:
        raise OperatorError(
            "pg_restore could not load the backup; the database is as it was. It must not be older than the "
            "server from which the backup came."
        )


def _environment(address: URL) -> Mapping[str, str]:
    """Return the environment of PostgreSQL's programs: the password stands on no command line."""
    given = {
        "PGHOST": address.host,
        "PGPORT": str(address.port) if address.port else None,
        "PGUSER": address.username,
        "PGDATABASE": address.database,
        "PGPASSWORD": str(address.password) if address.password else None,
    }
    for name, variable in _ENVIRONMENT_OF.items():
        value = address.query.get(name)
        given[variable] = value if isinstance(value, str) else None
    return {**os.environ, **{name: value for name, value in given.items() if value}}


def _program_missing(name: str) -> OperatorError:
    return OperatorError(f"{name} is not installed here. Debian: apt-get install postgresql-client")
