"""`/metrics` for Prometheus: what all processes of this host counted, and how the house is.

It takes no permit, so that a house that is overrun can be watched.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from hmac import compare_digest
from ipaddress import ip_address
from threading import Lock
from typing import TYPE_CHECKING, Final

from flask import Flask, request
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector, CollectorRegistry
from sqlalchemy.exc import SQLAlchemyError

from lms.clock import utc_now
from lms.db import read_only
from lms.measures import CONTENT_TYPE, Stopwatch, count_request, counted
from lms.reporting.upkeep import Upkeep, find_upkeep
from lms.version import VERSION

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH: Final = "/metrics"
SECTION: Final = "sakuham.section"
LEAST_SECONDS: Final = 5.0
"""The database is asked no oftener, however many watch."""
_SCHEME: Final = "bearer "
# What a proxy adds; who asks through one does not ask on this machine.
_OF_PROXIES: Final = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)


class Measured:
    """A WSGI application whose answers are counted; it stands inside of the permits."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer, and count that; an answer that is sent by and by is counted as it begins."""
        watch = Stopwatch()
        status = "500"

        def begin(line: str, *rest: object) -> "Callable[[bytes], object]":
            nonlocal status
            status = line[:3]
            return start_response(line, *rest)  # type: ignore[arg-type]  # as it came

        try:
            return self._application(environ, begin)
        finally:
            section = environ.get(SECTION, "files")
            count_request(section, environ["REQUEST_METHOD"], status, *watch.read())


class Metrics:
    """A WSGI application that answers `/metrics` by itself to whoever may read it.

    With a token that is who has it; without one who asks on this very machine, by its own address
    and through no proxy. For all others there is no such page.
    """

    def __init__(self, application: "WSGIApplication", app: Flask, token: str) -> None:
        self._application = application
        self._app = app
        self._token = token
        self._facts = b""
        self._asked_at: float | None = None
        self._asking = Lock()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer if that is asked, and asked by whom it is for; pass everything else on."""
        is_asked = environ.get("PATH_INFO") == PATH and environ["REQUEST_METHOD"] == "GET"
        if not is_asked or not self._may_read(environ):
            return self._application(environ, start_response)
        page = counted() + self._current_facts()
        headers = [
            ("Content-Type", CONTENT_TYPE),
            ("Content-Length", str(len(page))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        start_response("200 OK", headers)
        return [page]

    def _may_read(self, environ: "WSGIEnvironment") -> bool:
        if self._token:
            given = environ.get("HTTP_AUTHORIZATION", "")
            is_bearer = given[: len(_SCHEME)].lower() == _SCHEME
            # What a client sends are bytes, each of which WSGI has as a letter.
            offered = given[len(_SCHEME) :].strip().encode("latin-1", "replace")
            return is_bearer and compare_digest(offered, self._token.encode())
        if any(name in environ for name in _OF_PROXIES):
            return False
        # A page elsewhere can have a browser on this machine ask, by a name that leads here.
        host = environ.get("HTTP_HOST", "").rpartition(":")[0] or environ.get("HTTP_HOST", "")
        return _is_loopback(environ.get("REMOTE_ADDR", "")) and (
            host == "localhost" or _is_loopback(host.strip("[]"))
        )

    def _current_facts(self) -> bytes:
        """What the database says, asked by one at a time; others get what was said before."""
        if self._asking.acquire(blocking=not self._facts):
            try:
                now = time.monotonic()
                if self._asked_at is None or now - self._asked_at >= LEAST_SECONDS:
                    self._facts = _told(self._ask())
                    self._asked_at = now
            finally:
                self._asking.release()
        return self._facts

    def _ask(self) -> Upkeep | None:
        try:
            with self._app.app_context(), read_only():
                return find_upkeep(now=utc_now())
        except SQLAlchemyError:
            return None


def init_metrics(app: Flask) -> None:
    """Count what the application answers: to be called when whatever else answers stands."""
    app.before_request_funcs.setdefault(None, []).insert(0, _name_section)
    app.wsgi_app = Measured(app.wsgi_app)  # type: ignore[method-assign]


def serve_metrics(app: Flask, token: str) -> None:
    """Answer `/metrics` outside of the permits: to be called when they stand."""
    app.wsgi_app = Metrics(app.wsgi_app, app, token)  # type: ignore[method-assign]


class _Facts(Collector):
    """The families that are read at the moment somebody asks."""

    def __init__(self, upkeep: Upkeep | None) -> None:
        self._upkeep = upkeep

    def collect(self) -> Iterator[Metric]:
        """Each family, as the library wants them."""
        yield _one("sakuham_build_info", "Which version answers.", 1, version=VERSION)
        yield _one("sakuham_database_up", "Whether it answers.", int(self._upkeep is not None))
        if self._upkeep is not None:
            yield from _families(self._upkeep)


def _told(upkeep: Upkeep | None) -> bytes:
    registry = CollectorRegistry()
    registry.register(_Facts(upkeep))
    return generate_latest(registry)


def _families(upkeep: Upkeep) -> Iterator[Metric]:
    now = utc_now()
    jobs = GaugeMetricFamily(
        "sakuham_jobs", "Jobs that wait, run or were given up.", labels=("kind", "state")
    )
    oldest = GaugeMetricFamily(
        "sakuham_jobs_overdue_seconds",
        "For how long the oldest waiting job of a kind has been due.",
        labels=("kind",),
    )
    for each in upkeep.jobs:
        jobs.add_metric((each.kind, each.state.value), each.count)
        if each.state.value == "waiting":
            oldest.add_metric((each.kind,), max(0.0, (now - each.due_at).total_seconds()))
    yield jobs
    yield oldest
    if upkeep.jobs_silent is not None:
        yield _seconds(
            "sakuham_jobs_silent_seconds",
            "Since when no job was begun that comes round by itself.",
            upkeep.jobs_silent,
        )
    yield _one("sakuham_mail_waiting", "Messages that are due.", upkeep.mail_waiting)
    yield _one(
        "sakuham_mail_given_up",
        "Messages of the last two weeks that were given up.",
        upkeep.mail_given_up,
    )
    yield _seconds(
        "sakuham_mail_delay_seconds",
        "For how long the message has waited that should have left first.",
        upkeep.mail_delay,
    )
    yield _one(
        "sakuham_log_unsequenced",
        "Entries of the ledger that are not in the public log yet.",
        upkeep.unlogged,
    )
    yield _one("sakuham_figure_tail", "Steps of the figure that are not folded yet.", upkeep.tail)
    yield _seconds(
        "sakuham_figure_tail_seconds",
        "For how long the oldest step of the figure has not been folded.",
        upkeep.tail_age,
    )


def _one(name: str, meaning: str, value: float, **labels: str) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=tuple(labels))
    family.add_metric(tuple(labels.values()), value)
    return family


def _seconds(name: str, meaning: str, length: timedelta) -> Metric:
    return _one(name, meaning, length.total_seconds())


def _name_section() -> None:
    request.environ[SECTION] = request.blueprint or "none"


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
