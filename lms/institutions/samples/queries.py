"""Samples as those see them who look, and what the answers of each institution come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, select

from lms.accounts.models import Account, EmployeeNumber
from lms.accounts.one_person import kept_of
from lms.db import current_connection
from lms.institutions.models import Institution, Posting
from lms.institutions.reach import holds
from lms.institutions.samples.errors import NoSuchSample
from lms.institutions.samples.models import (
    ConfirmationSample,
    SampleAnswer,
    SampledConfirmation,
)
from lms.institutions.samples.rules import Trust
from lms.institutions.scope import Scope

PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class Asker:
    """Who looks: for whose people they answer, None for coordinators, and who they are."""

    scope: Scope | None
    account_id: int


@dataclass(frozen=True, slots=True)
class ListedSample:
    """One person of a sample, by the end of their number, and what was said."""

    sampled_id: int
    name: str
    number_ending: str
    institution_name: str
    week_on: date
    asked_at: datetime
    passed_on_at: datetime | None
    answered_at: datetime | None
    answer: SampleAnswer | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class InstitutionTrust:
    """How the confirmations of an institution stand the test."""

    institution_id: int
    name: str
    trust: Trust


def count_open_samples(asker: Asker) -> int:
    """About how many people somebody is asked now."""
    number: int = current_connection().execute(open_samples(asker)).scalar_one()
    return number


def list_open_samples(asker: Asker, page: int = 1) -> Sequence[ListedSample]:
    """Those people, the earliest asked first; PAGE_SIZE of a page."""
    given = {"limit": PAGE_SIZE, "offset": (max(page, 1) - 1) * PAGE_SIZE}
    return [ListedSample(*row) for row in current_connection().execute(_listed(asker), given)]


def get_sample(asker: Asker, sampled_id: int) -> ListedSample:
    """One of them, or one that was answered since; raises NoSuchSample."""
    found = _samples().where(_is_asked(asker), SampledConfirmation.id == sampled_id)
    row = current_connection().execute(found).one_or_none()
    if row is None:
        raise NoSuchSample
    return ListedSample(*row)


def count_trust() -> int:
    """Of how many institutions a sample was drawn."""
    number: int = current_connection().execute(_PLACES).scalar_one()
    return number


def list_trust(page: int = 1) -> Sequence[InstitutionTrust]:
    """What the answers come to, by institution; where most were found wrong first."""
    given = {"limit": PAGE_SIZE, "offset": (max(page, 1) - 1) * PAGE_SIZE}
    return [
        InstitutionTrust(key, name, Trust(*(int(number) for number in numbers)))
        for key, name, *numbers in current_connection().execute(_TRUST, given)
    ]


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


_NO = _sum(SampledConfirmation.answer == SampleAnswer.NO)
_PLACES = select(func.count(SampledConfirmation.institution_id.distinct()))
_TRUST = (
    select(
        Institution.id,
        Institution.name,
        _sum(SampledConfirmation.answer == SampleAnswer.YES),
        _NO,
        _sum(SampledConfirmation.answer == SampleAnswer.UNKNOWN),
        _sum(SampledConfirmation.answer.is_(None)),
    )
    .join(Institution, Institution.id == SampledConfirmation.institution_id)
    .group_by(Institution.id, Institution.name)
    .order_by(_NO.desc(), Institution.name, Institution.id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)


@lru_cache(maxsize=1_000)
def open_samples(asker: Asker) -> Select[int]:
    """What counts them. Kept for each officer: to write it costs more than to ask it."""
    return (
        select(func.count())
        .select_from(SampledConfirmation)
        .where(SampledConfirmation.answered_at.is_(None), _is_asked(asker))
    )


@lru_cache(maxsize=1_000)
def _listed(asker: Asker) -> Select[*tuple[Any, ...]]:
    return (
        _samples()
        .where(SampledConfirmation.answered_at.is_(None), _is_asked(asker))
        .order_by(SampledConfirmation.asked_at, SampledConfirmation.id)
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )


def _samples() -> Select[*tuple[Any, ...]]:
    return (
        select(
            SampledConfirmation.id,
            Account.name,
            func.coalesce(func.substr(EmployeeNumber.number, 16), ""),
            Institution.name,
            ConfirmationSample.week_on,
            SampledConfirmation.asked_at,
            SampledConfirmation.passed_on_at,
            SampledConfirmation.answered_at,
            SampledConfirmation.answer,
            SampledConfirmation.reason,
        )
        .select_from(SampledConfirmation)
        .join(ConfirmationSample, ConfirmationSample.id == SampledConfirmation.sample_id)
        .join(Account, Account.id == SampledConfirmation.account_id)
        .join(Institution, Institution.id == SampledConfirmation.institution_id)
        .outerjoin(
            EmployeeNumber,
            and_(EmployeeNumber.account_id == Account.id, EmployeeNumber.ended_on.is_(None)),
        )
    )


def _is_asked(asker: Asker) -> ColumnElement[bool]:
    """That somebody is asked: of their own people whom another confirmed, or what was passed on."""
    is_another = and_(
        SampledConfirmation.account_id != asker.account_id,
        func.coalesce(kept_of(SampledConfirmation.confirmer_id), 0) != asker.account_id,
    )
    if asker.scope is None:
        return and_(SampledConfirmation.passed_on_at.is_not(None), is_another)
    stood = exists().where(
        Posting.account_id == SampledConfirmation.account_id,
        Posting.institution_id == SampledConfirmation.institution_id,
        holds(asker.scope),
    )
    places = SampledConfirmation.institution_id.in_(asker.scope.all_institution_ids)
    return and_(places, stood, is_another)
