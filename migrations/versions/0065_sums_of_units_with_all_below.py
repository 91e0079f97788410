"""How many people a unit has with all below it, how far they are, is stored.

It was added up for each page, of an institution's thousands of units.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0065", "0064"

SUMS = """
INSERT INTO staff_sums
  (institution_id, unit_id, ordinal, kind, is_confirmed, status, people_count)
WITH RECURSIVE above (unit_id, above_id) AS (
  SELECT id, id FROM units
  UNION ALL
  SELECT above.unit_id, units.parent_id FROM above JOIN units ON units.id = above.above_id
  WHERE units.parent_id IS NOT NULL
)
SELECT counts.institution_id, above.above_id, counts.ordinal, counts.kind, counts.is_confirmed,
  counts.status, sum(counts.people_count)
FROM staff_counts AS counts JOIN above ON above.unit_id = counts.unit_id
GROUP BY 1, 2, 3, 4, 5, 6"""


def upgrade() -> None:
    """Add the sums, of the counts as they were last folded."""
    key = ("institution_id", "unit_id", "ordinal", "kind", "is_confirmed", "status")
    op.create_table(
        "staff_sums",
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("people_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*key, name="pk_staff_sums"),
        sqlite_with_rowid=False,
    )
    op.execute(SUMS)
    # Those at the top would be sought among all of the nation's that have nothing above.
    op.create_index(
        "ix_units_institution_parent", "units", ["institution_id", "parent_id", "name", "id"]
    )
    # A list by units would sort all people of an institution for a page.
    op.create_index("ix_units_institution_name", "units", ["institution_id", "name", "id"])


def downgrade() -> None:
    """Add them up for each page again."""
    op.drop_index("ix_units_institution_name", table_name="units")
    op.drop_index("ix_units_institution_parent", table_name="units")
    op.drop_table("staff_sums")
