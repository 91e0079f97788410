"""What went wrong with a job is called an error, as in the log and on pages."""

from alembic import op

revision, down_revision = "0020", "0019"


def upgrade() -> None:
    """Rename the column in place: others refer to the table."""
    op.execute("ALTER TABLE jobs RENAME COLUMN accident TO error")


def downgrade() -> None:
    """Give it its former name."""
    op.execute("ALTER TABLE jobs RENAME COLUMN error TO accident")
