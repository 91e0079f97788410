"""`flask serve` is one thing to whoever started it: it stops as a whole, or goes on as a whole."""

import os
import pty
import signal
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.journeys.conftest import NewDatabase, make_site
from tests.journeys.site import Site

pytestmark = pytest.mark.server

CTRL_C = b"\x03"
# Five are promised; a machine that does much else at the time gets more.
STOP_SECONDS = 15
MEND_SECONDS = 30


@pytest.fixture(scope="module")
def kept_site(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site that each test starts on the same database."""
    return make_site(new_database("sqlite"), tmp_path_factory)


@pytest.fixture
def stopped_site(kept_site: Site) -> Iterator[Site]:
    """That site, of which nothing may be left after the test."""
    yield kept_site
    if kept_site.processes():
        kept_site.kill()


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """A terminal: the end where a person sits, and the end where a program runs."""
    ends = pty.openpty()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue  # the test closed it


def test_ctrl_c_stops_everything_even_while_browsers_hold_on(
    stopped_site: Site, terminal: tuple[int, int]
) -> None:
    keyboard, screen = terminal
    stopped_site.start(screen)
    browsers = [held_connection(stopped_site) for _ in range(4)]
    os.write(keyboard, CTRL_C)
    time.sleep(0.2)
    os.write(keyboard, CTRL_C)  # twice, as people do
    assert stopped_site.process.wait(STOP_SECONDS) == 0
    assert stopped_site.processes() == []
    assert "Traceback" not in stopped_site.log.read_text()
    for browser in browsers:
        browser.close()


def test_a_closed_terminal_leaves_nothing_behind(
    stopped_site: Site, terminal: tuple[int, int]
) -> None:
    keyboard, screen = terminal
    stopped_site.start(screen)
    os.close(keyboard)
    stopped_site.process.wait(STOP_SECONDS)
    stopped_site.wait_until_gone()


def test_when_the_command_is_killed_the_server_stops_too(stopped_site: Site) -> None:
    stopped_site.start()
    stopped_site.process.kill()
    stopped_site.process.wait()
    stopped_site.wait_until_gone()


def test_when_the_server_is_killed_the_command_says_so_and_its_workers_stop(
    stopped_site: Site,
) -> None:
    stopped_site.start()
    os.kill(server_of(stopped_site), signal.SIGKILL)
    assert stopped_site.process.wait(STOP_SECONDS) == 1
    stopped_site.wait_until_gone()
    assert "The server ended by itself" in stopped_site.log.read_text()


def test_a_killed_worker_is_replaced(stopped_site: Site) -> None:
    stopped_site.start()
    before = workers_of(stopped_site)
    os.kill(before[0], signal.SIGKILL)
    deadline = time.monotonic() + MEND_SECONDS
    while not (set(workers_of(stopped_site)) > set(before[1:]) and stopped_site.answers()):
        assert time.monotonic() < deadline, stopped_site.log.read_text()
        time.sleep(0.05)


def held_connection(site: Site) -> HTTPConnection:
    """A connection that has asked for a page and stays open, as a browser's does."""
    connection = HTTPConnection("127.0.0.1", site.port, timeout=MEND_SECONDS)
    connection.request("GET", "/")
    answer = connection.getresponse()
    assert answer.status == 200
    answer.read()
    return connection


def server_of(site: Site) -> int:
    """The process that has workers of its own."""
    parents = {process: parent_of(process) for process in site.processes()}
    return next(parent for parent in parents.values() if parents.get(parent) == site.process.pid)


def workers_of(site: Site) -> list[int]:
    server = server_of(site)
    return [process for process in site.processes() if parent_of(process) == server]


def parent_of(process: int) -> int:
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return 0  # it has just ended
    return int(status.rpartition(")")[2].split()[1])
