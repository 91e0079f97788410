"""A confirmation can be doubted; who is doubted does not count until that is answered.

By the same the written definition of the figure is its third.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0056", "0055"

OPENED = (
    "account_id, institution_id, ground, words, opened_at, opener_id, confirmer_id, confirmed_on"
)
TRIGGERS = ("confirmation_doubts_refuse_delete", "confirmation_doubts_refuse_update")
ANSWERED = "confirmation_doubts_refuse_answer"


def upgrade() -> None:
    """Make room for doubts, and have the national figure name its definition."""
    op.create_table(
        "confirmation_doubts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(32), nullable=False),
        sa.Column("words", sa.String(500), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("opener_id", sa.Integer(), nullable=True),
        sa.Column("confirmer_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("answerer_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(32), nullable=True),
        sa.Column("evidence", sa.String(500), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL) AND "
            "(answered_at IS NULL) = (evidence IS NULL)",
            name=op.f("ck_confirmation_doubts_answer"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation_doubts")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_confirmation_doubts_{column}")
            )
            for column, table in (
                ("account_id", "accounts"),
                ("institution_id", "institutions"),
                ("opener_id", "accounts"),
                ("confirmer_id", "accounts"),
                ("answerer_id", "accounts"),
            )
        ),
    )
    for column in ("account_id", "opener_id", "answerer_id"):
        op.create_index(op.f(f"ix_confirmation_doubts_{column}"), "confirmation_doubts", [column])
    op.create_index(
        "uq_confirmation_doubts_open",
        "confirmation_doubts",
        ["institution_id", "account_id"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    for name, deed, when in (
        (TRIGGERS[0], "DELETE", ""),
        (TRIGGERS[1], f"UPDATE OF {OPENED}", ""),
        (ANSWERED, "UPDATE", "WHEN (OLD.answered_at IS NOT NULL) "),
    ):
        op.execute(_trigger(name, deed, when))
    op.execute("UPDATE programmes SET definition_version = 3 WHERE definition_version = 2")


def downgrade() -> None:
    """Forget the doubts, which were all answered.

    Raises RuntimeError, and changes nothing, if one waits: its person would not be counted again.
    """
    waiting = sa.text("SELECT count(*) FROM confirmation_doubts WHERE answered_at IS NULL")
    if count := op.get_bind().execute(waiting).scalar_one():
        raise RuntimeError(
            f"{count} doubts of confirmations wait. Their people do not count until they are "
            "answered, and without them they never would; answer them first."
        )
    op.execute("UPDATE programmes SET definition_version = 2 WHERE definition_version = 3")
    if op.get_bind().dialect.name == "postgresql":
        for name in (*TRIGGERS, ANSWERED):
            op.execute(f"DROP TRIGGER {name} ON confirmation_doubts")
    op.drop_table("confirmation_doubts")


def _trigger(name: str, deed: str, when: str) -> str:
    begun = f"CREATE TRIGGER {name} BEFORE {deed} ON confirmation_doubts "
    if op.get_bind().dialect.name == "postgresql":
        return f"{begun}FOR EACH ROW {when}EXECUTE FUNCTION refuse_change()"
    return f"{begun}{when}BEGIN SELECT RAISE(ABORT, 'confirmation_doubts is append-only'); END"
