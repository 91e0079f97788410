"""A pocketbook may say how long its certificates are in force; after that its quiz opens again.

The columns are added in place. Releases of before say nothing, so that their certificates are in
force for good, and no completion of before ends.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0037", "0036"


def upgrade() -> None:
    """Make room for the term, and for the last day of each completion."""
    op.add_column("releases", sa.Column("valid_months", sa.Integer(), nullable=True))
    op.add_column("enrolments", sa.Column("completed_until", sa.Date(), nullable=True))
    ends = sa.text("completed_until IS NOT NULL")
    op.create_index(
        "ix_enrolments_completed_until",
        "enrolments",
        ["completed_until"],
        sqlite_where=ends,
        postgresql_where=ends,
    )


def downgrade() -> None:
    """Forget the term.

    Raises RuntimeError, and changes nothing, if a release has one: its quiz would never open again
    to those whose certificates expire.
    """
    has_term = sa.text("SELECT count(*) FROM releases WHERE valid_months IS NOT NULL")
    if count := op.get_bind().execute(has_term).scalar_one():
        raise RuntimeError(
            f"{count} releases say how long their certificates are in force, for which there was no"
            " room; restore a backup of before the upgrade instead."
        )
    op.drop_index("ix_enrolments_completed_until", table_name="enrolments")
    op.drop_column("enrolments", "completed_until")
    op.drop_column("releases", "valid_months")
