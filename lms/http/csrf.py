"""Forms and answers have to come from our own pages: their tokens, each read once in a process.

A visitor's token stays the same, and comes with every answer; Flask-WTF would check its signature
each time, which took a tenth of what it costs to save an answer.
"""

from functools import lru_cache
from hmac import compare_digest

from flask import Flask, current_app, g, request, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer

TOKENS_KEPT = 4096
LONGEST_TOKEN = 256
HEADER = "X-CSRFToken"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class RememberedTokens(CSRFProtect):  # type: ignore[misc]  # the library has no types
    """Flask-WTF's protection, which is asked about tokens that are not known yet."""

    def protect(self, apply_exemptions: bool = False) -> None:  # noqa: FBT001, FBT002 - as there
        """Raise CSRFError unless the request changes nothing, or carries the visitor's token."""
        if request.method in SAFE_METHODS:
            return
        if _is_known(self._get_csrf_token(), session.get("csrf_token")):
            g.csrf_valid = True  # so that the form does not check once more
        else:
            super().protect(apply_exemptions)

    def _get_csrf_token(self) -> str | None:
        """From the header that our scripts send, or else from the form."""
        token: str | None = request.headers.get(HEADER) or super()._get_csrf_token()
        return token


def init_forgery(app: Flask) -> None:
    """Refuse what other sites have a visitor's browser send."""
    RememberedTokens(app)
    # Flask-WTF gives pages a function of that name too, which signs anew for each.
    app.context_processor(lambda: {"csrf_token": own_token})


def own_token() -> str:
    """The token that a form of this visitor carries."""
    if "csrf_token" not in session:
        generate_csrf()  # which draws the secret too
    return _signed(session["csrf_token"], _key())


def renew_token() -> None:
    """Draw another secret: whoever knew the one before a sign-in or its end knows it no longer."""
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)


def _is_known(token: str | None, secret: str | None) -> bool:
    if not token or not secret or len(token) > LONGEST_TOKEN:
        return False
    try:
        return compare_digest(_secret_of(token, _key()).encode(), secret.encode())
    except BadData:
        return False


@lru_cache(maxsize=TOKENS_KEPT)
def _signed(secret: str, key: str | bytes) -> str:
    return str(_serializer(key).dumps(secret))


@lru_cache(maxsize=TOKENS_KEPT)
def _secret_of(token: str, key: str | bytes) -> str:
    """Raises BadData, so that what is not ours is not kept."""
    return str(_serializer(key).loads(token))


def _key() -> str | bytes:
    key = current_app.secret_key
    assert key is not None  # noqa: S101 - Settings always have one
    return key


def _serializer(key: str | bytes) -> URLSafeTimedSerializer:
    """As Flask-WTF signs."""
    return URLSafeTimedSerializer(key, salt="wtf-csrf-token")
