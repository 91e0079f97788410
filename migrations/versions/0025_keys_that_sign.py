"""Keys that sign for the issuer. None is there until `flask keys create` or `bin/serve` makes it."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0025", "0024"


def upgrade() -> None:
    """Make room for them."""
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("algorithm", sa.String(32), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.Column("encrypted_private_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_keys")),
        sa.UniqueConstraint("purpose", "number", name=op.f("uq_signing_keys_purpose_number")),
    )
    in_use = sa.text("retired_at IS NULL")
    op.create_index(
        "uq_signing_keys_in_use",
        "signing_keys",
        ["purpose"],
        unique=True,
        sqlite_where=in_use,
        postgresql_where=in_use,
    )


def downgrade() -> None:
    """Forget them.

    Raises RuntimeError, and changes nothing, if one may have signed for a certificate: seal, QR
    code and credential could be checked no more, but with keys that others have kept.
    """
    signed = sa.text("SELECT count(*) FROM signing_keys WHERE EXISTS (SELECT 1 FROM certificates)")
    if count := op.get_bind().execute(signed).scalar_one():
        raise RuntimeError(
            f"{count} keys may have signed for certificates, which could no longer be checked;"
            " restore a backup of before the upgrade instead."
        )
    op.drop_table("signing_keys")
