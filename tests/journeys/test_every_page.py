"""Every page: usable by everybody, at both widths, light and dark; and valid HTML."""

import json
import subprocess
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, ViewportSize
from werkzeug.exceptions import NotFound
from werkzeug.routing import Rule

from lms.web.formatting import LANGUAGES
from tests.journeys.axe import COLOURS, violations
from tests.journeys.pages import NO_PAGES, Stop, list_stops
from tests.journeys.site import ROOT, Site
from tests.journeys.windows import DESK, HEIGHTS, PHONE, OpenWindow

pytestmark = [pytest.mark.browser, pytest.mark.server]

NU = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
SCHEMES: list[tuple[Literal["light", "dark"], tuple[str, ...]]] = [("light", ()), ("dark", COLOURS)]


@pytest.fixture(scope="module")
def stops(site: Site) -> list[Stop]:
    return list_stops(site)


def test_no_page_is_left_out(site: Site, stops: list[Stop]) -> None:
    routes = site.app.url_map.bind("127.0.0.1")
    seen = set()
    for stop in stops:
        try:
            seen.add(routes.match(stop.path.partition("?")[0])[0])
        except NotFound:  # a page that is not there is a page too
            continue
    pages = {rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in methods(rule)}
    assert pages - seen - set(NO_PAGES) == set()
    assert set(NO_PAGES) <= pages - seen


def methods(rule: Rule) -> set[str]:
    return rule.methods or set()


def test_axe_finds_what_is_wrong(site: Site, open_window: OpenWindow) -> None:
    page = open_window(site)
    page.set_content(
        '<main><p style="color: #ccc; background: #fff">Abu-abu</p><img src="a"></main>'
    )
    assert 'image-alt: [["img"]]' in violations(page)
    assert violations(page, *COLOURS) == ['color-contrast: [["p"]]']


def test_axe_finds_nothing_and_nothing_runs_off_the_side(
    site: Site, stops: list[Stop], open_window: OpenWindow
) -> None:
    page = open_window(site, width=PHONE)
    faults = []
    for stop in stops:
        stop.open(page)
        for width in (PHONE, DESK):
            page.set_viewport_size(ViewportSize(width=width, height=HEIGHTS[width]))
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                faults.append(f"{stop.path} {stop.press} at {width}: it is {wide} wide")
            for scheme, rules in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                faults += [
                    f"{stop.path} {stop.press} at {width} {scheme}: {fault}"
                    for fault in violations(page, *rules)
                ]
    assert faults == []


def test_axe_finds_nothing_in_english_either(
    site: Site, stops: list[Stop], open_window: OpenWindow
) -> None:
    page = open_window(site, width=PHONE)
    speak(page, "en")
    faults = []
    for stop in stops:
        stop.open(page)
        assert page.locator("html").get_attribute("lang") == "en", stop
        faults += [f"{stop.path} {stop.press}: {fault}" for fault in violations(page)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > PHONE:
            faults.append(f"{stop.path} {stop.press}: it is {wide} wide")
    assert faults == []


# Of the browser's own setting, in percent, by the width of the window.
LARGE_LETTERS = {320: (100, 118.75), PHONE: (130, 150, 175, 200), DESK: (200,)}
# The words that reach beyond the right edge, be it by a pixel, and in what they stand.
BEYOND = """
(width) => {
  const found = [];
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(words.currentNode);
    const within = words.currentNode.parentElement;
    if (range.getBoundingClientRect().right > width && !within.closest("nav, .visually-hidden")) {
      found.push(`${within.tagName}.${within.className}: ${words.currentNode.textContent.trim()}`);
    }
  }
  return found.slice(0, 5);
}
"""


def test_large_letters_leave_nothing_outside_the_frame(
    site: Site, stops: list[Stop], open_window: OpenWindow
) -> None:
    page = open_window(site, width=PHONE)
    faults = []
    for stop in stops:
        stop.open(page)
        for width, percents in LARGE_LETTERS.items():
            page.set_viewport_size(ViewportSize(width=width, height=HEIGHTS[PHONE]))
            for percent in percents:
                page.evaluate(f"document.documentElement.style.fontSize = '{percent}%'")
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > width:
                    beyond = page.evaluate(BEYOND, width)
                    faults.append(f"{stop.path} {stop.press} at {width}, {percent} %: {beyond}")
    assert faults == []


def speak(page: Page, language: str) -> None:
    """Have pages come in a language from now on."""
    page.context.add_cookies(
        [{"name": "bahasa", "value": language, "domain": "127.0.0.1", "path": "/"}]
    )


@pytest.mark.nu
def test_the_nu_checker_accepts_every_page(
    site: Site, stops: list[Stop], open_window: OpenWindow, tmp_path: Path
) -> None:
    page = open_window(site)
    names = {}
    for language in LANGUAGES:
        speak(page, language)
        for number, stop in enumerate(stops):
            file = tmp_path / f"{language}-{number:03d}.html"
            file.write_bytes(stop.open(page).body())
            names[file.name] = f"{stop.path} {stop.press} in {language}"
    checked = subprocess.run(
        ["java", "-jar", str(NU), "--format", "json", "--exit-zero-always", str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
    )
    # It guesses at languages too, and takes a short page in Indonesian for one in Malay.
    messages = [
        each
        for each in json.loads(checked.stderr)["messages"]
        if "appears to be written in Malay" not in each["message"]
    ]
    assert [
        f"{names[Path(each['url']).name]}, line {each.get('lastLine')}: {each['message']}"
        for each in messages
    ] == []
