"""The cookie that remembers a browser's way to a provider and back, for ten minutes.

It is signed, out of reach of scripts, and one a browser: who sets out anew has lost the way before.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from lms.http.addresses import local_path
from lms.http.cookies import drop_cookie, read_cookie, set_cookie
from lms.signon.client import Journey

COOKIE: Final = "perjalanan"
LASTS: Final = timedelta(minutes=10)
_LONGEST: Final = 1_500


@dataclass(frozen=True, slots=True)
class Way:
    """Who was asked, what must come back, and where the person goes on.

    `linking_id` is the account that a person signed in here wants the identity linked with.
    """

    provider: str
    journey: Journey
    target: str = ""
    linking_id: int | None = None


def remember_way(response: Response, way: Way) -> Response:
    """The same answer, with the cookie."""
    kept = [
        way.provider,
        way.journey.state,
        way.journey.nonce,
        way.journey.verifier,
        way.target,
        way.linking_id,
    ]
    set_cookie(response, COOKIE, _serializer().dumps(kept), max_age=LASTS)
    return response


def find_way() -> Way | None:
    """The way that this browser is on, if it set out in the last ten minutes."""
    cookie = read_cookie(COOKIE)
    if not cookie or len(cookie) > _LONGEST:
        return None
    try:
        kept = _serializer().loads(cookie, max_age=int(LASTS.total_seconds()))
        provider, state, nonce, verifier, target, linking_id = kept
    except (BadData, TypeError, ValueError):
        return None
    return Way(provider, Journey(state, nonce, verifier), local_path(target) or "", linking_id)


def forget_way(response: Response) -> Response:
    """The same answer, deleting the cookie: what came back works once."""
    if read_cookie(COOKIE) is not None:
        drop_cookie(response, COOKIE)
    return response


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=COOKIE)
