"""An identity elsewhere says whether its provider has vouched for the number of its account.

Until now one that somebody linked with an account that they only claimed could not be told from
one that a provider's word has brought. Of those here already only that of an account which the word
itself has made is known; the others say it when they are used next.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0064", "0063"


def upgrade() -> None:
    """Add the moment, and give it to those by whose provider their account was made."""
    op.add_column("external_identities", sa.Column("vouched_at", sa.DateTime(), nullable=True))
    op.execute(
        "UPDATE external_identities SET vouched_at = linked_at WHERE id IN ("
        "SELECT min(identity.id) FROM external_identities AS identity "
        "JOIN audit_entries AS entry ON entry.subject = 'account:' || identity.account_id "
        "AND entry.action = 'sign_on.entered' GROUP BY identity.account_id)"
    )


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("external_identities") as table:
        table.drop_column("vouched_at")
