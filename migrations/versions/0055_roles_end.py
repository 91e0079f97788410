"""Roles end on a day, and say who granted them; the log and failed mail are found by index.

A role that was granted before has no last day, and was granted by the operator. People are found
by how their name begins.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0055", "0054"

AUDIT = {
    "ix_audit_entries_action_entered_at": ["action", "entered_at", "id"],
    "ix_audit_entries_actor": ["actor_id", "entered_at", "id"],
    "ix_audit_entries_subject": ["subject", "entered_at", "id"],
    "ix_audit_entries_entered_at": ["entered_at", "id"],
}


def upgrade() -> None:
    """Make room for the last day and the granter, and index what is searched."""
    with op.batch_alter_table("role_grants") as table:
        table.add_column(sa.Column("granter_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("ends_at", sa.DateTime(), nullable=True))
        table.add_column(sa.Column("end_told_at", sa.DateTime(), nullable=True))
        table.create_foreign_key(
            op.f("fk_role_grants_granter_id"), "accounts", ["granter_id"], ["id"]
        )
        table.create_check_constraint(
            op.f("ck_role_grants_end"), "(ends_on IS NULL) = (ends_at IS NULL)"
        )
    op.create_index("ix_role_grants_institution", "role_grants", ["institution_id", "role"])
    op.create_index("ix_role_grants_role", "role_grants", ["role", "id"])
    op.create_index(
        "ix_role_grants_ends_at",
        "role_grants",
        ["ends_at", "id"],
        sqlite_where=sa.text("ends_at IS NOT NULL"),
        postgresql_where=sa.text("ends_at IS NOT NULL"),
    )
    op.create_index(
        "ix_accounts_name", "accounts", ["name"], postgresql_ops={"name": "text_pattern_ops"}
    )
    op.create_index(
        "ix_outbox_messages_failed",
        "outbox_messages",
        ["id"],
        sqlite_where=sa.text("failure IS NOT NULL"),
        postgresql_where=sa.text("failure IS NOT NULL"),
    )
    op.drop_index("ix_audit_entries_action_entered_at", "audit_entries")
    for name, columns in AUDIT.items():
        op.create_index(name, "audit_entries", columns)


def downgrade() -> None:
    """Forget last days and granters: what has ended by now is no grant any more."""
    op.execute("DELETE FROM role_grants WHERE ends_at <= CURRENT_TIMESTAMP")
    for name in reversed(AUDIT):
        op.drop_index(name, "audit_entries")
    op.create_index("ix_audit_entries_action_entered_at", "audit_entries", ["action", "entered_at"])
    op.drop_index("ix_outbox_messages_failed", "outbox_messages")
    op.drop_index("ix_accounts_name", "accounts")
    op.drop_index("ix_role_grants_ends_at", "role_grants")
    op.drop_index("ix_role_grants_role", "role_grants")
    op.drop_index("ix_role_grants_institution", "role_grants")
    with op.batch_alter_table("role_grants") as table:
        table.drop_constraint(op.f("ck_role_grants_end"), type_="check")
        table.drop_constraint(op.f("fk_role_grants_granter_id"), type_="foreignkey")
        for column in ("end_told_at", "ends_at", "ends_on", "granter_id"):
            table.drop_column(column)
