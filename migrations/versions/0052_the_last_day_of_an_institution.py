"""A rollup by institution knows its latest day, so that who stands still is found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the day, and take it from the cells that were folded so far."""
    with op.batch_alter_table("rollup_institutions") as table:
        table.add_column(sa.Column("last_counted_on", sa.Date(), nullable=True))
    op.execute(
        "UPDATE rollup_institutions SET last_counted_on ="
        " (SELECT max(cell.counted_on) FROM rollup_cells AS cell"
        " WHERE cell.programme_id = rollup_institutions.programme_id"
        " AND cell.institution_id = rollup_institutions.institution_id"
        " AND cell.people_count > 0)"
    )


def downgrade() -> None:
    """Forget it again; the cells still know."""
    with op.batch_alter_table("rollup_institutions") as table:
        table.drop_column("last_counted_on")
