"""A chapter counts as read once its end was seen, and what a visitor read is theirs afterwards."""

import pytest
from playwright.sync_api import Page, expect

from lms.learning.queries import find_progress
from tests.journeys.people import SLUG, Someone, settle
from tests.journeys.site import Site
from tests.journeys.walking import answer_check, button, fill_sign_in, go_on, link, sign_in
from tests.journeys.windows import PHONE, OpenWindow

pytestmark = [pytest.mark.browser, pytest.mark.server]

CHAPTERS = 6


def read_of(site: Site, person: Someone) -> frozenset[int]:
    """The chapters that are on record as read by a person."""
    with site.app.app_context():
        place = find_progress(person.account_id, SLUG)
        return place.read if place else frozenset()


def see_the_end(page: Page) -> None:
    """Scroll to the chapter's end, and wait until the page says that it counts."""
    expect(page.locator("[data-done]")).to_be_hidden()
    page.locator("[data-finish]").scroll_into_view_if_needed()
    expect(page.locator("[data-done]")).to_be_visible()


def test_a_chapter_counts_once_its_end_was_seen_and_not_before(
    site: Site, open_window: OpenWindow
) -> None:
    person = settle(site)
    page = open_window(site, width=PHONE)
    sign_in(page, person)
    page.goto(f"/buku/{SLUG}/1")
    page.locator("#p3").scroll_into_view_if_needed()
    page.goto(f"/buku/{SLUG}/2")
    assert read_of(site, person) == frozenset()
    see_the_end(page)
    assert read_of(site, person) == {2}


def test_a_chapter_counts_once_its_small_questions_were_tried(
    site: Site, open_window: OpenWindow
) -> None:
    person = settle(site)
    page = open_window(site, width=PHONE)
    sign_in(page, person)
    page.goto(f"/buku/{SLUG}/1")
    for check in page.locator("form.check").all():
        answer_check(page, check)
    expect(page.locator("[data-done]")).to_be_visible()
    assert read_of(site, person) == {1}


def test_the_bar_fills_while_a_chapter_is_read(site: Site, open_window: OpenWindow) -> None:
    page = open_window(site, width=PHONE)
    page.goto(f"/buku/{SLUG}/2")
    bar = page.locator("[data-reading-bar]")
    assert bar.evaluate("bar => bar.value") == pytest.approx(1, abs=0.05)
    page.locator("[data-finish]").scroll_into_view_if_needed()
    expect(page.locator("[data-done]")).to_be_visible()
    assert bar.evaluate("bar => bar.value") == pytest.approx(2, abs=0.05)


@pytest.mark.parametrize("javascript", [True, False])
def test_who_reads_first_and_signs_in_at_the_quiz_may_begin_it(
    site: Site, open_window: OpenWindow, javascript: bool
) -> None:
    person = settle(site)
    page = open_window(site, width=PHONE, javascript=javascript)
    page.goto(f"/buku/{SLUG}/1")
    for number in range(1, CHAPTERS + 1):
        page.wait_for_url(f"**/{number}")
        link(page, "Lanjut ke").click()
    expect(page.get_by_role("main")).to_contain_text("Kuis akhir HAM-01 memerlukan akun")
    fill_sign_in(page, person)
    expect(button(page, "Mulai kuis")).to_be_visible()
    assert read_of(site, person) == set(range(1, CHAPTERS + 1))


def test_reading_on_by_scrolling_alone_is_taken_over_too(
    site: Site, open_window: OpenWindow
) -> None:
    person = settle(site)
    page = open_window(site, width=PHONE)
    for number in (1, 3):
        page.goto(f"/buku/{SLUG}/{number}")
        see_the_end(page)
    sign_in(page, person)
    assert read_of(site, person) == {1, 3}
    page.goto(f"/buku/{SLUG}/2")
    go_on(page)
    page.wait_for_url("**/3")
