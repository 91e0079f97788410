"""Does one line of a staff list by itself, by the use case of one person."""

from datetime import date, datetime

from sqlalchemy import select, update

from lms.accounts.notifications import Address
from lms.announcements import announce
from lms.db import current_connection, db
from lms.institutions.announcements import PostingsChanged
from lms.institutions.models import Institution, Posting
from lms.institutions.people.facts import move_in, note_death, retire
from lms.institutions.staff_additions import add_staff
from lms.institutions.staff_lists.lines import Listed
from lms.institutions.staff_lists.models import Verdict
from lms.institutions.staff_lists.plans import Plan, Terms
from lms.institutions.staff_lists.standings import Standing


def settle(
    terms: Terms,
    listed: Listed,
    plan: Plan,
    *,
    today: date,
    address: Address | None,
    now: datetime,
) -> int:
    """Do what a line calls for, and give whose account it was.

    Raises the refusals of the use case; then nothing of it is done.
    """
    with db.session.begin_nested():
        account_id = _do(terms, listed, plan, today=today, address=address, now=now)
    if listed.unit_id is not None and plan.verdict is not Verdict.LEAVING:
        current_connection().execute(
            update(Posting)
            .where(Posting.account_id == account_id, Posting.ended_on.is_(None))
            .values(unit_id=listed.unit_id)
        )
    announce(PostingsChanged(account_ids=(account_id,), now=now))
    return account_id


def _do(
    terms: Terms,
    listed: Listed,
    plan: Plan,
    *,
    today: date,
    address: Address | None,
    now: datetime,
) -> int:
    if plan.verdict is Verdict.MOVED_IN and plan.account_id is not None:
        return move_in(
            terms.acting, plan.account_id, terms.institution_id, now=now, unit_id=listed.unit_id
        ).account_id
    if plan.verdict is Verdict.LEAVING:
        posting = db.session.scalars(
            select(Posting).where(Posting.account_id == plan.account_id, Posting.ended_on.is_(None))
        ).one()
        end = note_death if listed.standing is Standing.DIED else retire
        # Nobody leaves before they came.
        on = max(listed.standing_on or today, posting.started_on)
        return end(terms.acting, posting.id, on, now=now).account_id
    return add_staff(
        terms.acting,
        db.session.get_one(Institution, terms.institution_id),
        listed.name,
        listed.email,
        listed.number,
        address if plan.verdict is Verdict.READDRESSED else None,
        now=now,
        replaces_address=terms.replaces_addresses,
        way_back=address,
    ).account_id
