"""Doubts of confirmations: who is doubted does not count until it is answered."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from lms.accounts.models import Account
from lms.audit import AuditEntry
from lms.db import db
from lms.institutions.decisions.service import confirm_staff
from lms.institutions.doubts.errors import (
    AlreadyDoubted,
    DoubtAnswered,
    EvidenceNeeded,
    NoSuchDoubt,
    NothingToDoubt,
    OwnConfirmation,
    WordsNeeded,
)
from lms.institutions.doubts.models import ConfirmationDoubt, DoubtAnswer, DoubtGround
from lms.institutions.doubts.queries import get_doubt
from lms.institutions.doubts.service import Doubt, answer_doubt, open_doubt, settle_doubt
from lms.institutions.errors import OwnPosting
from lms.institutions.models import Posting
from lms.institutions.people.merging import merge_staff
from lms.mail import list_recent_mail
from lms.programmes.models import Programme
from lms.programmes.queries import NATIONAL, get_figure
from lms.programmes.rollup import reconcile
from tests.conftest import Statements
from tests.factories import Factory, InstitutionRef, Person

UPHELD, WITHDRAWN = DoubtAnswer.UPHELD, DoubtAnswer.WITHDRAWN
WORDS = "Surelnya tidak dikenal di kantor itu."
EVIDENCE = "SK pengangkatan nomor 12 tahun 2024."


def figure(now: datetime) -> int:
    """The national figure, of which every night's recomputation says the same."""
    programme = db.session.scalars(select(Programme)).one()
    assert reconcile(programme) == []
    return get_figure(NATIONAL, now=now).count


def doubts(person: Person, at: InstitutionRef, now: datetime, **known: int) -> int:
    """Somebody doubts a person's confirmation."""
    doubt = Doubt(DoubtGround.OTHER, WORDS, **known)  # type: ignore[arg-type]
    return open_doubt(person.id, at.id, doubt, opener_id=None, now=now)


def certified(make: Factory, at: InstitutionRef, name: str | None = None) -> Person:
    """Somebody confirmed, with a certificate."""
    person = make.learner(name, at=at)
    make.certificate(person)
    return person


def test_who_is_doubted_does_not_count_and_counts_again_once_upheld(
    make: Factory, now: datetime
) -> None:
    make.programme()
    ours = make.institution()
    ratna = make.officer(at=ours)
    dewi, _ = certified(make, ours), certified(make, ours)
    assert figure(now) == 2
    doubt_id = doubts(dewi, ours, now)
    assert figure(now) == 1
    answer_doubt(ratna.scope, doubt_id, UPHELD, EVIDENCE, now=now)
    assert figure(now) == 2
    assert db.session.get_one(Posting, dewi.posting_id).confirmed_at == make.now
    row = db.session.get_one(ConfirmationDoubt, doubt_id)
    assert (row.answer, row.answerer_id, row.evidence) == (UPHELD, ratna.id, EVIDENCE)
    actions = db.session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.subject == f"account:{dewi.id}", AuditEntry.action.contains("doubt"))
        .order_by(AuditEntry.id)
    ).all()
    assert actions == ["staff.confirmation_doubted", "staff.doubt_upheld"]


def test_what_was_not_theirs_is_taken_back_and_declined(make: Factory, now: datetime) -> None:
    make.programme()
    ours = make.institution()
    ratna = make.officer(at=ours)
    dewi = certified(make, ours)
    doubt_id = doubts(dewi, ours, now)
    answer_doubt(ratna.scope, doubt_id, WITHDRAWN, EVIDENCE, now=now)
    posting = db.session.get_one(Posting, dewi.posting_id)
    assert posting.confirmed_at is None
    assert posting.ended_on is not None
    assert figure(now) == 0
    actions = db.session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.subject == f"account:{dewi.id}", AuditEntry.action.startswith("staff."))
        .order_by(AuditEntry.id)
    ).all()
    assert actions == [
        "staff.confirmation_doubted",
        "staff.confirmed_undone",
        "staff.declined",
        "staff.doubt_withdrawn",
    ]
    (message,) = [each for each in list_recent_mail() if each.recipient == dewi.email][:1]
    assert "ragu" not in f"{message.subject} {message.body}".lower()


def test_who_has_left_is_doubted_too_and_their_leaving_stays(make: Factory, now: datetime) -> None:
    make.programme()
    ours, theirs = make.institution(), make.institution()
    ratna = make.officer(at=ours)
    dewi = certified(make, ours)
    make.move(dewi, theirs)
    doubt_id = doubts(dewi, ours, now)
    assert figure(now) == 0
    answer_doubt(ratna.scope, doubt_id, WITHDRAWN, EVIDENCE, now=now)
    confirmed = db.session.scalars(
        select(Posting.confirmed_at).where(Posting.account_id == dewi.id).order_by(Posting.id)
    ).all()
    assert [moment is not None for moment in confirmed] == [False, True]
    assert not [each for each in list_recent_mail() if "belum cocok" in each.subject]
    assert figure(now) == 0


