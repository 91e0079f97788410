"""Reading: enrolment in an edition, the position that is saved, chapters read to their end."""

from datetime import datetime

import pytest

from lms.learning.models import Enrolment
from lms.learning.queries import find_progress, find_resume, list_own_books, list_own_modules
from lms.learning.service import enrol, finish_chapter, save_position, take_over
from lms.pocketbooks.errors import NoSuchChapter, NoSuchPocketbook, NoSuchQuestion
from lms.pocketbooks.queries import check_answer
from tests.factories import Factory, later
from tests.pocketbooks import Source


def test_the_paragraph_that_is_read_is_kept(make: Factory, now: datetime) -> None:
    book, ayu = make.book(), make.learner()
    save_position(ayu.id, book.slug, 2, "p2", now=now)
    progress = find_progress(ayu.id, book.slug)
    assert progress is not None
    assert (progress.chapter_number, progress.anchor, progress.read) == (2, "p2", frozenset())


@pytest.mark.parametrize("anchor", ["", "isi", "p", "p12345", "p1\n", "javascript:alert(1)", "<b>"])
def test_what_is_no_paragraph_is_kept_as_the_chapters_beginning(
    make: Factory, now: datetime, anchor: str
) -> None:
    book, ayu = make.book(), make.learner()
    save_position(ayu.id, book.slug, 1, anchor, now=now)
    progress = find_progress(ayu.id, book.slug)
    assert progress is not None
    assert progress.anchor == ""


def test_a_finished_chapter_leads_to_the_next_one(make: Factory, now: datetime) -> None:
    book, ayu = make.book(chapters=2), make.learner()
    assert finish_chapter(ayu.id, book.slug, 1, now=now) == 2
    assert finish_chapter(ayu.id, book.slug, 2, now=now) is None
    progress = find_progress(ayu.id, book.slug)
    assert progress is not None
    assert progress.read == {1, 2}


def test_finishing_a_chapter_twice_is_finishing_it_once(make: Factory, now: datetime) -> None:
    book, ayu = make.book(), make.learner()
    for _ in range(2):
        finish_chapter(ayu.id, book.slug, 1, now=now)
    progress = find_progress(ayu.id, book.slug)
    assert progress is not None
    assert progress.read == {1}


def test_taking_a_book_up_twice_gives_one_place(make: Factory, now: datetime) -> None:
    book, ayu = make.book(), make.learner()
    first, _ = enrol(ayu.id, book.slug, now=now)
    second, _ = enrol(ayu.id, book.slug, now=now)
    assert first == second
    assert make.count(Enrolment) == 1


@pytest.mark.parametrize("number", [0, -1, 3, 10**9])
def test_a_chapter_that_is_not_there_cannot_be_read(
    make: Factory, now: datetime, number: int
) -> None:
    book, ayu = make.book(chapters=2), make.learner()
    with pytest.raises(NoSuchChapter):
        finish_chapter(ayu.id, book.slug, number, now=now)
    with pytest.raises(NoSuchChapter):
        save_position(ayu.id, book.slug, number, "p1", now=now)


def test_a_book_that_is_not_there_cannot_be_taken_up(make: Factory, now: datetime) -> None:
    with pytest.raises(NoSuchPocketbook):
        enrol(make.learner().id, "tidak-ada", now=now)


def test_reading_goes_on_in_the_book_that_was_read_last(make: Factory, now: datetime) -> None:
    ayu = make.learner()
    first = make.book(source=Source(slug="satu", code="UJI-01"))
    second = make.book(source=Source(slug="dua", code="UJI-02"))
    save_position(ayu.id, second.slug, 1, "p1", now=now)
    save_position(ayu.id, first.slug, 2, "p2", now=later(now, minutes=5))
    resume = find_resume(ayu.id)
    assert resume is not None
    assert (resume.slug, resume.chapter_number, resume.anchor) == ("satu", 2, "p2")


def test_a_completed_book_is_not_gone_on_with(make: Factory) -> None:
    assert find_resume(make.certificate().person.id) is None


def test_nobody_sees_anothers_place(make: Factory, now: datetime) -> None:
    book, ayu = make.book(), make.learner()
    save_position(ayu.id, book.slug, 2, "p2", now=now)
    budi = make.learner()
    assert find_progress(budi.id, book.slug) is None
    assert find_resume(budi.id) is None
    assert list_own_modules(budi.id) == []


