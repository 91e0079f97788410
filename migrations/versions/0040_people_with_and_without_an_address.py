"""People need no address, two accounts can be one person, and facts about staff are dated.

On SQLite the word NOT NULL is taken out of the schema itself, as its manual has it for what changes
nothing on disk: making the table anew would take with it whatever refers to a person.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0040", "0039"

WAITING = sa.text("applied_at IS NULL AND undone_at IS NULL")
UNSENT = sa.text("state = 'waiting'")
MERGED = sa.text("merged_into_id IS NOT NULL")
FACTS = ("moved unit", "moved out", "moved in", "retired", "died", "name", "address")
STAYS = ("account_merges", "account_separations")
DEEDS = ("UPDATE", "DELETE")
NEEDED, FREE = "email VARCHAR(254) NOT NULL,", "email VARCHAR(254),"
KEY = "CONSTRAINT pk_accounts "
REFERENCE = (
    "CONSTRAINT fk_accounts_merged_into_id FOREIGN KEY(merged_into_id) REFERENCES accounts (id), "
)


def upgrade() -> None:
    """Let an address be absent, and make room for merges, codes, facts and invitations."""
    op.add_column("accounts", sa.Column("merged_into_id", sa.Integer(), nullable=True))
    op.add_column("accounts", sa.Column("closed_at", sa.DateTime(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("accounts", "email", nullable=True)
        op.create_foreign_key(
            op.f("fk_accounts_merged_into_id"), "accounts", "accounts", ["merged_into_id"], ["id"]
        )
    else:
        _rewrite(NEEDED, FREE)
        _rewrite(KEY, REFERENCE + KEY)
    op.add_column("one_time_links", sa.Column("new_email", sa.String(length=254), nullable=True))
    op.create_index(
        "ix_accounts_merged_into_id",
        "accounts",
        ["merged_into_id"],
        sqlite_where=MERGED,
        postgresql_where=MERGED,
    )
    _make_codes_and_merges()
    _make_facts()
    _make_invitations()
    for table in STAYS:
        for deed in DEEDS:
            op.execute(_trigger(table, deed))


def downgrade() -> None:
    """Ask for an address again, and forget codes and invitations.

    Raises RuntimeError, and changes nothing, where people without an address, closed accounts,
    merges or facts would be lost.
    """
    kept = {
        "people without an address": "SELECT count(*) FROM accounts WHERE email IS NULL",
        "closed accounts": "SELECT count(*) FROM accounts WHERE closed_at IS NOT NULL",
        "merges": "SELECT count(*) FROM account_merges",
        "facts about staff": "SELECT count(*) FROM staff_facts",
    }
    for what, statement in kept.items():
        if count := op.get_bind().execute(sa.text(statement)).scalar_one():
            raise RuntimeError(
                f"{count} {what} are kept nowhere else;"
                " restore a backup of before the upgrade instead."
            )
    for table in ("invitations", "invitation_batches", "staff_facts", *reversed(STAYS)):
        op.drop_table(table)
    op.drop_table("activation_codes")
    op.execute("DELETE FROM one_time_links WHERE purpose = 'address'")
    op.drop_column("one_time_links", "new_email")
    op.drop_index("ix_accounts_merged_into_id", "accounts")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("fk_accounts_merged_into_id", "accounts", type_="foreignkey")
        op.alter_column("accounts", "email", nullable=False)
    else:
        _rewrite(REFERENCE, "")
        _rewrite(FREE, NEEDED)
    op.drop_column("accounts", "merged_into_id")
    op.drop_column("accounts", "closed_at")


def _make_codes_and_merges() -> None:
    op.create_table(
        "activation_codes",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=True),
        *_references("activation_codes", account_id="accounts", issuer_id="accounts"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_activation_codes")),
    )
    op.create_table(
        "account_merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("merged_at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=True),
        *_references(
            "account_merges",
            kept_id="accounts",
            merged_id="accounts",
            actor_id="accounts",
            posting_id="postings",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_merges")),
    )
    for column in ("kept_id", "merged_id"):
        op.create_index(f"ix_account_merges_{column}", "account_merges", [column])
    op.create_table(
        "account_separations",
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("separated_at", sa.DateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        *_references("account_separations", merge_id="account_merges", actor_id="accounts"),
        sa.PrimaryKeyConstraint("merge_id", name=op.f("pk_account_separations")),
    )


def _make_facts() -> None:
    op.create_table(
        "staff_facts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("kind", _words("factkind", FACTS), nullable=False),
        sa.Column("takes_force_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("applied_at", sa.DateTime(), nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("undoer_id", sa.Integer(), nullable=True),
        *_references(
            "staff_facts",
            account_id="accounts",
            posting_id="postings",
            officer_id="accounts",
            undoer_id="accounts",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_facts")),
    )
    op.create_index("ix_staff_facts_account_id", "staff_facts", ["account_id"])
    op.create_index(
        "ix_staff_facts_waiting",
        "staff_facts",
        ["takes_force_on"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def _make_invitations() -> None:
    op.create_table(
        "invitation_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("stopped_at", sa.DateTime(), nullable=True),
        *_references("invitation_batches", officer_id="accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_batches")),
    )
    op.create_index("ix_invitation_batches_officer_id", "invitation_batches", ["officer_id"])
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "state", _words("invitationstate", ("waiting", "mailed", "left out")), nullable=False
        ),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        *_references("invitations", batch_id="invitation_batches", account_id="accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
    )
    op.create_index("ix_invitations_account_id_state", "invitations", ["account_id", "state"])
    op.create_index("ix_invitations_batch_id_state", "invitations", ["batch_id", "state"])
    op.create_index("ix_invitations_settled_at", "invitations", ["settled_at"])
    op.create_index(
        "ix_invitations_waiting",
        "invitations",
        ["id"],
        sqlite_where=UNSENT,
        postgresql_where=UNSENT,
    )


def _words(name: str, words: Sequence[str]) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=32)


def _references(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in columns.items()
    ]


def _rewrite(former: str, wanted: str) -> None:
    """Have SQLite read its own words for the table of accounts anew, with other ones in them."""
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    words = connection.scalar(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'accounts'")
    )
    if former not in words:
        raise RuntimeError(f"The table of accounts does not say {former!r}.")
    op.execute("PRAGMA writable_schema = ON")
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = 'accounts'"),
        {"sql": words.replace(former, wanted, 1)},
    )
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")


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
