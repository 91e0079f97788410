"""Whoever sends or reads slowly stops nobody else: bare, and behind the proxy of the documents."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.journeys.conftest import NewDatabase, make_site, run_site
from tests.journeys.site import ROOT, Site
from tests.waiting import HANG_SECONDS, crowding, hold_port, number_of, wait_until

pytestmark = pytest.mark.server

FORM = b"application/x-www-form-urlencoded"
POST = b"POST /masuk HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: " + FORM + b"\r\n"
# What each kind of slow client sends at once, and then byte for byte.
SLOW = {
    "heads": (b"", b"GET / HTTP/1.1\r\nHost: " + b"x" * 100),
    "bodies": (POST + b"Content-Length: 1000\r\n\r\n", b"x" * 100),
    "bodies in chunks": (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 20),
    "silent bodies": (POST + b"Content-Length: 1000\r\n\r\n", b""),
    "bodies that wait for a word": (
        POST + b"Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n",
        b"",
    ),
    "idle connections": (b"", b""),
}
PATIENCE_SECONDS = 5.0


class Clients:
    """Connections that are held open, and fed a byte now and then."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.held: list[socket.socket] = []
        self._stop = Event()
        self._feeder: Thread | None = None

    def hold(self, count: int, beginning: bytes, rest: bytes, *, buffer: int = 0) -> None:
        """Open so many; each sends a beginning, and then the rest, two bytes a second."""
        for _ in range(count):
            client = socket.socket()
            if buffer:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
            client.settimeout(HANG_SECONDS)
            client.connect(("127.0.0.1", self.port))
            client.sendall(beginning)
            self.held.append(client)
        self._feeder = Thread(target=self._feed, args=(rest,))
        self._feeder.start()

    def _feed(self, rest: bytes) -> None:
        for byte in rest:
            for client in self.held:
                with suppress(OSError):  # it was given up
                    client.send(bytes([byte]))
            if self._stop.wait(0.5):
                return

    def leave(self) -> None:
        """Close them all."""
        self._stop.set()
        if self._feeder is not None:
            self._feeder.join()
        for client in self.held:
            client.close()


@pytest.fixture(scope="module")
def slow_site(
    new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site of this file's own: what it does to it would disturb others."""
    yield from run_site(make_site(new_database("sqlite"), tmp_path_factory))


@pytest.fixture(scope="module", params=["bare", "behind nginx"])
def port(
    request: pytest.FixtureRequest, slow_site: Site, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """Where the site is reached: at its own address, and through the documented proxy."""
    if request.param == "bare":
        yield slow_site.port
        return
    folder = tmp_path_factory.mktemp("nginx")
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert nginx, "These tests need nginx: bin/test installs it."
    with hold_port() as held:
        own = number_of(held)
        (folder / "nginx.conf").write_text(configuration(folder, own, slow_site.port))
        process = subprocess.Popen(
            [nginx, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
        )
        try:
            wait_until(
                lambda: answers(own),
                tell=(folder / "error.log").read_text,
                is_alive=lambda: process.poll() is None,
            )
            yield own
        finally:
            process.terminate()
            process.wait()


def configuration(folder: Path, own: int, port: int) -> str:
    """The documented one, for this machine alone and without TLS."""
    page = (ROOT / "docs" / "operator.md").read_text()
    (documented,) = re.findall(r"```nginx\n(.*?)```", page, re.DOTALL)
    server = re.sub(r"^ +ssl_certificate.*\n", "", documented, flags=re.MULTILINE)
    ours = {
        "listen 443 ssl;": f"listen 127.0.0.1:{own};",
        "http://127.0.0.1:8000": f"http://127.0.0.1:{port}",
    }
    for written, here in ours.items():
        assert written in server
        server = server.replace(written, here)
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{ worker_connections 1024; }}\nhttp {{ access_log off;\n{paths}{server}}}\n"
    )


@pytest.fixture
def clients(port: int) -> Iterator[Clients]:
    """Slow ones, gone after the test."""
    slow = Clients(port)
    yield slow
    slow.leave()


def ask(port: int, request: bytes) -> bytes:
    """The first line of the answer; empty if there is none in time."""
    patience = PATIENCE_SECONDS * crowding()
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as client:
        client.sendall(request)
        with suppress(TimeoutError):
            return client.recv(4096).partition(b"\r\n")[0]
        return b""


def answers(port: int) -> bool:
    """Whether somebody who only reads, and somebody who sends a form, are answered in time."""
    try:
        page = ask(port, b"GET /privasi HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        form = ask(port, POST + b"Content-Length: 3\r\n\r\na=b")
    except OSError:
        return False
    return page == b"HTTP/1.1 200 OK" and form.startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize("kind", SLOW)
def test_slow_clients_of_every_kind_stop_nobody(port: int, clients: Clients, kind: str) -> None:
    clients.hold(50, *SLOW[kind])
    for _ in range(6):
        assert answers(port)
        time.sleep(0.5)


def test_those_who_do_not_read_stop_nobody(port: int, clients: Clients) -> None:
    largest = max(
        (ROOT / "lms/web/static/build").rglob("*.*"), key=lambda file: file.stat().st_size
    )
    path = f"/static/{largest.relative_to(ROOT / 'lms/web/static/build')}".encode()
    many = (b"GET " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") * 60
    clients.hold(40, many, b"", buffer=4096)
    for _ in range(3):
        assert answers(port)
        time.sleep(0.5)


def test_a_body_that_does_not_arrive_is_given_up(slow_site: Site) -> None:
    slow = {
        kind: Clients(slow_site.port) for kind in ("bodies", "bodies in chunks", "silent bodies")
    }
    began = time.monotonic()
    for kind, clients in slow.items():
        clients.hold(3, *SLOW[kind])
    try:
        for kind, clients in slow.items():
            for client in clients.held:
                assert client.recv(4096).startswith(b"HTTP/1.1 408 "), kind
        assert 9 < time.monotonic() - began < 15 * crowding()
    finally:
        for clients in slow.values():
            clients.leave()


@pytest.mark.parametrize(
    "announced",
    [
        b"Content-Length: 65537\r\n\r\n",
        b"Content-Length: 9999999999\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n10001\r\n" + b"x" * 0x10001 + b"\r\n0\r\n\r\n",
    ],
)
def test_a_body_above_the_limit_is_refused_at_once(slow_site: Site, announced: bytes) -> None:
    assert ask(slow_site.port, POST + announced).startswith(b"HTTP/1.1 413 ")


def test_an_upload_may_be_larger_than_a_form(slow_site: Site) -> None:
    multipart = POST.replace(
        b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x"
    )
    body = b'--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\n'
    body += b"c" * 1_000_000 + b"\r\n--x--\r\n"
    answer = ask(slow_site.port, multipart + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    assert answer.startswith(b"HTTP/1.1 4")
    assert not answer.startswith((b"HTTP/1.1 413", b"HTTP/1.1 408"))
