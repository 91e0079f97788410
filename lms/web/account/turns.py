"""Turns of those who sign up: at a rush they come one after the other, and lose nothing typed."""

import time
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from math import ceil
from typing import Final, ParamSpec

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeSerializer

from lms.http.errors import carried_fields, error_for_a_program, wants_json
from lms.http.load import current_load
from lms.load.rules import Level, is_due, people_ahead
from lms.measures import count_left_out

P = ParamSpec("P")

FIELD: Final = "giliran"
LONGEST: Final = 200


def in_turn(
    view: Callable[P, ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Have whoever sends this form wait for a turn, while that is left out."""

    @wraps(view)
    def waiting(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        load = current_load()
        if request.method != "POST" or load.level < Level.SIGN_UPS_WAIT:
            return view(*args, **kwargs)
        now, turn = time.time(), _read_turn(request.form.get(FIELD, ""))
        if turn is not None and is_due(turn, now):
            return view(*args, **kwargs)
        if turn is None or turn < now:
            turn = load.take_turn(now)
        count_left_out("sign-up at once")
        return _wait(turn, now)

    return waiting


def _wait(turn: float, now: float) -> ResponseReturnValue:
    seconds = max(1, ceil(turn - now))
    headers = {"Retry-After": str(seconds), "Cache-Control": "no-store"}
    if wants_json():
        sentence = gettext("Pendaftaran sedang antre. Coba lagi sesudah giliran Anda.")
        answer = error_for_a_program(HTTPStatus.SERVICE_UNAVAILABLE, sentence)
        answer.headers.update(headers)
        return answer
    fields = [(name, value) for name, value in carried_fields() if name != FIELD]
    page = render_template(
        "account/turn.html",
        action=request.path,
        fields=[*fields, (FIELD, _serializer().dumps(turn))],
        ahead=people_ahead(turn, now),
        seconds=seconds,
    )
    return page, HTTPStatus.SERVICE_UNAVAILABLE, headers


def _read_turn(token: str) -> float | None:
    """When somebody's turn is; None for what was not made here."""
    if not token or len(token) > LONGEST:
        return None
    try:
        return float(_serializer().loads(token))
    except BadSignature:
        return None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="a turn to sign up")
