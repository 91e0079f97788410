"""Officers and others may be asked for a code from an app besides their password.

A device says since when it has passed that, and when it is asked again.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0062", "0061"


def upgrade() -> None:
    """Add factors and recovery codes; nobody has one yet."""
    op.create_table(
        "second_factors",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(100), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factors")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_second_factors_account_id")
        ),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "code_hash", name=op.f("pk_recovery_codes")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_recovery_codes_account_id")
        ),
    )
    op.add_column("devices", sa.Column("second_step_due_at", sa.DateTime(), nullable=True))
    op.add_column("devices", sa.Column("second_step_passed_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    """Forget them; a password is enough again."""
    with op.batch_alter_table("devices") as table:
        table.drop_column("second_step_passed_at")
        table.drop_column("second_step_due_at")
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
