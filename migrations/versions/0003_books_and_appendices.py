"""Appendices of a release, whether it is sensitive, the files of its book; claims on letters.

The new column is added in place: rebuilding the table, as SQLite's batch mode does, would lose
the triggers that keep releases as they were written.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"

DEEDS = ("UPDATE", "DELETE")


def upgrade() -> None:
    """Make room; releases that are there already are not sensitive and have no appendices."""
    op.add_column(
        "releases",
        sa.Column("is_sensitive", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("outbox_messages", sa.Column("claimed_at", sa.DateTime(), nullable=True))
    op.create_table(
        "appendices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_appendices_release_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appendices")),
        sa.UniqueConstraint("release_id", "kind", name=op.f("uq_appendices_release_id_kind")),
    )
    op.create_table(
        "book_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "book",
                "booklet",
                "epub",
                "card_a6",
                "card_a4",
                "sheet",
                "answers",
                name="filekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("byte_count", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_book_files_release_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_files")),
        sa.UniqueConstraint("release_id", "kind", name=op.f("uq_book_files_release_id_kind")),
    )
    for deed in DEEDS:
        op.execute(_trigger("appendices", deed))


def downgrade() -> None:
    """Take the books and appendices away; the releases stay."""
    op.drop_table("book_files")
    op.drop_table("appendices")
    op.drop_column("outbox_messages", "claimed_at")
    op.drop_column("releases", "is_sensitive")


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
