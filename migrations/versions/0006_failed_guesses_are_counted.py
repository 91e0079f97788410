"""Guesses at a password that failed are counted by account, for all processes together."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0006", "0005"


def upgrade() -> None:
    """Begin to count."""
    op.create_table(
        "sign_in_failures",
        sa.Column("whose", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("paused_until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("whose", name=op.f("pk_sign_in_failures")),
    )
    op.create_index("ix_sign_in_failures_paused_until", "sign_in_failures", ["paused_until"])


def downgrade() -> None:
    """Forget what was counted."""
    op.drop_table("sign_in_failures")
