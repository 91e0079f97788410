"""Whoever of the workers is asked, /metrics tells what all processes of the host have counted."""

import os
import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.request import Request, urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.journeys.conftest import NewDatabase, make_site
from tests.journeys.site import Site
from tests.journeys.test_stopping import server_of, workers_of
from tests.waiting import HANG_SECONDS, wait_until

pytestmark = pytest.mark.server

ASKED = 60
ABOUT = ("sakuham_requests_total", "GET", "status", "200")


@pytest.fixture(scope="module")
def counting_site(
    new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site of two workers and a background process."""
    site = make_site(new_database("sqlite"), tmp_path_factory)
    site.start()
    yield site
    site.kill()
    site.close()


def fetch(site: Site, path: str, **headers: str) -> bytes:
    """A page, over a connection of its own, so that any worker may answer."""
    asked = Request(f"{site.url}{path}", headers=headers)  # noqa: S310 - our own address
    with urlopen(asked, timeout=HANG_SECONDS) as answer:  # noqa: S310
        content: bytes = answer.read()
    return content


def values(site: Site) -> Mapping[tuple[str, ...], float]:
    """The numbers told, by name and labels in the order of their names."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(fetch(site, "/metrics").decode())
        for sample in family.samples
    }


def test_many_at_once_are_counted_exactly_by_whoever_is_asked(counting_site: Site) -> None:
    before = values(counting_site).get(ABOUT, 0)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: fetch(counting_site, "/status"), range(ASKED)))
    assert {values(counting_site)[ABOUT] for _ in range(10)} == {before + ASKED}


def test_the_background_process_counts_too(counting_site: Site) -> None:
    wait_until(
        lambda: any(name[0] == "sakuham_jobs_ended_total" for name in values(counting_site)),
        tell=counting_site.log.read_text,
    )


def test_what_a_worker_counted_outlives_it(counting_site: Site) -> None:
    server = server_of(counting_site)
    before, old = values(counting_site)[ABOUT], workers_of(counting_site)
    os.kill(old[0], signal.SIGKILL)
    wait_until(
        lambda: (
            len(workers_of(counting_site)) == len(old) and old[0] not in workers_of(counting_site)
        ),
        tell=counting_site.log.read_text,
    )
    assert server_of(counting_site) == server
    wait_until(counting_site.answers, tell=counting_site.log.read_text)
    after = values(counting_site)
    assert after[ABOUT] >= before
    assert after["sakuham_permits_in_use",] == 0
