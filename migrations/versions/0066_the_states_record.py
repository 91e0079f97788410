"""Certificates of institutions that wish it stand in the state's record of each civil servant.

An institution says so; each certificate is a row of an outbox, which keeps the receipt.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0066", "0065"


def upgrade() -> None:
    """Add both; no institution has wished it yet."""
    op.create_table(
        "personnel_opt_ins",
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("begun_by", sa.Integer(), nullable=False),
        sa.Column("next_position", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("compared_at", sa.DateTime(), nullable=True),
        sa.Column("compared_count", sa.Integer(), nullable=False),
        sa.Column("repaired_count", sa.Integer(), nullable=False),
        sa.Column("unsettled_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("institution_id", name=op.f("pk_personnel_opt_ins")),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_personnel_opt_ins_institution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["begun_by"], ["accounts.id"], name=op.f("fk_personnel_opt_ins_begun_by")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["accounts.id"], name=op.f("fk_personnel_opt_ins_ended_by")
        ),
    )
    op.create_index(
        op.f("ix_personnel_opt_ins_next_position"), "personnel_opt_ins", ["next_position"]
    )
    op.create_table(
        "personnel_records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("tried_count", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String(22), nullable=True),
        sa.Column("claimed_at", sa.DateTime(), nullable=True),
        sa.Column("trouble", sa.String(32), nullable=True),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("receipt_id", sa.String(64), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=True),
        sa.Column("has_document", sa.Boolean(), nullable=False),
        sa.Column("compared_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personnel_records")),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name=op.f("fk_personnel_records_certificate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_personnel_records_institution_id"),
        ),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_personnel_records_certificate_id")),
    )
    op.create_index(
        "ix_personnel_records_due",
        "personnel_records",
        ["tried_count", "id"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_personnel_records_institution", "personnel_records", ["institution_id", "state", "id"]
    )
    op.create_index("ix_personnel_records_compared", "personnel_records", ["compared_at", "id"])


def downgrade() -> None:
    """Forget them: what stands in the state's record stays there, and is found again by number."""
    op.drop_table("personnel_records")
    op.drop_table("personnel_opt_ins")
