"""Confirmations say on whose word, and samples whether anybody was written to of them.

A day of confirmations names its source where that was neither an officer nor a command.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0068", "0067"

_UNTOLD = sa.text("told_at IS NULL")


def upgrade() -> None:
    """Make room; what was surveyed before was an officer's or a command's, and was told."""
    with op.batch_alter_table("confirmation_days") as table:
        table.add_column(sa.Column("source", sa.String(20), nullable=False, server_default=""))
    with op.batch_alter_table("confirmation_samples") as table:
        table.add_column(sa.Column("told_at", sa.DateTime(), nullable=True))
    op.execute(sa.text("UPDATE confirmation_samples SET told_at = drawn_at"))
    op.create_index(
        "ix_confirmation_samples_untold",
        "confirmation_samples",
        ["id"],
        sqlite_where=_UNTOLD,
        postgresql_where=_UNTOLD,
    )


def downgrade() -> None:
    """Take it away: what no officer did is a command's again."""
    op.drop_index("ix_confirmation_samples_untold", table_name="confirmation_samples")
    with op.batch_alter_table("confirmation_samples") as table:
        table.drop_column("told_at")
    with op.batch_alter_table("confirmation_days") as table:
        table.drop_column("source")
