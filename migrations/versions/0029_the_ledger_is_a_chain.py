"""The ledger is a chain: each entry but an issue follows another one of the same certificate.

Until here a certificate could end once. Now a revocation can be withdrawn, by an entry that follows
it, and what holds is what the last entry says. No entry is written anew, except that those which
are there are told which one they follow: it was always the issue.

SQLite adds a foreign key only with a new table, which the ledger's triggers and all that refers to
it stand against: the table's text is changed in place, as 0019 does it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0029", "0028"

NOT_ISSUED = sa.text("kind <> 'issued'")
FOLLOWS = sa.text("follows_id IS NOT NULL")
TRIGGER = "ledger_entries_refuse_update"
CHAIN = "ledger_entries_keep_the_chain"
COLUMN = "follows_id INTEGER"
KEY = (
    ", CONSTRAINT fk_ledger_entries_follows_id"
    " FOREIGN KEY(follows_id) REFERENCES ledger_entries (id)"
)

# An issue begins a chain. A certificate in force can be revoked or replaced; a revocation can be
# withdrawn; what was replaced stays so.
BREAKS = """(new.kind = 'issued') <> (new.follows_id IS NULL)
 OR new.kind <> 'issued' AND NOT EXISTS (
 SELECT 1 FROM ledger_entries prior WHERE prior.id = new.follows_id
 AND prior.certificate_id = new.certificate_id
 AND (new.kind IN ('revoked', 'replaced') AND prior.kind IN ('issued', 'reinstated')
 OR new.kind = 'reinstated' AND prior.kind = 'revoked'))"""


def upgrade() -> None:
    """Say of each entry which one it follows, and have the database keep it so."""
    op.add_column("ledger_entries", sa.Column("follows_id", sa.Integer(), nullable=True))
    if _is_postgresql():
        op.create_foreign_key(
            op.f("fk_ledger_entries_follows_id"),
            "ledger_entries",
            "ledger_entries",
            ["follows_id"],
            ["id"],
        )
    else:
        _write_anew(COLUMN, COLUMN + KEY)
    with _writable():
        op.execute(
            "UPDATE ledger_entries SET follows_id = (SELECT issue.id FROM ledger_entries issue"
            " WHERE issue.certificate_id = ledger_entries.certificate_id"
            " AND issue.kind = 'issued') WHERE kind <> 'issued'"
        )
    op.drop_index("uq_ledger_entries_ended", "ledger_entries")
    op.create_index(
        "ix_ledger_entries_not_issued",
        "ledger_entries",
        ["certificate_id"],
        sqlite_where=NOT_ISSUED,
        postgresql_where=NOT_ISSUED,
    )
    op.create_index(
        "uq_ledger_entries_follows_id",
        "ledger_entries",
        ["follows_id"],
        unique=True,
        sqlite_where=FOLLOWS,
        postgresql_where=FOLLOWS,
    )
    _keep_the_chain()


def downgrade() -> None:
    """Let a certificate end once again.

    Raises RuntimeError, and changes nothing, if a revocation was withdrawn: there was no room for
    it, and forgetting it would write the ledger anew.
    """
    withdrawn = sa.text("SELECT count(*) FROM ledger_entries WHERE kind = 'reinstated'")
    if count := op.get_bind().execute(withdrawn).scalar_one():
        raise RuntimeError(
            f"{count} revocations have been withdrawn, for which there was no room; restore a "
            "backup of before the upgrade instead."
        )
    if _is_postgresql():
        op.execute(f"DROP TRIGGER {CHAIN} ON ledger_entries")
        op.execute(f"DROP FUNCTION {CHAIN}()")
    else:
        op.execute(f"DROP TRIGGER {CHAIN}")
    op.drop_index("uq_ledger_entries_follows_id", "ledger_entries")
    op.drop_index("ix_ledger_entries_not_issued", "ledger_entries")
    op.create_index(
        "uq_ledger_entries_ended",
        "ledger_entries",
        ["certificate_id"],
        unique=True,
        sqlite_where=NOT_ISSUED,
        postgresql_where=NOT_ISSUED,
    )
    if _is_postgresql():
        op.drop_constraint(
            op.f("fk_ledger_entries_follows_id"), "ledger_entries", type_="foreignkey"
        )
    else:
        _write_anew(COLUMN + KEY, COLUMN)
    op.drop_column("ledger_entries", "follows_id")


def _keep_the_chain() -> None:
    message = "an entry of the ledger that follows none, or the wrong one"
    if _is_postgresql():
        op.execute(
            f"""
            CREATE FUNCTION {CHAIN}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF {BREAKS} THEN RAISE EXCEPTION '{message}'; END IF;
                RETURN new;
            END $$
            """
        )
        op.execute(
            f"CREATE TRIGGER {CHAIN} BEFORE INSERT ON ledger_entries FOR EACH ROW"
            " WHEN (new.kind <> 'issued' OR new.follows_id IS NOT NULL)"
            f" EXECUTE FUNCTION {CHAIN}()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {CHAIN} BEFORE INSERT ON ledger_entries WHEN {BREAKS} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


@contextmanager
def _writable() -> Iterator[None]:
    """Lift the refusal of changes (migration 0002), and put it back."""
    place = " ON ledger_entries" if _is_postgresql() else ""
    op.execute(f"DROP TRIGGER {TRIGGER}{place}")
    yield
    op.execute(
        f"CREATE TRIGGER {TRIGGER} BEFORE UPDATE ON ledger_entries "
        + (
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            if _is_postgresql()
            else "BEGIN SELECT RAISE(ABORT, 'ledger_entries is append-only'); END"
        )
    )


def _write_anew(old: str, new: str) -> None:
    """Change SQLite's text of the table in one place."""
    bind = op.get_bind()
    table: str = bind.exec_driver_sql(
        "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'ledger_entries'"
    ).scalar_one()
    if table.count(old) != 1:
        raise RuntimeError("The table ledger_entries is not as it was made.")
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = 'ledger_entries'",
        (table.replace(old, new),),
    )
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = RESET")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
