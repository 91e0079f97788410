"""Rounds in which webhooks are told what the log has of their institutions."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from config import Settings
from lms.clock import utc_now
from lms.exchange.deliveries import deliver_waiting, has_undelivered
from lms.jobs.kind import Run

log = logging.getLogger("sakuham.worker")


def find_undelivered(now: datetime) -> Iterable[Mapping[str, Any]]:
    """Whether a webhook waits to be told something."""
    return [{}] if has_undelivered(now=now) else []


def deliver(settings: Settings, _run: Run) -> None:
    """Tell those that are due; who does not answer is tried again later, and stops nobody."""
    count = deliver_waiting(frozenset(settings.webhook_hosts.split()), utc_now)
    if count:
        log.info("%s webhooks told", count)
