"""The one place where the time of day enters the house."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present moment in UTC, for the edges; everything below takes `now` as an argument."""
    return datetime.now(UTC)
