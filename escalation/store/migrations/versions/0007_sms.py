"""Text messages: open threads, and what came in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "sms_threads",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("number_digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_number", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_token", sa.LargeBinary(), nullable=True),
        sa.Column("sent_seq", sa.Integer(), nullable=False),
        sa.Column("more_key", sa.String(length=80), nullable=True),
        sa.Column("held_back", sa.String(length=80), nullable=True),
        sa.Column("receipt_sent", sa.Boolean(), nullable=False),
        sa.Column("may_text", sa.Boolean(), nullable=False),
        sa.Column("quiet", sa.String(length=24), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("conversation_id"),
        sa.UniqueConstraint("number_digest"),
    )
    op.create_table(
        "sms_inbound",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sid", sa.String(length=40), nullable=False),
        sa.Column("number_digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled", sa.Boolean(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sid"),
    )
    op.create_index("ix_sms_inbound_open", "sms_inbound", ["handled", "number_digest", "id"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_sms_inbound_open", "sms_inbound")
    op.drop_table("sms_inbound")
    op.drop_table("sms_threads")
