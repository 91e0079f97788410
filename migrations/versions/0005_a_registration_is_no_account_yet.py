"""A registration holds neither number nor address until its mailbox has answered.

Who registered and has not chosen a password had an account before, which kept its number and its
address from everybody else. Such accounts become registrations; their mailed links go on working.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0005", "0004"

# Nobody has ever been signed in there, no list names them, and no operator has given them a role.
UNANSWERED = """
    SELECT a.id FROM accounts a
    WHERE a.password_hash IS NULL AND a.activated_at IS NULL
    AND EXISTS (SELECT 1 FROM postings p WHERE p.account_id = a.id AND p.source = 'self')
    AND NOT EXISTS (SELECT 1 FROM postings p
                    WHERE p.account_id = a.id AND (p.source <> 'self' OR p.confirmed_at IS NOT NULL))
    AND NOT EXISTS (SELECT 1 FROM role_grants g WHERE g.account_id = a.id)
    AND NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.account_id = a.id)
    AND NOT EXISTS (SELECT 1 FROM certificates c WHERE c.account_id = a.id)
    AND NOT EXISTS (SELECT 1 FROM standings s WHERE s.account_id = a.id)
    AND NOT EXISTS (SELECT 1 FROM devices d WHERE d.account_id = a.id)
    AND NOT EXISTS (SELECT 1 FROM audit_entries u WHERE u.actor_id = a.id)
"""


def upgrade() -> None:
    """Make room for requests, and take the claims out of the accounts."""
    op.create_table(
        "link_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.String(length=254), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("target", sa.String(length=300), nullable=False),
        sa.Column("tried_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_requests")),
    )
    op.create_index("ix_link_requests_due_at", "link_requests", ["due_at"])
    op.create_table(
        "registrations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("number", sa.String(length=18), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("target", sa.String(length=300), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("mailed_at", sa.DateTime(), nullable=True),
        sa.Column("tried_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name=op.f("fk_registrations_institution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_registrations_token_hash")),
    )
    for column in ("email", "number", "expires_at", "due_at"):
        op.create_index(f"ix_registrations_{column}", "registrations", [column])
    op.execute(
        f"""
        INSERT INTO registrations (name, email, number, institution_id, expires_at, target,
                                   token_hash, mailed_at, tried_count)
        SELECT a.name, a.email, n.number, p.institution_id, l.expires_at, l.target,
               l.token_hash, l.created_at, 0
        FROM one_time_links l
        JOIN accounts a ON a.id = l.account_id
        JOIN employee_numbers n ON n.account_id = a.id AND n.ended_on IS NULL
        JOIN postings p ON p.account_id = a.id AND p.ended_on IS NULL
        WHERE l.used_at IS NULL AND a.id IN ({UNANSWERED})
        """  # noqa: S608 - both parts are our own
    )
    op.execute(f"CREATE TEMPORARY TABLE unanswered AS {UNANSWERED}")
    for table in ("one_time_links", "employee_numbers", "postings"):
        op.execute(f"DELETE FROM {table} WHERE account_id IN (SELECT id FROM unanswered)")  # noqa: S608
    op.execute("DELETE FROM accounts WHERE id IN (SELECT id FROM unanswered)")
    op.execute("DROP TABLE unanswered")


def downgrade() -> None:
    """Forget requests and registrations: whoever waits for a letter asks once more."""
    op.drop_table("registrations")
    op.drop_table("link_requests")
