"""An institution can say its mail domain; deeds of one kind are found by their day."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0009", "0008"


def upgrade() -> None:
    """Make room; what no institution has said is not known."""
    op.add_column("institutions", sa.Column("email_domain", sa.String(length=100), nullable=True))
    op.create_index("ix_audit_entries_deed_entered_at", "audit_entries", ["deed", "entered_at"])


def downgrade() -> None:
    """Forget the domains."""
    op.drop_index("ix_audit_entries_deed_entered_at", "audit_entries")
    op.drop_column("institutions", "email_domain")
