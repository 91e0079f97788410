"""Officers check many certificates at once: what they upload is kept until it has been checked."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0032", "0031"


def upgrade() -> None:
    """Make room for bulk checks, their uploads in pieces, and the rows of their results."""
    op.create_table(
        "bulk_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("is_packed", sa.Boolean(), nullable=False),
        sa.Column("preview", sa.JSON(), nullable=True),
        sa.Column("columns", sa.JSON(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["accounts.id"], name=op.f("fk_bulk_checks_asker_id")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_bulk_checks_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_checks")),
        sa.UniqueConstraint("job_id", name=op.f("uq_bulk_checks_job_id")),
    )
    op.create_index(op.f("ix_bulk_checks_asker_id"), "bulk_checks", ["asker_id"])
    op.create_index(op.f("ix_bulk_checks_created_at"), "bulk_checks", ["created_at"])
    op.create_table(
        "bulk_check_pieces",
        sa.Column("bulk_check_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bulk_check_id"],
            ["bulk_checks.id"],
            name=op.f("fk_bulk_check_pieces_bulk_check_id"),
        ),
        sa.PrimaryKeyConstraint("bulk_check_id", "position", name=op.f("pk_bulk_check_pieces")),
    )
    op.create_table(
        "bulk_check_rows",
        sa.Column("bulk_check_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bulk_check_id"],
            ["bulk_checks.id"],
            name=op.f("fk_bulk_check_rows_bulk_check_id"),
        ),
        sa.PrimaryKeyConstraint("bulk_check_id", "position", name=op.f("pk_bulk_check_rows")),
    )


def downgrade() -> None:
    """Take them away, with what is being checked."""
    op.drop_table("bulk_check_rows")
    op.drop_table("bulk_check_pieces")
    op.drop_table("bulk_checks")
