"""A revocation has a ground, which says whether the quiz may be sat again.

The column is added in place, so that the triggers of the ledger stay. Revocations that are there
already have none: their holders were told that the edition is not certified to them again.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0010", "0009"


def upgrade() -> None:
    """Make room for the ground."""
    kinds = sa.Enum(
        "mistake",
        "request",
        "dishonesty",
        name="revocationground",
        native_enum=False,
        length=32,
    )
    op.add_column("ledger_entries", sa.Column("ground", kinds, nullable=True))


def downgrade() -> None:
    """Forget the grounds; the entries stay.

    Raises RuntimeError, and changes nothing, if an entry has one: it says who may sit the quiz
    again, and nobody could tell it later.
    """
    lost = sa.text("SELECT count(*) FROM ledger_entries WHERE ground IS NOT NULL")
    if count := op.get_bind().execute(lost).scalar_one():
        raise RuntimeError(
            f"{count} revocations have a ground, which is kept nowhere else;"
            " restore a backup of before the upgrade instead."
        )
    op.drop_column("ledger_entries", "ground")
