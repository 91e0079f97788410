"""What a telephone has to fetch over a poor connection."""

import pytest

from bench.weights import weigh_pages
from tests.journeys.site import Site

pytestmark = pytest.mark.server


def test_pages_are_light_on_the_first_visit_and_after_it(site: Site) -> None:
    weights = weigh_pages(site.port, site.people)
    assert any(each.title.startswith("First visit") for each in weights)
    assert {each.title: each.kb for each in weights if each.kb > each.target} == {}
