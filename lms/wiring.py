"""Which package listens to which announcement."""

from datetime import datetime

from lms.accounts.signals import registration_answered
from lms.certificates.notifications import tell_holder
from lms.certificates.numbers import NumberPattern
from lms.certificates.service import issue_certificate
from lms.certificates.signals import Change, certificates_changed
from lms.http.addresses import public_url
from lms.institutions.notifications import tell_confirmed
from lms.institutions.service import post_registered
from lms.institutions.signals import person_confirmed
from lms.learning.attempts import Passed
from lms.learning.signals import attempt_passed
from lms.programmes.service import recount_person


class _Wiring:
    """What listeners need from the settings."""

    pattern: NumberPattern


def wire(pattern: NumberPattern) -> None:
    """Connect the packages; done again, it changes only the pattern of official numbers."""
    _Wiring.pattern = pattern
    registration_answered.connect(_post)
    attempt_passed.connect(_issue)
    certificates_changed.connect(_follow_certificate)
    person_confirmed.connect(_follow_confirmation)


def _post(_sender: object, *, account_id: int, institution_id: int, now: datetime) -> None:
    post_registered(account_id, institution_id, now=now)


def _issue(_sender: object, *, passed: Passed, now: datetime) -> None:
    issue_certificate(passed, _Wiring.pattern, now=now)


def _follow_certificate(_sender: object, *, account_id: int, change: Change, now: datetime) -> None:
    recount_person(account_id, now=now)
    tell_holder(
        change,
        lambda code: public_url("certificates.show", code=code),
        public_url("site.help"),
        now=now,
    )


def _follow_confirmation(_sender: object, *, account_id: int, now: datetime) -> None:
    recount_person(account_id, now=now)
    tell_confirmed(account_id, now=now)
