"""A wrong key: whom it failed is found, and graded anew by an entry; nothing is rewritten."""

from datetime import datetime
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from lms.certificates.enums import RevocationGround
from lms.certificates.models import Certificate, LedgerEntry
from lms.certificates.own_certificates import find_own_certificate
from lms.db import db, transaction
from lms.errors import NotAllowed
from lms.learning.attempt_queries import get_result
from lms.learning.attempts import submit_attempt
from lms.learning.errors import NoReason
from lms.learning.models import Attempt, Enrolment, Regrading, Verdict
from lms.learning.queries import find_passed_score, find_progress, find_quiz_access, get_own_book
from lms.learning.regrading import (
    Correction,
    count_failed,
    get_correction,
    get_regrader,
    list_failed,
    regrade,
)
from lms.learning.rules import Score
from lms.mail import OutboxMessage
from lms.pocketbooks.errors import NoSuchQuestion
from lms.programmes.models import Programme
from lms.programmes.queries import NATIONAL, get_figure
from lms.programmes.rollup import reconcile
from tests.conftest import Statements
from tests.factories import TODAY, Book, Factory, Person, Sitting, later
from tests.pocketbooks import Source, write_pocketbook

WRONG = "uji01-k01"
REASON = "Kunci soal 1 keliru dan sudah diperbaiki."


def first_chapter(folder: Path) -> str:
    """The first chapter of the book of the tests, as it should be."""
    return (write_pocketbook(folder, Source(bank=4)) / "01-bab-1.md").read_text()


@pytest.fixture
def wrong(make: Factory, tmp_path: Path) -> Book:
    """A book whose quiz asks all of its four questions, one by a wrong key; three are to pass."""
    chapter = first_chapter(tmp_path / "sumber")
    chapter = chapter.replace("[x] Soal 1 pilihan b", "[ ] Soal 1 pilihan b")
    chapter = chapter.replace("[ ] Soal 1 pilihan a", "[x] Soal 1 pilihan a")
    return make.book(source=Source(bank=4, files={"01-bab-1.md": chapter}))


def sit(
    make: Factory,
    book: Book,
    right_count: int,
    *,
    person: Person | None = None,
    at: datetime | None = None,
) -> Sitting:
    """Hand in a quiz with question 1 right in truth, and so many others."""
    sitting = make.attempt(person or make.learner(at=make.institution()), book, at=at)
    wrong_position, truth = truth_of(sitting)
    others = [position for position in sitting.right if position != wrong_position]
    answers = {position: sitting.right[position] for position in others[:right_count]}
    answers |= {position: sitting.wrong[position] for position in others[right_count:]}
    make.answers(sitting, answers | {wrong_position: [truth]}, at=at)
    make.submit(sitting, at=at)
    return sitting


def truth_of(sitting: Sitting) -> tuple[int, int]:
    """Where question 1 stands in an attempt, and where its choice b does."""
    first = min(sitting.question_ids.values())
    position = next(position for position, each in sitting.question_ids.items() if each == first)
    asked = db.session.scalars(select(Attempt.questions).where(Attempt.id == sitting.id)).one()
    return position, asked[position - 1]["order"].index(1)


def corrected(make: Factory, book: Book) -> Correction:
    """The corrected book is published."""
    make.revise(book, files={})
    return get_correction(book.slug, [WRONG])


def grade_all(make: Factory, correction: Correction, *, now: datetime) -> int:
    """What the command does; returns how many were graded anew."""
    regrader = get_regrader(make.coordinator().id)
    done = 0
    for each in list_failed(regrader, correction):
        with transaction():
            done += regrade(regrader, correction, each.attempt_id, REASON, now=now)
    return done


def test_it_is_found_whom_the_wrong_key_failed_and_who_would_pass(
    make: Factory, wrong: Book
) -> None:
    passing, failing = sit(make, wrong, 2), sit(make, wrong, 1)
    untouched = make.attempt(make.learner(), wrong)
    make.submit(untouched)
    correction = corrected(make, wrong)
    assert count_failed(correction) == (2, 1)
    listed = list_failed(get_regrader(make.admin().id), correction)
    assert [(each.attempt_id, each.before, each.after, each.passes) for each in listed] == [
        (passing.id, 2, 3, True),
        (failing.id, 1, 2, False),
    ]
    assert (make.count(Regrading), make.count(Certificate)) == (0, 0)


