"""Officers are told to whose addresses mail could not be brought, and which were proved.

The outbox has an address and no person, and is as long as all mail that was ever sent. That an
account is active says nothing of its address, since codes on paper make accounts active too.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0046", "0045"


def upgrade() -> None:
    """Take an address for proved where nobody ever had a code; make room for the unreached.

    What was given up before is noted when the next message is.
    """
    op.add_column("accounts", sa.Column("address_proved_at", sa.DateTime(), nullable=True))
    op.execute(
        "UPDATE accounts SET address_proved_at = activated_at "
        "WHERE activated_at IS NOT NULL AND email IS NOT NULL AND "
        "'account:' || id NOT IN "
        "(SELECT subject FROM audit_entries WHERE action = 'staff.code_issued')"
    )
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
    # The version before knows no such links; they are good for half an hour.
    op.execute("DELETE FROM one_time_links WHERE purpose = 'code'")
    op.drop_column("accounts", "address_proved_at")
