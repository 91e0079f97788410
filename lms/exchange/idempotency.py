"""Requests that are named, and so are done once however often they are sent.

A name is claimed in a transaction of its own, so that whoever sends the same meanwhile is told. The
answer is stored in the transaction of the work: both are there, or neither. Whoever claims a name
that was cut off has it from then on, and what the former still stores is refused.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, bindparam, delete, exists, select, update

from lms.db import current_connection, store_once
from lms.exchange.errors import IdempotencyKeyReused, StillAtWork
from lms.exchange.models import IdempotencyKey

KEPT_FOR: Final = timedelta(hours=24)
"""How long an answer is given again."""

GIVEN_UP_AFTER: Final = timedelta(minutes=2)
"""Whoever has not answered by then was cut off: no request takes so long."""

_KEY: Final = IdempotencyKey
_IS_IT: Final = and_(_KEY.api_token_id == bindparam("of_token"), _KEY.name == bindparam("of_name"))
_IS_OURS: Final = and_(_IS_IT, _KEY.claim_count == bindparam("of_claim"), _KEY.status.is_(None))
_KEPT: Final = (
    select(
        _KEY.request_hash,
        _KEY.claimed_at,
        _KEY.claim_count,
        _KEY.status,
        _KEY.content_type,
        _KEY.body,
    )
    .where(_IS_IT)
    .with_for_update()
)
_FORGET_OLD: Final = delete(_KEY).where(_IS_IT, _KEY.expires_at <= bindparam("now"))
_CLAIM_AGAIN: Final = (
    update(_KEY)
    .where(_IS_OURS)
    .values(claim_count=_KEY.claim_count + 1, claimed_at=bindparam("now"))
)
_KEEP: Final = (
    update(_KEY)
    .where(_IS_OURS)
    .values(
        status=bindparam("answered"),
        content_type=bindparam("media_type"),
        body=bindparam("content"),
    )
)
_LET_GO: Final = delete(_KEY).where(_IS_OURS)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """That a request is somebody's to work on: whose key, under which name, the how manieth try."""

    token_id: int
    name: str
    number: int

    @property
    def asked(self) -> dict[str, Any]:
        """What the statements ask to be told."""
        return {"of_token": self.token_id, "of_name": self.name, "of_claim": self.number}


def claim_request(
    token_id: int, name: str, request_hash: bytes, *, now: datetime
) -> Claim | Answer:
    """Take a named request on, or give what it was answered before.

    Raises IdempotencyKeyReused where the name was given to another request, and StillAtWork.
    """
    connection = current_connection()
    asked = {"of_token": token_id, "of_name": name}
    connection.execute(_FORGET_OLD, asked | {"now": now})
    row = {
        "api_token_id": token_id,
        "name": name,
        "request_hash": request_hash,
        "claimed_at": now,
        "expires_at": now + KEPT_FOR,
        "claim_count": 1,
    }
    if store_once(_KEY, row, connection):
        return Claim(token_id, name, 1)
    kept = connection.execute(_KEPT, asked).one_or_none()
    if kept is None:  # it was let go this moment
        raise StillAtWork
    if kept.request_hash != request_hash:
        raise IdempotencyKeyReused
    if kept.status is not None:
        return Answer(kept.status, kept.content_type, kept.body)
    if kept.claimed_at > now - GIVEN_UP_AFTER:
        raise StillAtWork
    connection.execute(_CLAIM_AGAIN, asked | {"of_claim": kept.claim_count, "now": now})
    return Claim(token_id, name, kept.claim_count + 1)


def keep_answer(claim: Claim, answer: Answer) -> None:
    """Keep what a request was answered, in the transaction of its work.

    Raises StillAtWork where somebody else has taken it on meanwhile: the work is not to be stored.
    """
    kept = current_connection().execute(
        _KEEP,
        claim.asked
        | {
            "answered": answer.status,
            "media_type": answer.content_type,
            "content": answer.body,
        },
    )
    if kept.rowcount != 1:
        raise StillAtWork


def let_go(claim: Claim) -> None:
    """Have a request that was refused be one that was never sent; what was answered stays."""
    current_connection().execute(_LET_GO, claim.asked)


def has_old_answers(*, now: datetime) -> bool:
    """Whether answers are kept that nobody is given again."""
    return bool(current_connection().scalar(select(exists().where(_KEY.expires_at <= now))))


def forget_old_answers(*, now: datetime) -> None:
    """Delete those."""
    current_connection().execute(delete(_KEY).where(_KEY.expires_at <= now))
