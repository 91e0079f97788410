"""Choosing an institution: by keys, with a screen reader, and where the keyboard has no keys."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.axe import violations
from tests.journeys.people import MINISTRY
from tests.journeys.site import Site
from tests.journeys.windows import DESK, PHONE, OpenWindow

pytestmark = [pytest.mark.browser, pytest.mark.server]

TYPED = "kement contoh"


def field_of(page: Page) -> Locator:
    """The field of the registration, before anything is typed."""
    page.goto("/daftar")
    field = page.get_by_role("combobox", name="Instansi", exact=True)
    expect(field).to_have_attribute("aria-expanded", "false")
    return field


def test_a_phone_types_without_keys_and_picks_with_a_finger(
    site: Site, open_window: OpenWindow
) -> None:
    page = open_window(site, width=PHONE, has_touch=True, is_mobile=True)
    field = field_of(page)
    field.tap()
    page.keyboard.insert_text(TYPED)  # what Android's keyboards do: no key is told
    option = page.get_by_role("listbox", name="Instansi").get_by_role("option", name=MINISTRY)
    expect(option).to_be_in_viewport()
    box = option.bounding_box()
    assert box is not None
    assert box["height"] >= 24  # WCAG 2.2, 2.5.8
    option.tap()
    expect(field).to_have_value(MINISTRY)
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_be_focused()


def test_keys_lead_through_the_options_and_are_told_which_is_active(
    site: Site, open_window: OpenWindow
) -> None:
    page = open_window(site, width=DESK)
    field = field_of(page)
    field.fill(TYPED)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="pilihan")).to_have_count(1)
    field.press("ArrowDown")
    active = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    expect(active).to_have_attribute("role", "option")
    expect(active).to_have_attribute("aria-selected", "true")
    expect(active).to_have_text(MINISTRY)
    expect(field).to_be_focused()
    field.press("Home")
    expect(field).not_to_have_attribute("aria-activedescendant", active.get_attribute("id") or "")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value(MINISTRY)
    expect(page).to_have_url(f"{site.url}/daftar")
    field.fill(TYPED[:-2])
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("Tab")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value(TYPED[:-2])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_an_open_list(
    site: Site, open_window: OpenWindow, scheme: str
) -> None:
    page = open_window(site, width=PHONE, color_scheme=scheme)
    field = field_of(page)
    for typed in (TYPED, "tidak ada yang begini"):
        field.fill(typed)
        expect(page.get_by_role("option").last).to_be_visible()
        field.press("ArrowUp")
        assert violations(page) == []
