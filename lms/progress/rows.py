"""The people on a page with all that is shown of them, read for these people only."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import aliased

from lms.accounts.enums import EmployeeKind
from lms.accounts.models import Account, EmployeeNumber
from lms.certificates.ledger import ends
from lms.certificates.models import Certificate, LedgerEntry, LedgerKind
from lms.db import current_connection
from lms.institutions.models import Unit
from lms.learning.models import ChapterRead, Enrolment
from lms.progress.models import StaffProgress
from lms.progress.modules import ListedModule
from lms.progress.places import Place
from lms.progress.rules import NEVER, Status, hours_in, status_of
from lms.progress.statements import among, as_ids, held_by, kept_account

_end = aliased(LedgerEntry)


@dataclass(frozen=True, slots=True)
class ModuleState:
    """How far a person is in a module, and their latest certificate of it.

    That in force, or else the latest that has ended or was revoked; is_expired and is_revoked say
    which. finished_on is the certificate's day, credit_hours are its own.
    """

    module_id: int
    status: Status
    finished_on: date | None = None
    certificate_code: str | None = None
    certificate_number: str | None = None
    title: str | None = None
    credit_hours: int | None = None
    is_expired: bool = False
    is_revoked: bool = False


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A person on a list, and how far they are.

    credit_hours are those of this year where they work. modules are in the order of
    `list_modules`. last_activity_at: in what they have begun.
    """

    posting_id: int
    account_id: int
    name: str
    employee_number: str | None
    kind: EmployeeKind | None
    email: str | None
    institution_id: int
    institution_name: str
    unit_id: int | None
    unit_name: str | None
    is_confirmed: bool
    is_activated: bool
    status: Status
    last_activity_at: datetime | None
    finished_on: date | None
    credit_hours: int
    modules: tuple[ModuleState, ...]

    @property
    def latest(self) -> ModuleState | None:
        """The module whose certificate in force was issued last, by its day."""
        held = [each for each in self.modules if each.status is Status.FINISHED]
        return max(held, key=lambda each: each.finished_on or NEVER, default=None)


class _Certificate(NamedTuple):
    account_id: int
    module_id: int
    code: str
    number: str
    title: str
    credit_hours: int
    completed_on: date
    valid_until: date | None
    ended_as: LedgerKind | None

    def expired(self, today: date) -> bool:
        return self.valid_until is not None and self.valid_until < today


class _Statements(NamedTuple):
    people: Select[*tuple[Any, ...]]
    certificates: Select[*tuple[Any, ...]]
    begun: Select[*tuple[Any, ...]]


@lru_cache(maxsize=2)
def _statements(dialect: str) -> _Statements:
    whose = among(dialect)
    people: Select[*tuple[Any, ...]] = (
        select(
            StaffProgress.account_id,
            StaffProgress.posting_id,
            Account.name,
            EmployeeNumber.number,
            Account.email,
            StaffProgress.institution_id,
            StaffProgress.unit_id,
            select(Unit.name)
            .where(Unit.id == StaffProgress.unit_id)
            .scalar_subquery()
            .label("unit_name"),
            StaffProgress.kind,
            StaffProgress.is_confirmed,
            StaffProgress.is_activated,
            StaffProgress.status,
            StaffProgress.finished_on,
            StaffProgress.year_hours,
        )
        .join(Account, Account.id == StaffProgress.account_id)
        .outerjoin(
            EmployeeNumber,
            and_(EmployeeNumber.account_id == Account.id, EmployeeNumber.ended_on.is_(None)),
        )
        .where(whose(StaffProgress.account_id))
    )
    certificates: Select[*tuple[Any, ...]] = (
        select(
            kept_account(Certificate.account_id),
            Certificate.module_id,
            Certificate.code,
            Certificate.number,
            Certificate.title,
            Certificate.credit_hours,
            Certificate.completed_on,
            Certificate.valid_until,
            # Of each certificate by itself: a join goes through all that was ever revoked.
            select(_end.kind)
            .where(_end.certificate_id == Certificate.id, ends(_end))
            .scalar_subquery()
            .label("ended_as"),
        )
        .where(held_by(dialect, Certificate.account_id), Certificate.edition_id.is_not(None))
        .order_by(Certificate.id)
    )
    # A value for the same reason, of as many as have read anything.
    chapter = select(ChapterRead.enrolment_id).where(ChapterRead.enrolment_id == Enrolment.id)
    has_read = chapter.limit(1).correlate(Enrolment).scalar_subquery().is_not(None)
    kept = kept_account(Enrolment.account_id).label("kept")
    begun: Select[*tuple[Any, ...]] = (
        select(kept, Enrolment.module_id, func.max(Enrolment.last_activity_at))
        .where(held_by(dialect, Enrolment.account_id), has_read)
        .group_by(kept, Enrolment.module_id)
    )
    return _Statements(people, certificates, begun)


