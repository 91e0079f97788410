"""How far people are stands in a row each, with counts and what is searched, made of what there is.

`lms/progress/sources.py` says what the rows are made of; what stands here is how they were made of
what was there at the time, and `flask staff rebuild` makes all of them anew at any time.
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0039", "0038"

FOUND_BY_SQLITE = (
    """CREATE VIRTUAL TABLE staff_search_words USING fts5
    (text, content='', tokenize='trigram', detail='full')""",
    """CREATE TRIGGER staff_are_found AFTER INSERT ON staff_search BEGIN
    INSERT INTO staff_search_words (rowid, text)
    VALUES (new.account_id, '~' || new.institution_id || '~ ' || new.text); END""",
    """CREATE TRIGGER staff_are_not_found AFTER DELETE ON staff_search BEGIN
    INSERT INTO staff_search_words (staff_search_words, rowid, text)
    VALUES ('delete', old.account_id, '~' || old.institution_id || '~ ' || old.text); END""",
    """CREATE TRIGGER staff_are_found_otherwise AFTER UPDATE ON staff_search BEGIN
    INSERT INTO staff_search_words (staff_search_words, rowid, text)
    VALUES ('delete', old.account_id, '~' || old.institution_id || '~ ' || old.text);
    INSERT INTO staff_search_words (rowid, text)
    VALUES (new.account_id, '~' || new.institution_id || '~ ' || new.text); END""",
)

IN_FORCE = """NOT EXISTS (SELECT 1 FROM ledger_entries e WHERE e.certificate_id = c.id
    AND e.kind <> 'issued' AND e.kind <> 'reinstated'
    AND (SELECT f.id FROM ledger_entries f WHERE f.follows_id = e.id) IS NULL)"""
IS_HELD = f"""WHERE c.account_id = p.account_id AND c.edition_id IS NOT NULL
    AND (c.valid_until IS NULL OR c.valid_until >= CURRENT_DATE) AND {IN_FORCE}"""
HELD = f"certificates c {IS_HELD}"
HELD_WITH_PLACES = f"""certificates c
    LEFT JOIN module_ordinals o ON o.module_id = c.module_id {IS_HELD}"""
PROGRESS = f"""
INSERT INTO staff_progress (account_id, posting_id, institution_id, unit_id, sort_name, kind,
  is_confirmed, is_activated, modules, finished_on, lapses_on, year_hours, status)
WITH facts AS MATERIALIZED (
  SELECT p.account_id, p.id AS posting_id, p.institution_id, coalesce(p.unit_id, 0) AS unit_id,
    (SELECT {{name}} FROM accounts a WHERE a.id = p.account_id) AS sort_name,
    coalesce((SELECT n.kind FROM employee_numbers n
      WHERE n.account_id = p.account_id AND n.ended_on IS NULL), '') AS kind,
    p.confirmed_at IS NOT NULL AS is_confirmed,
    (SELECT a.activated_at IS NOT NULL FROM accounts a WHERE a.id = p.account_id) AS is_activated,
    coalesce((SELECT CAST(sum(DISTINCT coalesce(CAST(2 AS BIGINT) << 2 * o.ordinal, 0)) AS BIGINT)
      FROM {HELD_WITH_PLACES}), 0)
    + coalesce((SELECT CAST(sum(DISTINCT coalesce(CAST(1 AS BIGINT) << 2 * o.ordinal, 0)) AS BIGINT)
        + 4611686018427387904
      FROM enrolments e LEFT JOIN module_ordinals o ON o.module_id = e.module_id
      WHERE e.account_id = p.account_id
        AND EXISTS (SELECT 1 FROM chapters_read r WHERE r.enrolment_id = e.id)), 0) AS modules,
    coalesce((SELECT max(c.completed_on) FROM {HELD}), '0001-01-01') AS finished_on,
    coalesce((SELECT min(c.valid_until) FROM {HELD}), '9999-12-31') AS lapses_on,
    coalesce((SELECT CAST(h.year * 10000 + sum(h.hours) AS INTEGER) FROM (
        SELECT {{year}} AS year, c.credit_hours AS hours, row_number() OVER (
          PARTITION BY {{year}}, CASE WHEN c.edition_id IS NULL OR c.module_id IS NULL
            THEN -c.id ELSE c.module_id END
          ORDER BY c.edition_id DESC, c.id DESC) AS rank
        FROM certificates c WHERE c.account_id = p.account_id AND {IN_FORCE}) h
      WHERE h.rank = 1 GROUP BY h.year ORDER BY h.year DESC LIMIT 1), 0) AS year_hours
  FROM postings p WHERE p.ended_on IS NULL)
