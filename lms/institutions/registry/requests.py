"""Requests of people who did not find their institution: kept until a coordinator knows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, select

from lms.accounts.models import Account
from lms.audit import record
from lms.db import current_connection, db
from lms.institutions.models import Institution, Posting, PostingSource, Unit
from lms.institutions.postings import add_posting
from lms.institutions.registry.errors import NoSuchRequest, SuccessorUnfit
from lms.institutions.registry.models import InstitutionRequest
from lms.institutions.registry.relocation import find_present_place
from lms.institutions.registry.rules import Editor

# So many are answered in one transaction; the others of the same words stay in the list.
MOST_AT_ONCE: Final = 100
_WORDS = func.lower(InstitutionRequest.words)


@dataclass(frozen=True, slots=True)
class RequestGroup:
    """What some people wrote for their institution: how many of them, and since when."""

    id: int
    words: str
    people_count: int
    asked_at: datetime


def settle_registered(
    account_id: int,
    institution_id: int | None,
    unit_id: int | None,
    words: str | None,
    *,
    now: datetime,
) -> None:
    """Note where somebody says that they work whose registration was answered; unconfirmed.

    Where it has ended meanwhile, they stand at what follows it. Who did not find their institution,
    or whose institution nothing follows, has a request.
    """
    place, unit = (None, None)
    if institution_id is not None:
        words = words or db.session.get_one(Institution, institution_id).name
        place, unit = find_present_place(institution_id, unit_id)
    if place is None:
        db.session.add(InstitutionRequest(account_id=account_id, words=words or "", asked_at=now))
        db.session.flush()
        return
    _post(account_id, place, unit, now=now)


def count_requests() -> int:
    """How many people wait for their institution to be found."""
    waiting = select(func.count()).where(InstitutionRequest.closed_at.is_(None))
    return db.session.scalar(waiting) or 0


def list_requests(*, limit: int = 200) -> list[RequestGroup]:
    """What those who wait have written, most people first; one line for the same words."""
    count = func.count()
    statement = (
        select(
            func.min(InstitutionRequest.id),
            func.min(InstitutionRequest.words),
            count,
            func.min(InstitutionRequest.asked_at),
        )
        .where(InstitutionRequest.closed_at.is_(None))
        .group_by(_WORDS)
        .order_by(count.desc(), func.min(InstitutionRequest.id))
        .limit(limit)
    )
    return [RequestGroup(*row) for row in db.session.execute(statement)]


def answer_request(
    editor: Editor, request_id: int, institution_id: int, unit_id: int | None, *, now: datetime
) -> int:
    """Post all who wrote the same words at an institution, unconfirmed; returns how many.

    Whoever has been put on a staff list meanwhile stays there. Raises NoSuchRequest, and
    SuccessorUnfit for an institution or a unit that has ended.
    """
    editor.require_whole()
    _require_in_force(institution_id, unit_id)
    words = db.session.scalar(
        select(_WORDS).where(
            InstitutionRequest.id == request_id, InstitutionRequest.closed_at.is_(None)
        )
    )
    if words is None:
        raise NoSuchRequest
    requests = db.session.scalars(
        select(InstitutionRequest)
        .where(words == _WORDS, InstitutionRequest.closed_at.is_(None))
        .order_by(InstitutionRequest.account_id)
        .limit(MOST_AT_ONCE)
        .with_for_update()
    ).all()
    for each in requests:
        each.closed_at, each.closed_by_id = now, editor.actor_id
        each.institution_id = institution_id
        if _stands_nowhere(each.account_id):
            _post(each.account_id, institution_id, unit_id, now=now)
            record(
                "institution.found",
                f"account:{each.account_id}",
                actor_id=editor.actor_id,
                now=now,
                institution_id=institution_id,
            )
    db.session.flush()
    return len(requests)


_OPEN = select(InstitutionRequest.words).where(
    InstitutionRequest.account_id == bindparam("account_id"),
    InstitutionRequest.closed_at.is_(None),
)


def find_open_request(account_id: int) -> str | None:
    """What somebody wrote for an institution that is still looked for."""
    return current_connection().execute(_OPEN, {"account_id": account_id}).scalar()


def _stands_nowhere(account_id: int) -> bool:
    """Holds the person's row, so that no staff list posts them meanwhile."""
    db.session.execute(
        select(Account.id).where(Account.id == account_id).with_for_update(key_share=True)
    )
    present = select(Posting.id).where(Posting.account_id == account_id, Posting.ended_on.is_(None))
    return db.session.scalar(present) is None


def _require_in_force(institution_id: int, unit_id: int | None) -> None:
    institution = db.session.get(Institution, institution_id)
    unit = None if unit_id is None else db.session.get(Unit, unit_id)
    if institution is None or institution.ended_on is not None:
        raise SuccessorUnfit
    if unit is not None and (unit.institution_id != institution_id or unit.ended_on is not None):
        raise SuccessorUnfit


def _post(account_id: int, institution_id: int, unit_id: int | None, *, now: datetime) -> None:
    add_posting(
        db.session.get_one(Account, account_id),
        db.session.get_one(Institution, institution_id),
        PostingSource.SELF,
        now=now,
        unit_id=unit_id,
    )
