"""`bin/bench peak` presses for all whether they are answered or not, and tells what came of it."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bench.peak_report import Peak, as_document, as_lines
from bench.report import Machine
from bench.rush import Press, Rush, press_all

MACHINE = Machine("2026-12-01", "A processor", 2, "A system", {"Python": "3.11"}, 0.5, 0.0)


def peak(changes: Mapping[str, object] | None = None, database: str = "sqlite") -> Peak:
    """A rush in which nothing was missed."""
    values: dict[str, object] = {
        "people": 10_000,
        "errors": {},
        "p50": 1.0,
        "p95": 2.0,
        "p99": 3.0,
        "longest": 4.0,
        "took": 14.0,
        "cpu_ms": 3.5,
        "most_mb": 480.0,
        "level": 4,
        "page_ms": {1: 1.0, 2: 1.02, 3: 1.05},
    }
    return Peak(database=database, **values | dict(changes or {}))  # type: ignore[arg-type]


class Quiz(BaseHTTPRequestHandler):
    """Begins an attempt for whoever presses, and refuses the one called budi."""

    protocol_version = "HTTP/1.1"
    pressed: list[str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        who = self.headers["Cookie"]
        self.pressed.append(f"{who} {body.decode()}")
        self._answer(503 if who == "budi" else 303, Location="/percobaan/x")

    def do_GET(self) -> None:
        self._answer(500 if self.headers["Cookie"] == "citra" else 200, body=b"Pertanyaan 1")

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def quiz() -> Iterator[tuple[int, list[str]]]:
    """A server of that kind: its port, and who pressed there."""
    pressed: list[str] = []
    handler = type("Handler", (Quiz,), {"pressed": pressed})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        yield server.server_port, pressed
        server.shutdown()
        serving.join()


def test_everybody_presses_once_and_each_failure_is_told() -> None:
    with quiz() as (port, pressed):
        rush = Rush(port, 0.1, "/modul/x/kuis", "csrf_token=t", ["ayu", "budi", "citra", "dewi"])
        came = asyncio.run(press_all(rush))
    assert [each.error for each in came] == ["", "503 at the press", "500 at the page", ""]
    assert sorted(pressed) == [f"{who} csrf_token=t" for who in ("ayu", "budi", "citra", "dewi")]


def test_a_server_that_is_away_is_an_error_and_no_end() -> None:
    with quiz() as (port, _):
        pass
    (came,) = asyncio.run(press_all(Rush(port, 0.0, "/", "x", ["ayu"])))
    assert came == Press(came.seconds, "ConnectionRefusedError")


def test_a_rush_that_misses_nothing_says_so() -> None:
    peaks = [peak(), peak(database="postgresql")]
    assert list(as_lines(peaks))[-1] == "Every target is met."
    document = as_document(MACHINE, peaks)
    assert "Every target is met." in document
    assert "| | SQLite | PostgreSQL | target |" in document
    assert len({line.count("|") for line in document.splitlines() if line.startswith("|")}) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"errors": {"503 at the press": 2, "TimeoutError": 1}}, "3 errors"),
        ({"p99": 5.1}, "p99 5.10 s"),
        ({"most_mb": 601.0}, "601 MB"),
        ({"page_ms": {1: 1.0, 2: 1.2, 3: 1.1}}, "a page costs 1.20 times as much"),
    ],
)
def test_what_is_missed_is_told(changes: dict[str, object], words: str) -> None:
    changed = peak(changes)
    assert re.search(words, list(as_lines([changed]))[-1])
    assert f"Missed: SQLite: {words}" in as_document(MACHINE, [changed])
