"""A confirmation that was taken back because of a doubt is not given again by sign-on elsewhere."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from lms.accounts.models import Account
from lms.audit import AuditEntry
from lms.db import db
from lms.institutions.decisions.service import confirm_staff, decline_staff
from lms.institutions.doubts.models import ConfirmationDoubt, DoubtAnswer, DoubtGround
from lms.institutions.doubts.service import Doubt, open_doubt, settle_doubt
from lms.institutions.models import Institution, Posting, PostingSource
from lms.institutions.people.effects import today_at
from lms.institutions.people.facts import retire
from lms.institutions.people.merging import merge_staff
from lms.institutions.postings import add_posting
from lms.programmes.queries import NATIONAL, get_figure
from lms.signon.postings import confirm_by_sign_on
from tests.factories import Factory, InstitutionRef, Person

EVIDENCE = "Surat kantor kepegawaian nomor 12."


def withdraw(make: Factory, person: Person, at: InstitutionRef, now: datetime) -> None:
    """Somebody doubts the person there, and a coordinator answers that the doubt is right."""
    doubt = Doubt(DoubtGround.OTHER, "Tidak dikenal di kantor itu.")
    doubt_id = open_doubt(person.id, at.id, doubt, opener_id=None, now=now)
    wulan = make.coordinator()
    settle_doubt(wulan.id, doubt_id, DoubtAnswer.WITHDRAWN, EVIDENCE, now=now)


def signs_on(person: Person, code: str | None, now: datetime) -> None:
    """The person comes by a provider that names this institution."""
    confirm_by_sign_on(db.session.get_one(Account, person.id), code, now=now)


def postings(person: Person) -> list[tuple[PostingSource, bool, bool]]:
    """Of each posting who says so, whether it is confirmed, and whether it lasts."""
    found = db.session.scalars(
        select(Posting)
        .where(Posting.account_id == person.id)
        .order_by(Posting.id)
        .execution_options(populate_existing=True)
    )
    return [(each.source, each.confirmed_at is not None, each.ended_on is None) for each in found]


def test_who_was_found_not_to_be_the_institutions_waits_for_its_word(
    make: Factory, now: datetime
) -> None:
    make.programme()
    ours = make.institution()
    ratna, dewi = make.officer(at=ours), make.learner(at=ours)
    make.certificate(dewi)
    withdraw(make, dewi, ours, now)
    later = now + timedelta(days=3)
    for _ in range(2):
        signs_on(dewi, ours.code, later)
    assert postings(dewi)[1:] == [(PostingSource.SIGN_ON, False, True)]
    assert get_figure(NATIONAL, now=later).count == 0
    confirmed = select(AuditEntry.id).where(
        AuditEntry.action == "staff.confirmed", AuditEntry.entered_at >= later
    )
    assert db.session.scalars(confirmed).all() == []
    waiting = db.session.scalars(
        select(Posting.id).where(Posting.account_id == dewi.id, Posting.ended_on.is_(None))
    ).one()
    confirm_staff(ratna.scope, waiting, now=later)
    assert get_figure(NATIONAL, now=later).count == 0  # which wants another pair of eyes
    again = db.session.scalars(
        select(ConfirmationDoubt.id).where(ConfirmationDoubt.answered_at.is_(None))
    ).one()
    settle_doubt(make.coordinator().id, again, DoubtAnswer.UPHELD, EVIDENCE, now=later)
    assert get_figure(NATIONAL, now=later).count == 1


def test_whom_the_institution_declines_again_is_not_put_before_it_another_time(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    ratna, dewi = make.officer(at=ours), make.learner(at=ours)
    withdraw(make, dewi, ours, now)
    later = now + timedelta(days=3)
    signs_on(dewi, ours.code, later)
    waiting = db.session.scalars(
        select(Posting.id).where(Posting.account_id == dewi.id, Posting.ended_on.is_(None))
    ).one()
    decline_staff(ratna.scope, waiting, now=later)
    signs_on(dewi, ours.code, later + timedelta(days=1))
    assert [lasts for _, _, lasts in postings(dewi)] == [False, False]


def test_it_is_so_under_whichever_account_they_come(make: Factory, now: datetime) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna, dewi = make.officer(at=ours), make.learner("Dewi", at=ours)
    other = make.learner("Dewi", at=ours)
    keys = (dewi.posting_id or 0, other.posting_id or 0)
    merge_staff(ratna.scope, *keys, "Nomor lama dan nomor baru satu orang.", is_sure=True, now=now)
    withdraw(make, other, ours, now)
    signs_on(dewi, ours.code, now + timedelta(days=3))
    assert postings(dewi)[-1] == (PostingSource.SIGN_ON, False, True)
    signs_on(dewi, theirs.code, now + timedelta(days=4))
    assert postings(dewi)[-1] == (PostingSource.SIGN_ON, True, True)


def test_who_was_confirmed_since_and_left_waits_as_everybody_who_left(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    ratna, dewi = make.officer(at=ours), make.learner(at=ours)
    withdraw(make, dewi, ours, now)
    signs_on(dewi, ours.code, now + timedelta(days=3))
    row = select(Posting).where(Posting.account_id == dewi.id, Posting.ended_on.is_(None))
    posting = db.session.scalars(row).one()
    confirm_staff(ratna.scope, posting.id, now=now + timedelta(days=4))
    posting.ended_on = (now + timedelta(days=5)).date()
    db.session.flush()
    signs_on(dewi, ours.code, now + timedelta(days=6))
    assert postings(dewi)[-1] == (PostingSource.SIGN_ON, False, True)


@pytest.mark.parametrize("has_a_claim_elsewhere", [False, True])
def test_who_retired_is_not_brought_back_by_sign_on(
    make: Factory, now: datetime, *, has_a_claim_elsewhere: bool
) -> None:
    make.programme()
    ours, theirs = make.institution(), make.institution()
    ratna, dewi = make.officer(at=ours), make.learner(at=ours)
    posting = db.session.get_one(Posting, dewi.posting_id)
    retire(ratna.scope, posting.id, today_at(posting, now=now), now=now)
    if has_a_claim_elsewhere:
        account = db.session.get_one(Account, dewi.id)
        there = db.session.get_one(Institution, theirs.id)
        add_posting(account, there, PostingSource.SELF, now=now)
    for day in range(1, 3):
        signs_on(dewi, ours.code, now + timedelta(days=day))
    assert postings(dewi)[-1] == (PostingSource.SIGN_ON, False, True)
    assert sum(lasts for _, _, lasts in postings(dewi)) == 1
    decline_staff(ratna.scope, _present_id(dewi), now=now + timedelta(days=3))
    signs_on(dewi, ours.code, now + timedelta(days=4))
    assert not any(lasts for _, _, lasts in postings(dewi))


def test_whom_the_institution_declined_is_confirmed_by_nobody_elses_word(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    ratna, dewi = make.officer(at=ours), make.learner(at=ours, confirmed=False)
    decline_staff(ratna.scope, dewi.posting_id or 0, now=now)
    signs_on(dewi, ours.code, now + timedelta(days=1))
    assert postings(dewi)[-1] == (PostingSource.SIGN_ON, False, True)


def _present_id(person: Person) -> int:
    return db.session.scalars(
        select(Posting.id).where(Posting.account_id == person.id, Posting.ended_on.is_(None))
    ).one()
