"""Confirms and declines people who registered themselves, and takes it back again.

Nobody is written to before the time to undo it is over (`lms/institutions/decisions/telling.py`).
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, insert, select

from lms.accounts.models import Account
from lms.announcements import announce
from lms.audit import record_all
from lms.days import local_day
from lms.db import among, current_connection, db, transaction
from lms.institutions.announcements import (
    ConfirmationTakenBack,
    PersonConfirmed,
    PostingsChanged,
)
from lms.institutions.decisions.models import DecidedPerson, DecisionKind, StaffDecision
from lms.institutions.errors import AlreadyDecided, NoSuchDecision, NoSuchStaff
from lms.institutions.models import Institution, Posting
from lms.institutions.notifications import notify_declined_staff
from lms.institutions.oneself import list_own_accounts, refuse_oneself
from lms.institutions.postings import reopen_postings
from lms.institutions.reach import holds
from lms.institutions.scope import Scope

UNDO_FOR = timedelta(minutes=10)
"""How long a decision can be undone after the last of its people, and nobody is told of it."""

AT_ONCE = 50
"""People of one transaction: a fifth of a second, so that nobody who writes waits long."""


@dataclass(frozen=True, slots=True)
class Undone:
    """Of how many people a decision was taken back, and of how many it could not be."""

    kind: DecisionKind
    people_count: int
    left_count: int


def confirm_staff(scope: Scope, posting_id: int, *, now: datetime) -> str:
    """Vouch for a person who registered themselves; returns their name.

    Raises NoSuchStaff outside the scope, AlreadyDecided for a second decision, and OwnPosting.
    """
    return _decide_one(scope, DecisionKind.CONFIRMED, posting_id, now=now)


def decline_staff(scope: Scope, posting_id: int, *, now: datetime) -> str:
    """Say that a person does not work here; returns their name, and raises as `confirm_staff`.

    They keep their account and what they learned, and stand at no institution.
    """
    return _decide_one(scope, DecisionKind.DECLINED, posting_id, now=now)


def _decide_one(scope: Scope, kind: DecisionKind, posting_id: int, *, now: datetime) -> str:
    posting = _hold(scope, [posting_id]).get(posting_id)
    if posting is None:
        raise NoSuchStaff
    if posting.confirmed_at is not None or posting.ended_on is not None:
        raise AlreadyDecided
    refuse_oneself(scope, posting.account_id)
    if scope.officer_id is None:
        _store(scope, kind, [posting], is_told_later=False, now=now)
    else:
        decide(scope, kind, [posting_id], now=now)
    account = db.session.get_one(Account, posting.account_id)
    if scope.officer_id is None and kind is DecisionKind.DECLINED:
        notify_declined_staff(account.email, now=now)
    return account.name


def begin_decision(officer_id: int, kind: DecisionKind, *, now: datetime) -> StaffDecision:
    """A decision that is about nobody yet."""
    decision = StaffDecision(officer_id=officer_id, kind=kind, begun_at=now)
    db.session.add(decision)
    db.session.flush()
    return decision


def decide(
    scope: Scope, kind: DecisionKind, posting_ids: Sequence[int], *, now: datetime
) -> StaffDecision:
    """Decide about AT_ONCE people at most, in the transaction at hand.

    Who was decided about before, who is not the asker's, and the asker under whichever account are
    passed over.
    """
    assert scope.officer_id is not None  # noqa: S101 - nobody else has a page to undo it on
    decision = begin_decision(scope.officer_id, kind, now=now)
    decide_some(scope, decision, posting_ids, now=now)
    decision.done_at = now
    db.session.flush()
    return decision


def decide_some(
    scope: Scope, decision: StaffDecision, posting_ids: Collection[int], *, now: datetime
) -> None:
    """Decide about these people too, by sets; a second time it changes nothing."""
    held = _hold(scope, posting_ids).values()
    own = list_own_accounts(scope, [posting.account_id for posting in held])
    waiting = [
        posting
        for posting in held
        if posting.confirmed_at is None
        and posting.ended_on is None
        and posting.account_id not in own
    ]
    decision.people_count += len(waiting)
    decision.passed_count += len(set(posting_ids)) - len(waiting)
    db.session.flush()
    if not waiting:
        return
    current_connection().execute(
        insert(DecidedPerson),
        [
            {"decision_id": decision.id, "posting_id": posting.id, "decided_at": now}
            for posting in waiting
        ],
    )
    _store(scope, decision.kind, waiting, is_told_later=True, now=now)


def _store(
    scope: Scope,
    kind: DecisionKind,
    postings: Sequence[Posting],
    *,
    is_told_later: bool,
    now: datetime,
) -> None:
    zones = _zones(postings)
    for posting in postings:
        if kind is DecisionKind.CONFIRMED:
            posting.confirmed_at = now
        else:
            posting.ended_on = local_day(now, zones[posting.institution_id])
    db.session.flush()
    _note(scope, f"staff.{kind.value}", postings, now=now)
    _announce(postings, now=now)
    if kind is DecisionKind.CONFIRMED:
        for posting in postings:
            announce(
                PersonConfirmed(
                    account_id=posting.account_id,
                    institution_id=posting.institution_id,
                    confirmer_id=scope.officer_id,
                    now=now,
                    is_told_later=is_told_later,
                )
            )


def begin_undoing(scope: Scope, decision_id: int, *, now: datetime) -> StaffDecision:
    """Say that a decision of one's own is to be undone; from here on nobody is told of it.

    Raises NoSuchDecision for another's, for one whose time is over, and for one undone before.
    """
    decision = db.session.scalar(
        select(StaffDecision)
        .where(StaffDecision.id == decision_id, StaffDecision.officer_id == scope.officer_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if decision is None or decision.undone_at is not None or not may_undo(decision, now=now):
        raise NoSuchDecision
    decision.undone_at = now
    db.session.flush()
    return decision


def may_undo(decision: StaffDecision, *, now: datetime) -> bool:
    """Whether a decision is done, and the time to undo it not over."""
    return decision.done_at is not None and now < decision.done_at + UNDO_FOR


def undo_some(scope: Scope, decision: StaffDecision, *, now: datetime) -> Undone:
    """Take the decision about AT_ONCE of its people back, exactly.

    Who is confirmed by another decision since, works elsewhere, or was declined at an institution
    that has ended, is left as they are. When the last one is done the decision is forgotten.
    """
    items = db.session.execute(
        select(DecidedPerson.posting_id, DecidedPerson.decided_at)
        .where(DecidedPerson.decision_id == decision.id)
        .order_by(DecidedPerson.posting_id)
        .limit(AT_ONCE)
    ).all()
    decided: dict[int, datetime] = {row[0]: row[1] for row in items}
    held = _hold(scope, decided)
    kind = decision.kind
    if kind is DecisionKind.CONFIRMED:
        restored = [each for each in held.values() if each.confirmed_at == decided[each.id]]
        take_back(scope, restored, now=now)
    else:
        elsewhere = _working([posting.account_id for posting in held.values()])
        restored = reopen_postings(
            [
                each
                for each in held.values()
                if each.ended_on is not None
                and each.confirmed_at is None
                and each.account_id not in elsewhere
            ]
        )
        _note(scope, "staff.declined_undone", restored, now=now)
        _announce(restored, now=now)
    current_connection().execute(
        delete(DecidedPerson).where(
            DecidedPerson.decision_id == decision.id,
            among(DecidedPerson.posting_id, list(decided), current_connection()),
        )
    )
    if len(items) < AT_ONCE:
        db.session.delete(decision)
        db.session.flush()
    return Undone(kind, len(restored), len(decided) - len(restored))


def take_back(scope: Scope, postings: Sequence[Posting], *, now: datetime) -> None:
    """Take the confirmation of these back; whoever calls holds the people's accounts."""
    for posting in postings:
        posting.confirmed_at = None
    db.session.flush()
    _note(scope, "staff.confirmed_undone", postings, now=now)
    _announce(postings, now=now)
    for posting in postings:
        announce(ConfirmationTakenBack(account_id=posting.account_id, now=now))


