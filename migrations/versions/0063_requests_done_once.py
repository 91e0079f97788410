"""Requests of other systems may be named, and are then done once; their answers stay for a day."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0063", "0062"


def upgrade() -> None:
    """Add what is kept of them."""
    op.create_table(
        "idempotency_keys",
        sa.Column("api_token_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("claimed_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("claim_count", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("content_type", sa.String(100), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["api_token_id"], ["api_tokens.id"], name=op.f("fk_idempotency_keys_api_token_id")
        ),
        sa.PrimaryKeyConstraint("api_token_id", "name", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_expires_at"), "idempotency_keys", ["expires_at"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("idempotency_keys")
