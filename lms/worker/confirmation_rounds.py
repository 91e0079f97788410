"""Rounds about confirmations: days are surveyed, samples drawn, and silence is followed up."""

import logging
from datetime import datetime
from secrets import token_hex

from config import Settings
from lms.addresses import doubts_address, national_samples_address, samples_address
from lms.clock import utc_now
from lms.db import transaction
from lms.institutions.doubts.officer_days import doubt_officer_day
from lms.institutions.samples.drawing import draw_samples, is_to_be_drawn
from lms.institutions.samples.service import follow_up, has_mail_due, tell_of_samples
from lms.jobs.kind import Output, Run
from lms.reporting.surveys import survey_days
from lms.worker.handlers import Found

log = logging.getLogger("sakuham.jobs")


def survey_confirmations(_run: Run) -> None:
    """Go through the days of confirmations that are not over, or were not since."""
    survey_days(now=utc_now())


def doubt_day(run: Run) -> Output:
    """Doubt all whom an officer confirmed on a day; raises NoOverseer."""
    return doubt_officer_day(run, doubts_address(), clock=utc_now)


def find_unsampled(settings: Settings, now: datetime) -> Found:
    """Whether the last week's confirmations are to be drawn from."""
    return [{}] if settings.confirmation_sample_percent and is_to_be_drawn(now=now) else []


def sample_confirmations(settings: Settings, _run: Run) -> None:
    """Draw of them, and write those who are to look."""
    now = utc_now()
    drawn = draw_samples(settings.confirmation_sample_percent, _new_seed, now=now)
    with transaction():
        tell_of_samples(samples_address(), national_samples_address(), now=now)
    log.info("%s confirmations drawn", drawn)


def find_unanswered(now: datetime) -> Found:
    """Whether somebody is to be reminded of a sample, or it is to be passed on."""
    return [{}] if has_mail_due(now=now) else []


def follow_samples(_run: Run) -> None:
    """Remind once, and pass on to coordinators what stays without an answer."""
    with transaction():
        follow_up(samples_address(), national_samples_address(), now=utc_now())


def _new_seed() -> str:
    return token_hex(16)
