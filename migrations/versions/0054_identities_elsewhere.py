"""People sign in by an identity that a provider of OpenID Connect vouches for.

A device knows by which of them it was opened, so that it can be signed out where that identity ends.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0054", "0053"


def upgrade() -> None:
    """Add the identities; who is signed in stays so."""
    op.create_table(
        "external_identities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(300), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("linked_at", sa.DateTime(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_identities")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_external_identities_account_id")
        ),
        sa.UniqueConstraint(
            "issuer", "subject", name=op.f("uq_external_identities_issuer_subject")
        ),
        sa.UniqueConstraint(
            "account_id", "issuer", name=op.f("uq_external_identities_account_id_issuer")
        ),
    )
    with op.batch_alter_table("devices") as table:
        table.add_column(sa.Column("identity_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_devices_identity_id"), "external_identities", ["identity_id"], ["id"]
        )
        table.create_index(
            "ix_devices_identity_id",
            ["identity_id"],
            sqlite_where=sa.text("identity_id IS NOT NULL"),
            postgresql_where=sa.text("identity_id IS NOT NULL"),
        )


def downgrade() -> None:
    """Forget them; whoever came by one stays signed in."""
    with op.batch_alter_table("devices") as table:
        table.drop_index("ix_devices_identity_id")
        table.drop_constraint(op.f("fk_devices_identity_id"), type_="foreignkey")
        table.drop_column("identity_id")
    op.drop_table("external_identities")
