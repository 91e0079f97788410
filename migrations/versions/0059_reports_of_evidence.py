"""Reports of evidence: the figures of a moment are kept, so that they are the same again."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0059", "0058"


def upgrade() -> None:
    """Make room for figures, and for who has asked for a report of them."""
    op.create_table(
        "evidence_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("counted_at", sa.DateTime(), nullable=False),
        sa.Column("institution_ids", sa.JSON(), nullable=True),
        sa.Column("counted", sa.JSON(), nullable=False),
        sa.Column("noted", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_figures")),
        sa.UniqueConstraint(
            "subject", "counted_at", name=op.f("uq_evidence_figures_subject_counted_at")
        ),
    )
    op.create_table(
        "evidence_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.DateTime(), nullable=False),
        sa.Column("form", sa.String(32), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_reports")),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["accounts.id"], name=op.f("fk_evidence_reports_asker_id")
        ),
    )
    op.create_index("ix_evidence_reports_subject", "evidence_reports", ["subject", "id"])
    op.create_index(op.f("ix_evidence_reports_asker_id"), "evidence_reports", ["asker_id"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("evidence_reports")
    op.drop_table("evidence_figures")