def test_who_passes_by_the_corrected_key_is_certified_counted_and_told(
    make: Factory, wrong: Book, now: datetime
) -> None:
    sitting = sit(make, wrong, 2)
    correction = corrected(make, wrong)
    assert grade_all(make, correction, now=later(now, days=40)) == 1
    own = find_own_certificate(sitting.person.id, wrong.edition_id, today=TODAY)
    assert own is not None
    row = db.session.scalars(select(Certificate)).one()
    assert (row.release_sha256, row.issued_at) == (wrong.sha256, later(now, days=40))
    assert row.completed_on < later(now, days=2).date()
    assert get_figure(NATIONAL, now=now).count == 1
    assert reconcile(db.session.scalars(select(Programme)).one()) == []
    letter = db.session.scalars(
        select(OutboxMessage.body).where(OutboxMessage.recipient == sitting.person.email)
    ).one()
    assert REASON in letter
    assert f"/sertifikat/{own.code}" in letter


def test_an_answer_sheet_taken_after_the_quiz_was_handed_in_does_not_taint_its_new_grading(
    make: Factory, wrong: Book, now: datetime
) -> None:
    before, after = sit(make, wrong, 2), sit(make, wrong, 2)
    seen = make.learner(at=make.institution())
    make.answer_sheet(seen, wrong)
    sit(make, wrong, 2, person=seen, at=later(now, minutes=5))
    make.now = later(now, days=3)
    make.answer_sheet(after.person, wrong)
    assert grade_all(make, corrected(make, wrong), now=later(now, days=4)) == 3
    tainted = select(Certificate.account_id, Certificate.saw_key)
    assert {row.account_id: row.saw_key for row in db.session.execute(tainted)} == {
        before.person.id: False,
        after.person.id: False,
        seen.id: True,
    }
    assert get_figure(NATIONAL, now=later(now, days=4)).count == 2


def test_the_attempt_stays_as_it_was_closed_and_its_result_is_the_new_one(
    make: Factory, wrong: Book, now: datetime
) -> None:
    sitting = sit(make, wrong, 2)
    position, truth = truth_of(sitting)
    grade_all(make, corrected(make, wrong), now=later(now, days=1))
    attempt = db.session.get_one(Attempt, sitting.id)
    assert (attempt.verdict, attempt.right_count) == (Verdict.NOT_PASSED, 2)
    result = get_result(sitting.person.id, sitting.token)
    assert (result.is_passed, result.right_count, result.retry_at) == (True, 3, None)
    assert (result.regraded_at, result.regraded_because) == (later(now, days=1), REASON)
    question = result.questions[position - 1]
    assert question.is_right
    right = [at for at, choice in enumerate(question.choices) if choice.is_right]
    assert right == [truth]
    book, taken = get_own_book(sitting.person.id, wrong.slug)
    assert find_quiz_access(sitting.person.id, book, taken, now=now).state == "passed"


def test_grading_anew_twice_does_it_once(make: Factory, wrong: Book, now: datetime) -> None:
    sitting = sit(make, wrong, 2)
    correction = corrected(make, wrong)
    assert grade_all(make, correction, now=now) == 1
    assert grade_all(make, correction, now=now) == 0
    regrader = get_regrader(make.coordinator().id)
    assert not regrade(regrader, correction, sitting.id, REASON, now=now)
    assert (make.count(Regrading), make.count(Certificate), make.count(LedgerEntry)) == (1, 1, 1)


def test_who_passed_by_the_wrong_key_keeps_the_certificate(
    make: Factory, wrong: Book, now: datetime
) -> None:
    issued = make.certificate(make.learner(at=make.institution()), wrong)
    assert grade_all(make, corrected(make, wrong), now=now) == 0
    own = find_own_certificate(issued.person.id, wrong.edition_id, today=TODAY)
    assert own is not None
    assert (own.code, own.status) == (issued.code, "valid")


