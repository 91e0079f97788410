"""The site that the journeys walk through is itself a tool that could be wrong."""

import socket
from collections.abc import Iterator

import pytest

from tests.journeys.conftest import NewDatabase, make_site
from tests.journeys.site import Site
from tests.waiting import is_listened_at

pytestmark = pytest.mark.server


@pytest.fixture
def own_site(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that is not started yet."""
    site = make_site(new_database("sqlite"), tmp_path_factory)
    yield site
    site.close()


def test_a_server_that_dies_while_it_starts_is_told_with_its_words(own_site: Site) -> None:
    with (
        socket.create_server(("127.0.0.1", own_site.port)),
        pytest.raises(AssertionError, match=r"It died first:\n(.*\n)*.*cannot be used"),
    ):
        own_site.start()


def test_after_a_kill_nothing_lives_and_the_port_is_free(own_site: Site) -> None:
    own_site.begin()
    own_site.kill()
    assert own_site.processes() == []
    assert not is_listened_at(own_site.port)
