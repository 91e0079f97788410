"""Rate limits by IP address, for what could be guessed at or sends mail.

Who is signed in and works through many is counted by account: an office has one address.
"""

import time
from collections.abc import Callable, Collection
from functools import lru_cache, wraps
from ipaddress import IPv4Network, IPv6Network
from itertools import islice
from threading import Lock
from typing import Final, ParamSpec, TypeVar

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from lms.http.errors import TooOften

P = ParamSpec("P")
R = TypeVar("R")

SIGN_INS: Final = "20 per minute"
MAIL_REQUESTS: Final = "10 per hour"
LINES_OF_A_SITE: Final = 16
NEIGHBOURS: Final = 16
MAX_ADDRESSES: Final = 50_000


class ProcessStorage(Storage):
    """Counts in the memory of one process.

    To be reported to `limits`, and deleted when it is mended there: in 5.8 its own `memory://`
    starts a thread to tidy up at nearly every hit, which costs more than the rest of a small page.
    """

    STORAGE_SCHEME = ["process"]  # noqa: RUF012 - how the library has it

    def __init__(self, uri: str | None = None, **_options: float | str | bool) -> None:
        super().__init__(uri)
        self._counts: dict[str, tuple[int, float]] = {}
        self._lock = Lock()

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """What can go wrong when counting here: nothing."""
        return ()

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count once more, and return how often that was since the window of seconds began."""
        now = time.time()
        with self._lock:
            count, end = self._counts.get(key, (0, 0.0))
            if end <= now:
                count, end = 0, now + expiry
                if len(self._counts) >= MAX_ADDRESSES:
                    self._make_room(now)
            self._counts[key] = count + amount, end
        return count + amount

    def _make_room(self, now: float) -> None:
        """Forget what is past, and the oldest tenth if that is not enough."""
        running = {key: count for key, count in self._counts.items() if count[1] > now}
        surplus = len(running) - MAX_ADDRESSES * 9 // 10
        self._counts = dict(islice(running.items(), max(0, surplus), None))

    def get(self, key: str) -> int:
        """How often that was, in the window that runs."""
        count, end = self._counts.get(key, (0, 0.0))
        return count if end > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since 1970."""
        return self._counts.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        """Whether counting works."""
        return True

    def reset(self) -> int:
        """Forget everything; returns how much that was."""
        forgotten = len(self._counts)
        self._counts = {}
        return forgotten

    def clear(self, key: str) -> None:
        """Forget one count."""
        self._counts.pop(key, None)


def init_rate_limits(app: Flask, storage: str) -> None:
    """Count where `storage` says: an address that `limits` knows, or empty for each process."""
    # The library's `memory://` was our default once.
    uri = "process://" if storage in {"", "memory://"} else storage
    counter = FixedWindowRateLimiter(storage_from_string(uri))
    app.extensions["limits"] = counter


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
