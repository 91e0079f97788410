"""A finger does not hover: what was touched looks as it is, and not as if a mouse stood there."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import SLUG
from tests.journeys.site import Site
from tests.journeys.windows import PHONE, OpenWindow

pytestmark = [pytest.mark.browser, pytest.mark.server]

CHAPTER = f"/buku/{SLUG}/1"

# Selectors with :hover that hold on a device that cannot.
HOVER_ON_TOUCH = """
() => {
  const found = [];
  const walk = (rules) => {
    for (const rule of rules) {
      if (rule instanceof CSSMediaRule && !matchMedia(rule.conditionText).matches) continue;
      if (rule.selectorText?.includes(":hover")) found.push(rule.selectorText);
      if (rule.cssRules) walk(rule.cssRules);
      if (rule.styleSheet) walk(rule.styleSheet.cssRules);
    }
  };
  for (const attempt of document.styleSheets) walk(attempt.cssRules);
  return found;
}
"""
LOOKS = """
(choice) => {
  const parts = [choice, ...choice.querySelectorAll("*")].map((part) => getComputedStyle(part));
  return parts.map((style) => style.backgroundColor).filter((it) => it !== "rgba(0, 0, 0, 0)");
}
"""
COLOUR = """
(name) => {
  const probe = document.createElement("p");
  probe.style.background = `var(--${name})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).backgroundColor;
  probe.remove();
  return colour;
}
"""


def open_phone(site: Site, open_window: OpenWindow, path: str = CHAPTER) -> Page:
    page = open_window(site, width=PHONE, has_touch=True, is_mobile=True)
    page.goto(path)
    assert page.evaluate("matchMedia('(hover: none)').matches")
    return page


def test_nothing_on_a_page_hangs_on_hovering(site: Site, open_window: OpenWindow) -> None:
    assert open_phone(site, open_window).evaluate(HOVER_ON_TOUCH) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_choice_that_was_touched_looks_chosen_at_once(
    site: Site, open_window: OpenWindow, theme: str
) -> None:
    page = open_phone(site, open_window)
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of its words
    choice = page.locator("form.check").first.locator(".choice").nth(1)
    choice.tap()
    expect(choice.get_by_role("radio")).to_be_checked()
    assert choice.evaluate(LOOKS) == [page.evaluate(COLOUR, "nila-wash")]


def test_under_a_mouse_a_chosen_answer_keeps_its_colour(
    site: Site, open_window: OpenWindow
) -> None:
    page = open_window(site)
    page.goto(CHAPTER)
    first, second = (page.locator("form.check").first.locator(".choice").nth(it) for it in (0, 1))
    first.click()
    assert first.evaluate(LOOKS) == [page.evaluate(COLOUR, "nila-wash")]
    second.hover()
    assert second.evaluate(LOOKS) == [page.evaluate(COLOUR, "shade")]