def test_who_does_not_pass_by_it_either_stays_as_they_were(
    make: Factory, wrong: Book, now: datetime
) -> None:
    sitting = sit(make, wrong, 1)
    correction = corrected(make, wrong)
    regrader = get_regrader(make.coordinator().id)
    assert not regrade(regrader, correction, sitting.id, REASON, now=now)
    assert not get_result(sitting.person.id, sitting.token).is_passed


def test_of_several_attempts_of_a_person_the_first_that_passes_counts(
    make: Factory, wrong: Book, now: datetime
) -> None:
    first = sit(make, wrong, 2)
    sit(make, wrong, 2, person=first.person, at=later(now, minutes=20))
    correction = corrected(make, wrong)
    assert count_failed(correction) == (1, 1)
    assert grade_all(make, correction, now=later(now, days=1)) == 1
    assert db.session.scalars(select(Regrading.attempt_id)).one() == first.id


def test_an_attempt_that_was_open_meanwhile_brings_no_second_certificate(
    make: Factory, wrong: Book, now: datetime
) -> None:
    first = sit(make, wrong, 2)
    running = make.attempt(first.person, wrong, at=later(now, minutes=20))
    make.answers(running, running.right, at=later(now, minutes=21))
    grade_all(make, corrected(make, wrong), now=later(now, minutes=22))
    with transaction():
        submit_attempt(first.person.id, running.token, now=later(now, minutes=23))
    assert get_result(first.person.id, running.token).is_passed
    assert make.count(Certificate) == 1


def test_who_passes_at_the_moment_of_the_new_grading_has_one_certificate(
    app: Flask, make: Factory, wrong: Book, now: datetime
) -> None:
    first = sit(make, wrong, 2)
    running = make.attempt(first.person, wrong, at=later(now, minutes=20))
    make.answers(running, running.right, at=later(now, minutes=21))
    correction = corrected(make, wrong)
    regrader = get_regrader(make.coordinator().id)
    db.session.rollback()
    outcome: list[bool] = []

    def grade() -> None:
        with app.app_context(), transaction():
            outcome.append(
                regrade(regrader, correction, first.id, REASON, now=later(now, minutes=23))
            )

    other = Thread(target=grade)
    with transaction():
        submit_attempt(first.person.id, running.token, now=later(now, minutes=22))
        other.start()
        other.join(0.5)
    other.join()
    assert outcome == [False]
    assert (make.count(Regrading), make.count(Certificate)) == (0, 1)


@pytest.mark.parametrize("ground", [RevocationGround.REQUEST, RevocationGround.MISTAKE])
def test_a_revoked_certificate_is_not_given_back_for_what_was_begun_before(
    make: Factory, wrong: Book, now: datetime, ground: RevocationGround
) -> None:
    first = sit(make, wrong, 2)
    again = make.passed(first.person, wrong, at=later(now, days=1))
    make.revoke(make.issued(again), ground=ground)
    correction = corrected(make, wrong)
    assert count_failed(correction) == (0, 0)
    regrader = get_regrader(make.coordinator().id)
    assert not regrade(regrader, correction, first.id, REASON, now=later(now, days=40))
    assert get_figure(NATIONAL, now=later(now, days=40)).count == 0


def test_what_was_begun_after_a_revocation_is_graded_anew_as_any_other(
    make: Factory, wrong: Book, now: datetime
) -> None:
    passed = make.passed(book=wrong)
    make.revoke(make.issued(passed))
    later_one = sit(make, wrong, 2, person=passed.person, at=later(now, days=1))
    assert grade_all(make, corrected(make, wrong), now=later(now, days=2)) == 1
    assert db.session.scalars(select(Regrading.attempt_id)).one() == later_one.id


def test_a_new_grading_whose_certificate_was_revoked_is_not_offered_again(
    make: Factory, wrong: Book, now: datetime
) -> None:
    first = sit(make, wrong, 2)
    sit(make, wrong, 2, person=first.person, at=later(now, minutes=20))
    correction = corrected(make, wrong)
    assert grade_all(make, correction, now=later(now, days=1)) == 1
    own = find_own_certificate(first.person.id, wrong.edition_id, today=TODAY)
    assert own is not None
    make.revoke(own.code)
    assert count_failed(correction) == (0, 0)
    assert grade_all(make, correction, now=later(now, days=2)) == 0


