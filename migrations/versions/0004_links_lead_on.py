"""A mailed link knows where its person was going, so that they arrive there."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    """Links that are out already lead to nowhere in particular."""
    op.add_column(
        "one_time_links",
        sa.Column("target", sa.String(length=300), nullable=False, server_default=""),
    )


def downgrade() -> None:
    """Forget where they lead."""
    op.drop_column("one_time_links", "target")
