"""The facilitator's paper is called a handout; a sheet is what is answered, or what is printed on."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0018", "0017"

FILES = sa.table("book_files", sa.column("kind", sa.String))


def upgrade() -> None:
    """Call it a handout."""
    _rename("sheet", "handout")


def downgrade() -> None:
    """Call it a sheet again."""
    _rename("handout", "sheet")


def _rename(old: str, new: str) -> None:
    op.execute(sa.update(FILES).where(FILES.c.kind == old).values(kind=new))
