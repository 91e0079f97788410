"""A release says in three lines what its readers will be able to do, and who vouches for it.

Those that were published before say neither.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0023", "0022"


def upgrade() -> None:
    """Add the columns; the defaults are for the rows that are there."""
    op.add_column(
        "releases", sa.Column("promises_html", sa.JSON(), nullable=False, server_default="[]")
    )
    for name in ("composed_by", "reviewed_by"):
        op.add_column(
            "releases", sa.Column(name, sa.String(200), nullable=False, server_default="")
        )


def downgrade() -> None:
    """Remove them; what they hold stands in the release's source."""
    for name in ("reviewed_by", "composed_by", "promises_html"):
        op.drop_column("releases", name)
