"""Many certificates at once: a sheet and a folder, checked by the running background process."""

import csv
import time
from dataclasses import dataclass
from io import BytesIO, StringIO
from tempfile import TemporaryFile
from typing import IO

from flask import Flask
from sqlalchemy import select

from bench.people import People
from bench.server import Server
from lms.accounts.queries import get_principal
from lms.addresses import credential_issuer
from lms.certificates.models import Certificate
from lms.certificates.queries import get_any_certificate
from lms.checking.bulk.archives import pack
from lms.checking.bulk.columns import Columns, preview_of
from lms.checking.bulk.service import confirm_columns, keep_documents, keep_table
from lms.checking.bulk.work import read_sheet
from lms.clock import utc_now
from lms.db import db, read_only, transaction
from lms.jobs.models import OPEN, Job, JobState
from lms.sheets.service import make_pdf

ROW_COUNT = 10_000
FILE_COUNT = 500
DIFFERENT_FILES = 25
LOOK_EVERY = 0.1


@dataclass(frozen=True, slots=True)
class Bulk:
    """Seconds from asking to the result, and the most memory that the process had meanwhile, MB.

    The children that read PDFs and spreadsheets are not in it: each has bounds of its own.
    """

    rows_seconds: float
    files_seconds: float
    file_kb: float
    peak_mb: float


def measure_bulk(app: Flask, server: Server, people: People) -> Bulk:
    """Have a sheet of numbers and a folder of PDFs checked, by an officer among strangers."""
    officer = people.officer().account_id
    pdfs = _pdfs(app, people)
    with TemporaryFile() as archive:
        pack(((f"{n}.pdf", BytesIO(pdfs[n % len(pdfs)])) for n in range(FILE_COUNT)), archive)
        sheet = _sheet(app)
        rows_seconds, rows_mb = _time(app, server, _ask_for_sheet(app, officer, sheet))
        files_seconds, files_mb = _time(app, server, _ask_for_files(app, officer, archive))
    size = sum(map(len, pdfs)) / len(pdfs) / 1000
    return Bulk(rows_seconds, files_seconds, size, max(rows_mb, files_mb))


def _pdfs(app: Flask, people: People) -> list[bytes]:
    """What so many holders have, sealed and all, as they would send it."""
    codes = [people.holder()[1] for _ in range(DIFFERENT_FILES)]
    with app.app_context(), read_only():
        return [make_pdf(get_any_certificate(code), credential_issuer()) for code in codes]


def _sheet(app: Flask) -> bytes:
    """A CSV of names and numbers, as an office may have it."""
    with app.app_context(), read_only():
        found = db.session.execute(
            select(Certificate.holder_name, Certificate.number).limit(ROW_COUNT)
        ).all()
    text = StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["Nama", "Nomor sertifikat", "JP", "Catatan"])
    writer.writerows([name, number, 3, "Diusulkan"] for name, number in found)
    return text.getvalue().encode()


def _ask_for_sheet(app: Flask, officer_id: int, sheet: bytes) -> int:
    now = utc_now()
    with app.app_context(), transaction():
        officer = get_principal(officer_id)
        preview = preview_of(read_sheet(sheet))
        check_id = keep_table(officer, BytesIO(sheet), "ukur.csv", preview, now=now)
        columns = Columns(0, reference=1, name=0, employee_number=None, credit_hours=2)
        confirm_columns(officer, check_id, columns, language="id", now=now)
        return _job_of(check_id)


def _ask_for_files(app: Flask, officer_id: int, archive: IO[bytes]) -> int:
    with app.app_context(), transaction():
        check_id = keep_documents(
            get_principal(officer_id),
            archive,
            "ukur",
            FILE_COUNT,
            is_packed=True,
            language="id",
            now=utc_now(),
        )
        return _job_of(check_id)


def _job_of(check_id: int) -> int:
    return db.session.scalars(
        select(Job.id).where(Job.arguments["bulk_check_id"].as_integer() == check_id)
    ).one()


def _time(app: Flask, server: Server, job_id: int) -> tuple[float, float]:
    """Wait for a job: the seconds since it was asked for, and the memory at its highest."""
    began = time.monotonic()
    peak = 0.0
    while True:
        time.sleep(LOOK_EVERY)
        peak = max(peak, server.runner_memory())
        with app.app_context(), read_only():
            state = db.session.scalars(select(Job.state).where(Job.id == job_id)).one()
        if state not in OPEN:
            assert state is JobState.DONE  # noqa: S101 - or there is nothing to be told
            return time.monotonic() - began, peak
