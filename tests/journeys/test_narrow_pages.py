"""On a phone, what is to be read has the width of the window, and words stay whole."""

from dataclasses import replace

import pytest

from lms.accounts.enums import Role
from tests.journeys.pages import Stop, end
from tests.journeys.people import COORDINATOR, SLUG, cookie_of, invent, settle
from tests.journeys.site import Site
from tests.journeys.walking import button
from tests.journeys.windows import DESK, PHONE, OpenWindow

pytestmark = [pytest.mark.browser, pytest.mark.server]


def test_what_is_said_on_the_page_of_a_book_is_as_wide_as_the_page(
    site: Site, open_window: OpenWindow
) -> None:
    (holder, revoked), (_, replaced) = site.people.holder(), site.people.holder()
    end(site, revoked, replaced)
    page = open_window(site, width=PHONE)
    Stop(f"/buku/{SLUG}", holder.cookie).open(page)
    notice = page.locator(".book .message.is-danger").bounding_box()
    assert notice is not None
    assert notice["width"] > PHONE * 0.85


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_answer_sheet_has_a_button_of_words_and_nothing_lies_over_it(
    site: Site, open_window: OpenWindow, width: int
) -> None:
    author = cookie_of(site, settle(site, role=Role.AUTHOR))
    page = open_window(site, width=width)
    Stop(f"/buku/{SLUG}", author).open(page)
    sheet = button(page, "Lembar jawaban")
    box = sheet.bounding_box()
    assert box is not None
    assert box["width"] > box["height"]
    sheet.click(trial=True)


def test_the_word_for_a_state_stays_whole_in_the_register(
    site: Site, open_window: OpenWindow
) -> None:
    (_, revoked), (_, replaced) = site.people.holder(), site.people.holder()
    end(site, revoked, replaced)
    page = open_window(site, width=DESK)
    Stop("/koordinator/sertifikat", cookie_of(site, COORDINATOR)).open(page)
    for state in page.locator("td .state").all():
        lines = state.evaluate(
            "(it) => it.offsetHeight / parseFloat(getComputedStyle(it).lineHeight)"
        )
        assert lines < 1.5, state.inner_text()


@pytest.mark.parametrize("width", [PHONE, 900, 1024, DESK])
def test_all_that_is_held_about_a_holder_needs_no_scrolling_sideways(
    site: Site, open_window: OpenWindow, width: int
) -> None:
    holder, _ = site.people.holder()
    page = open_window(site)
    page.set_viewport_size({"width": width, "height": 800})
    Stop("/akun/data", holder.cookie).open(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_two_numbers_that_are_compared_stand_in_one_piece_each(
    site: Site, open_window: OpenWindow, width: int
) -> None:
    """The facts of two accounts: words and numbers are whole, and what differs is marked."""
    name = f"Ratih Puspaningrum {width}"
    one, other = invent(name), invent(name)
    settle(site, one)
    settle(site, replace(other, number=one.number.replace("2099", "2098")))
    page = open_window(site, width=width)
    Stop("/kepegawaian/ganda", cookie_of(site, settle(site, role=Role.HR_OFFICER))).open(page)
    pair = page.locator("article", has=page.get_by_role("heading", name=name))
    numbers = pair.locator(".comparison-number")
    assert numbers.count() == 2
    for words in [*numbers.all(), *pair.locator("tbody th").all()]:
        lines = words.evaluate(
            """(it) => {
              const style = getComputedStyle(it);
              const room = parseFloat(style.paddingTop) + parseFloat(style.paddingBottom);
              return (it.offsetHeight - room) / parseFloat(style.lineHeight);
            }"""
        )
        assert lines < 1.8, words.inner_text()
    assert pair.locator("mark").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
