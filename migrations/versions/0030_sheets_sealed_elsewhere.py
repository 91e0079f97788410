"""Sheets that a service elsewhere seals: what waits, the rounds, and what was sealed."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0030", "0029"


def upgrade() -> None:
    """Make room; nothing waits of what was issued before."""
    op.create_table(
        "sealing_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(12), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(32), nullable=True),
        sa.Column("message", sa.String(200), nullable=False),
        sa.Column("sealed_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["accounts.id"], name=op.f("fk_sealing_rounds_actor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealing_rounds")),
        sa.UniqueConstraint("slot", name=op.f("uq_sealing_rounds_slot")),
    )
    op.create_table(
        "waiting_sheets",
        sa.Column("certificate_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("queued_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_waiting_sheets_certificate_id")
        ),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_waiting_sheets")),
    )
    op.create_table(
        "sealed_sheets",
        sa.Column("certificate_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_sealed_sheets_certificate_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["sealing_rounds.id"], name=op.f("fk_sealed_sheets_round_id")
        ),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_sealed_sheets")),
    )


def downgrade() -> None:
    """Take the rounds away, and what waits.

    Raises RuntimeError, and changes nothing, if a sheet was sealed: nobody here can make it again.
    """
    sealed = sa.text("SELECT count(*) FROM sealed_sheets")
    if count := op.get_bind().execute(sealed).scalar_one():
        raise RuntimeError(
            f"{count} sheets were sealed elsewhere, which cannot be made again; restore a backup of"
            " before the upgrade instead."
        )
    for table in ("sealed_sheets", "waiting_sheets", "sealing_rounds"):
        op.drop_table(table)
