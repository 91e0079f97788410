"""Holders and officers ask for the correction of a certificate; what became of it is kept."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0033", "0032"

WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Make room for requests, and for whom was told of them."""
    facts = sa.Enum(
        "name",
        "employee_number",
        "institution",
        "title",
        "other",
        name="correctablefact",
        native_enum=False,
        length=32,
    )
    states = sa.Enum(
        "waiting",
        "granted",
        "declined",
        "withdrawn",
        "lapsed",
        name="requeststate",
        native_enum=False,
        length=32,
    )
    op.create_table(
        "correction_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("fact", facts, nullable=False),
        sa.Column("wanted", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closer_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_correction_requests_{column}")
            )
            for column, table in (
                ("certificate_id", "certificates"),
                ("asker_id", "accounts"),
                ("closer_id", "accounts"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_requests")),
    )
    op.create_index(
        "ix_correction_requests_certificate_id", "correction_requests", ["certificate_id"]
    )
    op.create_index(
        "uq_correction_requests_open",
        "correction_requests",
        ["certificate_id"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_table(
        "correction_notices",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_correction_notices_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_correction_notices")),
    )


def downgrade() -> None:
    """Forget the notices, and that there were requests; what was replaced stays so.

    Raises RuntimeError, and changes nothing, if somebody has asked: they wait, or rely on the
    answer.
    """
    lost = sa.text("SELECT count(*) FROM correction_requests")
    if count := op.get_bind().execute(lost).scalar_one():
        raise RuntimeError(
            f"{count} people have asked for corrections, which is kept nowhere else;"
            " restore a backup of before the upgrade instead."
        )
    op.drop_table("correction_notices")
    op.drop_table("correction_requests")
