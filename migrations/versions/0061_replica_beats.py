"""The primary's own clock, as a row: by it a replica is known to lag, or not to."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0061", "0060"


def upgrade() -> None:
    """Add the table of one row."""
    op.create_table(
        "replica_beats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("beat_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replica_beats")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("replica_beats")
