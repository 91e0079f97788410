"""A request is one transaction: stored when the answer is below 400, else as if never asked."""

import logging
from collections.abc import Callable

from flask import Blueprint, Flask, Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from lms.accounts.service import touch_device
from lms.clock import utc_now
from lms.db import Unit, transaction
from lms.exchange.service import touch_token
from lms.http.csrf import SAFE_METHODS
from lms.http.replica import reads_from_replica

log = logging.getLogger("sakuham")


def init_unit_of_work(app: Flask) -> None:
    """Begin every request's transaction, and leave nothing of it behind."""
    app.extensions["asking"] = set()
    app.before_request(_begin)
    app.teardown_request(_close)


def end_before_all_else(app: Flask) -> None:
    """End every request's transaction before anything else is done to its answer.

    To be called when whatever else looks at answers has been registered: Flask asks the last first.
    So an answer that takes the place of one that could not be stored gets its headers too.
    """
    app.after_request(_end)


def store_at_once(work: Callable[[], None]) -> None:
    """Store something now, in a transaction of its own, though the request only reads."""
    with transaction():
        work()


def only_asks(blueprint: Blueprint, view: str) -> None:
    """Say of a view that is asked with a body that it stores nothing: it waits for no writer."""
    endpoint = f"{blueprint.name}.{view}"
    blueprint.record(lambda state: state.app.extensions["asking"].add(endpoint))


def let_others_write() -> None:
    """End what looking the visitor up has begun, before work that takes long.

    To be called while nothing is stored yet: it would be undone.
    """
    unit: Unit = g.unit
    unit.rollback()


def _begin() -> None:
    """A safe request only reads, so it never waits for a writer nor makes one wait."""
    g.unit = Unit(is_read_only=is_question(), may_lag=reads_from_replica()).open()


def is_question() -> bool:
    """Whether the request only reads."""
    if request.method in SAFE_METHODS:
        return True
    return request.endpoint in current_app.extensions["asking"]


def _end(response: Response) -> Response:
    if is_question():
        return response
    unit: Unit = g.unit
    if response.status_code >= 400:
        unit.abandon()
        return response
    try:
        unit.commit()
    except Exception as error:  # noqa: BLE001 - whatever it is, nothing was stored, and that is said
        return current_app.make_response(current_app.handle_user_exception(error))
    return response


def _close(_error: BaseException | None) -> None:
    unit: Unit | None = g.pop("unit", None)
    if unit is not None:
        unit.close()
    device_id, token_id = g.pop("device_to_touch", None), g.pop("token_to_touch", None)
    if device_id is not None:
        _touch("device", touch_device, device_id)
    if token_id is not None:
        _touch("token", touch_token, token_id)


def _touch(what: str, touch: Callable[..., None], key: int) -> None:
    """Note that a device or a key is in use, if that keeps nobody waiting; else another time."""
    try:
        with transaction(is_patient=False):
            touch(key, now=utc_now())
    except SQLAlchemyError as error:
        log.info("%s %s is noted later: %s", what, key, error)
