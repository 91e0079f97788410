"""A scene walked through in a real browser: with keys, without scripts, on paper."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.axe import violations
from tests.journeys.conftest import NewDatabase, run_site
from tests.journeys.site import Site
from tests.journeys.windows import DESK, PHONE, OpenWindow
from tests.pocketbooks import Source, write_pocketbook
from tests.unit.authoring.scenes import SCENE, open_with

pytestmark = [pytest.mark.browser, pytest.mark.server]

CHAPTER = "/buku/nilai-contoh/1"
CARE = "> **Sebelum membaca:** Bab ini menyentuh luka.\n\n"
BOOK = Source()
TOUCH = 44


@pytest.fixture(scope="module")
def site(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with one small book, whose first chapter opens with a scene."""
    content = tmp_path_factory.mktemp("content")
    open_with(write_pocketbook(content / BOOK.slug, BOOK) / "01-bab-1.md", f"{CARE}{SCENE}")
    log = tmp_path_factory.mktemp("log") / "serve.log"
    log.touch()
    yield from run_site(Site(new_database("sqlite"), log, content))


def shown(page: Page) -> Locator:
    """The parts of the scene that are to be seen."""
    return page.locator(".scene-part:visible")


def choose(page: Page, words: str) -> None:
    shown(page).get_by_role("link", name=words).click()


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_one_part_at_a_time_leads_to_an_end_and_back(
    site: Site, open_window: OpenWindow, width: int, javascript: bool
) -> None:
    page = open_window(site, width=width, javascript=javascript)
    page.goto(CHAPTER)
    expect(shown(page)).to_have_count(1)
    expect(shown(page).get_by_role("heading")).to_have_text("1. Pukul 15.20")
    choose(page, "Bertanya kepada anaknya")
    choose(page, "Melanjutkan dengan jawaban itu.")
    expect(shown(page)).to_have_attribute("id", "adegan-4")
    expect(shown(page)).to_be_in_viewport()
    choose(page, "Memanggil nomor berikutnya.")
    expect(shown(page)).to_have_count(1)
    expect(shown(page)).to_contain_text("Saya tidak ditanya.")
    page.go_back()
    expect(shown(page)).to_have_attribute("id", "adegan-4")
    choose(page, "Bertanya sekali lagi.")
    choose(page, "Ulangi dari awal")
    expect(shown(page)).to_have_attribute("id", "adegan-1")
    expect(shown(page)).to_have_count(1)


@pytest.mark.parametrize("javascript", [True, False])
def test_one_link_passes_over_the_scene(
    site: Site, open_window: OpenWindow, javascript: bool
) -> None:
    page = open_window(site, width=PHONE, javascript=javascript)
    page.goto(CHAPTER)
    page.get_by_role("link", name="Lewati adegan").click()
    expect(page.get_by_text("Ini paragraf pertama bab 1.")).to_be_in_viewport()
    expect(shown(page)).to_have_attribute("id", "adegan-1")


def test_the_keyboard_goes_along_with_the_scene(site: Site, open_window: OpenWindow) -> None:
    page = open_window(site, width=DESK)
    page.goto(CHAPTER)
    page.get_by_role("link", name="Bertanya kepada anaknya").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#adegan-2")).to_be_focused()
    expect(page.get_by_role("group", name="Anaknya menjawab")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Melanjutkan dengan jawaban itu.")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#adegan-6")).to_be_focused()
    for words in ("Ulangi dari awal", "Lanjut ke isi bab"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name=words)).to_be_focused()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_all_that_leads_on_is_large_enough_for_a_thumb(
    site: Site, open_window: OpenWindow, width: int
) -> None:
    page = open_window(site, width=width)
    for part in (1, 7):
        page.goto(f"{CHAPTER}#adegan-{part}")
        links = page.locator(".scene a:visible").all()
        assert len(links) == 3
        for link in links:
            box = link.bounding_box()
            assert box is not None
            assert box["height"] >= TOUCH, link.inner_text()


def test_on_paper_and_for_old_browsers_all_parts_stand_there_with_their_numbers(
    site: Site, open_window: OpenWindow
) -> None:
    page = open_window(site, width=DESK)
    page.goto(CHAPTER)
    page.emulate_media(media="print")
    expect(shown(page)).to_have_count(7)
    expect(page.locator(".scene-to").first).to_be_visible()
    expect(page.locator(".scene-number").first).to_be_visible()
    expect(page.locator(".scene-skip")).to_be_hidden()
    expect(page.locator(".scene-ways").first).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_part(site: Site, open_window: OpenWindow, scheme: str) -> None:
    page = open_window(site, width=PHONE, color_scheme=scheme)
    for part in (1, 2, 7):
        page.goto(f"{CHAPTER}#adegan-{part}")
        assert violations(page) == []


def test_where_one_reads_is_kept_apart_from_where_the_scene_is(
    site: Site, open_window: OpenWindow
) -> None:
    page = open_window(site, width=PHONE)
    page.goto(f"{CHAPTER}#adegan-5")
    # Who leaves before a first frame was drawn has read nothing yet.
    expect(page.locator("[data-text-size]")).to_have_attribute("href", re.compile(r"%23p\d+$"))
    page.goto("/")
    page.goto(CHAPTER)
    link = page.get_by_role("link", name="Lanjutkan dari tempat terakhir")
    expect(link).to_have_attribute("href", re.compile(r"#p\d+$"))
    link.click()
    expect(page.locator(".scene")).to_be_in_viewport()
