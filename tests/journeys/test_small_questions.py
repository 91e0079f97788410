"""The small questions of a chapter: answered where they stand, with and without a script."""

import re

import pytest
from playwright.sync_api import Page, expect

from lms.pocketbooks.queries import check_answer, get_book
from tests.journeys.people import SLUG
from tests.journeys.site import Site
from tests.journeys.windows import PHONE, OpenWindow

pytestmark = [pytest.mark.browser, pytest.mark.server]

CHAPTER = f"/buku/{SLUG}/1"


def answer_first(page: Page, *, position: int = 0) -> None:
    """Choose a choice of the first question, and ask."""
    question = page.locator("form.check").first
    question.get_by_role("radio").nth(position).check()
    question.get_by_role("button").first.click()


def wrong_positions(site: Site, page: Page) -> list[int]:
    """Where the wrong choices of the first question stand."""
    key = page.locator("form.check").first.get_attribute("id")
    assert key is not None
    count = page.locator("form.check").first.get_by_role("radio").count()
    with site.app.app_context():
        right = check_answer(get_book(SLUG).release_id, 1, key, frozenset()).right
    return [position for position in range(count) if position not in right]


def test_verdicts_come_in_place_and_the_button_keeps_the_focus(
    site: Site, open_window: OpenWindow
) -> None:
    page = open_window(site, width=PHONE)
    page.goto(CHAPTER)
    question = page.locator("form.check").first
    status, button = question.get_by_role("status"), question.get_by_role("button").first
    why = question.get_by_role("button", name="Lihat penjelasan")
    button.click()
    expect(status).to_contain_text("Pilih dahulu jawaban Anda")
    expect(why).to_be_hidden()
    for position in wrong_positions(site, page)[:2]:
        answer_first(page, position=position)
        expect(status).to_contain_text("Belum tepat.")
        expect(question.locator(".choice-note")).to_have_count(1)
        expect(question.get_by_role("radio").nth(position)).to_be_checked()
        expect(button).to_be_focused()
    page.keyboard.press("Tab")
    expect(why).to_be_focused()
    page.keyboard.press("Enter")
    expect(status).to_contain_text("Pembahasan")
    expect(why).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_text("Ulangi soal ini")
    button.click()
    expect(status).to_be_empty()
    expect(button).to_have_text("Periksa jawaban")
    expect(question.locator(":checked")).to_have_count(0)
    expect(page).to_have_url(re.compile(f"{CHAPTER}$"))
    assert page.locator("form.check").nth(1).get_by_role("status").inner_text() == ""


def test_without_a_connection_the_choice_stays_and_the_page_says_so(
    site: Site, open_window: OpenWindow
) -> None:
    page = open_window(site, width=PHONE)
    page.goto(CHAPTER)
    page.context.set_offline(True)
    answer_first(page)
    expect(page.get_by_text("Sambungan terputus.")).to_be_visible()
    expect(page.locator("form.check").first.get_by_role("radio").first).to_be_checked()
    page.context.set_offline(False)
    answer_first(page)
    expect(page.get_by_text("Sambungan terputus.")).to_be_hidden()
    expect(page.locator("form.check").first.get_by_role("status")).not_to_be_empty()


def test_without_a_script_the_page_comes_back_to_the_question(
    site: Site, open_window: OpenWindow
) -> None:
    page = open_window(site, width=PHONE, javascript=False)
    page.goto(CHAPTER)
    answer_first(page)
    expect(page).to_have_url(re.compile(r"cek=.*pilih=0&minta=1#"))
    expect(page.locator("form.check").first.get_by_role("status")).not_to_be_empty()


def test_without_a_script_one_tries_until_it_is_right_or_asks_why(
    site: Site, open_window: OpenWindow
) -> None:
    page = open_window(site, width=PHONE, javascript=False)
    page.goto(CHAPTER)
    question = page.locator("form.check").first
    status = question.get_by_role("status")
    wrong = wrong_positions(site, page)
    for position in wrong[:2]:
        answer_first(page, position=position)
        expect(status).to_contain_text("Belum tepat.")
        expect(status).not_to_contain_text("Pembahasan")
    question.get_by_role("button", name="Lihat penjelasan").click()
    expect(status).to_contain_text("Pembahasan")
    question.get_by_role("button", name="Ulangi soal ini").click()
    expect(status).to_be_empty()
    right = next(n for n in range(len(wrong) + 1) if n not in wrong)
    answer_first(page, position=right)
    expect(status).to_contain_text("Jawaban Anda tepat.")
    expect(status).to_contain_text("Pembahasan")
