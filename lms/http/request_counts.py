"""Where requests are counted for the rate limits: in each process, or for all hosts together."""

import logging
import time
from collections.abc import Callable
from itertools import islice
from threading import Lock
from typing import Final, TypeVar, cast

from limits.storage import Storage, storage_from_string

R = TypeVar("R")

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


def open_counter(uri: str) -> Storage:
    """Where to count: an address that `limits` knows, or empty for the memory of this process."""
    # The library's `memory://` was our default once.
    if uri in {"", "memory://"}:
        return ProcessStorage()
    return SharedStorage(_open_shared(uri))


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
