"""What a telephone has to fetch over a poor connection."""

import pytest

from bench.weights import weigh_pages
from tests.journeys.site import Site

pytestmark = pytest.mark.server

# The first chapter brings htmx along, once, and its picture (docs/benchmarks.md says so too).
HEAVIER = {"Then: the first chapter, with its scripts": 23.0}


def test_pages_are_light_on_the_first_visit_and_after_it(site: Site) -> None:
    weights = weigh_pages(site.port, site.people)
    most = {each.title: HEAVIER.get(each.title, each.target) for each in weights}
    assert any(title.startswith("First visit") for title in most)
    assert HEAVIER.keys() <= most.keys()
    assert {each.title: each.kb for each in weights if each.kb > most[each.title]} == {}
