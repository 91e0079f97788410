"""Devices on which a person has signed in before: they are not held up by strangers' guesses.

A signed cookie names the account by its key, and the device by a random word. It opens nothing: it
only says whose failures at the password are counted together.
"""

from datetime import timedelta

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from lms.accounts.throttling import KnownDevice
from lms.accounts.tokens import new_token
from lms.http.cookies import read_cookie, set_cookie

COOKIE = "kenal"
COOKIE_LIFETIME = timedelta(days=365)
LONGEST_COOKIE = 256


def find_known_device() -> KnownDevice | None:
    """Who has signed in on this device before, the last of them, if it was in the last year."""
    cookie = read_cookie(COOKIE)
    if not cookie or len(cookie) > LONGEST_COOKIE:
        return None
    try:
        account_id, device = _serializer().loads(
            cookie, max_age=int(COOKIE_LIFETIME.total_seconds())
        )
    except (BadData, TypeError, ValueError):
        return None
    return KnownDevice(account_id, device)


def remember_device(response: Response, account_id: int) -> Response:
    """The same response, with a cookie that lets the device of who has just signed in be known."""
    before = find_known_device()
    is_known = before is not None and before.account_id == account_id
    device = before.device if before is not None and is_known else new_token()
    set_cookie(response, COOKIE, _serializer().dumps([account_id, device]), max_age=COOKIE_LIFETIME)
    return response


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=COOKIE)
