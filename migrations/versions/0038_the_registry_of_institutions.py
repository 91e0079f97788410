"""The registry of institutions: facts, regional offices, dated events, and requests for what lacks."""

import re
from typing import Any

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0038", "0037"

FACTS: dict[str, sa.types.TypeEngine[Any]] = {
    "region_code": sa.String(length=13),
    "regional_office_id": sa.Integer(),
    "head_count": sa.Integer(),
    "head_counted_on": sa.Date(),
    "target_count": sa.Integer(),
    "begun_on": sa.Date(),
    "ended_on": sa.Date(),
    "successor_id": sa.Integer(),
}
REFERRED = {"regional_office_id": "regional_offices", "successor_id": "institutions"}
FROZEN = "registry_events"
IN_FORCE = sa.text("ended_on IS NULL")
OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    """Make room for them; what is registered stays as it is, and nothing is known of its facts."""
    op.create_table(
        "regional_offices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regional_offices")),
        sa.UniqueConstraint("code", name=op.f("uq_regional_offices_code")),
        sa.UniqueConstraint("name", name=op.f("uq_regional_offices_name")),
    )
    for name, kind in FACTS.items():
        op.add_column("institutions", sa.Column(name, kind, nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        for column, other in REFERRED.items():
            name = op.f(f"fk_institutions_{column}")
            op.create_foreign_key(name, "institutions", other, [column], ["id"])
    else:
        _rewrite(r"\)\s*$", "".join(map(_reference, REFERRED)) + ")")
    op.create_index(
        "uq_institutions_region_in_force",
        "institutions",
        ["region_code"],
        unique=True,
        sqlite_where=IN_FORCE,
        postgresql_where=IN_FORCE,
    )
    _create_events()
    _create_requests()
    op.create_table(
        "registry_uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("is_asked", sa.Boolean(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        *_keys("registry_uploads", asker_id="accounts", institution_id="institutions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_uploads")),
    )
    op.create_index(op.f("ix_registry_uploads_asker_id"), "registry_uploads", ["asker_id"])
    with op.batch_alter_table("registrations") as registrations:
        registrations.alter_column("institution_id", existing_type=sa.Integer(), nullable=True)
        registrations.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        registrations.add_column(
            sa.Column("institution_words", sa.String(length=200), nullable=True)
        )
        registrations.create_foreign_key(
            op.f("fk_registrations_unit_id"), "units", ["unit_id"], ["id"]
        )
        registrations.create_check_constraint(
            op.f("ck_registrations_institution"),
            "institution_id IS NOT NULL OR institution_words IS NOT NULL",
        )


def _create_events() -> None:
    op.create_table(
        FROZEN,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("other_institution_id", sa.Integer(), nullable=True),
        sa.Column("other_unit_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        *_keys(
            FROZEN,
            institution_id="institutions",
            unit_id="units",
            other_institution_id="institutions",
            other_unit_id="units",
            actor_id="accounts",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{FROZEN}")),
    )
    op.create_index(op.f(f"ix_{FROZEN}_institution_id"), FROZEN, ["institution_id"])
    for deed in ("UPDATE", "DELETE"):
        op.execute(_trigger(deed))


def _create_requests() -> None:
    op.create_table(
        "institution_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        *_keys(
            "institution_requests",
            account_id="accounts",
            closed_by_id="accounts",
            institution_id="institutions",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institution_requests")),
    )
    op.create_index(
        op.f("ix_institution_requests_account_id"), "institution_requests", ["account_id"]
    )
    op.create_index(
        "ix_institution_requests_open",
        "institution_requests",
        ["asked_at"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    """Take them away.

    Raises RuntimeError, and changes nothing, where an event, a request or a registration would be
    lost: they are kept nowhere else.
    """
    for table, condition, what in (
        (FROZEN, "TRUE", "events of institutions were entered"),
        ("institution_requests", "TRUE", "people asked for an institution that lacks"),
        ("registrations", "institution_id IS NULL", "registrations name no registered institution"),
        ("institutions", "head_count IS NOT NULL", "head counts of institutions were noted"),
    ):
        lost = sa.text(f"SELECT count(*) FROM {table} WHERE {condition}")  # noqa: S608 - of the list
        if count := op.get_bind().execute(lost).scalar_one():
            raise RuntimeError(
                f"{count} {what}, which is kept nowhere else; restore a backup of before the "
                "upgrade instead."
            )
    with op.batch_alter_table("registrations") as registrations:
        registrations.drop_constraint(op.f("ck_registrations_institution"), type_="check")
        registrations.drop_constraint("fk_registrations_unit_id", type_="foreignkey")
        registrations.drop_column("unit_id")
        registrations.drop_column("institution_words")
        registrations.alter_column("institution_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("registry_uploads")
    op.drop_table("institution_requests")
    op.drop_table(FROZEN)
    op.drop_index("uq_institutions_region_in_force", "institutions")
    for column in REFERRED:
        if op.get_bind().dialect.name == "postgresql":
            op.drop_constraint(op.f(f"fk_institutions_{column}"), "institutions")
        else:
            _rewrite(re.escape(_reference(column)), "")
    for name in FACTS:
        op.drop_column("institutions", name)
    op.drop_table("regional_offices")


def _keys(table: str, **referred: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, other in referred.items()
    ]


def _reference(column: str) -> str:
    return (
        f",\n\tCONSTRAINT fk_institutions_{column} FOREIGN KEY({column})"
        f" REFERENCES {REFERRED[column]} (id)"
    )


def _rewrite(pattern: str, by: str) -> None:
    """Change the text of SQLite's table in place, as in 0031: a new one would be referred to."""
    bind = op.get_bind()
    table = bind.exec_driver_sql(
        "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'institutions'"
    ).scalar_one()
    table, count = re.subn(pattern, lambda _: by, table)
    if count != 1:
        raise RuntimeError("The table of institutions is not as it was made.")
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = 'institutions'", (table,)
    )
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = RESET")


def _trigger(deed: str) -> str:
    name = f"{FROZEN}_refuse_{deed.lower()}"
    if op.get_bind().dialect.name == "postgresql":
        return (
            f"CREATE TRIGGER {name} BEFORE {deed} ON {FROZEN} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    return (
        f"CREATE TRIGGER {name} BEFORE {deed} ON {FROZEN} "
        f"BEGIN SELECT RAISE(ABORT, '{FROZEN} is append-only'); END"
    )
