"""Confirmations are looked at: days rolled up by officer, and random samples of each week."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0057", "0056"


def upgrade() -> None:
    """Make room; the first round goes through the last thirty days of the audit log."""
    op.create_table(
        "confirmation_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("people_count", sa.Integer(), nullable=False),
        sa.Column("foreign_count", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("signals", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation_days")),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["accounts.id"], name=op.f("fk_confirmation_days_officer_id")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institutions.id"],
            name=op.f("fk_confirmation_days_institution_id"),
        ),
    )
    op.create_index(
        "ix_confirmation_days_weight", "confirmation_days", ["weight", "day", "people_count"]
    )
    op.create_index("ix_confirmation_days_day", "confirmation_days", ["day"])
    op.create_index(op.f("ix_confirmation_days_officer_id"), "confirmation_days", ["officer_id"])
    _create_samples()
    op.create_table(
        "confirmation_surveys",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("surveyed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_confirmation_surveys")),
    )


def downgrade() -> None:
    """Take it away: the audit log has what was confirmed; what was said of samples is lost."""
    op.drop_table("sampled_confirmations")
    op.drop_table("confirmation_samples")
    op.drop_table("confirmation_surveys")
    op.drop_table("confirmation_days")


def _create_samples() -> None:
    op.create_table(
        "confirmation_samples",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("pool_count", sa.Integer(), nullable=False),
        sa.Column("drawn_count", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation_samples")),
        sa.UniqueConstraint(
            "week_on", "institution_id", name=op.f("uq_confirmation_samples_week_on_institution_id")
        ),
        _key("confirmation_samples", "institution_id", "institutions"),
    )
    op.create_index(
        op.f("ix_confirmation_samples_institution_id"), "confirmation_samples", ["institution_id"]
    )
    op.create_table(
        "sampled_confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("confirmer_id", sa.Integer(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(), nullable=True),
        sa.Column("passed_on_at", sa.DateTime(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answerer_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(32), nullable=True),
        sa.Column("reason", sa.String(500), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL)",
            name=op.f("ck_sampled_confirmations_answer"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampled_confirmations")),
        sa.UniqueConstraint(
            "sample_id", "place", name=op.f("uq_sampled_confirmations_sample_id_place")
        ),
        _key("sampled_confirmations", "sample_id", "confirmation_samples"),
        _key("sampled_confirmations", "institution_id", "institutions"),
        _key("sampled_confirmations", "account_id", "accounts"),
        _key("sampled_confirmations", "confirmer_id", "accounts"),
        _key("sampled_confirmations", "answerer_id", "accounts"),
    )
    for column in ("account_id", "answerer_id"):
        op.create_index(
            op.f(f"ix_sampled_confirmations_{column}"), "sampled_confirmations", [column]
        )
    op.create_index(
        "ix_sampled_confirmations_open",
        "sampled_confirmations",
        ["institution_id", "asked_at"],
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_index(
        "ix_sampled_confirmations_answered", "sampled_confirmations", ["institution_id", "answer"]
    )


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
