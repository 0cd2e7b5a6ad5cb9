"""Alembic's entry: runs the migrations on the engine that was handed over."""

from __future__ import annotations

from alembic import context

from escalation.store.schema import Base
from escalation.store.session import WRITES


def run() -> None:
    """Run the migrations in one transaction."""
    engine = context.config.attributes["engine"]
    with engine.connect().execution_options(**WRITES) as connection:
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_as_batch=True
        )
        with context.begin_transaction():
            context.run_migrations()


run()
