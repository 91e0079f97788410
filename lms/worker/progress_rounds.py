"""Rounds about rows of progress: folding their counts, certificates that end, and the night."""

import logging
from datetime import datetime

from lms.clock import utc_now
from lms.db import snapshot, transaction
from lms.jobs.kind import Run
from lms.progress.counts import fold_counts, has_steps
from lms.progress.rebuild import list_lapsed, reconcile, refresh_lapsed
from lms.worker.handlers import Found

log = logging.getLogger(__name__)


def find_steps(_now: datetime) -> Found:
    """Whether counts of staff are to be folded."""
    return [{}] if has_steps() else []


def fold_staff_counts(_run: Run) -> None:
    """Fold them."""
    with transaction():
        fold_counts()


def find_lapsed(now: datetime) -> Found:
    """Whether certificates have ended whose holders' rows still have them."""
    return [{}] if list_lapsed(now=now) else []


def follow_lapsed(_run: Run) -> None:
    """Bring those rows up to date."""
    refresh_lapsed(now=utc_now())


def reconcile_staff(_run: Run) -> None:
    """Compare rows of staff and their counts with their sources, and name in the log what differs.

    By keys alone: nothing of a person stands in a log.
    """
    refresh_lapsed(now=utc_now())
    with snapshot():
        for difference in reconcile(now=utc_now()):
            log.error("staff rows and their sources differ: %s", difference)
