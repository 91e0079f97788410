"""What PostgreSQL knows of its tables: how many rows they have, and how these differ."""

from sqlalchemy import text

from lms.db.models import Base
from lms.db.unit_of_work import current_connection


def refresh_statistics(*models: type[Base]) -> None:
    """Count tables into which many rows were brought at once; all tables where none is named.

    PostgreSQL does so by itself, but a minute later, and until then it makes its plans by guesses.
    In the transaction at hand, which should have nothing else to do: rows may be stored meanwhile,
    but a table is counted by one at a time. SQLite goes by its indexes, and is not asked: it would
    keep whoever writes waiting.
    """
    connection = current_connection()
    if connection.dialect.name == "postgresql":
        names = ", ".join(model.__tablename__ for model in models)
        connection.execute(text(f"ANALYZE {names}"))
