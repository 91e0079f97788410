"""A question names the objective that it tests, so that draws and certificates can.

Questions of releases that were published before name none: their quizzes are drawn by chapter, and
their certificates name no objectives.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0022", "0021"


def upgrade() -> None:
    """Add the column."""
    op.add_column("questions", sa.Column("objective", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Remove it.

    Raises RuntimeError, and changes nothing, if a question names one: certificates would no longer
    say what was tested, and what is published is not published anew.
    """
    named = sa.text("SELECT count(*) FROM questions WHERE objective IS NOT NULL")
    if count := op.get_bind().execute(named).scalar_one():
        raise RuntimeError(
            f"{count} questions name their objective. Without that their certificates would say "
            "less for good; restore a backup of before the upgrade instead."
        )
    op.drop_column("questions", "objective")
