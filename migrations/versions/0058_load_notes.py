"""Processes note what they leave out at a rush, and what has failed is counted by an index.

Who asks for the figures of the house every few seconds must not read all jobs and all mail for it.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0058", "0057"

FAILED = "state = 'failed'"
GIVEN_UP = "due_at IS NULL AND failure IS NOT NULL"


def upgrade() -> None:
    """Add the notes, and two indexes over what has failed alone."""
    op.create_table(
        "load_notes",
        sa.Column("process", sa.String(80), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("holds_until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_load_notes")),
    )
    op.create_index(
        "ix_jobs_failed",
        "jobs",
        ["kind"],
        sqlite_where=sa.text(FAILED),
        postgresql_where=sa.text(FAILED),
    )
    op.create_index(
        "ix_outbox_messages_given_up",
        "outbox_messages",
        ["created_at"],
        sqlite_where=sa.text(GIVEN_UP),
        postgresql_where=sa.text(GIVEN_UP),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("ix_outbox_messages_given_up", "outbox_messages")
    op.drop_index("ix_jobs_failed", "jobs")
    op.drop_table("load_notes")
