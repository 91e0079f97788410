"""What sealed sheets cost: one, one that WeasyPrint has to set in full, and a thousand as a ZIP."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median

from flask import Flask
from sqlalchemy import select

from bench.nation import FIRST
from bench.server import cpu_of_database
from bench.yardstick import Yardstick, slowness_of
from lms.addresses import credential_issuer
from lms.certificates.models import Certificate
from lms.certificates.queries import RegisteredCertificate, find_certificates
from lms.db import db, read_only
from lms.sheets.archive import zip_sheets
from lms.sheets.service import make_pdf

SEALED = 200
SET_IN_FULL = 60
BATCH = 2
ARCHIVED = 1_000


@dataclass(frozen=True, slots=True)
class SheetCosts:
    """CPU milliseconds a sheet, and of the ZIP CPU seconds, the database's among them, and size.

    `sealed_there`, `in_full_there`: as `bench.measuring.Cost.there`.
    """

    sealed_ms: float
    sealed_there: float
    in_full_ms: float
    in_full_there: float
    kilobytes: float
    archive_seconds: float
    archive_mb: float


def measure_sheets(app: Flask, postmaster: int | None) -> SheetCosts:
    """Seal sheets of strangers, of whom each has a name of their own."""
    with app.app_context():
        issuer = credential_issuer()
        with read_only():
            statement = select(Certificate.code).where(Certificate.id >= FIRST).limit(ARCHIVED)
            codes = list(db.session.scalars(statement))
            found = list(find_certificates(codes[:SEALED]).values())
            named = [_named(it, f"{_NAMES[index % 7]} {index}") for index, it in enumerate(found)]
            sheet = make_pdf(named[0], issuer)  # the page is compiled
            sealed = _cost_of(lambda it: make_pdf(it, issuer), named[1:])
            foreign = [_named(it, f"أحمد {it.facts.code}") for it in found[:SET_IN_FULL]]
            in_full = _cost_of(lambda it: make_pdf(it, issuer), foreign)
        before = time.process_time() + cpu_of_database(postmaster)
        with read_only():
            file, _ = zip_sheets(find_certificates(codes).values(), issuer)
        archived = time.process_time() + cpu_of_database(postmaster) - before
        with file:
            size = file.tell()
    return SheetCosts(*sealed, *in_full, len(sheet) / 1e3, archived, size / 1e6)


_NAMES = (
    "dr. Nur'aini Siregar, S.Pd., M.Si.",
    "I Gusti Ayu Made Dewi Lestari, S.Sos., M.A.P.",
    "Sumirah",
    "Offi Fitri Affiani, S.E., Ak.",
    "Prof. Dr. Ir. H. Raden Mas Soeryo Kusumo Adiningrat, S.T., M.T., IPU",
    "Wayan Toko, A.Md.",
    "Žofie Wulandari",
)


def _named(certificate: RegisteredCertificate, name: str) -> RegisteredCertificate:
    return replace(certificate, facts=replace(certificate.facts, holder_name=name))


def _cost_of(
    make: Callable[[RegisteredCertificate], bytes], certificates: list[RegisteredCertificate]
) -> tuple[float, float]:
    """CPU-ms of our process for one: in the cheapest of many batches, and in the middle there."""
    yardstick = Yardstick()
    costs, there = [], []
    for start in range(0, len(certificates), BATCH):
        batch = certificates[start : start + BATCH]
        before = time.process_time()
        for certificate in batch:
            make(certificate)
        costs.append((time.process_time() - before) * 1000 / len(batch))
        there.append(costs[-1] / slowness_of(yardstick.check_ms()))
    return min(costs), median(there)
