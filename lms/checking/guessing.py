"""The trace of somebody who guesses: that it happened, and not who it was."""

from datetime import datetime

from lms.audit import record


def note_guessing(limit: str, *, now: datetime) -> None:
    """Note that from one network more checks found nothing than `limit` says, "30 per hour".

    An address is personal data, and the audit log is kept for good: it is not among the details.
    """
    record("verification.guessed", "verification", actor_id=None, now=now, limit=limit)
