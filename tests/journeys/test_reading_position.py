"""Who comes back reads on at the paragraph where they stopped."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms.learning.models import Enrolment
from tests.journeys.people import SLUG, Someone, settle
from tests.journeys.site import Site
from tests.journeys.walking import go_on, link, sign_in
from tests.journeys.windows import PHONE, OpenWindow
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.server]


def read_to(page: Page, anchor: str) -> None:
    """Scroll until a paragraph is the first that is seen, and let the page notice."""
    page.locator(f"#{anchor}").evaluate("element => element.scrollIntoView({block: 'start'})")
    # Noticed, it is what the page comes back to with larger letters.
    letters = page.locator("[data-text-size]")
    expect(letters).to_have_attribute("href", re.compile(f"%23{anchor}$"))


def await_position(site: Site, person: Someone, position: tuple[int, str]) -> None:
    """Wait until the server keeps a chapter and a paragraph for a person."""
    wait_until(
        lambda: position_of(site, person) == position, tell=lambda: str(position_of(site, person))
    )


def position_of(site: Site, person: Someone) -> tuple[int, str]:
    """The chapter and the paragraph that the server keeps for a person."""
    with site.rows() as session:
        saved = session.scalars(
            select(Enrolment).where(Enrolment.account_id == person.account_id)
        ).one()
        return saved.chapter_number, saved.anchor


def test_a_learner_comes_back_to_the_paragraph_by_one_press(
    site: Site, open_window: OpenWindow
) -> None:
    person = settle(site)
    page = open_window(site, width=PHONE)
    sign_in(page, person)
    page.goto(f"/buku/{SLUG}/1")
    go_on(page)
    page.wait_for_url("**/2")
    await_position(site, person, (2, ""))
    read_to(page, "p12")
    page.goto("/belajar")
    await_position(site, person, (2, "p12"))
    link(page, "Lanjutkan Bab 2").click()
    expect(page).to_have_url(re.compile(f"/buku/{SLUG}/2#p12$"))
    expect(page.locator("#p12")).to_be_in_viewport()

    page.goto("/")
    link(page, "Lanjutkan Bab 2").click()
    expect(page.locator("#p12")).to_be_in_viewport()
    phone = open_window(site, width=PHONE)
    sign_in(phone, person)
    expect(phone).to_have_url(re.compile(f"/buku/{SLUG}/2#p12$"))


def test_a_reader_without_an_account_is_remembered_by_the_browser(
    site: Site, open_window: OpenWindow
) -> None:
    page = open_window(site, width=PHONE)
    page.goto("/")
    expect(page.locator("[data-resume]")).to_be_hidden()
    page.goto(f"/buku/{SLUG}/3")
    read_to(page, "p9")
    page.goto("/")
    link(page, "Lanjutkan membaca").click()
    expect(page).to_have_url(re.compile(f"/buku/{SLUG}/3#p9$"))
    expect(page.locator("#p9")).to_be_in_viewport()


def test_larger_letters_keep_the_place(site: Site, open_window: OpenWindow) -> None:
    page = open_window(site, width=PHONE)
    page.goto(f"/buku/{SLUG}/3")
    read_to(page, "p9")
    # Pressed where the page stands: a mouse would have to scroll to the header first.
    page.locator("[data-text-size]").evaluate("link => link.click()")
    expect(page.locator("html")).to_have_attribute("data-text", "large")
    expect(page.locator("#p9")).to_be_in_viewport()
