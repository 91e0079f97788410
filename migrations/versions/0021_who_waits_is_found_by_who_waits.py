"""The index of those who wait has all that is asked about them, so that SQLite takes it.

With the institution alone it was passed over for that of all who work there, and every question
about who waits went through an institution's whole staff.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0021", "0020"

NAME = "ix_postings_waiting"
WAITING = sa.text("confirmed_at IS NULL AND ended_on IS NULL")


def upgrade() -> None:
    """Make it of the three columns."""
    _replace("institution_id", "ended_on", "confirmed_at")


def downgrade() -> None:
    """Make it of the institution again."""
    _replace("institution_id")


def _replace(*columns: str) -> None:
    op.drop_index(NAME, table_name="postings")
    op.create_index(NAME, "postings", list(columns), sqlite_where=WAITING, postgresql_where=WAITING)
