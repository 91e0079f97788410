"""`python -m bench.peak`: a rehearsal of a national day; `bin/bench peak` brings PostgreSQL.

Ten thousand people who have read everything press *mulai* within ten seconds, whether or not those
before them were answered, and open the page of their attempt. And what a page costs with one, two
and three processes.
"""

import json
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from statistics import median, quantiles
from threading import Event, Thread
from typing import Final, Self
from urllib.parse import urlencode
from urllib.request import urlopen

import click

from bench.client import Browser
from bench.content import prepare_database
from bench.peak_report import PEOPLE, PROCESSES, SECONDS, Peak, as_document, as_lines
from bench.people import SLUG, People
from bench.phases import CHAPTER
from bench.report import describe_machine
from bench.rush import Press, Rush
from bench.scale_figures import DATABASES
from bench.server import ROOT, Server, serving
from config import Settings
from lms import create_app
from lms.db import db

DOCUMENT: Final = ROOT / "docs" / "benchmarks-peak.md"
_PAGES, _READERS, _ROUNDS = 400, 6, 5
_AT_ONCE: Final = 250
_LEVEL: Final = re.compile(r"^sakuham_service_level (\d)", re.MULTILINE)


class Watch:
    """Looks twice a second how much memory the server holds, and what it leaves out."""

    def __init__(self, server: Server) -> None:
        self.most_mb = 0.0
        self.level = 0
        self._server = server
        self._stop = Event()
        self._thread = Thread(target=self._look)

    def __enter__(self) -> Self:
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Look no more."""
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(0.5):
            self.most_mb = max(self.most_mb, self._server.memory())
            with urlopen(f"http://127.0.0.1:{self._server.port}/metrics", timeout=30) as told:
                found = _LEVEL.search(told.read().decode())
            self.level = max(self.level, int(found[1]) if found else 0)


@click.command()
@click.option("--people", default=PEOPLE, show_default=True, help="How many press.")
@click.option("--seconds", default=SECONDS, show_default=True, help="Within how many seconds.")
@click.option("--database", type=click.Choice(DATABASES), help="Only this one.")
@click.option("--postgresql", "postgresql_url", help="The address of an empty database.")
@click.option("--postmaster", type=int, help="The number of its server's first process.")
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object.")
def main(
    people: int,
    seconds: float,
    database: str | None,
    postgresql_url: str | None,
    postmaster: int | None,
    *,
    as_object: bool,
) -> None:
    """Rehearse, print, and with nothing chosen write docs/benchmarks-peak.md."""
    machine = describe_machine(0.0)
    peaks = []
    with tempfile.TemporaryDirectory(prefix="sakuham-peak.") as folder:
        if database != "postgresql":
            peaks.append(_rehearse("sqlite", f"sqlite:///{folder}/peak.db", None, people, seconds))
        if database != "sqlite":
            if postgresql_url is None or postmaster is None:
                raise click.UsageError("PostgreSQL needs --postgresql and --postmaster.")
            peaks.append(_rehearse("postgresql", postgresql_url, postmaster, people, seconds))
    if as_object:
        click.echo(json.dumps([asdict(peak) for peak in peaks], indent=2))
    else:
        click.echo("\n".join(as_lines(peaks)))
    if database is None and (people, seconds) == (PEOPLE, SECONDS):
        DOCUMENT.write_text(as_document(machine, peaks))


def _rehearse(database: str, url: str, postmaster: int | None, people: int, seconds: float) -> Peak:
    settings = Settings(
        database_url=url,
        secret_key=secrets.token_urlsafe(),
        keys_passphrase=secrets.token_urlsafe(),
        log_checkpoint_folder="",
        trusted_proxies=1,
    )
    _tell(database, f"{people} people read everything")
    app = create_app(settings)
    prepare_database(app)
    made = People(app)
    cookies = [
        f"masuk={learner.cookie}"
        for begin in range(0, people, _AT_ONCE)
        for learner in made.ready(min(_AT_ONCE, people - begin))
    ]
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    with serving(settings, postmaster) as server:
        _tell(database, f"they press within {seconds:g} seconds")
        before, began = sum(server.cpu()), time.monotonic()
        with Watch(server) as watch:
            pressed = _press(server.port, cookies, seconds)
        took = time.monotonic() - began
        spent = sum(server.cpu()) - before
    page_ms = {}
    for processes in PROCESSES:
        _tell(database, f"a page with {processes} processes")
        with serving(settings, postmaster, workers=processes) as server:
            page_ms[processes] = _cost_of_page(server)
    times = [each.seconds for each in pressed if not each.error] or [0.0]
    of_hundred = quantiles(times, n=100) if len(times) > 1 else times * 99
    return Peak(
        database=database,
        people=people,
        errors=dict(Counter(each.error for each in pressed if each.error)),
        p50=median(times),
        p95=of_hundred[94],
        p99=of_hundred[98],
        longest=max(times),
        took=took,
        cpu_ms=spent * 1000 / people,
        most_mb=watch.most_mb,
        level=watch.level,
        page_ms=page_ms,
    )


def _press(port: int, cookies: Sequence[str], seconds: float) -> list[Press]:
    """Have a process of its own press for all, and give what came of it."""
    browser = Browser(port)
    token = browser.get("/masuk").csrf_token
    session = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    browser.close()
    rush = Rush(
        port=port,
        seconds=seconds,
        path=f"/modul/{SLUG}/kuis",
        body=urlencode({"csrf_token": token}),
        cookies=[f"{session}; {cookie}" for cookie in cookies],
    )
    done = subprocess.run(
        [sys.executable, "-m", "bench.rush"],
        cwd=ROOT,
        input=json.dumps(asdict(rush)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [Press(seconds, error) for seconds, error in json.loads(done.stdout)]


def _cost_of_page(server: Server) -> float:
    """CPU milliseconds of a chapter's page asked for over several connections, the best round."""

    def read(_number: int) -> None:
        browser = Browser(server.port)
        for _ in range(_PAGES // _READERS):
            browser.get(CHAPTER)
        browser.close()

    costs = []
    with ThreadPoolExecutor(_READERS) as readers:
        for _ in range(_ROUNDS + 1):
            before = sum(server.cpu())
            list(readers.map(read, range(_READERS)))
            costs.append((sum(server.cpu()) - before) * 1000 / (_PAGES // _READERS * _READERS))
    return min(costs[1:])


def _tell(database: str, what: str) -> None:
    click.echo(f"{database}: {what}", err=True)


if __name__ == "__main__":
    main()
