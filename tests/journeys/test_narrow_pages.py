"""On a phone, what is to be read has the width of the window, and words stay whole."""

import pytest

from tests.journeys.pages import Stop, end
from tests.journeys.people import SLUG
from tests.journeys.site import Site
from tests.journeys.windows import PHONE, OpenWindow

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
