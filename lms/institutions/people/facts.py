"""Dated facts about people: moved, retired, died; noted by their officer, in force from a day on.

What an import by sheet notes goes the same way, person by person.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from lms.accounts.announcements import PeopleChanged
from lms.accounts.models import Account
from lms.announcements import announce
from lms.audit import record
from lms.days import local_day
from lms.db import db, read_only, transaction
from lms.institutions.announcements import PersonConfirmed, PostingsChanged
from lms.institutions.errors import NoSuchStaff
from lms.institutions.granting.officers import list_addresses_of_officers
from lms.institutions.models import Institution, Posting, PostingSource, Unit
from lms.institutions.people.effects import (
    APPLY,
    UNDO,
    end_on,
    follow_place,
    leads_nowhere,
    today_at,
)
from lms.institutions.people.errors import (
    CannotBeUndone,
    HoldsARole,
    NoSuchFact,
    NoSuchUnit,
    NotInForceYet,
    SameInstitution,
    SameUnit,
)
from lms.institutions.people.held import hold_posting, holds_a_role
from lms.institutions.postings import add_posting
from lms.institutions.reach import holds
from lms.institutions.scope import Scope
from lms.institutions.staff_models import FactKind, StaffFact
from lms.letters import Letter
from lms.mail import write_letter

FARTHEST = timedelta(days=366)
AT_ONCE = 500


def move_unit(scope: Scope, posting_id: int, unit_id: int, on: date, *, now: datetime) -> StaffFact:
    """Note that a person works in another unit of their institution from a day on.

    Raises what `_note` does, NoSuchUnit and SameUnit.
    """
    posting = _present(scope, posting_id)
    unit = db.session.get(Unit, unit_id)
    if unit is None or unit.institution_id != posting.institution_id or unit.ended_on is not None:
        raise NoSuchUnit
    if not scope.covers_unit(unit.institution_id, unit.path):
        raise NoSuchUnit
    if posting.unit_id == unit_id:
        raise SameUnit
    return _note(scope, posting, FactKind.MOVED_UNIT, on, {"unit_id": unit_id}, now=now)


def move_out(
    scope: Scope, posting_id: int, institution_id: int, on: date, *, now: datetime
) -> StaffFact:
    """Note that a person works at another institution from a day on.

    There they wait, as moved in, until its officer confirms them. Raises what `_note` does and
    SameInstitution.
    """
    posting = _present(scope, posting_id)
    institution = db.session.get(Institution, institution_id)
    if (
        institution is None
        or institution.ended_on is not None
        or institution_id == posting.institution_id
    ):
        raise SameInstitution
    return _note(
        scope, posting, FactKind.MOVED_OUT, on, {"institution_id": institution_id}, now=now
    )


def retire(scope: Scope, posting_id: int, on: date, *, now: datetime) -> StaffFact:
    """Note that a person is retired from a day on; they keep their account and what they earned."""
    return _note(scope, _present(scope, posting_id), FactKind.RETIRED, on, {}, now=now)


def note_death(scope: Scope, posting_id: int, on: date, *, now: datetime) -> StaffFact:
    """Note that a person has died: nobody signs in there, nothing is mailed, certificates stay.

    Raises what `_note` does, NotInForceYet for a day to come, and HoldsARole.
    """
    posting = _present(scope, posting_id)
    if on > today_at(posting, now=now):
        raise NotInForceYet
    if scope.officer_id is not None and holds_a_role(posting.account_id):
        raise HoldsARole
    return _note(scope, posting, FactKind.DIED, on, {}, now=now)


def move_in(
    scope: Scope,
    account_id: int,
    institution_id: int,
    *,
    now: datetime,
    unit_id: int | None = None,
) -> StaffFact:
    """Note that a person whom another institution has on its list works here, as our list says.

    Their posting there ends today, and its officers are told. Raises NoSuchStaff for an institution
    outside the scope and for who works nowhere else.
    """
    if not scope.covers(institution_id):
        raise NoSuchStaff
    account = db.session.scalar(
        select(Account).where(Account.id == account_id).with_for_update(key_share=True)
    )
    former = db.session.scalar(
        select(Posting).where(Posting.account_id == account_id, Posting.ended_on.is_(None))
    )
    if account is None or former is None or former.institution_id == institution_id:
        raise NoSuchStaff
    if account.closed_at is not None or account_id == scope.officer_id:
        raise NoSuchStaff
    institution = db.session.get_one(Institution, institution_id)
    end_on(former, today_at(former, now=now))
    posting = add_posting(
        account,
        institution,
        PostingSource.MOVED,
        now=now,
        confirmed_at=now,
        unit_id=unit_id,
    )
    fact = StaffFact(
        account_id=account_id,
        posting_id=posting.id,
        kind=FactKind.MOVED_IN,
        takes_force_on=posting.started_on,
        noted_at=now,
        officer_id=scope.officer_id,
        details={"former_posting_id": former.id},
        applied_at=now,
    )
    db.session.add(fact)
    db.session.flush()
    _record(fact, scope.officer_id, now=now)
    _tell_officers(former.institution_id, now=now)
    announce(PostingsChanged(account_ids=(account_id,), now=now))
    announce(
        PersonConfirmed(
            account_id=account_id,
            institution_id=institution_id,
            confirmer_id=scope.officer_id,
            now=now,
            is_told_later=True,
        )
    )
    return fact


def undo_fact(scope: Scope, fact_id: int, *, now: datetime) -> StaffFact:
    """Take a fact back: one that is to come, or one on which nothing rests yet.

    Raises NoSuchFact outside the scope, OwnPosting, and CannotBeUndone.
    """
    fact = db.session.scalar(
        select(StaffFact)
        .join(Posting, Posting.id == StaffFact.posting_id)
        .where(StaffFact.id == fact_id, StaffFact.undone_at.is_(None), holds(scope))
    )
    if fact is None:
        raise NoSuchFact
    posting = hold_posting(scope, fact.posting_id)
    db.session.refresh(fact)
    if fact.undone_at is not None:
        raise NoSuchFact
    if fact.applied_at is not None:
        if fact.kind not in UNDO:
            raise CannotBeUndone
        UNDO[fact.kind](fact, posting, now)
    fact.undone_at, fact.undoer_id = now, scope.officer_id
    db.session.flush()
    record(
        "staff.fact_undone",
        f"account:{fact.account_id}",
        actor_id=scope.officer_id,
        now=now,
        kind=fact.kind.value,
    )
    _announce(fact, now=now)
    return fact


def has_due_facts(*, now: datetime) -> bool:
    """Whether a fact takes force by now, in whichever time zone."""
    return bool(_list_due(now=now, limit=1))


def apply_due_facts(*, now: datetime) -> int:
    """Put in force what takes force today, each in a transaction of its own; returns how many.

    Of who has left meanwhile nothing changes, nor of who would go to what has ended: the fact is
    taken back. Who would go to a unit that has gone into another of the institution goes there.
    """
    applied = 0
    while True:
        with read_only():
            due = _list_due(now=now, limit=AT_ONCE)
        if not due:
            return applied
        for fact_id in due:
            with transaction():
                applied += _apply_due(fact_id, now=now)


def _list_due(*, now: datetime, limit: int) -> list[int]:
    rows = db.session.execute(
        select(StaffFact.id, StaffFact.takes_force_on, Institution.time_zone)
        .join(Posting, Posting.id == StaffFact.posting_id)
        .join(Institution, Institution.id == Posting.institution_id)
        .where(StaffFact.applied_at.is_(None), StaffFact.undone_at.is_(None))
        # The day begins first in the east.
        .where(StaffFact.takes_force_on <= local_day(now, "Asia/Jayapura"))
        .order_by(StaffFact.takes_force_on, StaffFact.id)
    )
    return [key for key, day, zone in rows if day <= local_day(now, zone)][:limit]


def _apply_due(fact_id: int, *, now: datetime) -> bool:
    account_id = select(StaffFact.account_id).where(StaffFact.id == fact_id).scalar_subquery()
    db.session.execute(
        select(Account.id).where(Account.id == account_id).with_for_update(key_share=True)
    )
    fact = db.session.get_one(StaffFact, fact_id, populate_existing=True)
    if fact.applied_at is not None or fact.undone_at is not None:
        return False
    posting = db.session.get_one(Posting, fact.posting_id, populate_existing=True)
    follow_place(fact, posting)
    if posting.ended_on is not None or leads_nowhere(fact):
        fact.undone_at = now
        return False
    _put_in_force(fact, posting, now=now)
    return True


def _present(scope: Scope, posting_id: int) -> Posting:
    """A confirmed person who works here now; raises NoSuchStaff and OwnPosting."""
    posting = hold_posting(scope, posting_id)
    if posting.ended_on is not None or posting.confirmed_at is None:
        raise NoSuchStaff
    return posting


def _note(
    scope: Scope,
    posting: Posting,
    kind: FactKind,
    on: date,
    details: dict[str, Any],
    *,
    now: datetime,
) -> StaffFact:
    """Note a fact, and put it in force if its day has come.

    Raises NotInForceYet for a day more than a year away, or before the posting began.
    """
    today = today_at(posting, now=now)
    if not max(today - FARTHEST, posting.started_on) <= on <= today + FARTHEST:
        raise NotInForceYet
    fact = StaffFact(
        account_id=posting.account_id,
        posting_id=posting.id,
        kind=kind,
        takes_force_on=on,
        noted_at=now,
        officer_id=scope.officer_id,
        details=details,
    )
    db.session.add(fact)
    db.session.flush()
    _record(fact, scope.officer_id, now=now)
    if on <= today:
        _put_in_force(fact, posting, now=now)
    return fact


def _record(fact: StaffFact, officer_id: int | None, *, now: datetime) -> None:
    record(
        f"staff.{fact.kind.name.lower()}",
        f"account:{fact.account_id}",
        actor_id=officer_id,
        now=now,
        on=fact.takes_force_on.isoformat(),
    )


def _put_in_force(fact: StaffFact, posting: Posting, *, now: datetime) -> None:
    fact.details = {**fact.details, **APPLY[fact.kind](fact, posting, now)}
    fact.applied_at = now
    db.session.flush()
    _announce(fact, now=now)


def _announce(fact: StaffFact, *, now: datetime) -> None:
    announce(PeopleChanged(account_ids=(fact.account_id,), now=now))
    announce(PostingsChanged(account_ids=(fact.account_id,), now=now))


_HAS_LEFT = (
    "Daftar pegawai instansi lain memuat seseorang yang sampai hari ini ada dalam daftar Anda. Ia "
    "kini tercatat di sana. Bila keliru, hubungi pengelola kepegawaian instansi itu atau layanan "
    "bantuan: perpindahan dapat dibatalkan."
)


def _tell_officers(institution_id: int, *, now: datetime) -> None:
    """Tell the officers of a whole institution, without anybody's name, that somebody has left."""
    letter = Letter(
        subject="Seorang pegawai pindah ke instansi lain",
        parts=(_HAS_LEFT,),
        why="Surel ini dikirim karena Anda pengelola kepegawaian instansi.",
    )
    for email in list_addresses_of_officers(institution_id, now=now):
        write_letter(email, letter, now=now)