def read_rows(
    ids: Sequence[int], places: Sequence[Place], modules: Sequence[ListedModule]
) -> list[StaffRow]:
    """The people with these accounts, in this order, as far as they work in these places."""
    if not ids:
        return []
    connection = current_connection()
    dialect = connection.dialect.name
    asked, statements = {"ids": as_ids(dialect, ids)}, _statements(dialect)
    people = {row.account_id: row for row in connection.execute(statements.people, asked).all()}
    held: dict[int, list[_Certificate]] = defaultdict(list)
    for row in connection.execute(statements.certificates, asked).all():
        held[row[0]].append(_Certificate._make(row))
    begun: dict[int, dict[int, datetime]] = defaultdict(dict)
    for account_id, module_id, at in connection.execute(statements.begun, asked).all():
        begun[account_id][module_id] = at
    here = {place.institution_id: place for place in places}
    nothing = {each.module_id: ModuleState(each.module_id, Status.NOT_STARTED) for each in modules}
    return [
        _row(person, here[person.institution_id], held.get(key), begun.get(key), nothing)
        for key in ids
        if (person := people.get(key)) is not None and person.institution_id in here
    ]


def _row(
    person: Any,
    place: Place,
    held: Sequence[_Certificate] | None,
    begun: Mapping[int, datetime] | None,
    nothing: Mapping[int, ModuleState],
) -> StaffRow:
    states = dict(nothing)
    for module_id in begun or ():
        states[module_id] = ModuleState(module_id, Status.STARTED)
    for certificate in held or ():
        states[certificate.module_id] = _with(
            states[certificate.module_id], certificate, place.today
        )
    return StaffRow(
        posting_id=person.posting_id,
        account_id=person.account_id,
        name=person.name,
        employee_number=person.number,
        kind=EmployeeKind(person.kind) if person.kind else None,
        email=person.email,
        institution_id=place.institution_id,
        institution_name=place.name,
        unit_id=person.unit_id or None,
        unit_name=person.unit_name,
        is_confirmed=person.is_confirmed,
        is_activated=person.is_activated,
        status=status_of(person.status),
        last_activity_at=max(begun.values()) if begun else None,
        finished_on=None if person.finished_on == NEVER else person.finished_on,
        credit_hours=hours_in(place.today.year, person.year_hours),
        modules=tuple(states.values()),
    )


def _with(state: ModuleState, certificate: _Certificate, today: date) -> ModuleState:
    """A module's state with one certificate more, in the order of their issue."""
    if certificate.ended_as is LedgerKind.REPLACED:
        return state
    is_revoked = certificate.ended_as is LedgerKind.REVOKED
    is_expired = not is_revoked and certificate.expired(today)
    if state.status is Status.FINISHED and (is_revoked or is_expired):
        return state
    return ModuleState(
        certificate.module_id,
        state.status if is_revoked or is_expired else Status.FINISHED,
        certificate.completed_on,
        certificate.code,
        certificate.number,
        certificate.title,
        certificate.credit_hours,
        is_expired=is_expired,
        is_revoked=is_revoked,
    )
