"""Personnel systems have keys of their own: hashed, for one institution, for a year at most."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0053", "0052"


def upgrade() -> None:
    """Add the keys."""
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("creator_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("scopes", sa.String(200), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("prefix", sa.String(20), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institutions.id"], name="fk_api_tokens_institution_id"
        ),
        sa.ForeignKeyConstraint(["creator_id"], ["accounts.id"], name="fk_api_tokens_creator_id"),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_api_tokens_token_hash"),
    )
    op.create_index("ix_api_tokens_institution_id", "api_tokens", ["institution_id"])
    op.create_index("ix_api_tokens_creator_id", "api_tokens", ["creator_id"])
    op.create_index(
        "uq_api_tokens_name",
        "api_tokens",
        ["institution_id", "name"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("api_tokens")
