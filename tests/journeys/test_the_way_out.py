"""Leaving at once: a person reads about violence, and somebody enters the room."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.site import Site
from tests.journeys.windows import DESK, PHONE, OpenWindow

pytestmark = [pytest.mark.browser, pytest.mark.server]

CHAPTER = "/buku/kdrt/2"
# The weather is the state's and far away; here a page of our own stands for it.
WEATHER = re.compile(r"^https://www\.bmkg\.go\.id/")


def open_chapter(
    site: Site, open_window: OpenWindow, *, address: str = CHAPTER, **options: object
) -> Page:
    """A chapter of a pocketbook about violence, with a page before it."""
    page = open_window(site, **options)
    page.context.route(WEATHER, lambda route: route.fulfill(body="<title>Cuaca</title>Cerah"))
    page.goto("/privasi")
    page.goto(address)
    return page


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("percent", [100, 200])
def test_it_stays_in_sight_to_the_end_of_the_chapter_and_is_large_enough(
    site: Site, open_window: OpenWindow, width: int, percent: int
) -> None:
    page = open_chapter(site, open_window, width=width)
    page.evaluate(f"document.documentElement.style.fontSize = '{percent}%'")
    for place in (0, 0.5, 1):
        page.evaluate(f"scrollTo(0, {place} * document.documentElement.scrollHeight)")
        link = page.get_by_role("link", name="Keluar cepat")
        expect(link).to_be_in_viewport(ratio=1)
        box = link.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
        assert box["x"] + box["width"] > width / 2


@pytest.mark.parametrize("address", [CHAPTER, "/buku/kdrt/sederhana", "/buku/kdrt/pasal"])
def test_its_link_leaves_nothing_of_the_page_in_the_way_back(
    site: Site, open_window: OpenWindow, address: str
) -> None:
    page = open_chapter(site, open_window, address=address, width=PHONE)
    page.get_by_role("link", name="Keluar cepat").click()
    expect(page).to_have_url(WEATHER)
    page.go_back()
    expect(page).to_have_url(re.compile("/privasi$"))


def test_a_scene_walked_through_does_not_stand_in_the_way_back_either(
    site: Site, open_window: OpenWindow
) -> None:
    page = open_chapter(site, open_window, width=PHONE)
    for _ in range(2):
        part = page.locator(".scene-part:visible")
        before = part.get_attribute("id")
        part.locator(".scene-choices a").first.click()
        expect(part).not_to_have_attribute("id", before or "")
        expect(part).to_be_focused()
    page.get_by_role("link", name="Keluar cepat").click()
    expect(page).to_have_url(WEATHER)
    page.go_back()
    expect(page).to_have_url(re.compile("/privasi$"))


def test_shift_three_times_leaves_and_the_two_before_are_announced(
    site: Site, open_window: OpenWindow
) -> None:
    page = open_chapter(site, open_window)
    told = page.locator("[data-way-out-told]")
    expect(page.get_by_text("atau tekan Shift tiga kali")).to_be_visible()
    page.keyboard.press("Shift")
    expect(told).to_have_text("Tekan Shift dua kali lagi untuk keluar cepat.")
    page.keyboard.press("Shift")
    expect(told).to_have_text("Tekan Shift sekali lagi untuk keluar cepat.")
    page.keyboard.press("Shift")
    expect(page).to_have_url(WEATHER)


def test_shift_with_other_keys_is_no_press(site: Site, open_window: OpenWindow) -> None:
    page = open_chapter(site, open_window)
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift")
    page.keyboard.press("a")
    expect(page.locator("[data-way-out-told]")).to_have_text("Keluar cepat dibatalkan.")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    expect(page).to_have_url(re.compile(CHAPTER))


def test_without_a_script_it_is_a_link_and_promises_no_key(
    site: Site, open_window: OpenWindow
) -> None:
    page = open_chapter(site, open_window, javascript=False)
    expect(page.get_by_text("atau tekan Shift tiga kali")).to_be_hidden()
    page.get_by_role("link", name="Keluar cepat").click()
    expect(page).to_have_url(WEATHER)


def test_what_an_address_leads_to_is_not_under_the_bar(site: Site, open_window: OpenWindow) -> None:
    page = open_chapter(site, open_window, width=PHONE)
    page.goto(f"{CHAPTER}#cek")
    heading = page.locator("#cek").bounding_box()
    bar = page.locator(".help-bar").bounding_box()
    assert heading is not None
    assert bar is not None
    assert heading["y"] >= bar["y"] + bar["height"]
