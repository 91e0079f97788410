"""Which package listens to which announcement, in which order, and whose job is whose."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from flask import Flask

from config import Settings
from lms.accounts.announcements import RegistrationAnswered
from lms.addresses import certificate_address, help_address
from lms.announcements import listen
from lms.certificates.announcements import (
    CertificateIssued,
    CertificateReplaced,
    CertificateRevoked,
)
from lms.certificates.notifications import notify_issued, notify_replaced, notify_revoked
from lms.certificates.numbers import NumberPattern
from lms.certificates.service import issue_certificate
from lms.institutions.announcements import PersonConfirmed
from lms.institutions.notifications import notify_confirmed
from lms.institutions.service import post_registered
from lms.jobs.kinds import Kind, Lane, Run, Turn
from lms.jobs.rules import ROUND_PAUSES
from lms.learning.announcements import AttemptPassed
from lms.programmes.service import recount_person


def wire(app: Flask, pattern: NumberPattern) -> None:
    """Connect the packages; `pattern` is that of official certificate numbers."""
    listen(app, RegistrationAnswered, _post)
    listen(app, AttemptPassed, partial(_issue, pattern))
    listen(app, CertificateIssued, _recount, _tell_issued)
    listen(app, CertificateReplaced, _recount, _tell_replaced)
    listen(app, CertificateRevoked, _recount, _tell_revoked)
    listen(app, PersonConfirmed, _recount, _tell_confirmed)


def _post(event: RegistrationAnswered) -> None:
    post_registered(event.account_id, event.institution_id, now=event.now)


def _issue(pattern: NumberPattern, event: AttemptPassed) -> None:
    issue_certificate(event, pattern)


def _recount(
    event: CertificateIssued | CertificateReplaced | CertificateRevoked | PersonConfirmed,
) -> None:
    recount_person(event.account_id, now=event.now)


def _tell_issued(event: CertificateIssued) -> None:
    notify_issued(event, certificate_address(event.code))


def _tell_replaced(event: CertificateReplaced) -> None:
    notify_replaced(event, certificate_address(event.code))


def _tell_revoked(event: CertificateRevoked) -> None:
    notify_revoked(event, certificate_address(event.code), help_address())


def _tell_confirmed(event: PersonConfirmed) -> None:
    notify_confirmed(event.account_id, now=event.now)


def job_kinds(settings: Settings) -> list[Kind]:
    """What is done beside the requests, and how often it is looked for; for workers alone."""
    from lms.web.staff.jobs import STAFF_LIST, make_staff_list
    from lms.worker import handlers as do

    second, moment = timedelta(seconds=1), timedelta(seconds=5)
    hour, day = timedelta(hours=1), timedelta(days=1)

    return [
        _round("requests", do.answer, Turn(second, do.find_requests)),
        _round(
            "mail", partial(do.send_mail, settings), Turn(second, partial(do.find_mail, settings))
        ),
        _round("fold", do.fold_tally, Turn(moment, do.find_tails)),
        _round("officers", do.notify_officers, Turn(moment, do.find_officers)),
        _round("forget", partial(do.forget, settings), Turn(hour, do.find_hour)),
        _round("reconcile", do.reconcile_figures, Turn(day, do.find_night), Lane.SLOW),
        Kind(STAFF_LIST, partial(make_staff_list, settings.issuer_name), Lane.SLOW),
        Kind(
            "book",
            partial(do.make_book, settings),
            Lane.SLOW,
            Turn(moment, do.find_books),
        ),
    ]


def _round(name: str, work: Callable[[Run], None], turn: Turn, lane: Lane = Lane.QUICK) -> Kind:
    return Kind(name, work, lane, turn, ROUND_PAUSES, is_endless=True)
