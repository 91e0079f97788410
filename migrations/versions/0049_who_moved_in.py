"""Who moved in is found by an index of them alone.

The day of a posting tells nothing where a whole staff list was taken on one day, and of the source
PostgreSQL knows nothing in a plan that it keeps for any value.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0049", "0048"

MOVED_IN = sa.text("source = 'moved' AND ended_on IS NULL")


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "ix_postings_moved_in",
        "postings",
        ["institution_id", "started_on", "account_id"],
        sqlite_where=MOVED_IN,
        postgresql_where=MOVED_IN,
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_postings_moved_in", "postings")
