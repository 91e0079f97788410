"""Which package listens to which announcement."""

from datetime import datetime

from lms.accounts.signals import registration_answered
from lms.certificates.numbers import NumberPattern
from lms.certificates.service import issue_certificate
from lms.certificates.signals import certificates_changed
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
    certificates_changed.connect(_recount)
    person_confirmed.connect(_recount)


def _post(_sender: object, *, account_id: int, institution_id: int, now: datetime) -> None:
    post_registered(account_id, institution_id, now=now)


def _issue(_sender: object, *, passed: Passed, now: datetime) -> None:
    issue_certificate(passed, _Wiring.pattern, now=now)


def _recount(_sender: object, *, account_id: int, now: datetime) -> None:
    recount_person(account_id, now=now)
