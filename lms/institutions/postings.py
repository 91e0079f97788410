"""Postings: begun, ended, reopened and confirmed."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import select

from lms.accounts.models import Account
from lms.announcements import announce
from lms.audit import record
from lms.days import local_day
from lms.db import db
from lms.institutions.announcements import PersonConfirmed, PostingsChanged
from lms.institutions.models import Institution, Posting, PostingSource, Unit
from lms.institutions.registry.errors import HasEnded
from lms.institutions.scope import Scope

BY_SIGN_ON: Final = "sign_on"
"""In the audit log: that a provider of sign-on elsewhere said where somebody works."""


def add_posting(
    account: Account,
    institution: Institution,
    source: PostingSource,
    *,
    now: datetime,
    confirmed_at: datetime | None = None,
    unit_id: int | None = None,
) -> Posting:
    """Post a person at an institution, in a unit if it is known, from today on by its time zone.

    Raises HasEnded for an institution that has ended: nobody comes to work there any more.
    """
    if institution.ended_on is not None:
        raise HasEnded
    posting = Posting(
        account=account,
        institution=institution,
        source=source,
        started_on=local_day(now, institution.time_zone),
        confirmed_at=confirmed_at,
        unit_id=unit_id,
    )
    db.session.add(posting)
    db.session.flush()
    announce(PostingsChanged(account_ids=(account.id,), now=now))
    return posting


def move_to(account: Account, institution: Institution, *, now: datetime) -> Posting:
    """Post a person at an institution, as its staff list says, ending another posting."""
    present = _present(account)
    if present is not None and present.institution_id == institution.id:
        present.source = PostingSource.STAFF_LIST
        return present
    end_current_posting(account, now=now)
    return add_posting(account, institution, PostingSource.STAFF_LIST, now=now)


def end_current_posting(account: Account, *, now: datetime) -> None:
    """End a person's present posting, if there is one."""
    present = _present(account)
    if present is not None:
        end_posting(present, now=now)


def end_posting(posting: Posting, *, now: datetime) -> None:
    """End a posting today, by its institution's time zone."""
    institution = db.session.get_one(Institution, posting.institution_id)
    posting.ended_on = local_day(now, institution.time_zone)
    db.session.flush()
    announce(PostingsChanged(account_ids=(posting.account_id,), now=now))


def reopen_posting(posting: Posting) -> bool:
    """Have somebody work again where they did; False where their institution has ended."""
    return bool(reopen_postings([posting]))


def reopen_postings(postings: Collection[Posting]) -> list[Posting]:
    """The same of several; returns those that were reopened.

    A unit that has ended meanwhile is named no more. Nothing is announced: whoever takes something
    back says what else has changed.
    """
    ended = _ended(Institution, {posting.institution_id for posting in postings})
    reopened = [posting for posting in postings if posting.institution_id not in ended]
    ended = _ended(Unit, {posting.unit_id for posting in reopened})
    for posting in reopened:
        posting.ended_on = None
        if posting.unit_id in ended:
            posting.unit_id = None
    db.session.flush()
    return reopened


def has_ended(kind: type[Institution] | type[Unit], key: int | None) -> bool:
    """Whether an institution or a unit has ended; False of none."""
    return bool(_ended(kind, {key}))


def _ended(kind: type[Institution] | type[Unit], keys: Collection[int | None]) -> set[int | None]:
    """Those of the institutions or units that have ended."""
    known = [key for key in keys if key is not None]
    found = select(kind.id).where(kind.id.in_(known), kind.ended_on.is_not(None))
    return set(db.session.scalars(found)) if known else set()


def _present(account: Account) -> Posting | None:
    return db.session.scalar(
        select(Posting).where(Posting.account_id == account.id, Posting.ended_on.is_(None))
    )


def confirm_posting(posting: Posting, scope: Scope, *, now: datetime, by: str = "") -> None:
    """Confirm a posting, which is recorded and announced.

    `by` says on whose word where that is neither an officer's nor a command's, such as BY_SIGN_ON.
    """
    how = {"by": by} if by else {}
    posting.confirmed_at = now
    db.session.flush()
    record(
        "staff.confirmed",
        f"account:{posting.account_id}",
        actor_id=scope.officer_id,
        now=now,
        institution_id=posting.institution_id,
        **how,
    )
    announce(PostingsChanged(account_ids=(posting.account_id,), now=now))
    announce(
        PersonConfirmed(
            account_id=posting.account_id,
            institution_id=posting.institution_id,
            confirmer_id=scope.officer_id,
            now=now,
        )
    )
