"""staff and audit"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_APPEND_ONLY = "audit_events is append-only"


def upgrade() -> None:
    """staff and audit."""
    op.create_table(
        "audit_events",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=True),
        sa.Column("reason_digest", sa.LargeBinary(), nullable=True),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "audit_reasons",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["audit_events.seq"]),
        sa.PrimaryKeyConstraint("seq"),
    )
    _guard_the_chain()
    op.create_table(
        "former_desk_keys",
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("side", "version"),
    )
    op.create_table(
        "four_eyes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("second_by", sa.String(length=32), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["screeners.id"]),
        sa.ForeignKeyConstraint(["second_by"], ["screeners.id"]),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("four_eyes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_four_eyes_conversation_id"), ["conversation_id"], unique=False
        )
    with op.batch_alter_table("desk_keys", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(
            sa.Column("must_rekey", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("case_key_copies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("invited_by", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("resets_id", sa.String(length=32), nullable=True))


def downgrade() -> None:
    """Undo it."""
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_column("resets_id")
        batch_op.drop_column("invited_by")
    with op.batch_alter_table("case_key_copies", schema=None) as batch_op:
        batch_op.drop_column("version")
    with op.batch_alter_table("desk_keys", schema=None) as batch_op:
        batch_op.drop_column("must_rekey")
        batch_op.drop_column("version")
    with op.batch_alter_table("four_eyes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_four_eyes_conversation_id"))
    op.drop_table("four_eyes")
    op.drop_table("former_desk_keys")
    op.drop_table("audit_reasons")
    op.drop_table("audit_events")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_events_stay()")


def _guard_the_chain() -> None:
    """The store itself refuses to change or delete a row of the chain."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_events_stay() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_APPEND_ONLY}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_events_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_events_stay()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_events_no_{change.lower()} BEFORE {change} ON audit_events "
            f"BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END"
        )
