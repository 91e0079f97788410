"""Officers keep layouts of their exports, how far they took them, and marks of what is delivered."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0045", "0044"


def upgrade() -> None:
    """Make room for layouts, points and marks; nothing is exported or marked yet."""
    op.create_table(
        "export_layouts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_layouts")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_export_layouts_account_id")
        ),
        sa.UniqueConstraint("account_id", "name", name=op.f("uq_export_layouts_account_id_name")),
    )
    op.create_table(
        "export_points",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("layout_key", sa.String(20), nullable=False),
        sa.Column("log_size", sa.Integer(), nullable=False),
        sa.Column("exported_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "layout_key", name=op.f("pk_export_points")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_export_points_account_id")
        ),
    )
    op.create_table(
        "export_marks",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.DateTime(), nullable=False),
        sa.Column("marked_by", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_export_marks")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_export_marks_certificate_id")
        ),
        sa.ForeignKeyConstraint(
            ["marked_by"], ["accounts.id"], name=op.f("fk_export_marks_marked_by")
        ),
    )
    op.create_index(op.f("ix_export_marks_marked_by"), "export_marks", ["marked_by"])


def downgrade() -> None:
    """Forget layouts, points and marks: they are officers' notes, and no facts."""
    op.drop_table("export_marks")
    op.drop_table("export_points")
    op.drop_table("export_layouts")
