"""Books are made by jobs, which know how often they were tried; a table of failures need not.

A jobs process of the former version that still runs meanwhile makes no more books, and says so.
What it had given up is tried anew.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0017", "0016"


def upgrade() -> None:
    """Drop the table of failures."""
    op.drop_table("book_failures")


def downgrade() -> None:
    """Bring it back, empty."""
    op.create_table(
        "book_failures",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("tried_count", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(length=200), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_book_failures_release_id")
        ),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_book_failures")),
    )
