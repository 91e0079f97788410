"""Officers assign modules with a due date; people are reminded by mail, and say what they want."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0042", "0041"


def _index(name: str, table: str, columns: list[str], where: str | None = None) -> None:
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    """Make room for assignments, and let the outbox tell what is patient from what is needed."""
    with op.batch_alter_table("outbox_messages") as table:
        table.add_column(
            sa.Column("is_patient", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("time_zone", sa.String(32), nullable=True))
        table.add_column(sa.Column("stop_url", sa.String(300), nullable=True))
    with op.batch_alter_table("outbox_messages") as table:
        table.alter_column("is_patient", server_default=None)
    _index(
        "ix_outbox_messages_next",
        "outbox_messages",
        ["is_patient", "tried_count", "id"],
        "due_at IS NOT NULL",
    )
    op.create_table(
        "mail_preferences",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("reminders", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_mail_preferences")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_mail_preferences_account_id")
        ),
    )
    _create_assignments()
    _create_assignees()


def _create_assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(500), nullable=False),
        sa.Column("is_following", sa.Boolean(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("staff_filter", sa.JSON(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_assignments_institution_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_assignments_unit_id")),
        sa.ForeignKeyConstraint(
            ["module_id"], ["modules.id"], name=op.f("fk_assignments_module_id")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["accounts.id"], name=op.f("fk_assignments_actor_id")
        ),
    )
    _index("ix_assignments_place", "assignments", ["institution_id", "unit_id", "id"])
    _index("ix_assignments_running", "assignments", ["due_on"], "withdrawn_at IS NULL")
    _index("ix_assignments_unsettled", "assignments", ["id"], "settled_at IS NULL")
    op.create_table(
        "due_date_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("former_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_date_changes")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_due_date_changes_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["accounts.id"], name=op.f("fk_due_date_changes_actor_id")
        ),
    )
    _index(op.f("ix_due_date_changes_assignment_id"), "due_date_changes", ["assignment_id"])


def _create_assignees() -> None:
    op.create_table(
        "assignees",
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("name_key", sa.String(200), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("told_due_on", sa.Date(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("remind_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("assignment_id", "account_id", name=op.f("pk_assignees")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_assignees_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_assignees_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["outbox_messages.id"], name=op.f("fk_assignees_message_id")
        ),
    )
    _index("ix_assignees_list", "assignees", ["assignment_id", "state", "name_key", "account_id"])
    _index("ix_assignees_remind", "assignees", ["remind_at", "account_id"], "remind_at IS NOT NULL")
    _index(op.f("ix_assignees_account_id"), "assignees", ["account_id"])
    _index(op.f("ix_assignees_message_id"), "assignees", ["message_id"])
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_reminders_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["outbox_messages.id"], name=op.f("fk_reminders_message_id")
        ),
    )
    _index("ix_reminders_account_id_written_at", "reminders", ["account_id", "written_at"])


def downgrade() -> None:
    """Take the tables away.

    Raises RuntimeError, and changes nothing, if something was assigned, or somebody has said which
    mail they want: both are kept nowhere else.
    """
    for table, what in (("assignments", "assignments"), ("mail_preferences", "wishes about mail")):
        lost = sa.select(sa.func.count()).select_from(sa.table(table))
        if count := op.get_bind().execute(lost).scalar_one():
            raise RuntimeError(
                f"{count} {what} are kept nowhere else;"
                " restore a backup of before the upgrade instead."
            )
    for table in ("reminders", "assignees", "due_date_changes", "assignments", "mail_preferences"):
        op.drop_table(table)
    op.drop_index("ix_outbox_messages_next", "outbox_messages")
    with op.batch_alter_table("outbox_messages") as outbox:
        outbox.drop_column("stop_url")
        outbox.drop_column("time_zone")
        outbox.drop_column("is_patient")
