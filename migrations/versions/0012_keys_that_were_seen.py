"""Who has taken an answer sheet, and certificates that say so and do not count.

The column is added in place, so that the triggers of the certificates stay; those that are there
already were issued when nobody noted it, and count as they did.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0012", "0011"


def upgrade() -> None:
    """Make room for both."""
    op.create_table(
        "keys_seen",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_keys_seen_account_id")
        ),
        sa.ForeignKeyConstraint(["module_id"], ["modules.id"], name=op.f("fk_keys_seen_module_id")),
        sa.PrimaryKeyConstraint("account_id", "module_id", name=op.f("pk_keys_seen")),
    )
    op.add_column(
        "certificates",
        sa.Column("saw_key", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute("UPDATE programmes SET definition_version = 2")


def downgrade() -> None:
    """Forget who has taken an answer sheet.

    Raises RuntimeError, and changes nothing, if a certificate says so: nothing could put that right
    later.
    """
    saw_key = sa.text("SELECT count(*) FROM certificates WHERE saw_key")
    if count := op.get_bind().execute(saw_key).scalar_one():
        raise RuntimeError(
            f"{count} certificates say that the answer sheet was taken before. Without that they "
            "would count for good; restore a backup of before the upgrade instead."
        )
    op.execute("UPDATE programmes SET definition_version = 1")
    op.drop_column("certificates", "saw_key")
    op.drop_table("keys_seen")
