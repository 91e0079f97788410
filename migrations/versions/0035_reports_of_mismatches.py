"""Whoever checks a certificate can report what differs from the paper they hold."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0035", "0034"


def upgrade() -> None:
    """Make room for reports and their answers."""
    op.create_table(
        "mismatch_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=False),
        sa.Column("words", sa.String(1000), nullable=False),
        sa.Column("contact", sa.String(254), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(1000), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mismatch_reports")),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates.id"],
            name=op.f("fk_mismatch_reports_certificate_id"),
        ),
        sa.ForeignKeyConstraint(
            ["closed_by_id"],
            ["accounts.id"],
            name=op.f("fk_mismatch_reports_closed_by_id"),
        ),
    )
    op.create_index(
        op.f("ix_mismatch_reports_certificate_id"), "mismatch_reports", ["certificate_id"]
    )
    waiting = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_mismatch_reports_open",
        "mismatch_reports",
        ["reported_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    """Take the table away.

    Raises RuntimeError, and changes nothing, if something was reported: the audit log says only
    that it was.
    """
    lost = sa.text("SELECT count(*) FROM mismatch_reports")
    if count := op.get_bind().execute(lost).scalar_one():
        raise RuntimeError(
            f"{count} mismatches were reported, which is kept nowhere else;"
            " restore a backup of before the upgrade instead."
        )
    op.drop_table("mismatch_reports")
