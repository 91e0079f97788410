"""How many people have activated their account is kept counted, as how far they are.

A count of its own beside those of modules, with a place that no module has: who has activated
theirs is counted as finished.
"""

from alembic import op

revision, down_revision = "0050", "0049"

COUNTS = """
INSERT INTO staff_counts
  (institution_id, unit_id, ordinal, kind, is_confirmed, status, people_count)
SELECT institution_id, {unit}, -2, kind, is_confirmed, 2, count(*)
FROM staff_progress WHERE is_activated GROUP BY institution_id, {unit}, kind, is_confirmed"""


def upgrade() -> None:
    """Count them, of each unit and of each institution."""
    for unit in ("unit_id", "CAST(-1 AS INTEGER)"):
        op.execute(COUNTS.format(unit=unit))


def downgrade() -> None:
    """Forget the counts."""
    for table in ("staff_counts", "staff_count_steps"):
        op.execute(f"DELETE FROM {table} WHERE ordinal = -2")  # noqa: S608 - nothing from outside
