"""Rounds about how objectives were answered: gathering first attempts, and the night."""

import logging
from datetime import datetime

from lms.clock import utc_now
from lms.db import read_only, snapshot
from lms.evidence.rules import SETTLED
from lms.jobs.kind import Run
from lms.learning.objective_results import (
    gather,
    has_ungathered,
    list_months,
    reconcile_month,
)
from lms.worker.handlers import Found

log = logging.getLogger(__name__)


def find_ungathered(now: datetime) -> Found:
    """Whether first attempts were handed in, so long ago that none can come before them."""
    return [{}] if has_ungathered(now - SETTLED) else []


def gather_objectives(_run: Run) -> None:
    """Gather them."""
    gather(utc_now() - SETTLED)


def reconcile_objectives(_run: Run) -> None:
    """Compare one month's sums with its attempts, and name in the log what differs.

    Each night another month, so that all have their turn and no night reads all attempts.
    """
    with read_only():
        months = list_months()
    if not months:
        return
    month = months[utc_now().toordinal() % len(months)]
    with snapshot():
        for difference in reconcile_month(month):
            log.error("objective results and attempts differ: %s", difference)
