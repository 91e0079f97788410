"""The address of who has never activated their account, as their officer knows it."""

from datetime import datetime

from lms.accounts.addresses import set_address
from lms.accounts.announcements import PeopleChanged
from lms.accounts.enums import LinkPurpose
from lms.accounts.models import Account
from lms.accounts.notifications import Address, mail_link
from lms.accounts.people import forget_links
from lms.announcements import announce
from lms.audit import record
from lms.days import local_day
from lms.db import db
from lms.institutions.errors import NoSuchStaff
from lms.institutions.people.errors import HasActivated, HoldsARole
from lms.institutions.people.held import hold_posting, holds_a_role
from lms.institutions.scope import Scope
from lms.institutions.staff_models import FactKind, StaffFact


def set_staff_address(
    scope: Scope, posting_id: int, email: str, address: Address, *, now: datetime
) -> None:
    """Give a person another address, to which the way in is mailed; former links are void.

    Raises NoSuchStaff, OwnPosting, HasActivated, HoldsARole and AddressTaken.
    """
    posting = hold_posting(scope, posting_id)
    if posting.ended_on is not None or posting.confirmed_at is None:
        raise NoSuchStaff
    account = db.session.get_one(Account, posting.account_id, populate_existing=True)
    if account.activated_at is not None:
        raise HasActivated
    if holds_a_role(account.id):
        raise HoldsARole
    if account.email == email:
        return
    former = set_address(account.id, email)
    forget_links(account.id)
    db.session.add(
        StaffFact(
            account_id=account.id,
            posting_id=posting.id,
            kind=FactKind.ADDRESS,
            takes_force_on=local_day(now),
            noted_at=now,
            officer_id=scope.officer_id,
            details={"former_email": former},
            applied_at=now,
        )
    )
    record("staff.address_set", f"account:{account.id}", actor_id=scope.officer_id, now=now)
    mail_link(account, LinkPurpose.ACTIVATE, address, now=now)
    announce(PeopleChanged(account_ids=(account.id,), now=now))
