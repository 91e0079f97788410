"""The road without a mouse: every stop can be reached, seen, and used."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import Stop
from tests.journeys.people import SLUG, settle
from tests.journeys.site import Site
from tests.journeys.walking import SAVED, expect_state, token_of
from tests.journeys.windows import DESK, PHONE, OpenWindow

pytestmark = [pytest.mark.browser, pytest.mark.server]

MOST_STOPS = 120

# Where the focus is: the words of the place, and what a person who sees would miss there.
FOCUS = """
() => {
  const place = document.activeElement;
  const words = (place.innerText || place.value || place.id || place.tagName).trim();
  const rings = [place, place.closest("label"), place.closest("li")].filter(Boolean);
  const isRinged = rings.some((element) => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
      || style.boxShadow !== "none";
  });
  const box = (place.closest("label") ?? place).getClientRects()[0];
  const isInside = box && box.bottom > 0 && box.top < innerHeight && box.width > 1;
  const points = box ? [0.1, 0.5, 0.9].flatMap((x) => [0.2, 0.5, 0.8].map((y) =>
    document.elementFromPoint(box.left + box.width * x, box.top + box.height * y))) : [];
  const isUncovered = points.some((seen) => seen
    && (place.contains(seen) || (place.closest("label") ?? place).contains(seen)));
  return { words, isRinged, isInside, isUncovered };
}
"""


class Keys:
    """A person with a keyboard alone, who looks where the focus is at every stop."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab(self) -> str:
        """Go one stop on; the focus must be seen there."""
        self.page.keyboard.press("Tab")
        seen = self.page.evaluate(FOCUS)
        assert seen["isRinged"], f"no ring around: {seen}"
        assert seen["isInside"], f"outside of the window: {seen}"
        assert seen["isUncovered"], f"covered by something: {seen}"
        words: str = seen["words"]
        return words

    def go_to(self, selector: str) -> None:
        """Tab until the place is reached."""
        stops = []
        for _ in range(MOST_STOPS):
            stops.append(self.tab())
            if self.page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
                return
        raise AssertionError(f"{selector} is not among the stops {stops}")

    def press(self, selector: str, key: str = "Enter") -> None:
        """Tab to a place and press a key there."""
        self.go_to(selector)
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type where the focus is."""
        self.page.keyboard.type(text)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_whole_road_can_be_walked_by_keyboard(
    site: Site, open_window: OpenWindow, width: int
) -> None:
    person = settle(site)
    page = open_window(site, width=width)
    keys = Keys(page)
    page.goto("/masuk")
    keys.go_to("#identifier")
    keys.type(person.number)
    keys.go_to("#password")
    keys.type(person.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/")

    keys.press(f"main a[href='/buku/{SLUG}']")
    page.wait_for_url(f"**/buku/{SLUG}")
    keys.press(f"main a.button[href='/buku/{SLUG}/1']")
    for number in range(1, 7):
        page.wait_for_url(f"**/buku/{SLUG}/{number}")
        if number == 1:
            keys.press("form.check input[name=pilih]", "Space")
            keys.press("form.check button[type=submit]")
            expect(page.locator("form.check").first.locator(".verdict")).to_be_visible()
        keys.press("form[action$='/selesai'] button")
    page.wait_for_url("**/kuis")
    keys.press("main form button[type=submit]")
    right = site.right_choices(token_of(page))
    for position, choices in right.items():
        answer(keys, position, choices, is_paged=width == PHONE)
    keys.press("#lembar button[value=kumpulkan]")
    expect(page.locator(".outcome-word")).to_have_text("Lulus")
    keys.press("main a[href^='/sertifikat/']")
    expect(page.get_by_role("heading", name="Sertifikat", exact=True)).to_be_visible()


def answer(keys: Keys, position: int, choices: list[int], *, is_paged: bool) -> None:
    inputs = keys.page.locator(f"#soal-{position} .choice input")
    if inputs.first.get_attribute("type") == "checkbox":
        for choice in choices:
            keys.press(f"#soal-{position} .choice input[value='{choice}']", "Space")
    else:
        keys.press(f"#soal-{position} .choice input", "Space")
        for _ in range(choices[0]):
            keys.page.keyboard.press("ArrowDown")
    expect(keys.page.locator(f"#soal-{position} input[value='{choices[0]}']")).to_be_checked()
    expect_state(keys.page, position, SAVED)
    if is_paged:
        keys.press("[data-pager] [data-step=next]")


@pytest.mark.parametrize("path", ["/", f"/buku/{SLUG}/1", "/masuk", "/verifikasi"])
def test_the_first_stop_leads_past_the_header(
    site: Site, open_window: OpenWindow, path: str
) -> None:
    page = open_window(site)
    page.goto(path)
    assert Keys(page).tab() == "Langsung ke isi"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "isi"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_every_stop_of_the_public_pages_is_seen(site: Site, open_window: OpenWindow) -> None:
    page = open_window(site, width=PHONE)
    for path in ("/", f"/buku/{SLUG}", "/capaian", "/verifikasi", "/privasi", "/daftar"):
        page.goto(path)
        keys = Keys(page)
        last = page.locator("a:visible, button:visible, input:visible").count()
        for _ in range(min(last, MOST_STOPS)):
            keys.tab()


def test_who_is_asked_again_before_handing_in_is_where_it_is_asked(
    site: Site, open_window: OpenWindow
) -> None:
    sitting = site.people.sitting(answered=False)
    for width in (DESK, PHONE):
        page = open_window(site, width=width)
        Stop(
            f"/percobaan/{sitting.token}",
            sitting.learner.cookie,
            "#lembar button[value=kumpulkan]",
        ).open(page)
        expect(page.locator(":focus [role=alert]")).to_be_visible()
