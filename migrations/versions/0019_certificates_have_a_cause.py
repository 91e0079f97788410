"""A certificate has a cause: the passed attempt of an edition, or something that is none.

No row is written anew: what stands has the cause that there was, and a server of before goes on
issuing such. What only a pocketbook has may be missing where the cause is another, and one chain of
certificates begins for a person and a cause.

SQLite takes NOT NULL away only with a new table, which 0002's triggers and all that refers to this
one stand against. That a column may be empty changes nothing of what is on the disk, so the table's
text is changed in place, as SQLite's manual has it (lang_altertable.html, part 7).
"""

import re
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision, down_revision = "0019", "0018"

OF_POCKETBOOKS: dict[str, TypeEngine[Any]] = {
    "edition_id": sa.Integer(),
    "module_id": sa.Integer(),
    "attempt_id": sa.Integer(),
    "pocketbook_code": sa.String(20),
    "edition_name": sa.String(20),
    "release_name": sa.String(20),
    "release_sha256": sa.String(64),
}
WHOLE = " AND ".join(f"{column} IS NOT NULL" for column in OF_POCKETBOOKS)
IS_NAMED = (
    f"(cause_kind = 'passed_attempt' AND cause_id IS NULL AND {WHOLE}) OR"
    " (cause_kind <> 'passed_attempt' AND cause_id IS NOT NULL"
    " AND edition_id IS NULL AND attempt_id IS NULL)"
)
FIRST = sa.text("replaces_id IS NULL")


def upgrade() -> None:
    """Name the cause, and let be missing what another than an attempt has none of."""
    kinds = sa.Enum("passed_attempt", "attendance", name="causekind", native_enum=False, length=32)
    op.add_column(
        "certificates",
        sa.Column("cause_kind", kinds, nullable=False, server_default="passed_attempt"),
    )
    _let_be_empty(may_be=True)
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("certificates", sa.Column("cause_id", sa.Integer(), nullable=True))
        op.create_check_constraint(op.f("ck_certificates_cause"), "certificates", IS_NAMED)
    else:
        op.execute(
            "ALTER TABLE certificates ADD COLUMN cause_id INTEGER"
            f" CONSTRAINT ck_certificates_cause CHECK ({IS_NAMED})"
        )
    op.create_index(
        "uq_certificates_person_cause",
        "certificates",
        ["account_id", "cause_kind", "cause_id"],
        unique=True,
        sqlite_where=FIRST,
        postgresql_where=FIRST,
    )


def downgrade() -> None:
    """Know of passed attempts only.

    Raises RuntimeError, and changes nothing, if a certificate has another cause.
    """
    others = sa.text("SELECT count(*) FROM certificates WHERE cause_kind <> 'passed_attempt'")
    if count := op.get_bind().execute(others).scalar_one():
        raise RuntimeError(
            f"{count} certificates have another cause than a passed attempt, for which there was "
            "no room; restore a backup of before the upgrade instead."
        )
    op.drop_index("uq_certificates_person_cause", "certificates")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_certificates_cause"), "certificates", type_="check")
    op.drop_column("certificates", "cause_id")
    op.drop_column("certificates", "cause_kind")
    _let_be_empty(may_be=False)


def _let_be_empty(*, may_be: bool) -> None:
    """Let the columns that only certificates of pocketbooks fill be empty, or no more."""
    if op.get_bind().dialect.name == "postgresql":
        for column, kind in OF_POCKETBOOKS.items():
            op.alter_column("certificates", column, nullable=may_be, existing_type=kind)
        return
    bind = op.get_bind()
    table = bind.exec_driver_sql(
        "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'certificates'"
    ).scalar_one()
    old, new = (" NOT NULL", "") if may_be else ("", " NOT NULL")
    for column, kind in OF_POCKETBOOKS.items():
        written = f"{column} {kind.compile(bind.dialect)}"
        table, count = re.subn(rf"\b{re.escape(written + old)}(?=\s*,)", written + new, table)
        if count != 1:
            raise RuntimeError(f"The column {column} of certificates is not as it was made.")
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    bind.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = 'certificates'", (table,)
    )
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = RESET")
