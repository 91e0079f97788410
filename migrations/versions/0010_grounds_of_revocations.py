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
    """Forget the grounds; the entries stay."""
    op.drop_column("ledger_entries", "ground")
