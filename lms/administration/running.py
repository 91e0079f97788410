"""What runs: the migration that the database stands at."""

from lms.db import get_revision


def find_revision() -> str | None:
    """The number of the newest migration that was applied."""
    return get_revision()
