"""Doubts that whoever confirmed cannot pass by themselves, and that no merger leaves behind."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from lms.accounts.models import Account
from lms.accounts.queries import find_number
from lms.accounts.rules import read_employee_number
from lms.days import local_day
from lms.db import db, transaction
from lms.institutions.decisions.service import confirm_staff
from lms.institutions.doubts.errors import NoSuchDoubt, OwnConfirmation
from lms.institutions.doubts.models import ConfirmationDoubt, DoubtAnswer, DoubtGround
from lms.institutions.doubts.queries import count_open_doubts, list_open_doubts
from lms.institutions.doubts.service import Doubt, answer_doubt, open_doubt, settle_doubt
from lms.institutions.models import Institution, Posting, PostingSource
from lms.institutions.people.facts import move_in
from lms.institutions.postings import add_posting
from lms.institutions.staff_additions import add_staff
from lms.programmes.models import Programme
from lms.programmes.queries import NATIONAL, get_figure
from lms.programmes.rollup import reconcile
from tests.factories import Factory, InstitutionRef, Person
from tests.integration.test_merged_institutions import merge
from tests.integration.test_registry import work

UPHELD, WITHDRAWN = DoubtAnswer.UPHELD, DoubtAnswer.WITHDRAWN
EVIDENCE = "SK pengangkatan nomor 12 tahun 2024."


def figure(now: datetime) -> int:
    """The national figure, of which every night's recomputation says the same."""
    programme = db.session.scalars(select(Programme)).one()
    assert reconcile(programme) == []
    return get_figure(NATIONAL, now=now).count


def doubts(person: Person, at: InstitutionRef, confirmer: Person, now: datetime) -> int:
    """A coordinator doubts what an officer has confirmed."""
    doubt = Doubt(DoubtGround.SAMPLE, "Tidak dikenal di kantor itu.", confirmer.id, local_day(now))
    return open_doubt(person.id, at.id, doubt, opener_id=None, now=now)


def open_ones() -> list[tuple[int, int | None]]:
    """Where doubts wait, and whose confirmation each is about."""
    rows = db.session.execute(
        select(ConfirmationDoubt.institution_id, ConfirmationDoubt.confirmer_id)
        .where(ConfirmationDoubt.answered_at.is_(None))
        .order_by(ConfirmationDoubt.id)
    )
    return [(place, confirmer) for place, confirmer in rows]


def by_list(officer: Person, person: Person, at: InstitutionRef, now: datetime) -> None:
    """The officer lists the person."""
    account = db.session.get_one(Account, person.id)
    add_staff(
        officer.scope,
        db.session.get_one(Institution, at.id),
        account.name,
        account.email,
        read_employee_number(find_number(account.id) or ""),
        None,
        now=now,
    )


def by_claim(officer: Person, person: Person, at: InstitutionRef, now: datetime) -> None:
    """The person says that they work there, and the officer confirms it."""
    account = db.session.get_one(Account, person.id)
    there = db.session.get_one(Institution, at.id)
    posting = add_posting(account, there, PostingSource.SELF, now=now)
    confirm_staff(officer.scope, posting.id, now=now)


def by_moving(officer: Person, person: Person, at: InstitutionRef, now: datetime) -> None:
    """The person says that they work elsewhere, and the officer notes that they came."""
    account = db.session.get_one(Account, person.id)
    place = db.session.scalars(
        select(Institution).where(Institution.id != at.id).order_by(Institution.id)
    ).first()
    assert place is not None
    add_posting(account, place, PostingSource.SELF, now=now)
    move_in(officer.scope, person.id, at.id, now=now)


Confirming = Callable[[Person, Person, InstitutionRef, datetime], None]


@pytest.mark.parametrize("confirm", [by_list, by_claim, by_moving])
def test_who_withdraws_their_own_and_confirms_again_waits_for_another_pair_of_eyes(
    make: Factory, now: datetime, confirm: Confirming
) -> None:
    make.programme()
    ours = make.institution()
    make.institution()
    ratna, budi, dewi = make.officer(at=ours), make.officer(at=ours), make.learner(at=ours)
    make.certificate(dewi)
    answer_doubt(ratna.scope, doubts(dewi, ours, ratna, now), WITHDRAWN, EVIDENCE, now=now)
    later = now + timedelta(hours=1)
    confirm(ratna, dewi, ours, later)
    assert figure(later) == 0
    assert open_ones() == [(ours.id, ratna.id)]
    (listed,) = list_open_doubts(budi.scope)
    assert "dikonfirmasi lagi" in listed.words
    assert not listed.may_be_upheld_by(ratna.id)
    with pytest.raises(OwnConfirmation):
        answer_doubt(ratna.scope, listed.doubt_id, UPHELD, EVIDENCE, now=later)
    answer_doubt(budi.scope, listed.doubt_id, UPHELD, EVIDENCE, now=later)
    assert figure(later) == 1


def test_once_it_was_upheld_a_new_confirmation_is_doubted_no_more(
    make: Factory, now: datetime
) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna, dewi, wulan = make.officer(at=ours), make.learner(at=ours), make.coordinator()
    settle_doubt(wulan.id, doubts(dewi, ours, ratna, now), WITHDRAWN, EVIDENCE, now=now)
    by_list(ratna, dewi, ours, now)
    (again,) = list_open_doubts(None)
    settle_doubt(wulan.id, again.doubt_id, UPHELD, EVIDENCE, now=now)
    make.move(dewi, theirs, confirmed=False)
    move_in(ratna.scope, dewi.id, ours.id, now=now)
    assert open_ones() == []


@pytest.mark.parametrize("is_doubted_before", [True, False])
@pytest.mark.parametrize("answer", [UPHELD, WITHDRAWN])
def test_a_doubt_goes_where_its_institution_goes_and_both_are_answered_as_one(
    make: Factory, now: datetime, answer: DoubtAnswer, *, is_doubted_before: bool
) -> None:
    make.programme()
    old, new = make.institution(), make.institution()
    ratna, budi, dewi = make.officer(at=old), make.officer(at=new), make.learner(at=old)
    make.certificate(dewi)
    if is_doubted_before:
        doubts(dewi, old, ratna, now)
        db.session.commit()
    merge(old, new, now)
    work(old.id, now)
    if not is_doubted_before:
        assert figure(now) == 1
        doubts(dewi, old, ratna, now)
        db.session.commit()
    assert figure(now) == 0
    assert open_ones() == [(old.id, ratna.id), (new.id, ratna.id)]
    assert count_open_doubts(budi.scope) == 1
    (listed,) = list_open_doubts(budi.scope)
    with transaction():
        answer_doubt(budi.scope, listed.doubt_id, answer, EVIDENCE, now=now)
    assert open_ones() == []
    assert figure(now) == (1 if answer is UPHELD else 0)
    confirmed = db.session.scalars(
        select(Posting.confirmed_at).where(Posting.account_id == dewi.id)
    ).all()
    assert [each is not None for each in confirmed] == [answer is UPHELD] * 2


def test_a_doubt_of_others_is_not_answered_with_it(make: Factory, now: datetime) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna, dewi = make.officer(at=ours), make.learner(at=ours)
    other = make.officer(at=theirs)
    make.move(dewi, theirs)
    first, second = doubts(dewi, ours, other, now), doubts(dewi, theirs, ratna, now)
    answer_doubt(ratna.scope, first, UPHELD, EVIDENCE, now=now)
    assert open_ones() == [(theirs.id, ratna.id)]
    with pytest.raises(NoSuchDoubt):
        answer_doubt(ratna.scope, second, UPHELD, EVIDENCE, now=now)
