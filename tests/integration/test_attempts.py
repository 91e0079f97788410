"""Attempts at the final quiz: nothing that was acknowledged is lost, and nothing counts twice."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from lms.certificates.models import Certificate
from lms.certificates.queries import find_certificate
from lms.db import db, transaction
from lms.learning.attempt_queries import get_open_attempt, get_result
from lms.learning.attempts import save_answer, save_answers, start_attempt, submit_attempt
from lms.learning.errors import (
    AlreadyPassed,
    AttemptClosed,
    AttemptOpen,
    ChaptersUnread,
    NoSuchAttempt,
    NoSuchChoice,
    StillWaiting,
)
from lms.learning.models import Answer, Attempt, Enrolment, Verdict
from lms.learning.queries import find_progress, find_quiz_access, get_own_book
from lms.learning.rules import HIGHEST_SEQUENCE, LONGEST_LEAP
from lms.learning.service import enrol_in_edition
from lms.pocketbooks.question_bank import list_bank
from tests.factories import Factory, Person, Sitting, later
from tests.pocketbooks import Source, objective_text

RANDOM = Random(7)  # noqa: S311 - the draws of a test need no secrecy


def door_of(person: Person, slug: str, now: datetime) -> str:
    """What the quiz says to a person."""
    book, progress = get_own_book(person.id, slug)
    return find_quiz_access(person.id, book, progress, now=now).state


def start(person: Person, slug: str, now: datetime) -> str:
    """Open an attempt."""
    return start_attempt(person.id, slug, RANDOM, now=now)


def row_of(sitting: Sitting) -> Attempt:
    """The attempt as it is stored."""
    db.session.expire_all()
    return db.session.get_one(Attempt, sitting.id)


def together(app: Flask, count: int, deed: Callable[[], object]) -> list[object]:
    """Do the same from several threads at once, each in a transaction of its own."""
    barrier = Barrier(count)

    def one(_: int) -> object:
        with app.app_context():
            barrier.wait(10)
            done = deed()
            db.session.commit()
            return done

    db.session.commit()
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


# Access to the quiz


@pytest.mark.parametrize("read", [0, 1, 2])
def test_the_quiz_opens_when_every_chapter_is_read(make: Factory, now: datetime, read: int) -> None:
    book, ayu = make.book(chapters=3), make.learner()
    make.reading(ayu, book, read)
    assert door_of(ayu, book.slug, now) == "unread"
    with pytest.raises(ChaptersUnread):
        start(ayu, book.slug, now)


def test_the_quiz_is_ready_after_the_last_chapter(make: Factory, now: datetime) -> None:
    book, ayu = make.book(chapters=2), make.learner()
    make.reading(ayu, book, 2)
    assert door_of(ayu, book.slug, now) == "ready"
    assert start(ayu, book.slug, now)
    assert door_of(ayu, book.slug, now) == "open"


def test_starting_again_finds_the_attempt_that_is_open(make: Factory, now: datetime) -> None:
    sitting = make.attempt()
    assert start(sitting.person, sitting.book.slug, now) == sitting.token
    assert make.count(Attempt) == 1


def test_two_tabs_that_start_at_once_get_the_same_attempt(
    app: Flask, make: Factory, now: datetime
) -> None:
    book, ayu = make.book(), make.learner()
    make.reading(ayu, book, 2)
    tokens = together(app, 4, lambda: start(ayu, book.slug, now))
    assert len(set(tokens)) == 1
    assert make.count(Attempt) == 1


def test_after_a_pass_there_is_no_other_attempt(make: Factory, now: datetime) -> None:
    sitting = make.passed()
    assert door_of(sitting.person, sitting.book.slug, now) == "passed"
    with pytest.raises(AlreadyPassed):
        start(sitting.person, sitting.book.slug, later(now, days=30))


def test_after_a_miss_there_is_a_waiting_time(make: Factory, now: datetime) -> None:
    sitting = make.not_passed()
    soon, then = later(now, minutes=9), later(now, minutes=10)
    assert door_of(sitting.person, sitting.book.slug, soon) == "waiting"
    with pytest.raises(StillWaiting):
        start(sitting.person, sitting.book.slug, soon)
    assert door_of(sitting.person, sitting.book.slug, then) == "ready"
    assert start(sitting.person, sitting.book.slug, then) != sitting.token


def test_the_door_says_when_it_opens(make: Factory, now: datetime) -> None:
    sitting = make.not_passed()
    book, progress = get_own_book(sitting.person.id, sitting.book.slug)
    access = find_quiz_access(sitting.person.id, book, progress, now=now)
    assert access.opens_at == later(now, minutes=10)


def test_somebody_elses_wait_is_not_mine(make: Factory, now: datetime) -> None:
    book = make.book()
    make.not_passed(book=book)
    budi = make.learner()
    make.reading(budi, book, 2)
    assert door_of(budi, book.slug, now) == "ready"


# The draw


def test_the_draw_takes_its_share_of_every_chapter(make: Factory) -> None:
    sitting = make.attempt(book=make.book(source=Source(chapters=3, bank=12, draw=6)))
    drawn = row_of(sitting).questions
    assert Counter(question["chapter"] for question in drawn) == {1: 2, 2: 2, 3: 2}
    assert len({question["question_id"] for question in drawn}) == 6


def test_a_new_draw_shows_what_the_last_one_did_not(make: Factory, now: datetime) -> None:
    book, ayu = make.book(source=Source(chapters=2, bank=8, draw=4)), make.learner()
    first = make.not_passed(ayu, book)
    second = make.attempt(ayu, book, at=later(now, minutes=11))
    assert not set(first.question_ids.values()) & set(second.question_ids.values())


def test_an_attempt_freezes_questions_order_and_rules(make: Factory) -> None:
    sitting = make.attempt()
    attempt = row_of(sitting)
    assert (attempt.pass_mark, attempt.wait_minutes, attempt.number) == (75, 10, 1)
    assert all(sorted(question["order"]) == [0, 1, 2] for question in attempt.questions)
    first = get_open_attempt(sitting.person.id, sitting.token)
    assert get_open_attempt(sitting.person.id, sitting.token) == first


def test_a_later_pass_mark_does_not_touch_an_open_attempt(make: Factory) -> None:
    sitting = make.attempt()
    make.revise(sitting.book, pass_mark=100)
    almost = sitting.right | {1: sitting.wrong[1]}
    make.answers(sitting, almost)
    make.submit(sitting)
    assert row_of(sitting).verdict is Verdict.PASSED


# Answers


def test_an_answer_is_kept_as_it_was_given(make: Factory, now: datetime) -> None:
    sitting = make.attempt()
    saved = save_answer(sitting.person.id, sitting.token, 1, [2, 0, 2], 1, now=now)
    assert (saved.choices, saved.sequence) == ([0, 2], 1)
    attempt = get_open_attempt(sitting.person.id, sitting.token)
    first = attempt.questions[0]
    assert (set(first.chosen), first.sequence) == ({0, 2}, 1)
    assert attempt.unanswered == [2, 3, 4]


def test_the_same_request_again_changes_nothing(make: Factory, now: datetime) -> None:
    sitting = make.attempt()
    first = save_answer(sitting.person.id, sitting.token, 1, [1], 1, now=now)
    again = save_answer(sitting.person.id, sitting.token, 1, [1], 1, now=later(now, minutes=1))
    assert first == again
    assert db.session.scalars(select(Answer.saved_at)).all() == [now]


@pytest.mark.parametrize(
    ("order", "saved"),
    [
        ([(1, [0]), (2, [1])], ([1], 2)),
        ([(2, [1]), (1, [0])], ([1], 2)),
        ([(2, [1]), (2, [0])], ([1], 2)),
        ([(1, [0]), (3, [2]), (2, [1])], ([2], 3)),
        ([(5, [1]), (9, [])], ([], 9)),
    ],
)
def test_the_highest_sequence_wins_whatever_comes_first(
    make: Factory,
    now: datetime,
    order: list[tuple[int, list[int]]],
    saved: tuple[list[int], int],
) -> None:
    sitting = make.attempt()
    for sequence, choices in order:
        last = save_answer(sitting.person.id, sitting.token, 2, choices, sequence, now=now)
    assert (last.choices, last.sequence) == saved


def test_an_answer_that_came_too_late_is_told_what_stands_instead(
    make: Factory, now: datetime
) -> None:
    sitting = make.attempt()
    save_answer(sitting.person.id, sitting.token, 1, [2], 8, now=now)
    told = save_answer(sitting.person.id, sitting.token, 1, [0], 3, now=now)
    assert (told.choices, told.sequence) == ([2], 8)


def test_nobody_answers_for_another(make: Factory, now: datetime) -> None:
    sitting, budi = make.attempt(), make.learner()
    with pytest.raises(NoSuchAttempt):
        save_answer(budi.id, sitting.token, 1, [0], 1, now=now)
    with pytest.raises(NoSuchAttempt):
        submit_attempt(budi.id, sitting.token, now=now)
    with pytest.raises(NoSuchAttempt):
        get_open_attempt(budi.id, sitting.token)
    with pytest.raises(NoSuchAttempt):
        get_result(budi.id, sitting.token)


def test_after_the_end_no_answer_is_taken(make: Factory, now: datetime) -> None:
    sitting = make.not_passed()
    with pytest.raises(AttemptClosed):
        save_answer(sitting.person.id, sitting.token, 1, [0], 9, now=now)
    with pytest.raises(AttemptClosed):
        get_open_attempt(sitting.person.id, sitting.token)


@pytest.mark.parametrize(
    ("position", "choices", "sequence"),
    [
        (0, [0], 1),
        (-1, [0], 1),
        (5, [0], 1),
        (10**9, [0], 1),
        (1, [3], 1),
        (1, [-1], 1),
        (1, [10**12], 1),
        (1, [0], 0),
        (1, [0], -1),
        (1, [0], HIGHEST_SEQUENCE),
        (1, [0], HIGHEST_SEQUENCE + 1),
        (1, [0], LONGEST_LEAP + 1),
    ],
)
def test_a_choice_that_is_not_in_the_question_is_refused(
    make: Factory, now: datetime, position: int, choices: list[int], sequence: int
) -> None:
    sitting = make.attempt()
    with pytest.raises(NoSuchChoice):
        save_answer(sitting.person.id, sitting.token, position, choices, sequence, now=now)
    assert make.count(Answer) == 0


def test_nobody_can_leap_to_a_number_after_which_there_is_no_other(
    make: Factory, now: datetime
) -> None:
    sitting = make.attempt()
    save_answer(sitting.person.id, sitting.token, 1, [0], LONGEST_LEAP, now=now)
    with pytest.raises(NoSuchChoice):
        save_answer(sitting.person.id, sitting.token, 1, [1], HIGHEST_SEQUENCE, now=now)
    save_answer(sitting.person.id, sitting.token, 1, [1], 2 * LONGEST_LEAP, now=now)
    save_answers(sitting.person.id, sitting.token, {1: [2]}, now=now)
    first = get_open_attempt(sitting.person.id, sitting.token).questions[0]
    assert (set(first.chosen), first.sequence) == ({2}, 2 * LONGEST_LEAP + 1)


def test_a_clock_that_was_set_back_keeps_nobody_from_handing_in(
    make: Factory, now: datetime
) -> None:
    sitting = make.attempt()
    make.answers(sitting, sitting.right)
    make.submit(sitting, at=now - timedelta(days=2))
    enrolment = db.session.scalars(select(Enrolment)).one()
    assert enrolment.completed_at == enrolment.started_at == now
    assert row_of(sitting).verdict is Verdict.PASSED


def test_a_whole_page_is_newer_than_the_answers_before(make: Factory, now: datetime) -> None:
    sitting = make.attempt()
    save_answer(sitting.person.id, sitting.token, 1, [0], 4, now=now)
    save_answers(sitting.person.id, sitting.token, {1: [1], 2: [2]}, now=now)
    questions = get_open_attempt(sitting.person.id, sitting.token).questions
    assert [(set(q.chosen), q.sequence) for q in questions[:2]] == [({1}, 5), ({2}, 1)]


# Handing in


def test_a_pass_closes_the_attempt_completes_and_issues(make: Factory, now: datetime) -> None:
    sitting = make.passed()
    attempt = row_of(sitting)
    assert (attempt.verdict, attempt.right_count, attempt.submitted_at) == (Verdict.PASSED, 4, now)
    assert db.session.scalars(select(Enrolment.completed_at)).one() == now
    assert make.count(Certificate) == 1


def test_a_miss_issues_nothing(make: Factory, now: datetime) -> None:
    sitting = make.not_passed()
    assert row_of(sitting).verdict is Verdict.NOT_PASSED
    assert db.session.scalars(select(Enrolment.completed_at)).one() is None
    assert make.count(Certificate) == 0


def test_some_of_several_right_choices_are_not_enough(make: Factory) -> None:
    book = make.book(source=Source(chapters=1, bank=4, draw=4, pass_mark=100))
    sitting = make.attempt(book=book)
    several = next(position for position, right in sitting.right.items() if len(right) == 2)
    make.answers(sitting, sitting.right | {several: sitting.right[several][:1]})
    make.submit(sitting)
    assert (row_of(sitting).right_count, row_of(sitting).verdict) == (3, Verdict.NOT_PASSED)


def test_a_question_without_an_answer_is_not_right(make: Factory) -> None:
    sitting = make.attempt()
    make.submit(sitting)
    assert row_of(sitting).right_count == 0


def test_handing_in_twice_is_handing_in_once(make: Factory, now: datetime) -> None:
    sitting = make.passed()
    make.submit(sitting, at=later(now, minutes=5))
    assert row_of(sitting).submitted_at == now
    assert make.count(Certificate) == 1


def test_of_many_who_hand_in_at_once_one_issues(app: Flask, make: Factory, now: datetime) -> None:
    sitting = make.attempt()
    make.answers(sitting, sitting.right)
    together(app, 6, lambda: submit_attempt(sitting.person.id, sitting.token, now=now))
    assert make.count(Certificate) == 1
    assert row_of(sitting).verdict is Verdict.PASSED


def test_a_pass_without_a_certificate_cannot_be_stored(
    make: Factory, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = make.attempt()
    make.answers(sitting, sitting.right)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no certificate today")

    monkeypatch.setattr("lms.wiring.issue_certificate", broken)
    with pytest.raises(RuntimeError):
        submit_attempt(sitting.person.id, sitting.token, now=now)
    db.session.rollback()
    assert row_of(sitting).submitted_at is None
    progress = find_progress(sitting.person.id, sitting.book.slug)
    assert progress is not None
    assert not progress.is_complete


# The result


def test_there_is_no_result_before_the_end(make: Factory) -> None:
    sitting = make.attempt()
    with pytest.raises(AttemptOpen):
        get_result(sitting.person.id, sitting.token)


def test_a_pass_shows_the_key_with_every_explanation(make: Factory) -> None:
    sitting = make.passed()
    result = get_result(sitting.person.id, sitting.token)
    assert (result.is_passed, result.percent, result.retry_at) == (True, 100, None)
    for question in result.questions:
        shown = [at for at, choice in enumerate(question.choices) if choice.is_right]
        assert shown == sitting.right[question.position]
        assert all(choice.feedback_html for choice in question.choices)
        assert "KUNCI-bahasan" in str(question.explanation_html)


def test_a_quiz_that_a_revocation_opened_again_hides_its_key_until_it_is_passed_again(
    make: Factory, now: datetime
) -> None:
    first = make.passed()
    person = first.person
    make.revoke(make.issued(first))
    assert get_result(person.id, first.token).questions == []
    second = make.attempt(person, first.book, at=later(now, days=1))
    assert get_result(person.id, first.token).questions == []
    make.answers(second, second.right)
    make.submit(second, at=later(now, days=1))
    result = get_result(person.id, first.token)
    assert (result.is_passed, len(result.questions)) == (True, result.total)


def test_a_former_editions_key_stays_hidden_while_the_newer_ones_quiz_is_sat(
    make: Factory, now: datetime
) -> None:
    first = make.passed()
    person = first.person
    newer = make.revise(first.book, as_edition=True, title="Judul Lain")
    with transaction():
        enrol_in_edition(person.id, newer.slug, now=now)
    second = make.attempt(person, newer, at=later(now, days=1))
    assert get_result(person.id, first.token).questions == []
    make.submit(second, at=later(now, days=1))
    assert get_result(person.id, first.token).questions


def test_a_miss_says_nothing_of_single_questions(make: Factory, now: datetime) -> None:
    sitting = make.not_passed()
    result = get_result(sitting.person.id, sitting.token)
    assert (result.is_passed, result.retry_at) == (False, later(now, minutes=10))
    assert (result.questions, result.right_count, result.total) == ([], 0, 4)
    assert all(chapter.is_to_reread for chapter in result.chapters)


def test_from_the_third_miss_on_the_wait_grows_and_is_frozen_at_the_start(
    make: Factory, now: datetime
) -> None:
    person, book = make.learner(), make.book()
    moment, waits = now, []
    for _ in range(5):
        sitting = make.not_passed(person, book, at=moment)
        retry_at = get_result(person.id, sitting.token).retry_at
        assert retry_at is not None
        waits.append((retry_at - moment).total_seconds() / 60)
        assert row_of(sitting).wait_minutes == waits[-1]
        moment = retry_at
    assert waits == [10, 10, 20, 40, 80]


def test_another_edition_begins_with_the_authors_wait(make: Factory, now: datetime) -> None:
    person, book = make.learner(), make.book()
    for hours in range(3):
        make.not_passed(person, book, at=later(now, minutes=60 * hours))
    newer = make.revise(book, bank=8)
    with transaction():
        enrol_in_edition(person.id, newer.slug, now=now)
    sitting = make.not_passed(person, newer, at=later(now, days=1))
    assert row_of(sitting).wait_minutes == 10


def test_the_result_says_which_chapters_to_read_again(make: Factory) -> None:
    sitting = make.attempt(book=make.book(source=Source(chapters=2, bank=6, draw=4)))
    chapters = [question["chapter"] for question in row_of(sitting).questions]
    answers = {
        position: (sitting.right if chapters[position - 1] == 1 else sitting.wrong)[position]
        for position in sitting.right
    }
    make.answers(sitting, answers)
    make.submit(sitting)
    scores = get_result(sitting.person.id, sitting.token).chapters
    assert [(score.number, score.right, score.is_to_reread) for score in scores] == [
        (1, 2, False),
        (2, 0, True),
    ]


def answer_one_objective_wrong(make: Factory, sitting: Sitting, objective: int) -> None:
    """Hand in with all right but the questions of one objective."""
    items = {item.question_id: item for item in list_bank(sitting.book.release_id)}
    answers = {
        position: (
            sitting.wrong
            if items[sitting.question_ids[position]].objective == objective
            else sitting.right
        )[position]
        for position in sitting.right
    }
    make.answers(sitting, answers)
    make.submit(sitting)


@pytest.mark.parametrize(("mark", "is_passed"), [(50, True), (90, False)])
def test_the_result_says_which_objectives_to_read_again_and_where(
    make: Factory, mark: int, is_passed: bool
) -> None:
    source = Source(chapters=3, bank=12, draw=6, objectives=2, pass_mark=mark)
    sitting = make.attempt(book=make.book(source=source))
    answer_one_objective_wrong(make, sitting, 2)
    result = get_result(sitting.person.id, sitting.token)
    assert result.is_passed is is_passed
    assert result.chapters == []
    assert [
        (each.html, [chapter.number for chapter in each.chapters], each.right, each.total)
        for each in result.objectives
    ] == [(objective_text(1), [1, 2, 3], 3, 3), (objective_text(2), [1, 2, 3], 0, 3)]
    assert [each.is_to_reread for each in result.objectives] == [False, True]
    assert result.first_chapter_to_reread == 1


def test_where_a_question_names_no_objective_the_result_is_by_chapter(make: Factory) -> None:
    book = make.book(objectives=2)
    path = book.folder / "01-bab-1.md"
    aim = "\n>\n> **Menguji:** tujuan 1, terapkan."
    assert aim in path.read_text()
    path.write_text(path.read_text().replace(aim, "", 1))
    path = book.folder / "buku.md"
    path.write_text(path.read_text().replace("Ambil: 4", "Ambil: 6"))
    sitting = make.not_passed(book=make.publish(book.folder, book.source))
    result = get_result(sitting.person.id, sitting.token)
    assert (result.objectives, [each.number for each in result.chapters]) == ([], [1, 2])


# A quiz of a former edition


def test_who_sits_a_quiz_of_before_objectives_finishes_it_and_is_certified_as_it_was(
    make: Factory, now: datetime
) -> None:
    sitting = make.attempt(at=now)
    answers = list(sitting.right.items())
    make.answers(sitting, dict(answers[:2]))
    newer = make.revise(sitting.book, bank=9, chapters=3, objectives=3, draw=6)
    asked = get_open_attempt(sitting.person.id, sitting.token).questions
    assert [question.position for question in asked if question.chosen] == [1, 2]
    assert start(sitting.person, newer.slug, now) == sitting.token
    make.answers(sitting, dict(answers[2:]))
    make.submit(sitting)
    result = get_result(sitting.person.id, sitting.token)
    assert (result.is_passed, result.right_count, result.total) == (True, 4, 4)
    assert (result.objectives, [each.number for each in result.chapters]) == ([], [1, 2])
    found = find_certificate(make.issued(sitting).code)
    assert found is not None
    assert (found.state.status, found.facts.release_sha256) == ("valid", sitting.book.sha256)
    assert found.objectives == ()
    later_one = make.passed(make.learner(), newer)
    found = find_certificate(make.issued(later_one).code)
    assert found is not None
    assert found.objectives == tuple(objective_text(number) for number in (1, 2, 3))
