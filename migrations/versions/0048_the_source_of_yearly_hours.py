"""Hours that a year asks for say where that is written; a row without hours ends what held before.

What was there from the beginning names the regulations that it was taken from.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0048", "0047"

DUTIES = sa.table(
    "credit_duties",
    sa.column("kind", sa.String),
    sa.column("from_day", sa.Date),
    sa.column("minimum", sa.Integer),
    sa.column("maximum", sa.Integer),
    sa.column("source", sa.String),
)
SOURCES = {
    ("PNS", 20, None): "Peraturan LAN Nomor 10 Tahun 2018",
    ("PPPK", None, 24): "Peraturan Pemerintah Nomor 49 Tahun 2018 Pasal 40 ayat (1)",
}


def upgrade() -> None:
    """Add the words."""
    op.add_column(
        "credit_duties",
        sa.Column("source", sa.String(300), nullable=False, server_default=""),
    )
    for (kind, minimum, maximum), source in SOURCES.items():
        op.execute(
            DUTIES.update()
            .where(
                DUTIES.c.kind == kind,
                DUTIES.c.minimum.is_not_distinct_from(minimum),
                DUTIES.c.maximum.is_not_distinct_from(maximum),
            )
            .values(source=source)
        )


def downgrade() -> None:
    """Remove them. Raises RuntimeError, and changes nothing, if hours were set."""
    rows = op.get_bind().execute(
        sa.select(DUTIES.c.kind, DUTIES.c.minimum, DUTIES.c.maximum, DUTIES.c.source)
    )
    seeded = {(*key, source) for key, source in SOURCES.items()}
    if not {tuple(row) for row in rows} <= seeded:
        raise RuntimeError(
            "Hours that a year asks for were set, which are kept nowhere else;"
            " restore a backup of before the upgrade instead."
        )
    op.drop_column("credit_duties", "source")
