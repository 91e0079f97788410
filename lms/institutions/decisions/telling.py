"""Writes people that they were confirmed or declined, once it cannot be undone any more."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, or_, select

from lms.accounts.models import Account
from lms.db import among, current_connection, db
from lms.institutions.decisions.models import DecidedPerson, DecisionKind, StaffDecision
from lms.institutions.decisions.service import UNDO_FOR
from lms.institutions.models import Posting
from lms.institutions.notifications import tell_confirmed, tell_declined

GIVEN_UP_AFTER = timedelta(days=1)
"""After how long a decision that its job did not finish is taken for as it is."""

TOLD_AT_ONCE = 500
"""People of one transaction."""


def list_untold(*, now: datetime) -> list[int]:
    """The decisions whose people are to be told, and those of whom nobody is left to tell."""
    is_over = or_(
        StaffDecision.done_at <= now - UNDO_FOR,
        StaffDecision.done_at.is_(None) & (StaffDecision.begun_at <= now - GIVEN_UP_AFTER),
    )
    is_undone = StaffDecision.undone_at.is_not(None)
    has_people = exists().where(DecidedPerson.decision_id == StaffDecision.id)
    wanted = select(StaffDecision.id).where(or_(is_over & ~is_undone, is_undone & ~has_people))
    return list(db.session.scalars(wanted.order_by(StaffDecision.id)))


def tell_some(decision_id: int, *, now: datetime) -> bool:
    """Write some people of a decision; whether there may be more. It is forgotten after the last.

    Who is not as it left them any more is not written to.
    """
    decision = db.session.scalar(
        select(StaffDecision).where(StaffDecision.id == decision_id).with_for_update()
    )
    if decision is None:
        return False
    people = db.session.execute(
        select(
            DecidedPerson.posting_id,
            DecidedPerson.decided_at,
            Posting.confirmed_at,
            Posting.ended_on,
            Account.email,
            Account.activated_at,
        )
        .join(Posting, Posting.id == DecidedPerson.posting_id)
        .join(Account, Account.id == Posting.account_id)
        .where(DecidedPerson.decision_id == decision_id)
        .order_by(DecidedPerson.posting_id)
        .limit(TOLD_AT_ONCE)
    ).all()
    if decision.undone_at is None:
        if decision.kind is DecisionKind.CONFIRMED:
            tell_confirmed(
                [
                    each.email
                    for each in people
                    if each.confirmed_at == each.decided_at and each.activated_at is not None
                ],
                now=now,
            )
        else:
            tell_declined(
                [
                    each.email
                    for each in people
                    if each.confirmed_at is None and each.ended_on is not None
                ],
                now=now,
            )
        told = [each.posting_id for each in people]
        current_connection().execute(
            delete(DecidedPerson).where(
                DecidedPerson.decision_id == decision_id,
                among(DecidedPerson.posting_id, told, current_connection()),
            )
        )
    if len(people) == TOLD_AT_ONCE:
        return True
    if decision.undone_at is None or not people:
        db.session.delete(decision)
        db.session.flush()
    return False
