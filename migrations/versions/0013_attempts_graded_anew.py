"""Attempts that a corrected key passes: a row beside each, which is only ever added."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0013", "0012"

DEEDS = ("UPDATE", "DELETE")


def upgrade() -> None:
    """Make room for new gradings."""
    op.create_table(
        "regradings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("question_keys", sa.JSON(), nullable=False),
        sa.Column("right_count", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("regraded_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["accounts.id"], name=op.f("fk_regradings_actor_id")),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_regradings_attempt_id")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_regradings_release_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regradings")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_regradings_attempt_id")),
    )
    for deed in DEEDS:
        op.execute(_trigger("regradings", deed))


def downgrade() -> None:
    """Take them away.

    Raises RuntimeError, and changes nothing, if there are any: certificates rest on them.
    """
    lost = sa.text("SELECT count(*) FROM regradings")
    if count := op.get_bind().execute(lost).scalar_one():
        raise RuntimeError(
            f"{count} attempts were graded anew, and certificates rest on that;"
            " restore a backup of before the upgrade instead."
        )
    op.drop_table("regradings")


def _trigger(table: str, deed: str) -> str:
    """The refusal of migration 0002, for one more table."""
    name = f"{table}_refuse_{deed.lower()}"
    if op.get_bind().dialect.name == "postgresql":
        return (
            f"CREATE TRIGGER {name} BEFORE {deed} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    return (
        f"CREATE TRIGGER {name} BEFORE {deed} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )
