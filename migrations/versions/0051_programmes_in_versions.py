"""A programme is kept in versions, and counts hours beside people.

Columns are added in place, so that the triggers of the tally stay. The hours of whoever is counted
by now are steps of their own at the end of the tally: what was written there before is not touched,
and the next folding takes them along. What was to be reached by now was published when it began:
nobody has noted when.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0051", "0050"

BEFORE = "CONSTRAINT uq_programmes_slug UNIQUE (slug)"
AFTER = "CONSTRAINT uq_programmes_slug_definition_version UNIQUE (slug, definition_version)"
ONE = {
    "uq_programmes_current": "state IN ('published', 'closed')",
    "uq_programmes_preparing": "state = 'preparing'",
}
HOURS = ("standings", "rollup_cells", "rollup_institutions", "rollup_days")

# What counts, as it is recounted from: in force, of a module of the programme, within its window,
# without the answer sheet, of who is confirmed there under one of their accounts.
SUM = """
UPDATE standings SET credit_hours = COALESCE((
  SELECT sum(c.credit_hours) FROM certificates c
  JOIN accounts a ON a.id = c.account_id
  JOIN programme_modules m
    ON m.module_id = c.module_id AND m.programme_id = standings.programme_id
  JOIN programmes p ON p.id = m.programme_id
  WHERE (a.id = standings.account_id OR a.merged_into_id = standings.account_id)
    AND NOT c.saw_key
    AND c.completed_on >= p.starts_on AND (p.ends_on IS NULL OR c.completed_on <= p.ends_on)
    AND NOT EXISTS (
      SELECT 1 FROM ledger_entries e
      WHERE e.certificate_id = c.id AND e.kind <> 'issued' AND e.kind <> 'reinstated'
        AND NOT EXISTS (SELECT 1 FROM ledger_entries f WHERE f.follows_id = e.id))
    AND EXISTS (
      SELECT 1 FROM postings o JOIN accounts b ON b.id = o.account_id
      WHERE (b.id = standings.account_id OR b.merged_into_id = standings.account_id)
        AND o.institution_id = c.institution_id AND o.confirmed_at IS NOT NULL)), 0)"""
ENTER = """
INSERT INTO tally_entries (programme_id, institution_id, counted_on, step, hours_step, entered_at)
SELECT programme_id, institution_id, counted_on, 0, sum(credit_hours), :now
FROM standings GROUP BY programme_id, institution_id, counted_on HAVING sum(credit_hours) <> 0
ORDER BY programme_id, institution_id, counted_on"""


def upgrade() -> None:
    """Every programme is its own first version; hours are summed of the certificates."""
    now = datetime.now(UTC).replace(tzinfo=None)  # noqa: TID251 - a migration has no clock of ours
    zero = sa.text("0")
    _exchange(BEFORE, AFTER)
    op.add_column(
        "programmes",
        sa.Column("state", sa.String(32), nullable=False, server_default="published"),
    )
    for name in ("created_at", "changed_at"):
        op.add_column(
            "programmes",
            sa.Column(name, sa.DateTime(), nullable=False, server_default="2025-01-01 00:00:00"),
        )
    op.add_column(
        "programmes", sa.Column("definition", sa.Text(), nullable=False, server_default="")
    )
    op.add_column("programmes", sa.Column("target_hours", sa.Integer(), nullable=True))
    for name in ("filled_at", "published_at", "ended_at"):
        op.add_column("programmes", sa.Column(name, sa.DateTime(), nullable=True))
    op.add_column("programmes", sa.Column("end_reason", sa.String(500), nullable=True))
    for name in ("filled_through", "folded_hours"):
        op.add_column(
            "programmes", sa.Column(name, sa.Integer(), nullable=False, server_default=zero)
        )
    begin = "CAST(starts_on AS timestamp)"
    if op.get_bind().dialect.name == "sqlite":
        begin = "starts_on || ' 00:00:00.000000'"
    op.execute(
        f"UPDATE programmes SET created_at = {begin}, changed_at = {begin},"  # noqa: S608 - of above
        f" filled_at = {begin}, published_at = {begin}"
    )
    for name, condition in ONE.items():
        only = sa.text(condition)
        op.create_index(
            name, "programmes", ["slug"], unique=True, sqlite_where=only, postgresql_where=only
        )
    op.add_column(
        "tally_entries", sa.Column("hours_step", sa.Integer(), nullable=False, server_default=zero)
    )
    for table in HOURS:
        op.add_column(
            table, sa.Column("credit_hours", sa.Integer(), nullable=False, server_default=zero)
        )
    op.create_table(
        "programme_targets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("province_code", sa.String(2), nullable=True),
        sa.Column("people_count", sa.Integer(), nullable=True),
        sa.Column("credit_hours", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(institution_id IS NULL) <> (province_code IS NULL)",
            name=op.f("ck_programme_targets_place"),
        ),
        sa.CheckConstraint(
            "people_count IS NOT NULL OR credit_hours IS NOT NULL",
            name=op.f("ck_programme_targets_amount"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_programme_targets_{column}")
            )
            for column, table in (
                ("programme_id", "programmes"),
                ("institution_id", "institutions"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_targets")),
        *(
            sa.UniqueConstraint(
                "programme_id", place, name=op.f(f"uq_programme_targets_programme_id_{place}")
            )
            for place in ("institution_id", "province_code")
        ),
    )
    op.execute(SUM)
    op.execute(sa.text(ENTER).bindparams(sa.bindparam("now", now, sa.DateTime())))


def downgrade() -> None:
    """Hours are forgotten; versions that are not shown become programmes with names of their own.

    Their tallies refer to them and cannot be deleted. An earlier release counts them again.
    """
    op.drop_table("programme_targets")
    for table in HOURS:
        op.drop_column(table, "credit_hours")
    op.drop_column("tally_entries", "hours_step")
    for name in ONE:
        op.drop_index(name, "programmes")
    op.execute(
        "UPDATE programmes SET slug = substr(slug, 1, 70) || '-v' || definition_version"
        " WHERE state NOT IN ('published', 'closed') AND EXISTS"
        " (SELECT 1 FROM programmes other WHERE other.slug = programmes.slug"
        " AND other.id <> programmes.id)"
    )
    for name in (
        *(
            "folded_hours",
            "filled_through",
            "end_reason",
            "ended_at",
            "published_at",
            "filled_at",
            "target_hours",
        ),
        *("definition", "changed_at", "created_at", "state"),
    ):
        op.drop_column("programmes", name)
    _exchange(AFTER, BEFORE)


def _exchange(before: str, after: str) -> None:
    """Have another constraint make programmes unique.

    SQLite's table is changed in its place, since a new one would be referred to; the index behind
    the constraint is made anew.
    """
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE programmes DROP {before.partition(' UNIQUE')[0]}")
        op.execute(f"ALTER TABLE programmes ADD {after}")
        return
    table = bind.exec_driver_sql(
        "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'programmes'"
    ).scalar_one()
    if table.count(before) != 1:
        raise RuntimeError("The table of programmes is not as it was made.")
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = 'programmes'",
        (table.replace(before, after),),
    )
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = RESET")
    bind.exec_driver_sql("REINDEX programmes")
