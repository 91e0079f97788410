"""A request is one transaction: stored when the answer is below 400, else as if never asked."""

from collections.abc import Callable

from flask import Flask, Response, g, request

from lms.accounts.service import touch_device
from lms.clock import utc_now
from lms.db import Unit, transaction
from lms.http.forgery import SAFE_METHODS


def init_unit_of_work(app: Flask) -> None:
    """Begin and end every request's transaction."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_close)


def store_at_once(work: Callable[[], None]) -> None:
    """Store something now, in a transaction of its own, though the request only reads."""
    with transaction():
        work()


def _begin() -> None:
    """A safe request only reads, so it never waits for a writer nor makes one wait."""
    g.unit = Unit(is_reading=request.method in SAFE_METHODS).open()


def _end(response: Response) -> Response:
    if request.method not in SAFE_METHODS:
        unit: Unit = g.unit
        if response.status_code < 400:
            unit.commit()
        else:
            unit.rollback()
    return response


def _close(_error: BaseException | None) -> None:
    unit: Unit | None = g.pop("unit", None)
    if unit is not None:
        unit.close()
    device_id = g.pop("device_to_touch", None)
    if device_id is not None:
        store_at_once(lambda: touch_device(device_id, now=utc_now()))
