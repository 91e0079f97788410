"""Announcing a batch of files, as who wants to keep one of the few places for them."""

from io import BytesIO

from flask import Flask
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app
from werkzeug.wrappers import Request

from lms.web.bulk.views import PLACE
from tests.patience import ends


class Untouched(BytesIO):
    """A body of which nothing is to be read."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Fail the test."""
        raise AssertionError(f"{size} bytes were asked for")


def knock(app: Flask, cookie: str) -> TestResponse:
    """Announce sixty megabytes with this cookie; none of them is to be read."""
    environ = EnvironBuilder(
        PLACE,
        method="POST",
        headers=[("Cookie", cookie)],
        content_type="multipart/form-data; boundary=x",
    ).get_environ()
    environ["CONTENT_LENGTH"], environ["wsgi.input"] = str(60 * 1024**2), Untouched()
    with ends():
        body, status, headers = run_wsgi_app(app, environ, buffered=True)
    return TestResponse(body, status, headers, Request(environ))
