"""What a flood leaves: conversations opened without a proof or set aside, and pages that another page covers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns; one by one, because SQLite would otherwise rebuild the tables."""
    op.add_column(
        "conversations",
        sa.Column("unproven", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("conversations", sa.Column("set_aside", sa.String(16), nullable=True))
    op.add_column("pages", sa.Column("carried_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("pages", sa.Column("covered_by", sa.String(80), nullable=True))


def downgrade() -> None:
    """Take them away."""
    op.drop_column("pages", "covered_by")
    op.drop_column("pages", "carried_at")
    op.drop_column("conversations", "set_aside")
    op.drop_column("conversations", "unproven")
