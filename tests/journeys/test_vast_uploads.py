"""Whatever is uploaded, no process of the real server takes more memory than it has."""

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select

from bench.client import Browser
from lms.checking.bulk.service import CHECK
from lms.http.principal import COOKIE
from lms.jobs.models import Job, JobState
from tests.hostile_pdfs import unfolding
from tests.journeys.conftest import NewDatabase, make_site, run_site
from tests.journeys.site import Site
from tests.sheets import overlapping, vast_sheet, zipped
from tests.waiting import HANG_SECONDS, wait_until

pytestmark = pytest.mark.server

MOST_MEGABYTES = 300
PLACE = "/verifikasi/banyak"
MEGABYTE = 1024**2


@pytest.fixture(scope="module")
def own_site(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of this file's own, whose processes have done nothing else."""
    yield from run_site(make_site(new_database("sqlite"), tmp_path_factory))


@pytest.fixture(scope="module")
def officer(own_site: Site) -> Iterator[Browser]:
    """An HR officer, signed in."""
    browser = Browser(own_site.port)
    browser.cookies[COOKIE] = own_site.people.officer().cookie
    yield browser
    browser.close()


def peaks(site: Site) -> dict[str, float]:
    """The most memory that each living process of a site has had, in megabytes."""
    found = {}
    for process in site.processes():
        folder = Path("/proc") / str(process)
        with suppress(OSError):  # it has just ended
            status = (folder / "status").read_text()
            line = next((it for it in status.splitlines() if it.startswith("VmHWM")), "VmHWM: 0")
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()[-60:]
            found[f"{process} {command}"] = int(line.split()[1]) / 1024
    return found


def beyond_measure(site: Site) -> dict[str, float]:
    """The processes that have had more memory than they have."""
    return {name: peak for name, peak in peaks(site).items() if peak >= MOST_MEGABYTES}


def jobs_of(site: Site) -> Counter[JobState]:
    """In what state the checks of what was uploaded are."""
    with site.rows() as session:
        return Counter(session.scalars(select(Job.state).where(Job.kind == CHECK)))


def send(browser: Browser, path: str, field: str, *files: tuple[str, bytes]) -> int:
    """Upload files as a form does, and say what was answered."""
    token = browser.get(path).csrf_token
    edge = "----sakuham"
    body = bytearray()
    parts = [("csrf_token", None, token.encode()), *((field, *file) for file in files)]
    for name, file_name, content in parts:
        named = "" if file_name is None else f'; filename="{file_name}"'
        body += f'--{edge}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode()
        body += content + b"\r\n"
    body += f"--{edge}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={edge}"}
    return browser.ask("POST", path, body=bytes(body), headers=headers, expect=None).status


def head(path: str, cookie: str, length: str) -> bytes:
    """The head of an upload."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {COOKIE}={cookie}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\n{length}\r\n\r\n"
    ).encode()


@pytest.mark.parametrize("path", ["/verifikasi", PLACE])
def test_two_gigabytes_are_refused_before_they_come(
    own_site: Site, officer: Browser, path: str
) -> None:
    with socket.create_connection(("127.0.0.1", own_site.port), timeout=HANG_SECONDS) as client:
        client.sendall(head(path, officer.cookies[COOKIE], f"Content-Length: {2 * 1024**3}"))
        assert client.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_what_comes_without_end_is_given_up_and_not_kept_in_memory(
    own_site: Site, officer: Browser
) -> None:
    piece = b"%x\r\n" % MEGABYTE + bytes(MEGABYTE) + b"\r\n"
    sent = 0
    with socket.create_connection(("127.0.0.1", own_site.port), timeout=HANG_SECONDS) as client:
        client.sendall(head(PLACE, officer.cookies[COOKIE], "Transfer-Encoding: chunked"))
        with suppress(ConnectionError):
            while sent < 200:
                client.sendall(piece)
                sent += 1
                client.settimeout(0.01)
                with suppress(TimeoutError):
                    assert client.recv(4096, socket.MSG_PEEK).startswith(b"HTTP/1.1 413 ")
                    break
                client.settimeout(HANG_SECONDS)
    assert 60 < sent < 200
    assert beyond_measure(own_site) == {}


def test_no_upload_takes_a_process_beyond_its_measure(own_site: Site, officer: Browser) -> None:
    two = bytes(2 * MEGABYTE)
    bomb = {f"{number}.pdf": two for number in range(100)} | {"z.zip": zipped({"a.pdf": two})}
    large = [(f"{number}.pdf", b"%PDF-" + two[5:]) for number in range(30)]
    batches = {
        "files that unfold": [("bom.zip", zipped(bomb))],
        "files that overlap": [("b.zip", overlapping(200, MEGABYTE))],
        "a gigabyte that is claimed": [("c.zip", overlapping(500, 2 * MEGABYTE))],
        "sixty megabytes": large,
        "ten million cells": [("a.xlsx", vast_sheet())],
        "sixteen million commas": [("a.csv", b"," * 16_000_000)],
        "sixteen million lines": [("b.csv", b"\n" * 16_000_000)],
    }
    answers = {name: send(officer, PLACE, "berkas", *files) for name, files in batches.items()}
    one = send(officer, "/verifikasi", "berkas", ("a.pdf", unfolding()))
    assert answers == {
        "files that unfold": 302,
        "files that overlap": 302,
        "a gigabyte that is claimed": 422,
        "sixty megabytes": 302,
        "ten million cells": 422,
        "sixteen million commas": 422,
        "sixteen million lines": 422,
    }
    assert one == 422
    wait_until(lambda: jobs_of(own_site) == {JobState.DONE: 3}, tell=own_site.log.read_text)
    assert beyond_measure(own_site) == {}
