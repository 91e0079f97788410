"""Institutions say where their own staff reach their HR office."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0007", "0006"


def upgrade() -> None:
    """Make room; nobody has said it yet."""
    op.add_column("institutions", sa.Column("hr_contact", sa.String(length=200), nullable=True))


def downgrade() -> None:
    """What was said is lost."""
    op.drop_column("institutions", "hr_contact")
