"""Doors of the API: who shows a key that opens this part may ask, so often in a minute."""

import time
from typing import Final

from flask import Blueprint, Flask, Response, current_app, g, request
from limits import parse
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import UnsupportedMediaType

from lms.clock import utc_now
from lms.errors import N_, Refusal
from lms.exchange.caller import Caller
from lms.exchange.enums import TokenScope
from lms.exchange.errors import NotInTokenScope, TokenRefused
from lms.exchange.queries import find_shown
from lms.http.doors import declare_door
from lms.http.errors import TooOften
from lms.http.problems import is_of_api
from lms.http.rate_limits import count_action

SCHEME: Final = "bearer"
LONGEST: Final = 100
WINDOW_SECONDS: Final = 60
REQUESTS: Final = parse("600 per minute")
"""So many requests of one key; what costs more counts for several."""

STRANGERS: Final = "60 per minute"
"""So often one address may show keys that open nothing: each is looked up."""

WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


class TokenUsedTooOften(TooOften):
    """A key asks more often than it may; it may ask again after so many seconds."""

    def __init__(self, *, seconds: int) -> None:
        Refusal.__init__(
            self,
            N_("Terlalu banyak permintaan dengan kunci ini. Coba lagi dalam %(seconds)s detik."),
            seconds=seconds,
        )
        self.seconds = seconds


def open_to_tokens(blueprint: Blueprint, scope: TokenScope, *, cost: int = 1) -> None:
    """Guard a part of the API as a whole: for keys that have this scope.

    No cookie is looked at, so that nobody's browser can be made to ask. cost: for how many requests
    each one counts.
    """

    def guard() -> None:
        caller = _find_caller()
        _count(caller, cost)
        if scope not in caller.scopes:
            raise NotInTokenScope(scope.value)
        if request.method in WITH_BODY and request.mimetype != "application/json":
            raise UnsupportedMediaType

    blueprint.before_request(guard)
    declare_door(blueprint, frozenset())


def current_caller() -> Caller:
    """Whose key was shown in this request, behind a door of the API."""
    caller: Caller = g.caller
    return caller


def charge(requests: int) -> None:
    """Have a request count for so many more; raises TokenUsedTooOften."""
    if requests:
        _count(current_caller(), requests)


def count_for_key(rate: str, action: str, times: int) -> None:
    """Count what is done with the key, so many times; raises TokenUsedTooOften beyond `rate`."""
    if not times:
        return
    counter: FixedWindowRateLimiter = current_app.extensions["limits"]
    limit, key = parse(rate), f"token {current_caller().token_id}"
    if not counter.hit(limit, action, key, cost=times):
        end = counter.get_window_stats(limit, action, key).reset_time
        raise TokenUsedTooOften(seconds=max(1, round(end - time.time())))


def init_tokens(app: Flask) -> None:
    """Have answers of the API say how often may still be asked."""
    app.after_request(_tell_limits)


def _find_caller() -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != SCHEME or not token or len(token) > LONGEST or not token.isascii():
        raise TokenRefused(
            N_("Sertakan kunci API: kepala Authorization dengan Bearer, spasi, lalu kuncinya.")
        )
    try:
        shown = find_shown(token, now=utc_now())
    except TokenRefused:
        count_action(STRANGERS, "api: keys that open nothing")
        raise
    g.caller = shown.caller
    if shown.is_to_be_noted:
        g.token_to_touch = shown.caller.token_id
    return shown.caller


def _count(caller: Caller, cost: int) -> None:
    counter: FixedWindowRateLimiter = current_app.extensions["limits"]
    key = f"token {caller.token_id}"
    is_allowed = counter.hit(REQUESTS, "api", key, cost=cost)
    end, remaining = counter.get_window_stats(REQUESTS, "api", key)
    seconds = min(max(1, round(end - time.time())), WINDOW_SECONDS)
    g.token_limits = (max(0, remaining) if is_allowed else 0, seconds)
    if not is_allowed:
        raise TokenUsedTooOften(seconds=seconds)


def _tell_limits(response: Response) -> Response:
    """Say it as the draft of the IETF's HTTPAPI group does (ratelimit-headers)."""
    if "token_limits" in g:
        remaining, seconds = g.token_limits
        response.headers["RateLimit-Policy"] = f'"token";q={REQUESTS.amount};w={WINDOW_SECONDS}'
        response.headers["RateLimit"] = f'"token";r={remaining};t={seconds}'
    if response.status_code == 401 and is_of_api():
        given = "Authorization" in request.headers
        response.headers["WWW-Authenticate"] = (
            'Bearer realm="SakuHAM", error="invalid_token"' if given else 'Bearer realm="SakuHAM"'
        )
    return response
