"""A message and a book that cannot be made are put off, and in the end given up.

A message waits while `due_at` says when it is to be tried. What was sent already keeps no text: the
links in it were for its reader alone.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0008", "0007"


def upgrade() -> None:
    """Say of each message when it is due, and make room for books that failed."""
    op.add_column("outbox_messages", sa.Column("due_at", sa.DateTime(), nullable=True))
    op.add_column(
        "outbox_messages",
        sa.Column("tried_count", sa.Integer(), nullable=False, server_default="0"),
    )
    op.execute("UPDATE outbox_messages SET due_at = created_at WHERE sent_at IS NULL")
    op.execute("UPDATE outbox_messages SET body = '' WHERE sent_at IS NOT NULL")
    op.drop_index("ix_outbox_messages_sent_at", "outbox_messages")
    op.create_index("ix_outbox_messages_due_at", "outbox_messages", ["due_at"])
    op.create_table(
        "book_failures",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("tried_count", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("failure", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_book_failures_release_id")
        ),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_book_failures")),
    )


def downgrade() -> None:
    """Try everything that was not sent for ever again; texts of what was sent stay empty.

    A message that was given up has no text any more, and would be sent without one: it is deleted.
    """
    op.execute("DELETE FROM outbox_messages WHERE sent_at IS NULL AND body = ''")
    op.drop_table("book_failures")
    op.drop_index("ix_outbox_messages_due_at", "outbox_messages")
    op.create_index("ix_outbox_messages_sent_at", "outbox_messages", ["sent_at"])
    op.drop_column("outbox_messages", "tried_count")
    op.drop_column("outbox_messages", "due_at")
