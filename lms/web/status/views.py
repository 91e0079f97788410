"""The page that says how the service is: all of it, or what is left out at a rush."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from lms.clock import utc_now
from lms.http.doors import open_to_all
from lms.http.load import read_service_state

bp = Blueprint("status", __name__)
open_to_all(bp)

# The same for whoever has no cookie, so that a proxy may answer all of those once in a while.
_FOR_ALL = "public, max-age=10"
_FOR_ONE = "private, max-age=10"


@bp.get("/status")
def show() -> ResponseReturnValue:
    """What is served, and what is left out at this moment."""
    page = render_template("status/status.html", service=read_service_state(now=utc_now()))
    return page, {"Cache-Control": _FOR_ONE if request.cookies else _FOR_ALL, "Vary": "Cookie"}
