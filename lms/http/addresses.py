"""Addresses: of our own pages that a request names, and of pages that are printed or mailed."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app


def local_path(target: str | None) -> str | None:
    """A path of this site as given by a request; None for anything that leads elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(character) < 32 for character in target):
        return None
    return target


def public_url(endpoint: str, **values: Any) -> str:
    """The address of a page as people outside reach it, for mail, certificates and QR codes.

    Commands need it too, and have no request that `url_for` could build on.
    """
    root: str = current_app.config["SAKUHAM"].public_url.rstrip("/")
    return root + current_app.url_map.bind("").build(endpoint, values)
