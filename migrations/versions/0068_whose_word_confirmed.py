"""Days of confirmations say on whose word, where that was neither an officer's nor a command's."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0068", "0062"


def upgrade() -> None:
    """Make room; what was surveyed before was an officer's or a command's."""
    with op.batch_alter_table("confirmation_days") as table:
        table.add_column(sa.Column("source", sa.String(20), nullable=False, server_default=""))


def downgrade() -> None:
    """Take it away: what no officer did is a command's again."""
    with op.batch_alter_table("confirmation_days") as table:
        table.drop_column("source")
