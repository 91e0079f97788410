"""Before the end: what is unanswered. After it: what to read again, and when to try again."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms.learning.models import Attempt
from tests.journeys.people import SLUG, Someone, settle
from tests.journeys.site import Site
from tests.journeys.walking import (
    SAVED,
    button,
    choose,
    expect_state,
    fill_in,
    hand_in,
    link,
    sign_in,
    start_quiz,
)
from tests.journeys.windows import DESK, PHONE, OpenWindow

pytestmark = [pytest.mark.browser, pytest.mark.server]

HARSH = "gagal"


@pytest.fixture
def person(site: Site) -> Someone:
    return settle(site, has_read=True)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_unanswered_questions_are_named_before_anything_is_handed_in(
    site: Site,
    person: Someone,
    open_window: OpenWindow,
    width: int,
    javascript: bool,
) -> None:
    page = open_window(site, width=width, javascript=javascript)
    sign_in(page, person)
    token = start_quiz(page)
    right = site.right_choices(token)
    fill_in(page, {position: right[position] for position in right if position not in {2, 5}})
    hand_in(page)
    question = page.get_by_role("alert")
    expect(question).to_contain_text("Belum dijawab: soal 2, 5.")
    expect(button(page, "Kumpulkan apa adanya")).to_be_visible()
    question.get_by_role("link", name="Jawab soal 2").click()
    expect(page.locator("#soal-2")).to_be_in_viewport()
    fill_in(page, {position: right[position] for position in (2, 5)})
    hand_in(page)
    expect(page.locator(".outcome-score")).to_contain_text("Nilai 100: 10 dari 10 soal tepat.")
    assert site.saved_answers(token) == right


def test_an_attempt_may_be_handed_in_as_it_is(
    site: Site, person: Someone, open_window: OpenWindow
) -> None:
    page = open_window(site)
    sign_in(page, person)
    right = site.right_choices(start_quiz(page))
    fill_in(page, {position: right[position] for position in list(right)[:8]})
    hand_in(page)
    button(page, "Kumpulkan apa adanya").click()
    expect(page.locator(".outcome-word")).to_have_text("Lulus")
    expect(page.locator(".outcome-score")).to_contain_text("8 dari 10")


def test_not_passed_says_what_to_read_again_and_when_to_try_again(
    site: Site, person: Someone, open_window: OpenWindow
) -> None:
    page = open_window(site, width=PHONE)
    sign_in(page, person)
    token = start_quiz(page)
    wrong = site.wrong_choices(token)
    fill_in(page, wrong)
    hand_in(page)
    expect(page.locator(".outcome-word")).to_have_text("Belum lulus")
    expect(page.locator(".outcome")).to_contain_text("Kuis dapat diulang mulai")
    again = page.get_by_role("region", name="Yang perlu dibaca lagi")
    expect(again.get_by_text("Baca lagi", exact=True)).to_have_count(6)
    # The next draw may ask it again: what would have been right is not told yet.
    expect(page.get_by_text("Jawaban tepat")).to_have_count(0)
    assert HARSH not in words_of(page)

    link(page, "Ke halaman kuis").click()
    expect(page.get_by_role("main")).to_contain_text("Kuis dapat diulang mulai")
    expect(button(page, "Mulai kuis")).to_have_count(0)
    assert HARSH not in words_of(page)

    first = drawn(site, token)
    let_time_pass(site, token)
    second = start_quiz(page)
    expect(page.locator(".quiz-head")).to_contain_text("Percobaan ke-2")
    assert len(first & drawn(site, second)) < len(first)
    right = site.right_choices(second)
    choose(page, 1, right[1])
    expect_state(page, 1, SAVED)
    fill_in(page, right)
    hand_in(page)
    expect(page.locator(".outcome-word")).to_have_text("Lulus")
    page.goto(f"/modul/{SLUG}/kuis")
    expect(page.get_by_role("main")).to_contain_text("Anda sudah lulus")


def words_of(page: Page) -> str:
    return page.locator("body").inner_text().lower()


def drawn(site: Site, token: str) -> set[int]:
    with site.rows() as session:
        questions = session.scalars(select(Attempt.questions).where(Attempt.token == token)).one()
        return {question["question_id"] for question in questions}


def let_time_pass(site: Site, token: str) -> None:
    """Move the end of an attempt back by its waiting time, which ends at a whole minute."""
    with site.rows() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.token == token)).one()
        assert attempt.submitted_at is not None
        attempt.submitted_at -= timedelta(minutes=attempt.wait_minutes + 1)
