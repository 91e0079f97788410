"""Officers keep lists by name and their columns, and can undo what they decided about people."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0044", "0043"


def upgrade() -> None:
    """Make the tables, and an index by which who is new on a list is found."""
    op.create_index("ix_postings_institution_started", "postings", ["institution_id", "started_on"])
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.String(length=1000), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_saved_filters_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint("account_id", "name", name=op.f("uq_saved_filters_account_id_name")),
    )
    op.create_index(
        "uq_saved_filters_default",
        "saved_filters",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("is_default = 1"),
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "desks",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("since_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_desks_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_desks")),
    )
    op.create_table(
        "staff_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("people_count", sa.Integer(), nullable=False),
        sa.Column("passed_count", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["accounts.id"], name=op.f("fk_staff_decisions_officer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_decisions")),
    )
    op.create_index(op.f("ix_staff_decisions_officer_id"), "staff_decisions", ["officer_id"])
    op.create_table(
        "decided_people",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["staff_decisions.id"], name=op.f("fk_decided_people_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["postings.id"], name=op.f("fk_decided_people_posting_id")
        ),
        sa.PrimaryKeyConstraint("decision_id", "posting_id", name=op.f("pk_decided_people")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Forget what officers kept; what they decided stays, and is told to nobody."""
    for table in ("decided_people", "staff_decisions", "desks", "saved_filters"):
        op.drop_table(table)
    op.drop_index("ix_postings_institution_started", "postings")