def say_not_ours(scope: Scope, postings: Sequence[Posting], *, now: datetime) -> None:
    """Take the confirmation of somebody's postings back, and decline those that still last.

    Whoever calls holds the person's accounts. They are written to as whoever is declined is.
    """
    take_back(scope, [each for each in postings if each.confirmed_at is not None], now=now)
    lasting = [posting for posting in postings if posting.ended_on is None]
    if not lasting:
        return
    _store(scope, DecisionKind.DECLINED, lasting, is_told_later=False, now=now)
    for posting in lasting:
        notify_declined_staff(db.session.get_one(Account, posting.account_id).email, now=now)


def is_small(decision: StaffDecision) -> bool:
    """Whether a decision is undone in one go."""
    return decision.people_count < AT_ONCE


def carry_out(
    scope: Scope, decision_id: int, posting_ids: Sequence[int], *, clock: Callable[[], datetime]
) -> Iterator[int]:
    """Decide about many people, in transactions of their own; yields how many are done.

    Begun again after it was cut off, it goes on where it was. Raises NoSuchDecision.
    """
    for start in range(0, len(posting_ids), AT_ONCE):
        ids = posting_ids[start : start + AT_ONCE]
        with transaction():
            decide_some(scope, _own(scope, decision_id), ids, now=clock())
        yield start + len(ids)
    with transaction():
        decision = _own(scope, decision_id)
        decision.done_at = decision.done_at or clock()
        # Those about whom a run before had decided were not passed over.
        decision.passed_count = max(0, len(posting_ids) - decision.people_count)


