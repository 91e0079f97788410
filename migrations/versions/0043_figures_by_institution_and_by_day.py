"""Figures by institution and by day: the cells summed both ways, so that pages need not."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0043", "0042"

SUMS: dict[str, tuple[str, sa.types.TypeEngine[Any]]] = {
    "rollup_institutions": ("institution_id", sa.Integer()),
    "rollup_days": ("counted_on", sa.Date()),
}


def upgrade() -> None:
    """Make room for the sums, and take them of what was folded."""
    for table, (column, kind) in SUMS.items():
        op.create_table(
            table,
            sa.Column("programme_id", sa.Integer(), nullable=False),
            sa.Column(column, kind, nullable=False),
            sa.Column("people_count", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(
                ["programme_id"], ["programmes.id"], name=op.f(f"fk_{table}_programme_id")
            ),
            sa.PrimaryKeyConstraint("programme_id", column, name=op.f(f"pk_{table}")),
            *(
                [
                    sa.ForeignKeyConstraint(
                        [column], ["institutions.id"], name=op.f(f"fk_{table}_{column}")
                    )
                ]
                if column == "institution_id"
                else []
            ),
        )
        op.execute(
            f"INSERT INTO {table} (programme_id, {column}, people_count)"  # noqa: S608 - of the list
            f" SELECT programme_id, {column}, sum(people_count) FROM rollup_cells"
            f" GROUP BY programme_id, {column}"
        )


def downgrade() -> None:
    """Take them away: the cells have all of it."""
    for table in SUMS:
        op.drop_table(table)
