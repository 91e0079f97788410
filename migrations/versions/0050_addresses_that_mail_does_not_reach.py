"""Officers are told to whose addresses mail could not be brought, and no other table knows it.

The outbox has an address and no person, and is as long as all mail that was ever sent.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0050", "0045"


def upgrade() -> None:
    """Make room; what was given up before is noted when the next message is."""
    op.create_table(
        "unreached_addresses",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("failed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_unreached_addresses")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_unreached_addresses_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_unreached_addresses_institution_id"),
        ),
    )
    op.create_index(
        op.f("ix_unreached_addresses_institution_id"), "unreached_addresses", ["institution_id"]
    )


def downgrade() -> None:
    """Forget it: the next messages to these addresses are given up as well."""
    op.drop_table("unreached_addresses")
