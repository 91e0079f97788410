"""Institutions have units; a posting names one, and a role may be held for one and what is below."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0036", "0035"


def upgrade() -> None:
    """Make room for units; whoever answered for an institution answers for all of it."""
    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_units_{column}"))
            for column, table in (
                ("institution_id", "institutions"),
                ("parent_id", "units"),
                ("successor_id", "units"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("institution_id", "code", name=op.f("uq_units_institution_id_code")),
    )
    op.create_index("ix_units_parent_id", "units", ["parent_id"])
    op.create_index("ix_units_institution_path", "units", ["institution_id", "path"], unique=True)
    with op.batch_alter_table("postings") as postings:
        postings.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        postings.create_foreign_key(op.f("fk_postings_unit_id"), "units", ["unit_id"], ["id"])
    op.create_index("ix_postings_unit_id", "postings", ["unit_id"])
    with op.batch_alter_table("role_grants") as grants:
        grants.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        grants.create_foreign_key(op.f("fk_role_grants_unit_id"), "units", ["unit_id"], ["id"])
        grants.drop_constraint("uq_role_grants_account_id_role_institution_id", type_="unique")
        grants.create_unique_constraint(
            op.f("uq_role_grants_account_id_role_institution_id_unit_id"),
            ["account_id", "role", "institution_id", "unit_id"],
        )
        grants.create_check_constraint(
            op.f("ck_role_grants_unit"), "unit_id IS NULL OR institution_id IS NOT NULL"
        )


def downgrade() -> None:
    """Take units away; refused while somebody's role rests on one, which would grow or vanish."""
    held = op.get_bind().scalar(
        sa.text("SELECT count(*) FROM role_grants WHERE unit_id IS NOT NULL")
    )
    if held:
        raise RuntimeError(
            f"{held} roles are held for a unit. Take them back (or grant the institution) first: "
            "without units they would be roles for whole institutions."
        )
    with op.batch_alter_table("role_grants") as grants:
        grants.drop_constraint(op.f("ck_role_grants_unit"), type_="check")
        grants.drop_constraint(
            "uq_role_grants_account_id_role_institution_id_unit_id", type_="unique"
        )
        grants.create_unique_constraint(
            "uq_role_grants_account_id_role_institution_id",
            ["account_id", "role", "institution_id"],
        )
        grants.drop_constraint("fk_role_grants_unit_id", type_="foreignkey")
        grants.drop_column("unit_id")
    op.drop_index("ix_postings_unit_id", "postings")
    with op.batch_alter_table("postings") as postings:
        postings.drop_constraint("fk_postings_unit_id", type_="foreignkey")
        postings.drop_column("unit_id")
    op.drop_table("units")
