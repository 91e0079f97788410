"""Headers of every response: content security policy, caching, and compression."""

import gzip
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import brotli
import zstandard
from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from lms.http.doors import is_guarded

_CONTENT: Final = (
    "default-src 'none'; script-src 'self'; worker-src {worker}; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)
_OTHERS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
_PERMISSIONS: Final = "camera={camera}, geolocation=(), microphone=(), payment=(), usb=()"
# An office's computer is used by many: what is for one person stays neither on its disk nor behind
# its back button.
FOR_ALL: Final = "private, no-cache"
FOR_ONE: Final = "private, no-store"
SMALLEST = 600
# Of a chapter's 33.0 KB: zstd 8.30 KB in 0.38 CPU-ms (8.68 in 0.12 at level 3), Brotli 8.74 in
# 0.27. Who reads on has one page after the other; where people come once, time counts for more.
_THOROUGH, _QUICK = 6, 3
_PACKERS: Final[Mapping[str, Callable[[bytes, int], bytes]]] = {
    "zstd": zstandard.compress,
    "br": lambda page, _: brotli.compress(page, quality=2, lgwin=16),
    "gzip": lambda page, _: gzip.compress(page, 1),
}


@dataclass(frozen=True, slots=True)
class HeaderPolicy:
    """What the answers of a section say of themselves, where a view does not say otherwise."""

    frame_ancestors: str = "'none'"
    """Whose pages may show them in a frame, as a content policy names them."""
    cache_control: str | None = None
    """Who may cache them; None: what is right for those to whom the door is open."""
    may_scan: bool = False
    """Whether its pages may use the camera and a worker that reads its pictures."""
    is_packed_quickly: bool = False
    """Whether its answers are compressed in a third of the time, and are a twentieth larger."""

    @property
    def content(self) -> str:
        """The content security policy."""
        worker = "'self'" if self.may_scan else "'none'"
        return _CONTENT.format(worker=worker, ancestors=self.frame_ancestors)

    @property
    def permissions(self) -> str:
        """The permissions policy."""
        return _PERMISSIONS.format(camera="(self)" if self.may_scan else "()")


_STRICT: Final = HeaderPolicy()


def headers(
    blueprint: Blueprint,
    *,
    frame_ancestors: str = "'none'",
    cache_control: str | None = None,
    may_scan: bool = False,
    is_packed_quickly: bool = False,
) -> None:
    """Give the answers of a blueprint headers of their own; all others have the strict ones."""
    policy = HeaderPolicy(frame_ancestors, cache_control, may_scan, is_packed_quickly)
    blueprint.record(
        lambda state: state.app.extensions.setdefault("header_policies", {}).__setitem__(
            blueprint.name, policy
        )
    )


def init_headers(app: Flask) -> None:
    """Set headers and compress text, last of all that happens to an answer."""
    app.extensions.setdefault("header_policies", {})
    app.after_request(_finish)


def _finish(response: Response) -> Response:
    headers = response.headers
    policy = current_app.extensions["header_policies"].get(request.blueprint, _STRICT)
    given = {name.lower() for name, _ in headers}
    if "content-security-policy" not in given:
        headers.add("Content-Security-Policy", policy.content)
    for name, value in (*_OTHERS, ("Permissions-Policy", policy.permissions)):
        if name.lower() not in given:
            headers.add(name, value)
    if "cache-control" not in given:
        by_door = FOR_ONE if is_guarded(request.blueprint) else FOR_ALL
        headers.add("Cache-Control", policy.cache_control or by_door)
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if not response.direct_passthrough and not response.is_streamed:
        _compress(response, given, _QUICK if policy.is_packed_quickly else _THOROUGH)
    return response


def _compress(response: Response, given: Collection[str], level: int) -> None:
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
    encoding = _choose_encoding(request.headers.get("Accept-Encoding", ""))
    if encoding is not None:
        response.set_data(_PACKERS[encoding](body, level))
        headers.add("Content-Encoding", encoding)


@lru_cache(maxsize=64)
def _choose_encoding(accepted: str) -> str | None:
    """The best of what a browser takes; browsers of one kind all ask in the same words."""
    qualities = parse_accept_header(accepted, Accept)
    return next((encoding for encoding in _PACKERS if qualities.quality(encoding) > 0), None)


def _is_text(content_type: str) -> bool:
    return content_type.startswith(("text/", "image/svg+xml", "application/json"))
