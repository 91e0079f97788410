"""Releases, certificates, the ledger, the tally and the audit log refuse to be changed.

Append-only is a promise to people outside, so the database itself keeps it: a mistake in a later
query, or a hand at the console, is refused. What a trigger cannot stop (dropping the table, or
the trigger) is for backups and for the sealed log.
"""

from alembic import op

revision, down_revision = "0002", "0001"

TABLES = (
    "releases",
    "chapters",
    "questions",
    "answer_keys",
    "certificates",
    "ledger_entries",
    "tally_entries",
    "audit_entries",
)
DEEDS = ("UPDATE", "DELETE")


def upgrade() -> None:
    """Have every change of a written row fail."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            """
            CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
            END $$
            """
        )
    for table in TABLES:
        for deed in DEEDS:
            op.execute(_trigger(table, deed))


def downgrade() -> None:
    """Let rows be changed again."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in TABLES:
        for deed in DEEDS:
            place = f" ON {table}" if is_postgresql else ""
            op.execute(f"DROP TRIGGER {_name(table, deed)}{place}")
    if is_postgresql:
        op.execute("DROP FUNCTION refuse_change()")


def _name(table: str, deed: str) -> str:
    return f"{table}_refuse_{deed.lower()}"


def _trigger(table: str, deed: str) -> str:
    if op.get_bind().dialect.name == "postgresql":
        return (
            f"CREATE TRIGGER {_name(table, deed)} BEFORE {deed} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    return (
        f"CREATE TRIGGER {_name(table, deed)} BEFORE {deed} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )
