"""Reports of mismatches: anybody who has a certificate's code makes one, a registrar answers it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select, update

from lms.accounts.models import Account
from lms.accounts.rules import read_email
from lms.audit import record
from lms.certificates.errors import NoSuchCertificate
from lms.certificates.models import Certificate
from lms.checking.errors import (
    AnswerUnclear,
    ContactUnclear,
    NoSuchReport,
    ReportClosed,
    ReportedOften,
    ReportUnclear,
)
from lms.checking.models import MismatchReport
from lms.db import db
from lms.errors import Invalid
from lms.letters import Letter
from lms.mail import write_letter

LENGTH: Final = range(10, 1001)
MOST_OPEN: Final = 5
"""Of one certificate: nobody is helped by more, and a registrar's list stays one to read."""

_ANSWER: Final = (
    "Anda melaporkan ketidaksesuaian pada sertifikat nomor {number}. Hasil penelaahan kami:",
    "{answer}",
    "Status sertifikat itu selalu dapat diperiksa di {url}.",
)


@dataclass(frozen=True, slots=True)
class Report:
    """A report as registrars see it, with the certificate it is about."""

    id: int
    code: str
    number: str
    holder_name: str
    reported_at: datetime
    words: str
    contact: str | None
    closed_at: datetime | None
    closed_by: str | None
    answer: str | None


def report_mismatch(code: str, words: str, contact: str, *, now: datetime) -> None:
    """Keep what somebody found to differ, with the address to answer to, if they gave one.

    Raises NoSuchCertificate, ReportUnclear, ContactUnclear, and ReportedOften when several reports
    of the certificate wait already.
    """
    words = "\n".join(" ".join(line.split()) for line in words.strip().splitlines())
    if len(words) not in LENGTH:
        raise ReportUnclear
    certificate_id = db.session.scalar(select(Certificate.id).where(Certificate.code == code))
    if certificate_id is None:
        raise NoSuchCertificate
    is_open = MismatchReport.certificate_id == certificate_id, MismatchReport.closed_at.is_(None)
    waiting = db.session.scalar(select(func.count()).select_from(MismatchReport).where(*is_open))
    if (waiting or 0) >= MOST_OPEN:
        raise ReportedOften
    db.session.add(
        MismatchReport(
            certificate_id=certificate_id,
            reported_at=now,
            words=words,
            contact=_contact(contact),
        )
    )
    record("certificate.mismatch_reported", f"certificate:{certificate_id}", actor_id=None, now=now)


def close_report(report_id: int, answer: str, url: str, actor_id: int, *, now: datetime) -> None:
    """Answer a report and close it; who left an address gets the answer by mail.

    `url` is where the certificate is checked. The address is forgotten. Raises NoSuchReport,
    AnswerUnclear, and ReportClosed; of two who answer at once one wins.
    """
    answer = "\n".join(" ".join(line.split()) for line in answer.strip().splitlines())
    if len(answer) not in LENGTH:
        raise AnswerUnclear
    report = get_report(report_id)
    closed = db.session.execute(
        update(MismatchReport)
        .where(MismatchReport.id == report_id, MismatchReport.closed_at.is_(None))
        .values(closed_at=now, closed_by_id=actor_id, answer=answer, contact=None)
        .returning(MismatchReport.certificate_id)
    ).scalar()
    if closed is None:
        raise ReportClosed
    if report.contact:
        letter = Letter(
            subject="Laporan Anda tentang sebuah sertifikat",
            parts=tuple(
                part.format(number=report.number, answer=answer, url=url) for part in _ANSWER
            ),
            why="Surel ini dikirim karena Anda meninggalkan alamat ini pada laporan itu.",
            way_out="Alamat surel Anda sudah kami hapus dari laporan.",
        )
        write_letter(report.contact, letter, now=now)
    record("certificate.mismatch_closed", f"certificate:{closed}", actor_id=actor_id, now=now)


def get_report(report_id: int) -> Report:
    """One report; raises NoSuchReport."""
    row = db.session.execute(_REPORTS.where(MismatchReport.id == report_id)).first()
    if row is None:
        raise NoSuchReport
    return Report(*row)


def list_reports(*, limit: int = 100) -> list[Report]:
    """The reports that wait, the oldest first, and after them those closed last."""
    statement = _REPORTS.order_by(
        MismatchReport.closed_at.is_not(None),
        MismatchReport.closed_at.desc(),
        MismatchReport.reported_at,
        MismatchReport.id,
    ).limit(limit)
    return [Report(*row) for row in db.session.execute(statement)]


def list_reports_of(code: str) -> list[Report]:
    """The reports of one certificate, in their order."""
    statement = _REPORTS.where(Certificate.code == code).order_by(MismatchReport.id)
    return [Report(*row) for row in db.session.execute(statement)]


def count_open_reports() -> int:
    """How many reports wait for an answer."""
    statement = select(func.count()).select_from(MismatchReport)
    return db.session.scalar(statement.where(MismatchReport.closed_at.is_(None))) or 0


_REPORTS: Select[*tuple[Any, ...]] = (
    select(
        MismatchReport.id,
        Certificate.code,
        Certificate.number,
        Certificate.holder_name,
        MismatchReport.reported_at,
        MismatchReport.words,
        MismatchReport.contact,
        MismatchReport.closed_at,
        Account.name,
        MismatchReport.answer,
    )
    # Each report has its certificate; but where a join may begin with these, SQLite reads them all.
    .outerjoin(Certificate, Certificate.id == MismatchReport.certificate_id)
    .outerjoin(Account, Account.id == MismatchReport.closed_by_id)
)


def _contact(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        return read_email(text)
    except Invalid as error:
        raise ContactUnclear from error
