"""How objectives were answered at first attempts is kept as sums, gathered every hour.

The first round gathers those of before. A partial index leads to first attempts by when they were
handed in, so that no round reads all attempts there ever were.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0060", "0059"


def upgrade() -> None:
    """Make room for sums, and find first attempts by when they were handed in."""
    op.create_table(
        "objective_results",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("objective", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("people_count", sa.Integer(), nullable=False),
        sa.Column("right_count", sa.Integer(), nullable=False),
        sa.Column("drawn_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "edition_id",
            "objective",
            "institution_id",
            "month",
            name=op.f("pk_objective_results"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_objective_results_edition_id")
        ),
    )
    op.create_table(
        "objective_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gathered_until", sa.DateTime(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective_marks")),
    )
    first = sa.text("number = 1")
    op.create_index(
        "ix_attempts_first",
        "attempts",
        ["submitted_at", "id"],
        sqlite_where=first,
        postgresql_where=first,
    )


def downgrade() -> None:
    """Forget the sums; they can be gathered again."""
    op.drop_index("ix_attempts_first", "attempts")
    op.drop_table("objective_marks")
    op.drop_table("objective_results")
