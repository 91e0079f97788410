"""The log: what of the ledger waits for it, where it stands, tiles and checkpoints.

A trigger notes each entry of the ledger as waiting, in the transaction that stores it. Those that
are there already wait from now on, and are logged batch by batch by the jobs process.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0028", "0027"

ONLY_ADDED = ("log_entries", "log_checkpoints")
WAITS = "ledger_entries_wait_for_the_log"
GROWS = "log_tiles_only_grow"


def upgrade() -> None:
    """Make room for the log, and let the ledger wait for it."""
    op.create_table(
        "unlogged_entries",
        sa.Column("ledger_entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ledger_entry_id"],
            ["ledger_entries.id"],
            name=op.f("fk_unlogged_entries_ledger_entry_id"),
        ),
        sa.PrimaryKeyConstraint("ledger_entry_id", name=op.f("pk_unlogged_entries")),
    )
    op.create_table(
        "log_entries",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ledger_entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ledger_entry_id"], ["ledger_entries.id"], name=op.f("fk_log_entries_ledger_entry_id")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_log_entries")),
        sa.UniqueConstraint("ledger_entry_id", name=op.f("uq_log_entries_ledger_entry_id")),
    )
    op.create_table(
        "log_salts",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name=op.f("fk_log_salts_certificate_id")
        ),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_log_salts")),
    )
    op.create_table(
        "log_tiles",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_log_tiles")),
    )
    op.create_table(
        "log_checkpoints",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("logged_at", sa.DateTime(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("issue_count", sa.Integer(), nullable=False),
        sa.Column("replacement_count", sa.Integer(), nullable=False),
        sa.Column("revocation_count", sa.Integer(), nullable=False),
        sa.Column("reinstatement_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_checkpoints")),
    )
    for table in ONLY_ADDED:
        for deed in ("UPDATE", "DELETE"):
            op.execute(_refusal(table, deed))
    op.execute(_refusal("log_tiles", "DELETE"))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            """
            CREATE FUNCTION refuse_other_tile() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF new.level <> old.level OR new.number <> old.number OR
                    substring(new.content FROM 1 FOR length(old.content))
                        IS DISTINCT FROM old.content THEN
                    RAISE EXCEPTION 'log_tiles only grow';
                END IF;
                RETURN new;
            END $$
            """
        )
        op.execute(
            f"CREATE TRIGGER {GROWS} BEFORE UPDATE ON log_tiles "
            "FOR EACH ROW EXECUTE FUNCTION refuse_other_tile()"
        )
        # Once for a statement, however many rows it stores.
        op.execute(
            """
            CREATE FUNCTION wait_for_the_log() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO unlogged_entries (ledger_entry_id) SELECT id FROM entered;
                RETURN NULL;
            END $$
            """
        )
        op.execute(
            f"CREATE TRIGGER {WAITS} AFTER INSERT ON ledger_entries REFERENCING NEW TABLE "
            "AS entered FOR EACH STATEMENT EXECUTE FUNCTION wait_for_the_log()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {GROWS} BEFORE UPDATE ON log_tiles "
            "WHEN new.level <> old.level OR new.number <> old.number OR"
            " substr(new.content, 1, length(old.content)) IS NOT old.content "
            "BEGIN SELECT RAISE(ABORT, 'log_tiles only grow'); END"
        )
        op.execute(
            f"CREATE TRIGGER {WAITS} AFTER INSERT ON ledger_entries BEGIN "  # noqa: S608 - our own
            "INSERT INTO unlogged_entries (ledger_entry_id) VALUES (new.id); END"
        )
    op.execute("INSERT INTO unlogged_entries (ledger_entry_id) SELECT id FROM ledger_entries")


def downgrade() -> None:
    """Take the log away.

    Raises RuntimeError, and changes nothing, if it has any entry: a log that was published and
    begins anew would be taken for one that was rewritten, and rightly.
    """
    bind = op.get_bind()
    if count := bind.execute(sa.text("SELECT count(*) FROM log_entries")).scalar_one():
        raise RuntimeError(
            f"The log has {count} entries, which others may have copies of and a new log would not "
            "have; restore a backup of before the upgrade instead."
        )
    is_postgresql = bind.dialect.name == "postgresql"
    op.execute(f"DROP TRIGGER {WAITS}" + (" ON ledger_entries" if is_postgresql else ""))
    for table in ("unlogged_entries", "log_entries", "log_salts", "log_tiles", "log_checkpoints"):
        op.drop_table(table)
    if is_postgresql:
        op.execute("DROP FUNCTION wait_for_the_log()")
        op.execute("DROP FUNCTION refuse_other_tile()")


def _refusal(table: str, deed: str) -> str:
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