def test_a_doubt_is_of_the_person_under_whichever_account(make: Factory, now: datetime) -> None:
    make.programme()
    ours = make.institution()
    ratna = make.officer(at=ours)
    dewi, other = certified(make, ours, "Dewi Anggraini"), certified(make, ours, "Dewi Anggraini")
    reason = "Nomor lama dan nomor baru orang yang sama."
    merge_staff(
        ratna.scope, dewi.posting_id or 0, other.posting_id or 0, reason, is_sure=True, now=now
    )
    assert figure(now) == 1
    doubts(other, ours, now)
    assert figure(now) == 0
    with pytest.raises(AlreadyDoubted):
        doubts(dewi, ours, now)


def test_only_what_an_institution_confirmed_is_doubted(make: Factory, now: datetime) -> None:
    ours, theirs = make.institution(), make.institution()
    dewi = make.learner(at=ours, confirmed=False)
    for place in (ours, theirs):
        with pytest.raises(NothingToDoubt):
            doubts(dewi, place, now)
    make.confirm(dewi)
    with pytest.raises(NothingToDoubt):
        doubts(dewi, theirs, now)
    with pytest.raises(WordsNeeded):
        open_doubt(dewi.id, ours.id, Doubt(DoubtGround.OTHER, " a "), opener_id=None, now=now)
    doubts(dewi, ours, now)
    with pytest.raises(AlreadyDoubted):
        doubts(dewi, ours, now)


def test_nobody_upholds_a_confirmation_of_their_own_or_answers_of_themselves(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    ratna, oki, wulan = make.officer(at=ours), make.officer(at=ours), make.coordinator()
    dewi = make.learner(at=ours, confirmed=False)
    confirm_staff(ratna.scope, dewi.posting_id or 0, now=now)
    doubt_id = doubts(dewi, ours, now, confirmer_id=ratna.id)
    with pytest.raises(OwnConfirmation):
        answer_doubt(ratna.scope, doubt_id, UPHELD, EVIDENCE, now=now)
    with pytest.raises(EvidenceNeeded):
        answer_doubt(oki.scope, doubt_id, UPHELD, "ya", now=now)
    answer_doubt(oki.scope, doubt_id, UPHELD, EVIDENCE, now=now)
    with pytest.raises(DoubtAnswered):
        settle_doubt(wulan.id, doubt_id, UPHELD, EVIDENCE, now=now)
    of_ratna = doubts(ratna, ours, now)
    for answer in (UPHELD, WITHDRAWN):
        with pytest.raises(OwnPosting):
            answer_doubt(ratna.scope, of_ratna, answer, EVIDENCE, now=now)
    settle_doubt(wulan.id, of_ratna, UPHELD, EVIDENCE, now=now)


def test_what_was_confirmed_under_a_merged_account_is_ones_own(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    ratna, dewi = make.officer(at=ours), make.learner(at=ours)
    former = make.learner(at=ours)  # whose role was withdrawn before they were merged
    with make.inside():
        db.session.get_one(Account, former.id).merged_into_id = ratna.id
        db.session.commit()
    doubt_id = doubts(dewi, ours, now, confirmer_id=former.id)
    assert not get_doubt(ratna.scope, doubt_id).may_be_upheld_by(ratna.id)
    with pytest.raises(OwnConfirmation):
        answer_doubt(ratna.scope, doubt_id, UPHELD, EVIDENCE, now=now)


def test_whoever_confirmed_may_say_that_it_was_wrong(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ratna = make.officer(at=ours)
    dewi = make.learner(at=ours)
    doubt_id = doubts(dewi, ours, now, confirmer_id=ratna.id)
    answer_doubt(ratna.scope, doubt_id, WITHDRAWN, EVIDENCE, now=now)
    assert db.session.get_one(Posting, dewi.posting_id).confirmed_at is None


def test_another_institutions_doubt_is_nobodys_to_answer(make: Factory, now: datetime) -> None:
    ours, theirs = make.institution(), make.institution()
    oki = make.officer(at=theirs)
    dewi = make.learner(at=ours)
    doubt_id = doubts(dewi, ours, now)
    for key in (doubt_id, 999_999):
        with pytest.raises(NoSuchDoubt):
            answer_doubt(oki.scope, key, UPHELD, EVIDENCE, now=now)


def test_a_doubt_is_neither_rewritten_nor_forgotten(make: Factory, now: datetime) -> None:
    ours = make.institution()
    oki = make.officer(at=ours)
    doubt_id = doubts(make.learner(at=ours), ours, now)
    db.session.commit()
    table, key = ConfirmationDoubt, ConfirmationDoubt.id == doubt_id
    answer_doubt(oki.scope, doubt_id, UPHELD, EVIDENCE, now=now)
    db.session.commit()
    for statement in (
        delete(table).where(key),
        update(table).where(key).values(words="Lain sama sekali."),
        update(table).where(key).values(answer=WITHDRAWN),
    ):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(statement)
        db.session.rollback()


def test_a_recount_costs_no_statement_more(
    make: Factory, now: datetime, statements: Statements
) -> None:
    make.programme()
    ours = make.institution()
    people = [certified(make, ours) for _ in range(4)]
    counts = []
    for person in people:
        with statements() as seen:
            doubts(person, ours, now + timedelta(minutes=1))
        counts.append(len(seen))
    assert len(set(counts[1:])) == 1
