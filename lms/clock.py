"""The clock: the only module that reads the time of day."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present moment in UTC, for the edges; everything below takes `now` as an argument."""
    return datetime.now(UTC)
