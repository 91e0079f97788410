"""Officers are told by mail that people wait; what they were told of is a row.

The index holds just those who wait, whom the background process looks for every few seconds.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0011", "0010"


def upgrade() -> None:
    """Make room for the notices, and an index for those who wait."""
    op.create_table(
        "officer_notices",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_officer_notices_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_officer_notices")),
    )
    waits = sa.text("confirmed_at IS NULL AND ended_on IS NULL")
    op.create_index(
        "ix_postings_waiting",
        "postings",
        ["institution_id"],
        sqlite_where=waits,
        postgresql_where=waits,
    )


def downgrade() -> None:
    """Take both away."""
    op.drop_index("ix_postings_waiting", table_name="postings")
    op.drop_table("officer_notices")
