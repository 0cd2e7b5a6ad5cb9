"""Text messages on their way out: attempts, what was deleted at the carrier, and the pace."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the three tables, and an index by which the outbox finds what of a conversation goes first."""
    op.create_table(
        "sms_deliveries",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("sid", sa.String(length=34), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=True),
        sa.Column("error_code", sa.Integer(), nullable=True),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("undelivered", sa.Integer(), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("ref"),
    )
    op.create_index("ix_sms_deliveries_conversation_id", "sms_deliveries", ["conversation_id"])
    op.create_index("ix_sms_deliveries_sid", "sms_deliveries", ["sid"])
    op.create_table(
        "sms_redactions",
        sa.Column("result", sa.String(length=24), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("result"),
    )
    op.create_table(
        "sms_pace",
        sa.Column("sender", sa.String(length=40), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sender"),
    )
    op.create_index("ix_outbox_in_order", "outbox", ["conversation_id", "kind", "status", "id"])
    op.create_index("ix_outbox_kind_due", "outbox", ["kind", "status", "due_at"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_outbox_kind_due", "outbox")
    op.drop_index("ix_outbox_in_order", "outbox")
    op.drop_table("sms_pace")
    op.drop_table("sms_redactions")
    op.drop_index("ix_sms_deliveries_sid", "sms_deliveries")
    op.drop_index("ix_sms_deliveries_conversation_id", "sms_deliveries")
    op.drop_table("sms_deliveries")
