"""Requests are counted for all hosts together, and by each process while the counter is away."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from lms.http import request_counts
from lms.http.errors import TooOften
from lms.http.rate_limits import at_most, init_rate_limits
from tests.waiting import wait_until

pytestmark = pytest.mark.server


class Counter:
    """A Redis at a socket, which may be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "redis.sock"
        self.address = f"redis+unix://{self._socket}"

    def start(self) -> None:
        """Start it, with nothing counted."""
        command = ["redis-server", "--port", "0", "--unixsocket", str(self._socket), "--save", ""]
        self._server = subprocess.Popen(command, cwd=self._folder, stdout=subprocess.DEVNULL)
        wait_until(self._socket.exists, tell=lambda: "no Redis")

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self._server.kill()
        self._server.wait()
        self._socket.unlink(missing_ok=True)


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """One that runs."""
    counter = Counter(tmp_path)
    counter.start()
    yield counter
    counter.kill()


def visitor_of(counter: Counter) -> FlaskClient:
    """A visitor of one more host, with a page that may be asked for twice a minute."""
    app = Flask(__name__)
    init_rate_limits(app, counter.address)
    app.register_error_handler(TooOften, lambda _refusal: ("", 429))
    section = Blueprint("bagian", __name__)
    section.add_url_rule("/", "page", at_most("2 per minute")(lambda: "ya"))
    app.register_blueprint(section)
    return app.test_client()


def test_two_hosts_count_together(counter: Counter) -> None:
    one, other = visitor_of(counter), visitor_of(counter)
    statuses = [visitor.get("/").status_code for visitor in (one, other, one, other)]
    assert statuses == [200, 200, 429, 429]


def test_while_the_counter_is_away_each_process_counts_by_itself(
    counter: Counter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(request_counts, "AWAY_SECONDS", 0.0)  # it is looked at each time
    one, other = visitor_of(counter), visitor_of(counter)
    assert [one.get("/").status_code for _ in range(3)] == [200, 200, 429]
    counter.kill()
    assert [one.get("/").status_code for _ in range(3)] == [200, 200, 429]
    assert [other.get("/").status_code for _ in range(3)] == [200, 200, 429]
    counter.start()
    statuses = [visitor.get("/").status_code for visitor in (one, other, one, other)]
    assert statuses == [200, 200, 429, 429]
    told = [record.message for record in caplog.records if record.name == "sakuham"]
    assert [line.partition(":")[0] for line in told] == [
        *["requests are counted by each process"] * 2,
        *["requests are counted for all hosts together again"] * 2,
    ]


def test_who_was_away_is_left_alone_for_a_while(counter: Counter) -> None:
    visitor = visitor_of(counter)
    counter.kill()
    assert visitor.get("/").status_code == 200
    counter.start()
    assert [visitor.get("/").status_code for _ in range(2)] == [200, 429]
