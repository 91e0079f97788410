"""Reports that were asked for, as whoever may have them sees them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select

from lms.accents import contains_letters
from lms.accounts.models import Account
from lms.db import current_connection
from lms.evidence.models import EvidenceReport, ReportForm
from lms.evidence.noted import find_name
from lms.evidence.rules import Subject
from lms.institutions.models import Institution
from lms.jobs.models import Job, JobFile, JobState
from lms.programmes.models import Programme
from lms.programmes.queries import NATIONAL

PAGE_SIZE: Final = 20


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One line of the list; `name` is the institution's or the province's, empty of the nation.

    `file_job_id` names the job whose file the asker can fetch still; `state` is None of a job that
    is forgotten.
    """

    id: int
    subject: Subject
    name: str
    month: date
    counted_at: datetime
    form: ReportForm
    asker_name: str
    asked_at: datetime
    made_at: datetime | None
    digest: str | None
    state: JobState | None
    file_job_id: int | None

    @property
    def is_open(self) -> bool:
        """Whether it is still being made."""
        return self.state in {JobState.WAITING, JobState.RUNNING}


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A page of reports, the newest first, its number, and how many there are on all pages."""

    rows: list[ReportLine]
    number: int
    count: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.count // PAGE_SIZE))


def list_reports(
    reader_id: int, subjects: Collection[str] | None, page: int, *, now: datetime
) -> ReportPage:
    """A page of the reports of some subjects, given by their keys, or of all (None)."""
    wanted = [] if subjects is None else [EvidenceReport.subject.in_(sorted(subjects))]
    count = (
        current_connection()
        .execute(select(func.count()).select_from(EvidenceReport).where(*wanted))
        .scalar_one()
    )
    number = min(max(page, 1), max(1, -(-count // PAGE_SIZE)))
    return ReportPage(_lines(reader_id, wanted, number, now), number, count)


def _lines(
    reader_id: int, wanted: Collection[ColumnElement[bool]], page: int, now: datetime
) -> list[ReportLine]:
    rows = (
        current_connection()
        .execute(
            select(
                EvidenceReport.id,
                EvidenceReport.subject,
                EvidenceReport.month,
                EvidenceReport.counted_at,
                EvidenceReport.form,
                Account.name,
                EvidenceReport.asked_at,
                EvidenceReport.made_at,
                EvidenceReport.digest,
                Job.state,
                JobFile.job_id,
            )
            .join(Account, Account.id == EvidenceReport.asker_id)
            .outerjoin(Job, Job.id == EvidenceReport.job_id)
            .outerjoin(
                JobFile,
                and_(
                    JobFile.job_id == Job.id,
                    JobFile.expires_at > now,
                    Job.state == JobState.DONE,
                    Job.asker_id == reader_id,
                ),
            )
            .where(*wanted)
            .order_by(EvidenceReport.id.desc())
            .limit(PAGE_SIZE)
            .offset((page - 1) * PAGE_SIZE)
        )
        .all()
    )
    names = _names([subject for _, subject, *_ in rows])
    return [
        ReportLine(report_id, Subject.read(key) or Subject.institution(0), names[key], *rest)
        for report_id, key, *rest in rows
    ]


def _names(keys: Collection[str]) -> dict[str, str]:
    subjects = {key: Subject.read(key) for key in keys}
    ids = {each.institution_id for each in subjects.values() if each is not None} - {None}
    codes = {key.partition(":")[2] for key in keys if key.startswith("province:")}
    names = dict.fromkeys(keys, "")
    rows = current_connection().execute(
        select(Institution.id, Institution.region_code, Institution.name)
        .where(
            Institution.id.in_(ids)
            | (Institution.region_code.in_(codes) & Institution.ended_on.is_(None))
        )
        .order_by(Institution.id)
    )
    for institution_id, code, name in rows:
        for key in (f"institution:{institution_id}", f"province:{code}"):
            if key in names:
                names[key] = name
    return names


def find_subject_name(subject: Subject) -> str | None:
    """What an institution or a province is called; empty of the nation, None of none such."""
    return find_name(subject)


def list_institutions_of(ids: Collection[int]) -> list[tuple[int, str]]:
    """Some institutions by name: key and name."""
    rows = current_connection().execute(
        select(Institution.id, Institution.name)
        .where(Institution.id.in_(sorted(ids)))
        .order_by(Institution.name, Institution.id)
    )
    return [(key, name) for key, name in rows]


def search_institutions(words: str) -> list[tuple[int, str]]:
    """The institutions whose names have these words, as many as a page has: key and name.

    Those that have ended too: what they reached stays theirs.
    """
    rows = current_connection().execute(
        select(Institution.id, Institution.name)
        .where(*(contains_letters(Institution.name, word) for word in words.split()))
        .order_by(Institution.name, Institution.id)
        .limit(PAGE_SIZE)
    )
    return [(key, name) for key, name in rows]


def find_beginning() -> date:
    """The first month of the national programme, which is the first to report on.

    Of the versions that were published: what is prepared or was discarded has no figure of a month.
    """
    begins = select(func.min(Programme.starts_on)).where(
        Programme.slug == NATIONAL, Programme.published_at.is_not(None)
    )
    first = current_connection().execute(begins).scalar()
    return date(2025, 1, 1) if first is None else first.replace(day=1)
