"""What goes with every answer: a strict content policy, and compression."""

import gzip
from collections.abc import Collection

import brotli
from flask import Flask, Response, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_ALWAYS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "private, no-cache"),
)
SMALLEST = 600
# Level 2 packs within one part in a hundred of level 3, in two thirds of the time; a page is too
# small for a larger window.
BROTLI_LEVEL = 2
BROTLI_WINDOW = 16
GZIP_LEVEL = 1


def init_headers(app: Flask) -> None:
    """Set headers and compress text, last of all that happens to an answer."""
    app.after_request(_finish)


def _finish(response: Response) -> Response:
    headers = response.headers
    given = {name.lower() for name, _ in headers}
    for name, value in _ALWAYS:
        if name.lower() not in given:
            headers.add(name, value)
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if not response.direct_passthrough and not response.is_streamed:
        _compress(response, given)
    return response


def _compress(response: Response, given: Collection[str]) -> None:
    headers = response.headers
    if "content-encoding" in given or not _is_text(headers.get("Content-Type", "")):
        return
    if "vary" in given:
        response.vary.add("Accept-Encoding")
    else:
        headers.add("Vary", "Accept-Encoding")
    body = response.get_data()
    if len(body) < SMALLEST:
        return
    accepted = request.headers.get("Accept-Encoding", "")
    if "br" in accepted:
        response.set_data(brotli.compress(body, quality=BROTLI_LEVEL, lgwin=BROTLI_WINDOW))
        headers.add("Content-Encoding", "br")
    elif "gzip" in accepted:
        response.set_data(gzip.compress(body, GZIP_LEVEL))
        headers.add("Content-Encoding", "gzip")


def _is_text(content_type: str) -> bool:
    return content_type.startswith(("text/", "image/svg+xml"))
