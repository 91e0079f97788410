"""Rate limits by IP address, for what could be guessed at or sends mail.

Who is signed in and works through many is counted by account: an office has one address.
"""

import logging
import time
from collections.abc import Callable, Collection
from functools import lru_cache, wraps
from ipaddress import IPv4Network, IPv6Network
from itertools import islice
from threading import Lock
from typing import Final, ParamSpec, TypeVar, cast

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
AWAY_SECONDS: Final = 5.0
"""Who counts for all hosts, and has not answered, is left alone for so long."""
PATIENCE_SECONDS: Final = 1.0

log = logging.getLogger("sakuham")


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


class SharedStorage(Storage):
    """Counts for all hosts together, and while that cannot be, in the memory of this process.

    So nobody who signs in learns that the counter is away; who guesses has as many more guesses as
    there are processes, for that long.
    """

    STORAGE_SCHEME = ["shared"]  # noqa: RUF012 - how the library has it

    def __init__(self, shared: Storage) -> None:
        super().__init__()
        self._shared = shared
        self._own = ProcessStorage()
        self._lock = Lock()
        self._is_away = False
        self._asked_again_at = 0.0

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """What can go wrong when counting here: nothing."""
        return ()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count once more, and return how often that was since the window of seconds began."""
        return self._ask(lambda storage: storage.incr(key, expiry, amount))

    def get(self, key: str) -> int:
        """How often that was, in the window that runs."""
        return self._ask(lambda storage: storage.get(key))

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since 1970."""
        return self._ask(lambda storage: storage.get_expiry(key))

    def check(self) -> bool:
        """Whether counting works."""
        return True

    def reset(self) -> int | None:
        """Forget everything; returns how much that was."""
        return self._ask(lambda storage: storage.reset())

    def clear(self, key: str) -> None:
        """Forget one count."""
        self._ask(lambda storage: storage.clear(key))

    def _ask(self, count: Callable[[Storage], R]) -> R:
        if self._is_to_be_asked():
            try:
                counted = count(self._shared)
            except self._shared.base_exceptions as error:
                self._note_away(error)
            else:
                if self._is_away:
                    self._is_away = False
                    log.warning("requests are counted for all hosts together again")
                return counted
        return count(self._own)

    def _is_to_be_asked(self) -> bool:
        """Of those who come while it is away, one looks now and then, and the others go on."""
        if not self._is_away:
            return True
        with self._lock:
            now = time.monotonic()
            if now < self._asked_again_at:
                return False
            self._asked_again_at = now + AWAY_SECONDS
            return True

    def _note_away(self, error: Exception) -> None:
        with self._lock:
            self._asked_again_at = time.monotonic() + AWAY_SECONDS
            was_away, self._is_away = self._is_away, True
        if not was_away:
            log.warning("requests are counted by each process: %s", error)


def init_rate_limits(app: Flask, storage: str) -> None:
    """Count where `storage` says: an address that `limits` knows, or empty for each process."""
    # The library's `memory://` was our default once.
    if storage in {"", "memory://", "process://"}:
        counter = FixedWindowRateLimiter(ProcessStorage())
    else:
        counter = FixedWindowRateLimiter(SharedStorage(_open_shared(storage)))
    app.extensions["limits"] = counter


def _open_shared(uri: str) -> Storage:
    if uri.partition("://")[0] not in {"redis", "rediss", "redis+unix"}:
        return cast(Storage, storage_from_string(uri))
    # They are there where a job's queue needs them, too.
    from limits.storage import RedisStorage
    from redis import ConnectionPool
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    # By itself the client pauses and tries again for seconds, in which somebody waits for a page.
    # Once is enough for a connection that its server has closed meanwhile.
    pool = ConnectionPool.from_url(
        uri.replace("redis+unix", "unix"),
        socket_connect_timeout=PATIENCE_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 1),
    )
    return RedisStorage(uri, connection_pool=pool)


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
