"""Rate limits by IP address, for what could be guessed at or sends mail.

Who is signed in and works through many is counted by account: an office has one address.
"""

import time
from collections.abc import Callable, Collection
from functools import lru_cache, wraps
from ipaddress import IPv4Network, IPv6Network
from typing import Final, ParamSpec, TypeVar

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.strategies import FixedWindowRateLimiter

from lms.http.errors import TooOften
from lms.http.request_counts import open_counter

P = ParamSpec("P")
R = TypeVar("R")

SIGN_INS: Final = "20 per minute"
MAIL_REQUESTS: Final = "10 per hour"
LINES_OF_A_SITE: Final = 16
NEIGHBOURS: Final = 16


def init_rate_limits(app: Flask, storage: str) -> None:
    """Count where `storage` says: an address that `limits` knows, or empty for each process."""
    app.extensions["limits"] = FixedWindowRateLimiter(open_counter(storage))


def forget_counts(app: Flask) -> None:
    """Begin anew for everybody; for tests."""
    app.extensions["limits"].storage.reset()


def at_most(
    rate: str, *, methods: Collection[str] = ("GET", "HEAD", "POST")
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let one address ask for a page as often as `rate` says, such as "20 per minute"."""
    limit = parse(rate)

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def limited(*args: P.args, **kwargs: P.kwargs) -> R:
            if request.method in methods:
                _count(limit, str(request.endpoint))
            return view(*args, **kwargs)

        return limited

    return decorate


def count_action(rate: str, action: str, *, times: int = 1) -> None:
    """Count what a part of a page does, so many times; raises TooOften beyond `rate`."""
    _count(_parsed(rate), action, times)


def is_just_reached(rate: str, action: str, *, times: int, in_all: str) -> bool:
    """Count something that is not refused, and say whether that has just brought it to `rate`.

    It is counted by the nearest network alone, true once in a window of it, and in all no oftener
    than `in_all` says.
    """
    counter: FixedWindowRateLimiter = current_app.extensions["limits"]
    limit, (network, _) = _parsed(rate), networks_of(request.remote_addr or "")[0]
    before = counter.get_window_stats(limit, action, network).remaining
    counter.hit(limit, action, network, cost=times)
    return 0 < before <= times and counter.hit(_parsed(in_all), action, "in all")


def count_action_of(account_id: int, rate: str, action: str, *, times: int = 1) -> None:
    """Count what a person does, from wherever, so many times; raises TooOften beyond `rate`."""
    _hit(_parsed(rate), action, f"account {account_id}", times, is_of_account=True)


def _count(limit: RateLimitItem, page: str, times: int = 1) -> None:
    for network, share in networks_of(request.remote_addr or ""):
        _hit(limit if share == 1 else _times(limit, share), page, network, times)


def _hit(
    limit: RateLimitItem, page: str, who: str, times: int, *, is_of_account: bool = False
) -> None:
    counter: FixedWindowRateLimiter = current_app.extensions["limits"]
    if not counter.hit(limit, page, who, cost=times):
        end = counter.get_window_stats(limit, page, who).reset_time
        raise TooOften(seconds=max(1, round(end - time.time())), is_of_account=is_of_account)


def networks_of(address: str) -> tuple[tuple[str, int], ...]:
    """Under what an address is counted, and how many times the limit each may have.

    Of IPv6 the first half is one line: a house has all of the second. Who has a /48 has 65,536 such
    lines, and together they may ask for as much as sixteen; so may the 256 addresses of a /24.
    """
    try:
        if ":" not in address:
            near = str(IPv4Network((address, 24), strict=False))
            return (address, 1), (near, NEIGHBOURS)
        line, site = (str(IPv6Network((address, length), strict=False)) for length in (64, 48))
    except ValueError:  # with a zone, or none at all
        return ((address, 1),)
    return (line, 1), (site, LINES_OF_A_SITE)


@lru_cache(maxsize=64)
def _parsed(rate: str) -> RateLimitItem:
    return parse(rate)


@lru_cache(maxsize=64)
def _times(limit: RateLimitItem, times: int) -> RateLimitItem:
    """A limit that lets through so many times as much."""
    return type(limit)(limit.amount * times, limit.multiples, limit.namespace)
