"""How much is asked of this process, and what its pages leave out then (ADR 65)."""

import logging
import os
import socket
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from threading import Event, Lock, Thread
from typing import Final, ParamSpec, TypeVar, cast

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from lms.clock import utc_now
from lms.db import transaction
from lms.errors import Refusal
from lms.http.permits import Permits
from lms.load.queries import find_reduced
from lms.load.rules import Course, Level, follow, next_turn
from lms.load.service import HOLDS_FOR, note_level
from lms.measures import count_left_out
from lms.measures import note_level as measure_level

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger("sakuham")

LOOK_SECONDS: Final = 0.25
OLDEST_SECONDS: Final = 60.0
"""How old figures may be while too much is asked."""
MOST_KEPT: Final = 256


class LeftOut(Refusal):
    """What was asked for is left out while too much is asked of the house."""


class Load:
    """The level of service of one process, and what it keeps for the time of a rush."""

    def __init__(self, app: Flask, permits: Permits) -> None:
        self._app = app
        self._permits = permits
        self._course = Course()
        self._lock = Lock()
        self._is_watching = False
        self._wanted = Event()
        self._noted_at = 0.0
        self._last_turn = 0.0
        self._kept: OrderedDict[Hashable, tuple[float, object]] = OrderedDict()
        permits.on_wait = self._watch

    @property
    def level(self) -> Level:
        """What this process leaves out at this moment."""
        return self._course.level

    def come_to(self, level: Level) -> None:
        """Be at a level from now on, as if waiting had led there."""
        self._go(Course(level, self._course.is_crowded, time.monotonic()))

    def take_turn(self, now: float) -> float:
        """A turn in the line of those who sign up, in seconds since 1970."""
        with self._lock:
            self._last_turn = next_turn(self._last_turn, now)
            return self._last_turn

    def older(self, key: Hashable, read: Callable[[], R]) -> R:
        """What `read` gives, or gave a minute ago at most for the same key."""
        now = time.monotonic()
        with self._lock:
            read_at, kept = self._kept.get(key, (now - OLDEST_SECONDS, None))
        if now - read_at < OLDEST_SECONDS:
            count_left_out("newest figures")
            return cast(R, kept)
        value = read()
        with self._lock:
            self._kept[key] = now, value
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return value

    def forget(self) -> None:
        """Begin anew; for tests."""
        self.come_to(Level.ALL)
        self._last_turn = 0.0
        self._kept.clear()

    def _watch(self) -> None:
        """Begin to look: in a process that serves, once somebody has to wait there."""
        if not self._is_watching:
            with self._lock:
                is_first, self._is_watching = not self._is_watching, True
            if is_first:
                Thread(target=self._keep_looking, name="load", daemon=True).start()
        self._wanted.set()

    def _keep_looking(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            while self._look():
                time.sleep(LOOK_SECONDS)

    def _look(self) -> bool:
        """Take a look; whether another one is to follow."""
        wait, now = self._permits.oldest_wait(), time.monotonic()
        course = follow(self._course, wait, now)
        if course.level is not self._course.level:
            log.warning("service level %d: %s", course.level, course.level.name.lower())
        self._go(course)
        return bool(course.level or course.is_crowded or wait)

    def _go(self, course: Course) -> None:
        is_changed = course.level is not self._course.level
        self._course = course
        if is_changed:
            measure_level(course.level)
        is_due = course.level and time.monotonic() - self._noted_at > _NOTE_SECONDS
        if is_changed or is_due:
            self._note(course.level)

    def _note(self, level: Level) -> None:
        """Tell the others; where the database is busy or away, at another look."""
        try:
            with self._app.app_context(), transaction(is_patient=False):
                note_level(_process_name(), level, now=utc_now())
        except SQLAlchemyError as error:
            log.info("the level of service is noted later: %s", error)
        else:
            self._noted_at = time.monotonic()


_NOTE_SECONDS: Final = HOLDS_FOR / timedelta(seconds=3)


def init_load(app: Flask, permits: Permits) -> None:
    """Have the application know how much is asked of it."""
    app.extensions["load"] = Load(app, permits)


def current_load() -> Load:
    """That of the process which answers."""
    load: Load = current_app.extensions["load"]
    return load


@dataclass(frozen=True, slots=True)
class ServiceState:
    """What is left out on all hosts; `is_known`: whether the database could be asked."""

    level: Level
    since: datetime | None
    as_of: datetime
    is_known: bool


def read_service_state(*, now: datetime) -> ServiceState:
    """That of the process that leaves out most; of this one alone where no other is heard of."""
    own = current_load().level
    try:
        reduced = find_reduced(now=now)
    except SQLAlchemyError:
        return ServiceState(own, None, now, is_known=False)
    return ServiceState(max(reduced.level, own), reduced.since, now, is_known=True)


def older_at_a_rush(key: Hashable, read: Callable[[], R]) -> R:
    """A figure: read now, or a minute old at most while too much is asked."""
    load = current_load()
    return load.older(key, read) if load.level >= Level.OLDER_FIGURES else read()


def left_out_from(
    level: Level, refusal: type[LeftOut], what: str
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Refuse a page from a level of service on; `what` names it in the metrics."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def reduced(*args: P.args, **kwargs: P.kwargs) -> R:
            if current_load().level >= level:
                count_left_out(what)
                raise refusal
            return view(*args, **kwargs)

        return reduced

    return decorate


def _process_name() -> str:
    return f"{socket.gethostname()[:60]}:{os.getpid()}"
