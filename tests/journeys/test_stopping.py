"""`flask serve` is one thing to whoever started it: it stops as a whole, or goes on as a whole."""

import os
import pty
import signal
import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.journeys.conftest import NewDatabase, make_site
from tests.journeys.site import Site
from tests.waiting import HANG_SECONDS, wait_until

pytestmark = pytest.mark.server

CTRL_C = b"\x03"
# Five are promised, of a machine that does nothing else; the browser's tests run beside.
STOP_SECONDS = 15
BEGINNINGS = (
    b"GET / HTTP/1.1\r\nHo",
    b"POST /masuk HTTP/1.1\r\nHost: sakuham.example\r\nContent-Length: 100\r\n\r\nna",
    b"POST /masuk HTTP/1.1\r\nHost: sakuham.example\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nna",
)


@pytest.fixture(scope="module")
def lasting_site(
    new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site that each test starts on the same database."""
    site = make_site(new_database("sqlite"), tmp_path_factory)
    yield site
    site.close()


@pytest.fixture
def stopped_site(lasting_site: Site) -> Iterator[Site]:
    """That site, of which nothing may be left after the test."""
    yield lasting_site
    if lasting_site.processes():
        lasting_site.kill()


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


@pytest.mark.parametrize("in_background", [False, True])
def test_ctrl_c_stops_everything_even_while_browsers_hold_on(
    stopped_site: Site, terminal: tuple[int, int], *, in_background: bool
) -> None:
    keyboard, screen = terminal
    stopped_site.start(screen, in_background=in_background)
    browsers: list[HTTPConnection | socket.socket] = []
    browsers += [held_connection(stopped_site) for _ in range(8)]
    browsers += [half_sent(stopped_site, beginning) for beginning in BEGINNINGS for _ in range(4)]
    os.write(keyboard, CTRL_C)
    time.sleep(0.2)
    os.write(keyboard, CTRL_C)  # twice, as people do
    assert stopped_site.wait(STOP_SECONDS) == 0
    stopped_site.wait_until_gone(STOP_SECONDS)
    assert "Traceback" not in stopped_site.log.read_text()
    for browser in browsers:
        browser.close()


@pytest.mark.parametrize("in_background", [False, True])
@pytest.mark.parametrize("seconds", [0.5, 3, 5])
def test_ctrl_c_stops_everything_while_it_starts(
    stopped_site: Site, terminal: tuple[int, int], seconds: float, *, in_background: bool
) -> None:
    keyboard, screen = terminal
    before = len(stopped_site.log.read_text())
    stopped_site.begin(screen, in_background=in_background)
    time.sleep(seconds)
    os.write(keyboard, CTRL_C)
    assert stopped_site.wait(STOP_SECONDS) == 0
    stopped_site.wait_until_gone(STOP_SECONDS)
    assert "Traceback" not in stopped_site.log.read_text()[before:]


def test_a_closed_terminal_leaves_nothing_behind(
    stopped_site: Site, terminal: tuple[int, int]
) -> None:
    keyboard, screen = terminal
    stopped_site.start(screen)
    os.close(keyboard)
    stopped_site.wait(STOP_SECONDS)
    stopped_site.wait_until_gone(STOP_SECONDS)


def test_when_the_command_is_killed_all_else_stops_too_a_book_in_the_making_included(
    stopped_site: Site,
) -> None:
    stopped_site.start()
    stopped_site.process.kill()
    stopped_site.process.wait()
    stopped_site.wait_until_gone(STOP_SECONDS)


def test_when_the_server_is_killed_it_is_started_again_without_its_old_workers(
    stopped_site: Site,
) -> None:
    stopped_site.start()
    old = [server_of(stopped_site), *workers_of(stopped_site)]
    os.kill(old[0], signal.SIGKILL)
    wait_until_mended(stopped_site, old)
    words = "The server ended (killed by SIGKILL) and is started again in 1 s."
    assert words in stopped_site.log.read_text()
    stopped_site.stop()


def test_workers_that_die_one_after_the_other_do_not_end_it(stopped_site: Site) -> None:
    stopped_site.start()
    killed: list[int] = []
    for _ in range(2):  # the second within seconds of the first, at which granian gives up
        worker = next(each for each in workers_of(stopped_site) if each not in killed)
        os.kill(worker, signal.SIGKILL)
        wait_until_mended(stopped_site, [*killed, worker])
        killed.append(worker)
    newest = max(workers_of(stopped_site))
    os.kill(newest, signal.SIGKILL)
    wait_until_mended(stopped_site, [*killed, newest])
    stopped_site.stop()


def test_a_killed_background_process_is_started_again(stopped_site: Site) -> None:
    stopped_site.start()

    def background() -> set[int]:
        own = {p for p in stopped_site.processes() if parent_of(p) == stopped_site.process.pid}
        return own - {server_of(stopped_site)}

    (runner,) = background()
    os.kill(runner, signal.SIGKILL)
    words = "The background process ended (killed by SIGKILL) and is started again in 1 s."
    wait_until(
        lambda: words in stopped_site.log.read_text() and background() - {runner},
        tell=stopped_site.log.read_text,
        is_alive=lambda: stopped_site.process.poll() is None,
    )
    stopped_site.stop()


def test_a_killed_worker_is_replaced(stopped_site: Site) -> None:
    stopped_site.start()
    worker = workers_of(stopped_site)[0]
    os.kill(worker, signal.SIGKILL)
    wait_until_mended(stopped_site, [worker])


def wait_until_mended(site: Site, killed: list[int]) -> None:
    """Wait until it answers with two workers, none of them among the killed."""
    wait_until(
        lambda: is_whole(site) and not set(killed) & set(site.processes()) and site.answers(),
        tell=site.log.read_text,
        is_alive=lambda: site.process.poll() is None,
    )


def is_whole(site: Site) -> bool:
    try:
        return len(workers_of(site)) >= 2
    except StopIteration:
        return False  # there is no server at this moment


def half_sent(site: Site, beginning: bytes) -> socket.socket:
    """A connection that has begun to ask and does not go on."""
    connection = socket.create_connection(("127.0.0.1", site.port), timeout=HANG_SECONDS)
    connection.sendall(beginning)
    return connection


def held_connection(site: Site) -> HTTPConnection:
    """A connection that has asked for a page and stays open, as a browser's does."""
    connection = HTTPConnection("127.0.0.1", site.port, timeout=HANG_SECONDS)
    connection.request("GET", "/")
    answer = connection.getresponse()
    assert answer.status == 200
    answer.read()
    return connection


def server_of(site: Site) -> int:
    """The process that has workers of its own; raises StopIteration while there is none."""
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
