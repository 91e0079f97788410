"""A hardware module may keep the key of the seal: it has a label then, and no private key here."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0027", "0026"


def upgrade() -> None:
    """Say where a key is kept; those that are there lie here."""
    with op.batch_alter_table("signing_keys") as table:
        table.add_column(sa.Column("label", sa.String(64), nullable=True))
        table.alter_column("encrypted_private_key", existing_type=sa.LargeBinary(), nullable=True)


def downgrade() -> None:
    """Forget the keys that a module keeps: what signs then is a key made anew.

    Raises RuntimeError, and changes nothing, if one may have sealed a certificate.
    """
    sealed = sa.text(
        "SELECT count(*) FROM signing_keys WHERE encrypted_private_key IS NULL"
        " AND EXISTS (SELECT 1 FROM certificates)"
    )
    if count := op.get_bind().execute(sealed).scalar_one():
        raise RuntimeError(
            f"{count} keys that a hardware module keeps may have sealed certificates, which could"
            " no longer be checked; restore a backup of before the upgrade instead."
        )
    op.execute("DELETE FROM signing_keys WHERE encrypted_private_key IS NULL")
    with op.batch_alter_table("signing_keys") as table:
        table.alter_column("encrypted_private_key", existing_type=sa.LargeBinary(), nullable=False)
        table.drop_column("label")
