"""Letterheads: emblem, unit and signatory, in versions that stay; a certificate keeps its own.

Those that are issued already have none. The column is added in place, so that the triggers stay.
"""

import re

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0031", "0030"

REFERENCE = (
    ", CONSTRAINT fk_certificates_letterhead_id FOREIGN KEY(letterhead_id)"
    " REFERENCES letterheads (id)"
)
FROZEN = ("emblems", "letterheads")
DEEDS = ("UPDATE", "DELETE")


def upgrade() -> None:
    """Make room for them, and let nobody change one."""
    op.create_table(
        "emblems",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.String(20), nullable=False),
        sa.Column("ratio", sa.Double(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_emblems")),
    )
    op.create_table(
        "letterheads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_name", sa.String(200), nullable=False),
        sa.Column("signatory_name", sa.String(200), nullable=False),
        sa.Column("office", sa.String(200), nullable=False),
        sa.Column("place", sa.String(100), nullable=False),
        sa.Column("rank", sa.String(100), nullable=False),
        sa.Column("employee_number", sa.String(18), nullable=False),
        sa.Column("emblem_sha256", sa.String(64), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_letterheads_time")),
        sa.ForeignKeyConstraint(
            ["emblem_sha256"], ["emblems.sha256"], name=op.f("fk_letterheads_emblem_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letterheads")),
    )
    for table in FROZEN:
        for deed in DEEDS:
            op.execute(_trigger(table, deed))
    op.add_column("certificates", sa.Column("letterhead_id", sa.Integer(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.create_foreign_key(
            op.f("fk_certificates_letterhead_id"),
            "certificates",
            "letterheads",
            ["letterhead_id"],
            ["id"],
        )
    else:
        _rewrite(r"\)\s*$", f"{REFERENCE})")


def downgrade() -> None:
    """Forget them.

    Raises RuntimeError, and changes nothing, if a certificate was issued with one: its sheet would
    be another.
    """
    headed = sa.text("SELECT count(*) FROM certificates WHERE letterhead_id IS NOT NULL")
    if count := op.get_bind().execute(headed).scalar_one():
        raise RuntimeError(
            f"{count} certificates were issued with a letterhead, for which there was no room;"
            " restore a backup of before the upgrade instead."
        )
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("fk_certificates_letterhead_id"), "certificates")
    else:
        _rewrite(re.escape(REFERENCE), "")
    op.drop_column("certificates", "letterhead_id")
    for table in reversed(FROZEN):
        op.drop_table(table)


def _rewrite(pattern: str, by: str) -> None:
    """Change the text of SQLite's table in place, as in 0019: a new one would lose the triggers."""
    bind = op.get_bind()
    table = bind.exec_driver_sql(
        "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'certificates'"
    ).scalar_one()
    table, count = re.subn(pattern, lambda _: by, table)
    if count != 1:
        raise RuntimeError("The table of certificates is not as it was made.")
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = 'certificates'", (table,)
    )
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = RESET")


def _trigger(table: str, deed: str) -> str:
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
