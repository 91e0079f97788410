"""What a telephone has to fetch over a poor connection."""

import pytest

from bench.client import Browser
from bench.targets import FIRST_VISIT_KB
from bench.weights import Visit, weigh_pages
from tests.journeys.site import ROOT, Site

pytestmark = pytest.mark.server

CHAPTERS = sorted(ROOT.glob("content/*/[0-9][0-9]-*.md"))


def test_pages_are_light_on_the_first_visit_and_after_it(site: Site) -> None:
    weights = weigh_pages(site.port, site.people)
    assert any(each.title.startswith("First visit") for each in weights)
    assert {each.title: each.kb for each in weights if each.kb > each.target} == {}


def test_every_chapter_is_light_for_a_stranger_with_its_pictures(site: Site) -> None:
    weights = {}
    for file in CHAPTERS:
        visit = Visit(Browser(site.port))
        path = f"/buku/{file.parent.name}/{int(file.name[:2])}"
        weights[path] = visit.weigh(path, path).kb
        visit.browser.close()
    assert len(weights) >= 19
    assert {path: kb for path, kb in weights.items() if kb > FIRST_VISIT_KB} == {}
