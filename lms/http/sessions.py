"""Flask's session cookies, each verified and read once in a process.

A browser sends the same cookie with every request; checking its signature and parsing it anew
took a tenth of a page. Nothing but the secret of the forms and messages for the next page is in it.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature

COOKIES_KEPT = 4096
LONGEST_COOKIE = 4096  # bytes; browsers keep none that is longer


class RememberedSessions(SecureCookieSessionInterface):
    """Opens a session from what its cookie is known to hold."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._contents = lru_cache(maxsize=COOKIES_KEPT)(self._read)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """The session of a request; an empty one without a cookie, or with one that is not ours."""
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie or len(cookie) > LONGEST_COOKIE:
            return self.session_class()
        try:
            known = self._contents(cookie).items()
        except BadSignature:
            return self.session_class()
        # Flask adds to the list of messages in its place.
        return self.session_class(
            {name: list(value) if isinstance(value, list) else value for name, value in known}
        )

    @property
    def remembered(self) -> int:
        """How many cookies are kept now."""
        return self._contents.cache_info().currsize

    def _read(self, cookie: str) -> Mapping[str, Any]:
        """What a cookie holds; raises BadSignature, so that what is not ours is not kept."""
        serializer = self.get_signing_serializer(self._app)
        assert serializer is not None  # noqa: S101 - Settings always have a key
        age = self._app.permanent_session_lifetime.total_seconds()
        contents: Mapping[str, Any] = serializer.loads(cookie, max_age=int(age))
        return contents
