"""Doubts as those see them who answer: officers of their own people, coordinators of everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, select, true

from lms.accounts.models import Account, EmployeeNumber
from lms.accounts.one_person import kept_of
from lms.db import current_connection
from lms.institutions.doubts.errors import NoSuchDoubt
from lms.institutions.doubts.models import ConfirmationDoubt, DoubtAnswer, DoubtGround
from lms.institutions.doubts.rules import may_answer
from lms.institutions.models import Institution, Posting
from lms.institutions.reach import holds
from lms.institutions.scope import Scope

PAGE_SIZE: Final = 50
Reach = Scope | None
"""Whose people: an officer's own; None for everybody, for coordinators."""


@dataclass(frozen=True, slots=True)
class ListedDoubt:
    """One doubt: of whom, by the end of their number, where, why, and what was answered."""

    doubt_id: int
    name: str
    number_ending: str
    institution_id: int
    institution_name: str
    ground: DoubtGround
    words: str
    opened_at: datetime
    confirmer_id: int | None
    confirmed_on: date | None
    answered_at: datetime | None
    answer: DoubtAnswer | None
    evidence: str | None

    def may_be_upheld_by(self, account_id: int) -> bool:
        """Whether somebody may answer that the person is the institution's."""
        return may_answer(DoubtAnswer.UPHELD, account_id, self.confirmer_id)


def count_open_doubts(reach: Reach) -> int:
    """How many doubts wait for an answer."""
    number: int = current_connection().execute(open_doubts(reach)).scalar_one()
    return number


def list_open_doubts(reach: Reach, page: int = 1) -> Sequence[ListedDoubt]:
    """Those that wait, the oldest first; PAGE_SIZE of a page."""
    given = {"limit": PAGE_SIZE, "offset": (max(page, 1) - 1) * PAGE_SIZE}
    return [ListedDoubt(*row) for row in current_connection().execute(_listed(reach), given)]


def get_doubt(reach: Reach, doubt_id: int) -> ListedDoubt:
    """One of them, answered or not; raises NoSuchDoubt."""
    found = _doubts().where(_is_theirs(reach), ConfirmationDoubt.id == doubt_id)
    row = current_connection().execute(found).one_or_none()
    if row is None:
        raise NoSuchDoubt
    return ListedDoubt(*row)


@lru_cache(maxsize=1_000)
def open_doubts(reach: Reach) -> Select[int]:
    """What counts them. Kept for each officer: to write it costs more than to ask it."""
    return (
        select(func.count())
        .select_from(ConfirmationDoubt)
        .where(ConfirmationDoubt.answered_at.is_(None), _is_theirs(reach))
    )


@lru_cache(maxsize=1_000)
def _listed(reach: Reach) -> Select[*tuple[Any, ...]]:
    return (
        _doubts()
        .where(ConfirmationDoubt.answered_at.is_(None), _is_theirs(reach))
        .order_by(ConfirmationDoubt.id)
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )


def _doubts() -> Select[*tuple[Any, ...]]:
    return (
        select(
            ConfirmationDoubt.id,
            Account.name,
            func.coalesce(func.substr(EmployeeNumber.number, 16), ""),
            Institution.id,
            Institution.name,
            ConfirmationDoubt.ground,
            ConfirmationDoubt.words,
            ConfirmationDoubt.opened_at,
            kept_of(ConfirmationDoubt.confirmer_id),
            ConfirmationDoubt.confirmed_on,
            ConfirmationDoubt.answered_at,
            ConfirmationDoubt.answer,
            ConfirmationDoubt.evidence,
        )
        .select_from(ConfirmationDoubt)
        .join(Account, Account.id == ConfirmationDoubt.account_id)
        .join(Institution, Institution.id == ConfirmationDoubt.institution_id)
        .outerjoin(
            EmployeeNumber,
            and_(EmployeeNumber.account_id == Account.id, EmployeeNumber.ended_on.is_(None)),
        )
    )


def _is_theirs(reach: Reach) -> ColumnElement[bool]:
    if reach is None:
        return true()
    stood = exists().where(
        Posting.account_id == ConfirmationDoubt.account_id,
        Posting.institution_id == ConfirmationDoubt.institution_id,
        holds(reach),
    )
    # By the institutions first: the index of open doubts begins with them.
    return and_(ConfirmationDoubt.institution_id.in_(reach.all_institution_ids), stood)
