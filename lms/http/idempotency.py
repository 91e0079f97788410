"""Named requests: whoever sends one again is given the same answer, and nothing is done twice.

As the IETF's draft of the header Idempotency-Key has it.
"""

import logging
import re
from functools import partial
from hashlib import sha256
from typing import Final

from flask import Blueprint, Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from lms.clock import utc_now
from lms.exchange.errors import BadIdempotencyKey
from lms.exchange.idempotency import Answer, Claim, claim_request, keep_answer, let_go
from lms.http.tokens import WITH_BODY, current_caller
from lms.http.unit_of_work import is_question, let_others_write, store_at_once

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
NAME: Final = re.compile(r"[!-~]{1,200}", re.ASCII)

log = logging.getLogger("sakuham")


def answer_once(blueprint: Blueprint) -> None:
    """Have what is stored by a part of the API be done once for each name; after its door."""
    blueprint.before_request(_claim)
    blueprint.after_request(_keep)


def _claim() -> Response | None:
    name = request.headers.get(HEADER)
    if name is None or request.method not in WITH_BODY or is_question():
        return None
    if not NAME.fullmatch(name):
        raise BadIdempotencyKey
    taken: list[Claim | Answer] = []

    def take() -> None:
        token_id = current_caller().token_id
        taken.append(claim_request(token_id, name, _hash_of_request(), now=utc_now()))

    let_others_write()
    store_at_once(take)
    (found,) = taken
    if isinstance(found, Claim):
        g.claim = found
        return None
    response = Response(found.body, found.status, content_type=found.content_type)
    response.headers[REPLAYED] = "true"
    return response


def _hash_of_request() -> bytes:
    head = f"{request.method} {request.full_path}\n"
    return sha256(head.encode() + request.get_data()).digest()


def _keep(response: Response) -> Response:
    """Store the answer with the work, before both are; let a request go that was refused."""
    claim: Claim | None = g.pop("claim", None)
    if claim is None:
        return response
    if response.status_code >= 400:
        g.unit.abandon()
        _let_go(claim)
        return response
    content_type = response.content_type or "application/json"
    try:
        keep_answer(claim, Answer(response.status_code, content_type, response.get_data()))
    except Exception as error:  # noqa: BLE001 - whatever it is, nothing is stored, and that is said
        return current_app.make_response(current_app.handle_user_exception(error))
    return response


def _let_go(claim: Claim) -> None:
    try:
        store_at_once(partial(let_go, claim))
    except SQLAlchemyError as error:
        log.info("a named request is let go later: %s", error)
