"""The holder of a certificate: name, number and institution on the day of issue."""

from sqlalchemy import bindparam, exists, select

from lms.accounts.models import Account, EmployeeNumber
from lms.certificates.facts import Holder
from lms.db import current_connection
from lms.institutions.models import Institution, Posting
from lms.learning.announcements import AttemptPassed
from lms.learning.models import KeySeen

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
    .where(Account.id == bindparam("account_id"))
)
_WHO_PASSED = _HOLDER.add_columns(
    exists().where(
        KeySeen.account_id == Account.id,
        KeySeen.module_id == bindparam("module_id"),
        KeySeen.seen_at <= bindparam("passed_at"),
    )
)


def get_holder(account_id: int) -> Holder:
    """What a certificate that is issued now says of the person, and where they get mail."""
    return Holder(*current_connection().execute(_HOLDER, {"account_id": account_id}).one())


def get_holder_who_passed(passed: AttemptPassed) -> tuple[Holder, bool]:
    """The same of who has just passed, and whether they had taken the answer sheet before."""
    asked = {
        "account_id": passed.account_id,
        "module_id": passed.module_id,
        "passed_at": passed.passed_at,
    }
    *known, saw_key = current_connection().execute(_WHO_PASSED, asked).one()
    return Holder(*known), saw_key
