"""What stands in the state's record of certificates, for officers, holders and coordinators."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.models import Account
from lms.certificates.models import Certificate
from lms.db import AnyRow, current_connection
from lms.institutions.models import Institution, Posting
from lms.personnel.enums import RecordState, Trouble
from lms.personnel.errors import NoSuchRecord
from lms.personnel.models import PersonnelOptIn, PersonnelRecord
from lms.transparency.queries import find_checkpoint

PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """How a certificate stands in the state's record, for its holder and their officer."""

    state: RecordState
    trouble: Trouble | None
    receipt_id: str | None
    recorded_at: datetime | None


_ENTRIES: Final = (
    select(
        Certificate.code,
        PersonnelRecord.state,
        PersonnelRecord.trouble,
        PersonnelRecord.receipt_id,
        PersonnelRecord.recorded_at,
    )
    .join(Certificate, Certificate.id == PersonnelRecord.certificate_id)
    .where(Certificate.code.in_(bindparam("codes", expanding=True)))
)


def find_entries(codes: Collection[str]) -> dict[str, Entry]:
    """How certificates with these codes stand there, by code; those that do not are left out."""
    if not codes:
        return {}
    rows: Iterable[AnyRow] = current_connection().execute(_ENTRIES, {"codes": sorted(codes)})
    return {row[0]: Entry(*row[1:]) for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How it is with an institution.

    `begun_at` is None where it never began. `unread_count`: so many entries of the public log are
    to be read for it. The counts are of the last comparison.
    """

    institution_id: int
    institution: str
    is_on: bool
    begun_at: datetime | None
    begun_by: str
    ended_at: datetime | None
    unread_count: int
    compared_at: datetime | None
    compared_count: int
    repaired_count: int
    unsettled_count: int
    counts: Mapping[RecordState, int]

    @property
    def count(self) -> int:
        """How many records there are."""
        return sum(self.counts.values())


_BEGINNER: Final = aliased(Account)
_OPTED: Final = (
    select(
        Institution.id,
        Institution.name,
        PersonnelOptIn.begun_at,
        _BEGINNER.name.label("begun_by"),
        PersonnelOptIn.ended_at,
        PersonnelOptIn.next_position,
        PersonnelOptIn.compared_at,
        PersonnelOptIn.compared_count,
        PersonnelOptIn.repaired_count,
        PersonnelOptIn.unsettled_count,
    )
    .outerjoin(PersonnelOptIn, PersonnelOptIn.institution_id == Institution.id)
    .outerjoin(_BEGINNER, _BEGINNER.id == PersonnelOptIn.begun_by)
    .where(Institution.id == bindparam("institution"))
)
_COUNTS: Final = (
    select(PersonnelRecord.state, func.count())
    .where(PersonnelRecord.institution_id == bindparam("institution"))
    .group_by(PersonnelRecord.state)
)


def get_overview(institution_id: int) -> Overview:
    """How it is with an institution; raises NoSuchRecord where there is no such one."""
    connection = current_connection()
    asked = {"institution": institution_id}
    row = connection.execute(_OPTED, asked).one_or_none()
    if row is None:
        raise NoSuchRecord
    checkpoint = find_checkpoint()
    size = 0 if checkpoint is None else checkpoint.size
    counts = {row[0]: row[1] for row in connection.execute(_COUNTS, asked)}
    return Overview(
        institution_id=row.id,
        institution=row.name,
        is_on=row.begun_at is not None and row.ended_at is None,
        begun_at=row.begun_at,
        begun_by=row.begun_by or "",
        ended_at=row.ended_at,
        unread_count=0 if row.next_position is None else max(0, size - row.next_position),
        compared_at=row.compared_at,
        compared_count=row.compared_count or 0,
        repaired_count=row.repaired_count or 0,
        unsettled_count=row.unsettled_count or 0,
        counts=counts,
    )


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record as an officer's list shows it; `words` are the service's own."""

    record_id: int
    number: str
    code: str
    name: str
    title: str
    state: RecordState
    trouble: Trouble | None
    words: str
    receipt_id: str | None
    recorded_at: datetime | None
    due_at: datetime | None

    @property
    def may_retry(self) -> bool:
        """Whether trying at once may change anything."""
        return (
            self.state is RecordState.REFUSED
            or self.due_at is not None
            or self.trouble is Trouble.DOCUMENT_REFUSED
        )


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of records, and how many pages there are."""

    lines: list[RecordLine]
    page: int
    pages: int


_OPEN_STATES: Final = (RecordState.WAITING, RecordState.SENT, RecordState.TO_DELETE)
_OF: Final = PersonnelRecord.institution_id == bindparam("institution")
_WANTED: Final = {
    "masalah": or_(
        PersonnelRecord.state == RecordState.REFUSED, PersonnelRecord.trouble.is_not(None)
    ),
    "menunggu": PersonnelRecord.state.in_(_OPEN_STATES),
    "tercatat": PersonnelRecord.state == RecordState.RECORDED,
    "dihapus": PersonnelRecord.state == RecordState.DELETED,
}
FILTERS: Final = tuple(_WANTED)
"""By what a list of records is filtered."""
_COUNT_OF: Final = {
    key: select(func.count(PersonnelRecord.id)).where(_OF, wanted)
    for key, wanted in _WANTED.items()
}
_LINES_OF: Final = {
    key: select(
        PersonnelRecord.id,
        Certificate.number,
        Certificate.code,
        Certificate.holder_name,
        Certificate.title,
        PersonnelRecord.state,
        PersonnelRecord.trouble,
        PersonnelRecord.words,
        PersonnelRecord.receipt_id,
        PersonnelRecord.recorded_at,
        PersonnelRecord.due_at,
    )
    .join(Certificate, Certificate.id == PersonnelRecord.certificate_id)
    .where(_OF, wanted)
    .order_by(PersonnelRecord.id.desc())
    .limit(PAGE_SIZE)
    .offset(bindparam("first"))
    for key, wanted in _WANTED.items()
}


def list_records(institution_id: int, wanted: str, page: int) -> RecordPage:
    """A page of an institution's records of one of `FILTERS`, newest first; too far is the last."""
    connection = current_connection()
    asked = {"institution": institution_id}
    number: int = connection.execute(_COUNT_OF[wanted], asked).scalar_one()
    pages = max(1, -(-number // PAGE_SIZE))
    page = min(max(page, 1), pages)
    rows = connection.execute(_LINES_OF[wanted], asked | {"first": (page - 1) * PAGE_SIZE})
    return RecordPage([RecordLine(*row) for row in rows], page, pages)


@dataclass(frozen=True, slots=True)
class OptedLine:
    """An institution that has, or had, its certificates recorded."""

    institution_id: int
    institution: str
    begun_at: datetime
    ended_at: datetime | None
    compared_at: datetime | None
    unsettled_count: int


@dataclass(frozen=True, slots=True)
class OptedPage:
    """A page of them, and how many pages there are."""

    lines: list[OptedLine]
    page: int
    pages: int


_OPTED_COUNT: Final = select(func.count(PersonnelOptIn.institution_id))
_OPTED_LINES: Final = (
    select(
        Institution.id,
        Institution.name,
        PersonnelOptIn.begun_at,
        PersonnelOptIn.ended_at,
        PersonnelOptIn.compared_at,
        PersonnelOptIn.unsettled_count,
    )
    .join(Institution, Institution.id == PersonnelOptIn.institution_id)
    .order_by(
        case((PersonnelOptIn.ended_at.is_(None), 0), else_=1), Institution.name, Institution.id
    )
    .limit(PAGE_SIZE)
    .offset(bindparam("first"))
)


def list_opted(page: int) -> OptedPage:
    """A page of the institutions that have it on, then of those that had; for coordinators."""
    connection = current_connection()
    number: int = connection.execute(_OPTED_COUNT).scalar_one()
    pages = max(1, -(-number // PAGE_SIZE))
    page = min(max(page, 1), pages)
    rows = connection.execute(_OPTED_LINES, {"first": (page - 1) * PAGE_SIZE})
    return OptedPage([OptedLine(*row) for row in rows], page, pages)


_PASSING_ON: Final = (
    select(Institution.name, PersonnelOptIn.begun_at)
    .join(Posting, Posting.institution_id == PersonnelOptIn.institution_id)
    .join(Institution, Institution.id == PersonnelOptIn.institution_id)
    .where(
        and_(Posting.account_id == bindparam("account"), Posting.ended_on.is_(None)),
        PersonnelOptIn.ended_at.is_(None),
    )
)


def find_passing_on(account_id: int) -> tuple[str, datetime] | None:
    """A person's institution and since when it passes their certificates on; None where not."""
    row = current_connection().execute(_PASSING_ON, {"account": account_id}).one_or_none()
    return None if row is None else (row[0], row[1])
