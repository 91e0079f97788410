"""On a phone the first answer to a question leads on by itself, and only where that helps."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import settle
from tests.journeys.site import Site
from tests.journeys.walking import SAVED, button, expect_state, question, sign_in, start_quiz
from tests.journeys.windows import DESK, PHONE, OpenWindow

pytestmark = [pytest.mark.browser, pytest.mark.server]

PAUSE = 1000


def begin(site: Site, page: Page) -> list[int]:
    """Start a quiz; gives the positions of the questions that want one answer, two in a row."""
    page.clock.install()  # which goes on as ever, and faster where a test says so
    sign_in(page, settle(site, has_read=True))
    start_quiz(page)
    positions = [
        position
        for position in range(1, 10)
        if all(
            question(page, each).locator(".choice input").first.get_attribute("type") == "radio"
            for each in (position, position + 1)
        )
    ]
    page.evaluate(f"location.hash = '#soal-{positions[0]}'")
    return positions


def test_an_answer_by_touch_leads_on_and_back_again(site: Site, open_window: OpenWindow) -> None:
    page = open_window(site, width=PHONE)
    (first, *_) = begin(site, page)
    expect(question(page, first)).to_be_visible()
    question(page, first).locator(".choice label").first.click()
    expect(question(page, first + 1)).to_be_visible()
    expect_state(page, first, SAVED)
    page.get_by_role("button", name="Sebelumnya").click()
    expect(question(page, first)).to_be_visible()
    # Who corrects an answer stays.
    question(page, first).locator(".choice label").nth(1).click()
    page.clock.run_for(PAUSE)
    expect(question(page, first)).to_be_visible()


def test_the_keyboard_never_leads_on(site: Site, open_window: OpenWindow) -> None:
    page = open_window(site, width=PHONE)
    (first, *_) = begin(site, page)
    question(page, first).locator(".choice input").first.focus()
    page.keyboard.press("Space")
    expect_state(page, first, SAVED)
    page.clock.run_for(PAUSE)
    expect(question(page, first)).to_be_visible()


def test_leading_on_can_be_switched_off_for_good(site: Site, open_window: OpenWindow) -> None:
    page = open_window(site, width=PHONE)
    (first, *_) = begin(site, page)
    box = page.get_by_label("Lanjut sendiri")
    expect(box).to_be_checked()
    box.uncheck()
    page.reload()
    expect(box).not_to_be_checked()
    page.evaluate(f"location.hash = '#soal-{first}'")
    question(page, first).locator(".choice label").first.click()
    page.clock.run_for(PAUSE)
    expect(question(page, first)).to_be_visible()


def test_at_a_desk_nothing_moves(site: Site, open_window: OpenWindow) -> None:
    page = open_window(site, width=DESK)
    (first, *_) = begin(site, page)
    expect(page.get_by_text("Lanjut sendiri")).to_be_hidden()
    question(page, first).locator(".choice label").first.click()
    expect_state(page, first, SAVED)
    page.clock.run_for(PAUSE)
    assert page.evaluate("document.activeElement.tagName") == "INPUT"
    expect(button(page, "Kumpulkan").first).to_be_visible()
