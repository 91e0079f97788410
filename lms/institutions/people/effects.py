"""What a dated fact about a person changes when it takes force, and how that is taken back."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from lms.accounts.addresses import renew_ways_back
from lms.accounts.models import Account
from lms.accounts.people import forget_links
from lms.days import local_day
from lms.db import db
from lms.institutions.models import Institution, Posting, PostingSource, Unit
from lms.institutions.people.errors import CannotBeUndone
from lms.institutions.postings import add_posting, has_ended, reopen_posting
from lms.institutions.registry.relocation import find_present_place
from lms.institutions.staff_models import FactKind, StaffFact
from lms.mail import forget_mail_to


def _apply_unit(fact: StaffFact, posting: Posting, _now: datetime) -> dict[str, Any]:
    former, posting.unit_id = posting.unit_id, fact.details["unit_id"]
    db.session.flush()
    return {"former_unit_id": former}


def _apply_out(fact: StaffFact, posting: Posting, now: datetime) -> dict[str, Any]:
    end_on(posting, fact.takes_force_on)
    there = add_posting(
        db.session.get_one(Account, fact.account_id),
        db.session.get_one(Institution, fact.details["institution_id"]),
        PostingSource.MOVED,
        now=now,
        unit_id=fact.details.get("unit_id"),
    )
    return {"new_posting_id": there.id}


def _apply_end(fact: StaffFact, posting: Posting, _now: datetime) -> dict[str, Any]:
    end_on(posting, fact.takes_force_on)
    return {}


def _apply_death(fact: StaffFact, posting: Posting, now: datetime) -> dict[str, Any]:
    """Without an address nothing can be mailed, by whatever part of the service."""
    end_on(posting, fact.takes_force_on)
    account = db.session.get_one(Account, fact.account_id, populate_existing=True)
    email, account.email, account.closed_at = account.email, None, now
    forget_links(account.id)
    db.session.flush()
    if email is not None:
        forget_mail_to(email)
    return {"email": email}


def _undo_unit(fact: StaffFact, posting: Posting, _now: datetime) -> None:
    if posting.ended_on is not None or posting.unit_id != fact.details["unit_id"]:
        raise CannotBeUndone
    former = fact.details["former_unit_id"]
    posting.unit_id = None if has_ended(Unit, former) else former


def _undo_out(fact: StaffFact, posting: Posting, now: datetime) -> None:
    there = db.session.get_one(Posting, fact.details["new_posting_id"], populate_existing=True)
    if there.ended_on is not None or there.confirmed_at is not None:
        raise CannotBeUndone
    end_on(there, today_at(there, now=now))
    _reopen(posting)


def _undo_in(fact: StaffFact, posting: Posting, now: datetime) -> None:
    if posting.ended_on is not None:
        raise CannotBeUndone
    end_on(posting, today_at(posting, now=now))
    _reopen(db.session.get_one(Posting, fact.details["former_posting_id"], populate_existing=True))


def _undo_end(_fact: StaffFact, posting: Posting, _now: datetime) -> None:
    _reopen(posting)


def _undo_death(fact: StaffFact, posting: Posting, now: datetime) -> None:
    account = db.session.get_one(Account, fact.account_id, populate_existing=True)
    email = fact.details["email"]
    is_taken = email is not None and db.session.scalar(
        select(func.count()).where(Account.email == email)
    )
    closed_at, account.closed_at = account.closed_at, None
    account.email = None if is_taken else email
    db.session.flush()
    if closed_at is not None:
        renew_ways_back(account.id, closed_at, now=now)
    _reopen(posting)


def _reopen(posting: Posting) -> None:
    """Have somebody work again where they did.

    Raises CannotBeUndone if they work elsewhere now, or their institution has ended.
    """
    elsewhere = select(Posting.id).where(
        Posting.account_id == posting.account_id, Posting.ended_on.is_(None)
    )
    if db.session.scalar(elsewhere) is not None or not reopen_posting(posting):
        raise CannotBeUndone


_Apply = Callable[[StaffFact, Posting, datetime], dict[str, Any]]
APPLY: Mapping[FactKind, _Apply] = {
    FactKind.MOVED_UNIT: _apply_unit,
    FactKind.MOVED_OUT: _apply_out,
    FactKind.RETIRED: _apply_end,
    FactKind.DIED: _apply_death,
}
"""What each kind of fact changes when it takes force; gives what undoing it needs to know."""
UNDO: Mapping[FactKind, Callable[[StaffFact, Posting, datetime], None]] = {
    FactKind.MOVED_UNIT: _undo_unit,
    FactKind.MOVED_OUT: _undo_out,
    FactKind.MOVED_IN: _undo_in,
    FactKind.RETIRED: _undo_end,
    FactKind.DIED: _undo_death,
}
"""How each is taken back; raises CannotBeUndone where something rests on it."""


def follow_place(fact: StaffFact, posting: Posting) -> None:
    """Have a move lead to where its unit or its institution has gone, if that is a move as noted.

    Whoever was to move within their institution is not moved out of it, and the other way round.
    """
    unit_id, institution_id = map(fact.details.get, ("unit_id", "institution_id"))
    if not has_ended(Unit, unit_id) and not has_ended(Institution, institution_id):
        return
    to, unit_id = find_present_place(institution_id or posting.institution_id, unit_id)
    if fact.kind is FactKind.MOVED_UNIT and to == posting.institution_id and unit_id is not None:
        fact.details = {**fact.details, "unit_id": unit_id}
    if fact.kind is FactKind.MOVED_OUT and to not in {None, posting.institution_id}:
        fact.details = {**fact.details, "institution_id": to, "unit_id": unit_id}


def leads_nowhere(fact: StaffFact) -> bool:
    """Whether the unit or the institution that a fact leads to has ended."""
    to = fact.details.get
    return has_ended(Unit, to("unit_id")) or has_ended(Institution, to("institution_id"))


def end_on(posting: Posting, on: date) -> None:
    """End a posting on a day, and on no day before it began."""
    posting.ended_on = max(on, posting.started_on)
    db.session.flush()


def today_at(posting: Posting, *, now: datetime) -> date:
    """Which day it is where somebody works."""
    return local_day(now, db.session.get_one(Institution, posting.institution_id).time_zone)
