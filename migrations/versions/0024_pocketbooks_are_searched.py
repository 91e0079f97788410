"""What pocketbooks say is searched: passages, and an index of their stems.

PostgreSQL finds them by an index of an expression. SQLite has a table of its own kind for it,
which holds no text but only where the words stand; triggers keep it in step. The passages of what
is published already are made by the jobs process, or by `flask content index`.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0024", "0023"

FOUND_BY_SQLITE = (
    """CREATE VIRTUAL TABLE passage_stems USING fts5
    (stems, content='passages', content_rowid='id', tokenize='ascii')""",
    """CREATE TRIGGER passages_are_found AFTER INSERT ON passages BEGIN
    INSERT INTO passage_stems (rowid, stems) VALUES (new.id, new.stems); END""",
    """CREATE TRIGGER passages_are_not_found AFTER DELETE ON passages BEGIN
    INSERT INTO passage_stems (passage_stems, rowid, stems)
    VALUES ('delete', old.id, old.stems); END""",
)


def upgrade() -> None:
    """Add the table, empty, and what finds its rows."""
    op.create_table(
        "passages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("stems", sa.Text(), nullable=False),
        sa.Column("lead_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name="fk_passages_release_id"),
        sa.PrimaryKeyConstraint("id", name="pk_passages"),
    )
    op.create_index("ix_passages_release_id", "passages", ["release_id"])
    if op.get_bind().dialect.name == "sqlite":
        for statement in FOUND_BY_SQLITE:
            op.execute(statement)
    else:
        op.create_index(
            "ix_passages_stems",
            "passages",
            [sa.text("to_tsvector('simple'::regconfig, stems)")],
            postgresql_using="gin",
        )


def downgrade() -> None:
    """Remove them; they are made of the releases."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE passage_stems")
    op.drop_table("passages")