def test_a_clock_that_was_set_back_stops_no_new_grading(
    make: Factory, wrong: Book, now: datetime
) -> None:
    sitting = sit(make, wrong, 2)
    with transaction():
        db.session.execute(update(Enrolment).values(started_at=later(now, minutes=5)))
    assert grade_all(make, corrected(make, wrong), now=later(now, days=1)) == 1
    progress = find_progress(sitting.person.id, wrong.slug)
    assert progress is not None
    assert progress.is_complete


def test_the_score_of_a_pass_is_that_of_the_last_one(
    make: Factory, wrong: Book, now: datetime
) -> None:
    sitting = make.attempt(book=wrong)
    position = next(iter(sitting.right))
    make.answers(sitting, sitting.right | {position: sitting.wrong[position]})
    make.submit(sitting)
    make.revoke(make.issued(sitting))
    progress = find_progress(sitting.person.id, wrong.slug)
    assert progress is not None
    assert find_passed_score(progress.enrolment_id) == Score(3, 4)
    make.passed(sitting.person, wrong, at=later(now, days=1))
    assert find_passed_score(progress.enrolment_id) == Score(4, 4)


def test_the_score_of_a_new_grading_is_that_by_the_corrected_key(
    make: Factory, wrong: Book, now: datetime
) -> None:
    sitting = sit(make, wrong, 2)
    grade_all(make, corrected(make, wrong), now=now)
    progress = find_progress(sitting.person.id, wrong.slug)
    assert progress is not None
    assert find_passed_score(progress.enrolment_id) == Score(3, 4)


def test_however_many_it_concerns_they_are_found_in_two_statements(
    make: Factory, wrong: Book, statements: Statements
) -> None:
    for _ in range(3):
        sit(make, wrong, 2)
    correction = corrected(make, wrong)
    count_failed(correction)  # a process reads the keys of a release once
    with statements() as seen:
        assert count_failed(correction) == (3, 3)
    assert len(seen) == 2


def test_choices_in_another_order_are_known_by_their_words(
    make: Factory, wrong: Book, tmp_path: Path
) -> None:
    sit(make, wrong, 2)
    chapter = first_chapter(tmp_path / "tukar")
    a = "- [ ] Soal 1 pilihan a\n  > KUNCI-umpan-1-a.\n"
    b = "- [x] Soal 1 pilihan b\n  > KUNCI-umpan-1-b.\n"
    assert a + b in chapter
    make.revise(wrong, files={"01-bab-1.md": chapter.replace(a + b, b + a)})
    assert count_failed(get_correction(wrong.slug, [WRONG])) == (1, 1)


def test_choices_with_other_words_are_left_alone(
    make: Factory, wrong: Book, tmp_path: Path
) -> None:
    sit(make, wrong, 2)
    chapter = first_chapter(tmp_path / "lain").replace("Soal 1 pilihan c", "Soal 1 yang ketiga")
    make.revise(wrong, files={"01-bab-1.md": chapter})
    assert count_failed(get_correction(wrong.slug, [WRONG])) == (0, 0)


def test_only_who_keeps_the_register_grades_anew_and_with_a_reason(
    make: Factory, wrong: Book, now: datetime
) -> None:
    sitting = sit(make, wrong, 2)
    correction = corrected(make, wrong)
    for person in (make.learner(), make.officer(at=make.institution())):
        with pytest.raises(NotAllowed):
            get_regrader(person.id)
    regrader = get_regrader(make.coordinator().id)
    with pytest.raises(NoReason):
        regrade(regrader, correction, sitting.id, "keliru", now=now)


@pytest.mark.parametrize("names", [[], ["uji01-k99"], [WRONG, "uji01-c01"]])
def test_a_question_that_the_quiz_has_not_is_refused(
    make: Factory, wrong: Book, names: list[str]
) -> None:
    with pytest.raises(NoSuchQuestion):
        get_correction(wrong.slug, names)


def test_a_new_grading_cannot_be_changed_or_deleted(
    make: Factory, wrong: Book, now: datetime
) -> None:
    sit(make, wrong, 2)
    grade_all(make, corrected(make, wrong), now=now)
    for statement in ("UPDATE regradings SET right_count = 4", "DELETE FROM regradings"):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
