"""Migrations go up and down with data in the tables, and end where the tables say."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from escalation.store import migrations
from escalation.store.schema import Base
from tests.builders import build_house, join


def test_the_migrations_end_where_the_tables_are(engine: Engine) -> None:
    migrations.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_up_and_down_with_data(engine: Engine) -> None:
    house = build_house(engine)
    join(house, "Anna")
    migrations.upgrade(engine)  # a second time changes nothing
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from screeners")).scalar_one() == 1
    migrations.downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    join(build_house(engine), "Anna")
