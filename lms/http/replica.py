"""What may lag is read from a replica, while there is one that does not lag too much (ADR 66).

Only what is the same for everybody, and only for whoever is not signed in: a person's own answers,
certificates, roles and sessions are read where they are stored.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from threading import Lock
from typing import Final, ParamSpec, TypeVar

from flask import Flask, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from lms.clock import utc_now
from lms.db import Unit, read_only
from lms.errors import NotFound
from lms.http.cookies import name_of
from lms.http.csrf import SAFE_METHODS
from lms.http.principal import COOKIE
from lms.load.queries import find_beat

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger("sakuham")

LOOK_SECONDS: Final = 1.0
"""A replica is looked at again after so long."""
_MARK: Final = "may_lag"


class Replica:
    """Whether a replica may be asked, as it was seen a second ago at most."""

    def __init__(self, app: Flask, most: timedelta) -> None:
        self._app = app
        self._most = most
        self._lock = Lock()
        self._looked_at: float | None = None
        self._is_fit = False

    def is_fit(self) -> bool:
        """Whether it answers and does not lag too much; one looks, and the others do not wait."""
        now = time.monotonic()
        looked_at = self._looked_at
        if looked_at is not None and now - looked_at < LOOK_SECONDS:
            return self._is_fit
        if self._lock.acquire(blocking=False):
            try:
                self._note(is_fit=self._look())
            finally:
                self._lock.release()
        return self._is_fit

    def give_up(self) -> None:
        """Ask it no more until it has been looked at again: it has just failed somebody."""
        self._note(is_fit=False)

    def _note(self, *, is_fit: bool) -> None:
        if is_fit != self._is_fit:
            log.warning("the replica is %s", "asked" if is_fit else "not asked: away, or lagging")
        self._is_fit, self._looked_at = is_fit, time.monotonic()

    def _look(self) -> bool:
        try:
            with self._app.app_context(), read_only(may_lag=True):
                beat_at = find_beat()
        except SQLAlchemyError:
            return False
        return beat_at is not None and utc_now() - beat_at <= self._most


def init_replica(app: Flask, lag_seconds: int) -> None:
    """Have the application know its replica, if it has one."""
    has_one = bool(app.config["DATABASE_REPLICA_URL"])
    app.extensions["replica"] = Replica(app, timedelta(seconds=lag_seconds)) if has_one else None


def may_lag(view: Callable[P, R]) -> Callable[P, R]:
    """Say that a page shows the same to everybody, and may do so some seconds late.

    What the replica has not got yet, or cannot say, is asked of the primary in the same request.
    """

    @wraps(view)
    def lagging(*args: P.args, **kwargs: P.kwargs) -> R:
        unit: Unit = g.unit
        if not unit.may_lag:
            return view(*args, **kwargs)
        try:
            return view(*args, **kwargs)
        except NotFound:
            unit.leave_replica()
        except SQLAlchemyError:
            unit.leave_replica()
            replica: Replica = current_app.extensions["replica"]
            replica.give_up()
        return view(*args, **kwargs)

    setattr(lagging, _MARK, True)
    return lagging


def list_lagging(app: Flask) -> set[str]:
    """The endpoints of which that was said."""
    return {name for name, view in app.view_functions.items() if getattr(view, _MARK, False)}


def reads_from_replica() -> bool:
    """Whether what this request asks for is to be read from the replica."""
    replica: Replica | None = current_app.extensions["replica"]
    if replica is None or request.method not in SAFE_METHODS or request.endpoint is None:
        return False
    view = current_app.view_functions.get(request.endpoint)
    is_somebody = name_of(COOKIE) in request.cookies or "Authorization" in request.headers
    return getattr(view, _MARK, False) and not is_somebody and replica.is_fit()