def undo_all(scope: Scope, decision_id: int, *, now: datetime) -> Iterator[Undone]:
    """Take a decision that was begun to be undone back, in transactions of their own."""
    while True:
        with transaction():
            decision = db.session.get(StaffDecision, decision_id)
            if decision is None or decision.undone_at is None:
                return
            undone = undo_some(scope, decision, now=now)
        yield undone


_LAST = (
    select(StaffDecision)
    .where(StaffDecision.officer_id == bindparam("officer_id"), StaffDecision.undone_at.is_(None))
    .order_by(StaffDecision.id.desc())
    .limit(1)
)


def find_recent_decision(scope: Scope, *, now: datetime) -> StaffDecision | None:
    """The asker's last decision that is at work or can be undone, to be shown to them."""
    decision = db.session.scalar(_LAST, {"officer_id": scope.officer_id})
    if decision is None:
        return None
    is_at_work = decision.done_at is None and now < decision.begun_at + timedelta(days=1)
    return decision if is_at_work or may_undo(decision, now=now) else None


def list_confirmed(decision: StaffDecision | None, most: int) -> list[int]:
    """The postings that a decision has confirmed; none where they are more than `most`."""
    if decision is None or decision.kind is not DecisionKind.CONFIRMED:
        return []
    wanted = select(DecidedPerson.posting_id).where(DecidedPerson.decision_id == decision.id)
    found = list(db.session.scalars(wanted.order_by(DecidedPerson.posting_id).limit(most + 1)))
    return found if len(found) <= most else []


def _own(scope: Scope, decision_id: int) -> StaffDecision:
    decision = db.session.get(StaffDecision, decision_id)
    if decision is None or decision.officer_id != scope.officer_id:
        raise NoSuchDecision
    return decision


def _hold(scope: Scope, posting_ids: Collection[int]) -> dict[int, Posting]:
    """The postings of the scope among these, as whoever decided before has left them.

    Whoever decides about people holds their accounts, in the order of their keys. What they do is
    noted under their own, and so two officers who decide about each other must be able to refer to
    what the other holds.
    """
    on = current_connection()
    theirs = among(Posting.id, list(posting_ids), on), holds(scope)
    who = (
        select(func.coalesce(Account.merged_into_id, Account.id))
        .join(Posting, Posting.account_id == Account.id)
        .where(*theirs)
    )
    db.session.execute(
        select(Account.id)
        .where(Account.id.in_(who) | Account.merged_into_id.in_(who))
        .order_by(Account.id)
        .with_for_update(key_share=True)
    )
    rows = db.session.scalars(
        select(Posting).where(*theirs).order_by(Posting.id), execution_options=_FRESH
    )
    return {posting.id: posting for posting in rows}


_FRESH = {"populate_existing": True}


def _zones(postings: Collection[Posting]) -> dict[int, str]:
    ids = {posting.institution_id for posting in postings}
    rows = db.session.execute(
        select(Institution.id, Institution.time_zone).where(Institution.id.in_(ids))
    )
    return {key: zone for key, zone in rows}  # noqa: C416 - rows are no pairs to mypy


def _working(account_ids: Collection[int]) -> set[int]:
    """Who of these works somewhere now."""
    found = select(Posting.account_id).where(
        among(Posting.account_id, list(account_ids), current_connection()),
        Posting.ended_on.is_(None),
    )
    return set(db.session.scalars(found))


def _note(scope: Scope, action: str, postings: Sequence[Posting], *, now: datetime) -> None:
    for institution_id in sorted({posting.institution_id for posting in postings}):
        record_all(
            action,
            [
                f"account:{posting.account_id}"
                for posting in postings
                if posting.institution_id == institution_id
            ],
            actor_id=scope.officer_id,
            now=now,
            institution_id=institution_id,
        )


def _announce(postings: Sequence[Posting], *, now: datetime) -> None:
    if postings:
        ids = tuple(posting.account_id for posting in postings)
        announce(PostingsChanged(account_ids=ids, now=now))
