"""Officers upload staff lists: each is checked before it is put in force, line by line."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0041", "0040"


def upgrade() -> None:
    """Make room for uploads, their pieces, and what each line calls for."""
    op.create_table(
        "staff_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=True),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("preview", sa.JSON(), nullable=True),
        sa.Column("columns", sa.JSON(), nullable=True),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("adds_units", sa.Boolean(), nullable=False),
        sa.Column("replaces_addresses", sa.Boolean(), nullable=False),
        sa.Column("head", sa.JSON(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=True),
        sa.Column("new_units", sa.JSON(), nullable=True),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("applied_to", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_staff_imports_{column}")
            )
            for column, table in (
                ("asker_id", "accounts"),
                ("institution_id", "institutions"),
                ("unit_id", "units"),
                ("job_id", "jobs"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_imports")),
    )
    for column in ("asker_id", "created_at", "job_id"):
        op.create_index(op.f(f"ix_staff_imports_{column}"), "staff_imports", [column])
    op.create_table(
        "staff_import_pieces",
        sa.Column("staff_import_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_import_id"],
            ["staff_imports.id"],
            name=op.f("fk_staff_import_pieces_staff_import_id"),
        ),
        sa.PrimaryKeyConstraint("staff_import_id", "position", name=op.f("pk_staff_import_pieces")),
    )
    op.create_table(
        "staff_import_lines",
        sa.Column("staff_import_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("is_set", sa.Boolean(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("number", sa.String(length=18), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("new_unit", sa.String(length=200), nullable=True),
        sa.Column("standing", sa.String(length=32), nullable=True),
        sa.Column("standing_on", sa.Date(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_import_id"],
            ["staff_imports.id"],
            name=op.f("fk_staff_import_lines_staff_import_id"),
        ),
        sa.PrimaryKeyConstraint("staff_import_id", "position", name=op.f("pk_staff_import_lines")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_staff_import_lines_verdict",
        "staff_import_lines",
        ["staff_import_id", "verdict", "position"],
    )


def downgrade() -> None:
    """Take them away, with what is being checked; what was put in force stays."""
    op.drop_table("staff_import_lines")
    op.drop_table("staff_import_pieces")
    op.drop_table("staff_imports")
