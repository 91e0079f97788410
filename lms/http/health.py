"""Health checks for load balancers: `/healthz` (liveness) and `/readyz` (readiness)."""

from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from config import ROOT
from lms.clock import utc_now
from lms.db import get_revision, trouble_of
from lms.http.doors import open_to_all
from lms.http.headers import headers
from lms.jobs.queries import find_heartbeat
from lms.mail import find_delay
from lms.version import VERSION

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ALIVE = b"ok\n"
_HEADERS = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Length", str(len(ALIVE))),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
]
# The migrations are one row of numbers (tests/project), and need not be loaded to be counted.
NEWEST_REVISION = max(path.name[:4] for path in (ROOT / "migrations/versions").glob("[0-9]*.py"))

bp = Blueprint("health", __name__)
open_to_all(bp)
headers(bp, cache_control="no-store")


class Liveness:
    """A WSGI application that answers `/healthz` by itself, however busy the one inside is."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer at once, without permit, database or cookie; pass everything else on."""
        method = environ["REQUEST_METHOD"]
        if environ.get("PATH_INFO") != "/healthz" or method not in {"GET", "HEAD"}:
            return self._application(environ, start_response)
        start_response("200 OK", _HEADERS)
        return [ALIVE if method == "GET" else b""]


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Whether the database answers and has the tables of this version: 200, else 503.

    A database that is ahead will do: servers are restarted one after the other. The background
    process is told of and decides nothing, since pages are served without it.
    """
    report: dict[str, object] = {"version": VERSION}
    try:
        revision = get_revision()
        is_ready = revision >= NEWEST_REVISION
        report |= {"database": "ok", "migration": revision}
        if is_ready:
            now = utc_now()
            seen_at = find_heartbeat()
            report["jobs_silent_seconds"] = seen_at and _seconds(now - seen_at)
            report["mail_delay_seconds"] = _seconds(find_delay(now=now))
    except SQLAlchemyError as error:
        trouble = trouble_of(error)
        is_ready = False
        report["database"] = trouble.value if trouble else "unusable"
    answer = jsonify({"ready": is_ready} | report)
    status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    return answer, status


def _seconds(length: timedelta) -> int:
    return round(length.total_seconds())


def init_health(app: Flask) -> None:
    """Register `/readyz`, and wrap the application in `/healthz`: to be called last."""
    app.register_blueprint(bp)
    app.wsgi_app = Liveness(app.wsgi_app)  # type: ignore[method-assign]