SELECT facts.*, CASE WHEN finished_on > '0001-01-01' THEN 2 WHEN modules <> 0 THEN 1 ELSE 0 END
FROM facts"""  # noqa: S608 - nothing of it comes from outside
SEARCH = """
INSERT INTO staff_search (account_id, institution_id, text)
SELECT p.account_id, p.institution_id, {name} || ' ' || coalesce(lower(a.email), '') || ' '
  || coalesce((SELECT n.number FROM employee_numbers n
      WHERE n.account_id = p.account_id AND n.ended_on IS NULL), '')
FROM postings p JOIN accounts a ON a.id = p.account_id WHERE p.ended_on IS NULL"""
COUNTS = """
INSERT INTO staff_counts
  (institution_id, unit_id, ordinal, kind, is_confirmed, status, people_count)
SELECT institution_id, {unit}, -1, kind, is_confirmed, status, count(*)
FROM staff_progress GROUP BY institution_id, {unit}, kind, is_confirmed, status
UNION ALL
SELECT institution_id, {unit}, ordinal, kind, is_confirmed, {state}, count(*)
FROM staff_progress JOIN module_ordinals ON (modules >> 2 * ordinal) & 3 > 0
GROUP BY institution_id, {unit}, ordinal, kind, is_confirmed, {state}"""
STATE = "CASE WHEN (modules >> 2 * ordinal) & 3 > 1 THEN 2 ELSE 1 END"
# From a day on. PNS: PP 11/2017 (203) and Peraturan LAN 10/2018, at least 20 hours; PPPK: PP 49/2018
# (40), at most 24, which is no duty.
DUTIES = (
    {"kind": "PNS", "from_day": "2018-01-01", "minimum": 20, "maximum": None},
    {"kind": "PPPK", "from_day": "2018-11-28", "minimum": None, "maximum": 24},
)


def upgrade() -> None:
    """Add the tables, and make their rows of what there is."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        add_extensions()
    add_tables(is_postgresql=is_postgresql)
    op.execute(
        "INSERT INTO module_ordinals (module_id, ordinal)"
        " SELECT id, rank FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS rank"
        " FROM modules) AS numbered WHERE rank < 31"
    )
    name = folded(is_postgresql=is_postgresql)
    year = "EXTRACT(year FROM c.completed_on)" if is_postgresql else "substr(c.completed_on, 1, 4)"
    fill(PROGRESS.format(name=name, year=f"CAST({year} AS INTEGER)"))
    fill(SEARCH.format(name=name))
    for unit in ("unit_id", "-1"):
        fill(COUNTS.format(unit=f"CAST({unit} AS INTEGER)", state=STATE))
    add_indexes(is_postgresql=is_postgresql)


def downgrade() -> None:
    """Remove them; all but duties that were set are made of other tables.

    Raises RuntimeError, and changes nothing, if a duty was set.
    """
    rows = op.get_bind().execute(sa.text("SELECT kind, minimum, maximum FROM credit_duties"))
    seeded = {(duty["kind"], duty["minimum"], duty["maximum"]) for duty in DUTIES}
    if {tuple(row) for row in rows} != seeded:
        raise RuntimeError(
            "Hours that a year asks for were set, which are kept nowhere else;"
            " restore a backup of before the upgrade instead."
        )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE staff_search_words")
    for table in (
        "credit_duties",
        "staff_count_steps",
        "staff_counts",
        "staff_search",
        "staff_progress",
        "module_ordinals",
    ):
        op.drop_table(table)


def add_extensions() -> None:
    """Have PostgreSQL find parts of words by an index.

    Raises RuntimeError where the database's owner may not add what comes with PostgreSQL for it.
    """
    there = sa.text("SELECT extname FROM pg_extension")
    missing = {"pg_trgm", "btree_gin"} - set(op.get_bind().execute(there).scalars())
    for name in sorted(missing):
        try:
            with op.get_bind().begin_nested():
                op.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
        except sa.exc.DBAPIError as error:
            raise RuntimeError(
                f"PostgreSQL's extension {name} is needed to search staff lists, and could not be"
                f" added. Have a superuser run CREATE EXTENSION {name} in this database (on Debian"
                " the package postgresql has it), and upgrade again."
            ) from error


