"""Certificates say when the holder began, what the quiz asked for, and until when they are in force.

The columns are added in place, so that the triggers stay. Those that are there already say none of
it: they are what they were, and are hashed in the form of before.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0026", "0025"


def upgrade() -> None:
    """Make room for the three facts."""
    op.add_column("certificates", sa.Column("started_on", sa.Date(), nullable=True))
    op.add_column("certificates", sa.Column("pass_mark", sa.Integer(), nullable=True))
    op.add_column("certificates", sa.Column("valid_until", sa.Date(), nullable=True))


def downgrade() -> None:
    """Forget them.

    Raises RuntimeError, and changes nothing, if a certificate says one of them: what it says would
    no longer be what was hashed, sealed or logged.
    """
    says = sa.text(
        "SELECT count(*) FROM certificates WHERE started_on IS NOT NULL"
        " OR pass_mark IS NOT NULL OR valid_until IS NOT NULL"
    )
    if count := op.get_bind().execute(says).scalar_one():
        raise RuntimeError(
            f"{count} certificates say when their holders began or what the quiz asked for, for"
            " which there was no room; restore a backup of before the upgrade instead."
        )
    for column in ("valid_until", "pass_mark", "started_on"):
        op.drop_column("certificates", column)
