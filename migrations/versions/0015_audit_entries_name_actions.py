"""An audit entry names an action, as everybody calls it, and no longer a deed.

The column is renamed in place, so that the triggers of the table stay.
"""

from alembic import op

revision, down_revision = "0015", "0014"


def upgrade() -> None:
    """Call it an action."""
    _rename("deed", "action")


def downgrade() -> None:
    """Call it a deed again."""
    _rename("action", "deed")


def _rename(old: str, new: str) -> None:
    op.drop_index(f"ix_audit_entries_{old}_entered_at", "audit_entries")
    op.execute(f"ALTER TABLE audit_entries RENAME COLUMN {old} TO {new}")
    op.create_index(f"ix_audit_entries_{new}_entered_at", "audit_entries", [new, "entered_at"])