def test_my_modules_say_how_far_i_am(make: Factory) -> None:
    ayu, book = make.learner(), make.book(chapters=3)
    make.reading(ayu, book, 2)
    (module,) = list_own_modules(ayu.id)
    assert (module.read_count, module.completed_at) == (2, None)


def test_a_small_question_is_marked_at_once(make: Factory) -> None:
    book = make.book()
    right = check_answer(book.release_id, 1, "uji01-c01", frozenset({0}))
    wrong = check_answer(book.release_id, 1, "uji01-c01", frozenset({1}))
    assert (right.is_right, wrong.is_right) == (True, False)
    assert "Warga menunggu" in str(wrong.feedback[1])


@pytest.mark.parametrize("key", ["uji01-k01", "uji01-k02", "uji01-c02", "", "%", "' OR 1=1"])
def test_the_key_of_the_final_quiz_cannot_be_had_by_the_small_questions_door(
    make: Factory, key: str
) -> None:
    book = make.book()
    with pytest.raises(NoSuchQuestion):
        check_answer(book.release_id, 1, key, frozenset({0}))


def test_chapters_finished_before_signing_in_are_taken_over(make: Factory, now: datetime) -> None:
    book, ayu = make.book(chapters=3), make.learner()
    take_over(ayu.id, {book.edition_id: {1, 3, 99}}, now=now)
    progress = find_progress(ayu.id, book.slug)
    assert progress is not None
    assert (set(progress.read), progress.chapter_number) == ({1, 3}, 2)


def test_what_is_taken_over_moves_nobody_from_where_they_are(make: Factory, now: datetime) -> None:
    book, ayu = make.book(chapters=3), make.learner()
    save_position(ayu.id, book.slug, 3, "p2", now=now)
    take_over(ayu.id, {book.edition_id: {1}}, now=now)
    progress = find_progress(ayu.id, book.slug)
    assert progress is not None
    assert (set(progress.read), progress.chapter_number, progress.anchor) == ({1}, 3, "p2")


def test_nothing_is_taken_over_from_an_edition_that_the_person_does_not_read(
    make: Factory, now: datetime
) -> None:
    book, ayu, budi = make.book(), make.learner(), make.learner()
    make.reading(ayu, book, 1)
    revised = make.revise(book, bank=8)
    take_over(ayu.id, {revised.edition_id: {1, 2}}, now=now)
    progress = find_progress(ayu.id, book.slug)
    assert progress is not None
    assert (progress.edition_id, set(progress.read)) == (book.edition_id, {1})
    take_over(budi.id, {book.edition_id: {1, 2}, 10**8: {1}}, now=now)
    assert find_progress(budi.id, book.slug) is None


def test_ones_own_books_say_where_one_is_in_each(make: Factory, now: datetime) -> None:
    ayu, first = make.learner(), make.book(source=Source(slug="satu", code="UJI-01"))
    second = make.book(source=Source(slug="dua", code="UJI-02"))
    make.reading(ayu, first, 1)
    sitting = make.not_passed(ayu, second, at=later(now, minutes=5))
    make.reading(make.learner(), first, 2)
    waiting, reading = list_own_books(ayu.id, now=later(now, minutes=6))
    assert (waiting.book.slug, waiting.access.state, waiting.access.attempt_token) == (
        "dua", "waiting", sitting.token,
    )  # fmt: skip
    assert waiting.last_score is not None
    assert waiting.last_score.percent == 0
    assert (reading.book.slug, reading.access.state, set(reading.progress.read)) == (
        "satu", "unread", {1},
    )  # fmt: skip
    assert (reading.access.attempt_token, reading.last_score) == (None, None)


def test_of_several_attempts_the_last_one_counts(make: Factory, now: datetime) -> None:
    ayu, book = make.learner(), make.book()
    make.not_passed(ayu, book, at=now)
    make.passed(ayu, book, at=later(now, days=1))
    (own,) = list_own_books(ayu.id, now=later(now, days=1))
    assert (own.access.state, own.completed_at) == ("passed", later(now, days=1))
    assert own.last_score is not None
    assert own.last_score.percent == 100
