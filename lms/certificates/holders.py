"""The holder of a certificate: name, number and institution on the day of issue."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, select

from lms.accounts.models import Account, EmployeeNumber
from lms.accounts.one_person import kept_of
from lms.certificates.facts import Holder
from lms.db import current_connection
from lms.institutions.models import Institution, Posting
from lms.learning.announcements import AttemptPassed
from lms.learning.models import Attempt, Enrolment, KeySeen

_HOLDER = (
    select(
        Account.name,
        Account.email,
        EmployeeNumber.number,
        Institution.id,
        Institution.name,
        Institution.time_zone,
        Posting.confirmed_at.is_not(None),
    )
    .outerjoin(
        EmployeeNumber,
        (EmployeeNumber.account_id == Account.id) & EmployeeNumber.ended_on.is_(None),
    )
    .outerjoin(Posting, (Posting.account_id == Account.id) & Posting.ended_on.is_(None))
    .outerjoin(Institution, Institution.id == Posting.institution_id)
    .where(Account.id == kept_of(bindparam("account_id")))
)
_WHO_PASSED = (
    _HOLDER.add_columns(
        exists().where(
            KeySeen.account_id == Account.id,
            KeySeen.module_id == bindparam("module_id"),
            KeySeen.seen_at <= bindparam("passed_at"),
        ),
        Enrolment.started_at,
        Attempt.pass_mark,
    )
    .outerjoin(Attempt, Attempt.id == bindparam("attempt_id"))
    .outerjoin(Enrolment, Enrolment.id == Attempt.enrolment_id)
)


@dataclass(frozen=True, slots=True)
class WhoPassed:
    """The holder of a certificate that a passed attempt brings, and how they came to it.

    `saw_key`: they had taken the answer sheet before. They enrolled in the edition at `started_at`
    and the attempt asked for `pass_mark` percent; None where the attempt is not stored.
    """

    holder: Holder
    saw_key: bool
    started_at: datetime | None
    pass_mark: int | None


def get_holder(account_id: int) -> Holder:
    """What a certificate that is issued now says of the person, and where they get mail.

    Of whichever of their accounts it is asked: what counts is the one that was kept.
    """
    return Holder(*current_connection().execute(_HOLDER, {"account_id": account_id}).one())


def get_who_passed(passed: AttemptPassed) -> WhoPassed:
    """The same of who has just passed."""
    asked = {
        "account_id": passed.account_id,
        "attempt_id": passed.attempt_id,
        "module_id": passed.module_id,
        "passed_at": passed.passed_at,
    }
    *known, saw_key, started_at, pass_mark = current_connection().execute(_WHO_PASSED, asked).one()
    return WhoPassed(Holder(*known), saw_key, started_at, pass_mark)
