"""Use cases of reports: asking for one, and bringing its figures together, the same each time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select, update

from lms.accounts.permissions import Permission
from lms.accounts.principal import Principal
from lms.accounts.queries import get_principal
from lms.audit import record
from lms.db import current_connection, read_only, snapshot, store_once, transaction
from lms.evidence.counted import count_at
from lms.evidence.errors import FiguresDiffer, NoSuchReport, NotYourReport
from lms.evidence.figures import Counted, Noted
from lms.evidence.models import EvidenceFigures, EvidenceReport, ReportForm
from lms.evidence.noted import find_name, list_institution_ids, note, objectives_through
from lms.evidence.rules import Subject, Term, digest_of, end_of_month
from lms.jobs.service import enqueue
from lms.learning.objective_results import gather

EVIDENCE: Final = "evidence"
NATIONAL_KEY: Final = 0
"""Among the keys of a job's scope it is the nation, for whose reports coordinators answer."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a report says; `digest` is that of its numbers as they are shown."""

    subject: Subject
    term: Term
    form: ReportForm
    is_own: bool
    counted: Counted
    noted: Noted
    digest: str


def is_own(asker: Principal, subject: Subject) -> bool:
    """Whether somebody answers for all people of the institution that is reported on."""
    return subject.institution_id in asker.institutions_for(Permission.REPORT_ON_OWN)


def require_reader(asker: Principal, subject: Subject) -> None:
    """Raise NotYourReport unless somebody may have a report of a subject."""
    if not (asker.may(Permission.REPORT_ON_ALL) or is_own(asker, subject)):
        raise NotYourReport


def ask_report(
    asker: Principal, subject: Subject, term: Term, form: ReportForm, *, now: datetime
) -> int:
    """Ask for a report as a job; returns the report's key.

    Raises NotYourReport, NoSuchReport where there is no such institution or province, and
    TooManyJobs.
    """
    require_reader(asker, subject)
    if find_name(subject) is None:
        raise NoSuchReport
    connection = current_connection()
    own = is_own(asker, subject)
    values = {
        "subject": subject.key,
        "month": term.month,
        "counted_at": term.at,
        "form": form,
        "is_own": own,
        "asker_id": asker.account_id,
        "asked_at": now,
    }
    adding = insert(EvidenceReport).values(values).returning(EvidenceReport.id)
    report_id: int = connection.execute(adding).scalar_one()
    # Who loses the role may not fetch the file any more.
    key = subject.institution_id if own and subject.institution_id else NATIONAL_KEY
    arguments = {"report_id": report_id, "format": form.value}
    job = enqueue(EVIDENCE, arguments, asker_id=asker.account_id, scope=(key,), now=now)
    connection.execute(
        update(EvidenceReport).where(EvidenceReport.id == report_id).values(job_id=job.id)
    )
    record(
        "evidence.asked",
        subject.key,
        actor_id=asker.account_id,
        now=now,
        month=f"{term.month:%Y-%m}",
        form=form.value,
    )
    return report_id


def ask_again(
    asker: Principal, report_id: int, subjects: Sequence[str] | None = None, *, now: datetime
) -> int:
    """Ask for the same report once more: of the same moment, so with the same numbers.

    `subjects` are the keys of those that may be meant, None: all. Raises NoSuchReport for another,
    and what `ask_report` does.
    """
    row = current_connection().execute(_REPORT.where(EvidenceReport.id == report_id)).one_or_none()
    subject = None if row is None else Subject.read(row.subject)
    if row is None or subject is None or (subjects is not None and row.subject not in subjects):
        raise NoSuchReport
    return ask_report(asker, subject, Term(row.month, row.counted_at), row.form, now=now)


_REPORT = select(
    EvidenceReport.subject,
    EvidenceReport.month,
    EvidenceReport.counted_at,
    EvidenceReport.form,
    EvidenceReport.asker_id,
)


def bring_together(report_id: int, *, now: datetime) -> Evidence:
    """The figures of a report that was asked for.

    What was counted for an earlier report of the same moment is counted anew and has to be the
    same; what was noted then is taken as it stands. Whether the asker may have it is asked again.
    To be called outside of any transaction. Raises NoSuchReport, NotYourReport, and FiguresDiffer.
    """
    with read_only():
        row = (
            current_connection()
            .execute(_REPORT.where(EvidenceReport.id == report_id))
            .one_or_none()
        )
        subject = None if row is None else Subject.read(row.subject)
        if row is None or subject is None:
            raise NoSuchReport
        asker = get_principal(row.asker_id)
        require_reader(asker, subject)
    term = Term(row.month, row.counted_at)
    gather(end_of_month(objectives_through(term)))
    counted, noted = _figures(subject, term, now=now)
    own = is_own(asker, subject)
    shown = noted.shown(is_own=own)
    numbers = _numbers(subject, term, counted, shown)
    return Evidence(subject, term, row.form, own, counted, shown, digest_of(numbers))


def note_made(report_id: int, evidence: Evidence, *, now: datetime) -> None:
    """Note that a report is made, and by which numbers."""
    current_connection().execute(
        update(EvidenceReport)
        .where(EvidenceReport.id == report_id)
        .values(made_at=now, digest=evidence.digest, is_own=evidence.is_own)
    )


def _figures(subject: Subject, term: Term, *, now: datetime) -> tuple[Counted, Noted]:
    with snapshot():
        stored = _find(subject, term)
        ids = list_institution_ids(subject) if stored is None else stored.institution_ids
        counted = count_at(ids, term)
        noted = note(subject, ids, term, now=now) if stored is None else Noted.read(stored.noted)
    if stored is None:
        with transaction():
            row = {
                "subject": subject.key,
                "counted_at": term.at,
                "institution_ids": ids,
                "counted": counted.as_json(),
                "noted": noted.as_json(),
            }
            store_once(EvidenceFigures, row, current_connection())
            # Of two who ask for the first time at once, both have what one has noted.
            stored = _find(subject, term)
            assert stored is not None  # noqa: S101 - it was stored above, by us or by another
            noted = Noted.read(stored.noted)
    if Counted.read(stored.counted) != counted:
        raise FiguresDiffer
    return counted, noted


@dataclass(frozen=True, slots=True)
class _Stored:
    institution_ids: list[int] | None
    counted: Mapping[str, Any]
    noted: Mapping[str, Any]


def _find(subject: Subject, term: Term) -> _Stored | None:
    row = (
        current_connection()
        .execute(
            select(
                EvidenceFigures.institution_ids, EvidenceFigures.counted, EvidenceFigures.noted
            ).where(EvidenceFigures.subject == subject.key, EvidenceFigures.counted_at == term.at)
        )
        .one_or_none()
    )
    return None if row is None else _Stored(*row)


def _numbers(subject: Subject, term: Term, counted: Counted, noted: Noted) -> Mapping[str, Any]:
    return {
        "subject": subject.key,
        "month": term.month.isoformat(),
        "counted_at": term.at.isoformat(),
        "counted": counted.as_json(),
        "noted": noted.as_json(),
    }
