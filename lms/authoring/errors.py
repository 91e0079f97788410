"""Refusals about an author's source."""

from lms.errors import Conflict


class NotPublishable(Conflict):
    """The source has errors; nothing was published."""
