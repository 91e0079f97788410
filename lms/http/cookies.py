"""Our cookies: under https they have the `__Host-` prefix and are Secure.

Such a name a browser takes from this very host only, so that no neighbour can plant one.
"""

from datetime import timedelta

from flask import current_app, request
from werkzeug.wrappers import Response

PREFIX = "__Host-"


def name_of(cookie: str) -> str:
    """A cookie's name as browsers know it."""
    return f"{PREFIX}{cookie}" if current_app.config["SESSION_COOKIE_SECURE"] else cookie


def read_cookie(cookie: str) -> str | None:
    """The value of a cookie that the browser has sent, if any."""
    name = name_of(cookie)
    # Most readers have few: what Werkzeug's `get` does for one that is not there is slow.
    return request.cookies[name] if name in request.cookies else None  # noqa: SIM401


def set_cookie(
    response: Response, cookie: str, value: str, *, max_age: timedelta | int, is_ours: bool = True
) -> None:
    """Have a browser store a cookie; `is_ours`: out of reach of scripts."""
    response.set_cookie(
        name_of(cookie),
        value,
        max_age=max_age,
        httponly=is_ours,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )


def drop_cookie(response: Response, cookie: str) -> None:
    """Have a browser delete a cookie."""
    response.delete_cookie(
        name_of(cookie),
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
