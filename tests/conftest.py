"""What all tests share: databases to run on, and the rule that a missing service fails in CI."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.schema import CreateSchema, DropSchema

from escalation.store.session import make_engine


def missing_service(what: str) -> None:
    """Skip the test and say why; in CI fail it, because there every service must be present."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} (in CI this is a failure)", pytrace=False)
    pytest.skip(what)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind that the product runs on."""
    if request.param == "sqlite":
        built = make_engine(f"sqlite:///{tmp_path / 'test.sqlite3'}")
        yield built
        built.dispose()
        return
    yield from _engine_on(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """The address of an empty schema of its own on the PostgreSQL server of TEST_DATABASE_URL."""
    server = os.environ.get("TEST_DATABASE_URL", "")
    if not server:
        missing_service("TEST_DATABASE_URL is not set: nothing was tried on PostgreSQL")
    schema = f"test_{uuid.uuid4().hex}"
    admin = create_engine(make_url(server).set(drivername="postgresql+psycopg"))
    with admin.begin() as connection:
        connection.execute(CreateSchema(schema))
    url = make_url(server).set(drivername="postgresql")
    url = url.update_query_dict({"options": f"-csearch_path={schema}"})
    try:
        yield url.render_as_string(hide_password=False)
    finally:
        with admin.begin() as connection:
            # A test that left a transaction open must not hang the ones after it.
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))
            connection.execute(DropSchema(schema, cascade=True))
        admin.dispose()


@pytest.fixture
def postgresql_database_url() -> Iterator[str]:
    """The address of an empty database of its own there, for what must not be disturbed by other tests' sessions."""
    server = os.environ.get("TEST_DATABASE_URL", "")
    if not server:
        missing_service("TEST_DATABASE_URL is not set: nothing was tried on PostgreSQL")
    name = f"test_{uuid.uuid4().hex}"
    address = make_url(server).set(drivername="postgresql+psycopg")
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = address.set(drivername="postgresql", database=name)
    try:
        yield url.render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture
def redis_url() -> str:
    """The address of the Redis server of TEST_REDIS_URL."""
    address = os.environ.get("TEST_REDIS_URL", "")
    if not address:
        missing_service("TEST_REDIS_URL is not set: nothing was tried on Redis")
    return address


def _engine_on(url: str) -> Iterator[Engine]:
    built = make_engine(url)
    yield built
    built.dispose()
