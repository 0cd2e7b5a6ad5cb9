"""Passkeys, and log-ins that know when they were last used. Who is logged in logs in once more."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables of passkeys and give log-ins their moments."""
    op.add_column(
        "screeners", sa.Column("code_off", sa.Boolean(), nullable=False, server_default=sa.false())
    )

    op.create_table(
        "passkeys",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("screener_id", sa.String(length=32), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["screener_id"], ["screeners.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("credential_id"),
    )
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkeys_screener_id"), ["screener_id"], unique=False)

    op.create_table(
        "challenges",
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("lookup", "purpose"),
    )

    # A log-in without these moments could not be judged; it lasts ten hours at most and is made anew.
    _make_sessions_anew(
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in _MOMENTS)
    )


def downgrade() -> None:
    """Undo it; passkeys are gone, and every screener logs in with a code again."""
    _make_sessions_anew()
    op.drop_table("challenges")
    op.drop_table("passkeys")
    # Not in a batch: SQLite would make the table anew, and dropping it takes along what hangs on it.
    op.drop_column("screeners", "code_off")


_MOMENTS = ("opened_at", "used_at", "factor_at")


def _make_sessions_anew(*moments: sa.Column[datetime]) -> None:
    op.drop_table("staff_sessions")
    op.create_table(
        "staff_sessions",
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("screener_id", sa.String(length=32), nullable=False),
        sa.Column("wrapped_private_key", sa.LargeBinary(), nullable=False),
        *moments,
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["screener_id"], ["screeners.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("lookup"),
    )
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_staff_sessions_screener_id"), ["screener_id"], unique=False
        )
