"""How far a database has been migrated."""

from sqlalchemy import text

from lms.db.unit_of_work import current_connection

_REVISION = text("SELECT version_num FROM alembic_version")


def get_revision() -> str:
    """The number of the last migration that the database has had.

    Raises SQLAlchemyError where it has had none, or cannot be used.
    """
    return str(current_connection().scalar(_REVISION))
