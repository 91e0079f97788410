"""The ledger is a chain: each entry but an issue follows another one of the same certificate.

Until here a certificate could end once. Now a revocation can be withdrawn, by an entry that follows
it, and what holds is what the last entry says. No entry is written anew, except that those which
are there are told which one they follow: it was always the issue.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0029", "0028"

NOT_ISSUED = sa.text("kind <> 'issued'")
FOLLOWS = sa.text("follows_id IS NOT NULL")
DEEDS = ("UPDATE", "DELETE")
CHAIN = "ledger_entries_keep_the_chain"

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
    with _writable():
        with op.batch_alter_table("ledger_entries") as table:
            table.add_column(sa.Column("follows_id", sa.Integer(), nullable=True))
            table.create_foreign_key(
                op.f("fk_ledger_entries_follows_id"), "ledger_entries", ["follows_id"], ["id"]
            )
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
    with _writable(), op.batch_alter_table("ledger_entries") as table:
        table.drop_constraint(op.f("fk_ledger_entries_follows_id"), type_="foreignkey")
        table.drop_column("follows_id")


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
    """Lift the refusal of changes (migration 0002), and put it back.

    SQLite makes the table anew for the foreign key, without its triggers.
    """
    place = " ON ledger_entries" if _is_postgresql() else ""
    for deed in DEEDS:
        op.execute(f"DROP TRIGGER ledger_entries_refuse_{deed.lower()}{place}")
    yield
    for deed in DEEDS:
        op.execute(
            f"CREATE TRIGGER ledger_entries_refuse_{deed.lower()} BEFORE {deed} ON ledger_entries "
            + (
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
                if _is_postgresql()
                else "BEGIN SELECT RAISE(ABORT, 'ledger_entries is append-only'); END"
            )
        )


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
