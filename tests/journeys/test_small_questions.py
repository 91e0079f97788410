"""The small questions of a chapter: answered where they stand, with and without a script."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import SLUG
from tests.journeys.site import Site
from tests.journeys.windows import PHONE, OpenWindow

pytestmark = [pytest.mark.browser, pytest.mark.server]

CHAPTER = f"/buku/{SLUG}/1"


def answer_first(page: Page) -> None:
    """Choose the first choice of the first question, and ask."""
    question = page.locator("form.check").first
    question.get_by_role("radio").first.check()
    question.get_by_role("button").click()


def test_a_verdict_comes_in_place_and_the_button_keeps_the_focus(
    site: Site, open_window: OpenWindow
) -> None:
    page = open_window(site, width=PHONE)
    page.goto(CHAPTER)
    answer_first(page)
    question = page.locator("form.check").first
    expect(question.get_by_role("status")).to_contain_text("Jawaban Anda")
    expect(question.get_by_role("status")).to_contain_text("Pembahasan")
    expect(question.get_by_role("radio").first).to_be_checked()
    expect(question.get_by_role("button")).to_be_focused()
    expect(question.get_by_role("button")).to_have_text("Periksa lagi")
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
    expect(page.locator("form.check").first.get_by_role("status")).to_contain_text("Jawaban")


def test_without_a_script_the_page_comes_back_to_the_question(
    site: Site, open_window: OpenWindow
) -> None:
    page = open_window(site, width=PHONE, javascript=False)
    page.goto(CHAPTER)
    answer_first(page)
    expect(page).to_have_url(re.compile(r"cek=.*pilih=0#"))
    expect(page.locator("form.check").first.get_by_role("status")).to_contain_text("Jawaban Anda")