def folded(*, is_postgresql: bool) -> str:
    """A name in small letters without marks; the long way only for names that have any."""
    if not is_postgresql:
        return "folded(name)"
    marks = "".join(map(chr, range(0x300, 0x370)))
    table = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "’": "''", "‘": "''"}
    for number in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        plain = unicodedata.normalize("NFKD", chr(number))[0].lower()
        if plain.isascii() and plain.isalpha():
            table[chr(number)] = plain
    letters, plain_ones = "".join(table) + marks, "".join(table.values())
    return (
        "CASE WHEN octet_length(name) = length(name) THEN lower(name)"
        f" ELSE translate(lower(name), '{letters}', '{plain_ones}') END"
    )


def fill(statement: str) -> None:
    """Execute a statement in which no colon is a parameter's."""
    op.get_bind().exec_driver_sql(statement)


def add_tables(*, is_postgresql: bool) -> None:
    """The tables, without the indexes that are quicker made at the end."""
    collation = "C" if is_postgresql else None
    op.create_table(
        "module_ordinals",
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["module_id"], ["modules.id"], name="fk_module_ordinals_module_id"),
        sa.PrimaryKeyConstraint("module_id", name="pk_module_ordinals"),
        sa.UniqueConstraint("ordinal", name="uq_module_ordinals_ordinal"),
    )
    op.create_table(
        "staff_progress",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("sort_name", sa.String(250, collation=collation), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("is_activated", sa.Boolean(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("modules", sa.BigInteger(), nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=False),
        sa.Column("lapses_on", sa.Date(), nullable=False),
        sa.Column("year_hours", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_staff_progress_account_id"
        ),
        sa.PrimaryKeyConstraint("account_id", name="pk_staff_progress"),
    )
    op.create_table(
        "staff_search",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_staff_search_account_id"),
        sa.PrimaryKeyConstraint("account_id", name="pk_staff_search"),
    )
    key = ("institution_id", "unit_id", "ordinal", "kind", "is_confirmed", "status")
    op.create_table(
        "staff_counts",
        *counted_columns(),
        sa.Column("people_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*key, name="pk_staff_counts"),
    )
    op.create_table(
        "staff_count_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        *counted_columns(),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_count_steps"),
    )
    duties = op.create_table(
        "credit_duties",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=True),
        sa.Column("maximum", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "from_day", name="pk_credit_duties"),
    )
    for duty in DUTIES:
        op.execute(
            sa.insert(duties).values(
                {**duty, "from_day": sa.literal_column(f"'{duty['from_day']}'")}
            )
        )
    if not is_postgresql:
        for statement in FOUND_BY_SQLITE:
            op.execute(statement)


def counted_columns() -> list[sa.Column[object]]:
    """What a count is of."""
    return [
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
    ]


def add_indexes(*, is_postgresql: bool) -> None:
    """What lists walk over, and what finds parts of words."""
    name = ["institution_id", "sort_name", "account_id"]
    beside = ["status", "is_confirmed", "is_activated", "kind", "unit_id", "finished_on"]
    op.create_index(
        "ix_staff_progress_name", "staff_progress", [*name, *beside, "year_hours", "modules"]
    )
    for index, column in (
        ("unit", "unit_id"),
        ("finished_on", "finished_on"),
        ("hours", "year_hours"),
    ):
        columns = ["institution_id", column, "sort_name", "account_id"]
        op.create_index(f"ix_staff_progress_{index}", "staff_progress", columns)
    lapsing = sa.text("lapses_on < '9999-12-31'")
    op.create_index(
        "ix_staff_progress_waiting",
        "staff_progress",
        name,
        sqlite_where=sa.text("is_confirmed = 0"),
        postgresql_where=sa.text("NOT is_confirmed"),
    )
    op.create_index(
        "ix_staff_progress_lapses_on",
        "staff_progress",
        ["lapses_on"],
        sqlite_where=lapsing,
        postgresql_where=lapsing,
    )
    op.create_index(
        "ix_staff_count_steps_institution", "staff_count_steps", ["institution_id", "ordinal"]
    )
    if is_postgresql:
        op.create_index(
            "ix_staff_search_text",
            "staff_search",
            ["institution_id", "text"],
            postgresql_using="gin",
            postgresql_ops={"text": "gin_trgm_ops"},
            postgresql_with={"gin_pending_list_limit": "256"},
        )
