"""Checks what was uploaded, row by row or file by file; the job calls it outside of transactions.

References are looked up some hundreds at a time. Files are read by two processes that harm nobody
(`lms/checking/inspection.py`), one after another: one that cannot be read gets its own row with the
reason, and the others are checked.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from queue import SimpleQueue
from tempfile import TemporaryFile
from typing import Any, Final, TypeVar

from lms.accounts.principal import Principal
from lms.accounts.queries import get_principal
from lms.certificates.queries import RegisteredCertificate
from lms.checking.bulk.archives import Entry, read_entries
from lms.checking.bulk.columns import (
    MOST_COLUMNS,
    MOST_ROWS,
    SPARE_ROWS,
    Columns,
    as_reference,
    end_of_list,
    is_meant_as_reference,
)
from lms.checking.bulk.errors import UnfitUpload
from lms.checking.bulk.models import BulkCheck, UploadKind
from lms.checking.bulk.queries import get_bulk_check, get_sight, write_upload
from lms.checking.bulk.results import (
    BELOW_THE_LIST,
    NOTHING_NAMED,
    UNREADABLE,
    Found,
    Typed,
    result_of,
)
from lms.checking.bulk.service import forget_rows, require_same_role, store_rows
from lms.checking.documents import Remake, check_inspected, trusted_roots
from lms.checking.errors import UnreadableDocument
from lms.checking.inspection import Inspection, Inspector
from lms.checking.references import check_references
from lms.checking.verdicts import Finding
from lms.db import read_only, transaction
from lms.errors import N_
from lms.jobs.kind import Run
from lms.tables.cells import Bounds, TooVast, TypedRow, Value
from lms.tables.grids import Grid, read_grid, text_at
from lms.tables.models import NotATable

Report = Callable[[int, int], None]
Place = TypeVar("Place", int, str)

AT_ONCE: Final = 500
INSPECTORS: Final = 2
STORED_AT_ONCE: Final = 1_000
# Ten thousand rows of as many columns as a sheet may have, half of them empty.
BOUNDS: Final = Bounds(cells=(MOST_ROWS + SPARE_ROWS) * MOST_COLUMNS, characters=16_000_000)


@dataclass(frozen=True, slots=True)
class Checked:
    """One row: its line in the sheet, its own cells, its verdict, and what was found."""

    line: int
    cells: list[Value]
    verdict: str
    found: Found


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result: the rows above the headings and these, the widest row's width, and the rows."""

    head: list[TypedRow]
    width: int
    rows: list[Checked]
    is_of_documents: bool = False


def check_upload(run: Run, *, remake: Remake) -> Outcome:
    """Check what was uploaded, and store the rows of the result.

    `remake` makes the unsealed file of a certificate, by whose bytes copies of ours are known.

    Raises UploadGone, and RoleEnded where the asker's roles are no longer those of when they asked.
    """
    assert run.asker_id is not None  # noqa: S101 - only people ask for checks
    check_id: int = run.arguments["bulk_check_id"]
    with read_only():
        officer = get_principal(run.asker_id)
        require_same_role(officer, run.scope)
        check = get_bulk_check(check_id, run.job_id)
    with TemporaryFile() as upload:
        with read_only():
            write_upload(check_id, upload)
        if check.kind is UploadKind.DOCUMENTS:
            entries = read_entries(upload, is_packed=check.is_packed)
            outcome = _check_documents(entries, check.item_count, officer, run.report, remake)
        else:
            outcome = _check_table(check, upload.read(), officer, run.report)
    with transaction():
        forget_rows(check_id)
    for start in range(0, len(outcome.rows), STORED_AT_ONCE):
        rows = outcome.rows[start : start + STORED_AT_ONCE]
        with transaction():
            store_rows(check_id, [_kept(start + place, row) for place, row in enumerate(rows)])
    return outcome


def read_sheet(content: bytes) -> Grid:
    """A sheet that may be checked; raises UnfitUpload, which says what is wrong with it."""
    try:
        grid = read_grid(content, BOUNDS)
    except NotATable as error:
        raise UnfitUpload(
            N_(
                "Berkas ini tidak dapat dibaca sebagai tabel. Simpan sebagai XLSX atau CSV "
                "(UTF-8), lalu unggah lagi."
            )
        ) from error
    except TooVast as error:
        raise UnfitUpload(
            N_(
                "Tabel ini terlalu luas: paling banyak %(rows)s baris dan %(columns)s kolom. Salin "
                "daftarnya saja ke berkas baru."
            ),
            rows=MOST_ROWS,
            columns=MOST_COLUMNS,
        ) from error
    if grid.width > MOST_COLUMNS:
        raise UnfitUpload(
            N_("Tabel ini punya %(count)s kolom; paling banyak %(most)s. Hapus yang tidak perlu."),
            count=grid.width,
            most=MOST_COLUMNS,
        )
    return grid


def _check_table(check: BulkCheck, content: bytes, officer: Principal, report: Report) -> Outcome:
    grid = read_sheet(content)
    columns = Columns.from_json(check.columns or {})
    first = 0 if columns.heading is None else columns.heading + 1
    below = grid.rows[first:]
    rows: list[Checked] = []
    met: dict[str, int] = {}
    report(0, len(below))
    end = end_of_list(below, columns.reference)
    for start in range(0, len(below), AT_ONCE):
        batch = below[start : start + AT_ONCE]
        rows += _check_rows(batch, columns, officer, met, listed_count=end - start)
        report(len(rows), len(below))
    return Outcome(grid.rows[:first], grid.width, rows)


def _check_rows(
    batch: list[TypedRow],
    columns: Columns,
    officer: Principal,
    met: dict[str, int],
    *,
    listed_count: int,
) -> Iterator[Checked]:
    """The rows of a batch; those from `listed_count` on stand below the list."""
    texts = [as_reference(text_at(cells, columns.reference)) for _, cells in batch]
    words = {
        place
        for place, text in enumerate(texts)
        if place >= listed_count and text and not is_meant_as_reference(text)
    }
    texts = ["" if place in words else text for place, text in enumerate(texts)]
    with read_only():
        findings = iter(check_references([text for text in texts if text]))
        found = [next(findings) if text else None for text in texts]
        holders = {each.certificate.account_id for each in found if each and each.certificate}
        sight = get_sight(officer, holders)
    for place, ((line, cells), finding) in enumerate(zip(batch, found, strict=True)):
        if finding is None:
            problem = BELOW_THE_LIST if place in words else None
            yield Checked(line, cells, NOTHING_NAMED, Found(problem=problem))
            continue
        typed = Typed(
            name=text_at(cells, columns.name),
            employee_number=text_at(cells, columns.employee_number),
            credit_hours=text_at(cells, columns.credit_hours),
        )
        same_as = _same_as(finding, line, met)
        yield Checked(line, cells, *result_of(finding, sight, typed, same_as))


def _same_as(finding: Finding, place: Place, met: dict[str, Place]) -> Place | None:
    """The place at which the same certificate was met before."""
    if finding.certificate is None:
        return None
    before = met.setdefault(finding.certificate.facts.code, place)
    return None if before == place else before


def _check_documents(
    entries: Iterator[Entry], count: int, officer: Principal, report: Report, remake: Remake
) -> Outcome:
    rows: list[Checked] = []
    met: dict[str, str] = {}
    report(0, count)
    for entry, seen in _inspect_all(entries):
        verdict, found = _check_document(entry, seen, officer, met, remake)
        rows.append(Checked(len(rows) + 2, [entry.path], verdict, found))
        if len(rows) % 10 == 0:
            report(len(rows), count)
    return Outcome([], 1, rows, is_of_documents=True)


def _check_document(
    entry: Entry,
    seen: Inspection | str,
    officer: Principal,
    met: dict[str, str],
    remake: Remake,
) -> tuple[str, Found]:
    if isinstance(seen, str):
        return UNREADABLE, Found(problem=seen)
    with read_only():
        finding = check_inspected(
            seen, entry.content, remake=remake, knows=partial(_knows, officer)
        )
        certificate = finding.certificate
        sight = get_sight(officer, [] if certificate is None else [certificate.account_id])
    return result_of(finding, sight, Typed(), _same_as(finding, entry.path, met))


def _knows(officer: Principal, certificate: RegisteredCertificate) -> bool:
    sight = get_sight(officer, [certificate.account_id])
    return sight.sees_all_of(certificate.account_id)


def _inspect_all(entries: Iterator[Entry]) -> Iterator[tuple[Entry, Inspection | str]]:
    """What is seen of each file, or why it cannot be read; in their order, a few ahead."""
    with read_only():
        roots = trusted_roots()
    with ExitStack() as stack:
        free: SimpleQueue[Inspector] = SimpleQueue()
        for _ in range(INSPECTORS):
            free.put(stack.enter_context(Inspector(roots)))

        def inspect(entry: Entry) -> Inspection | str:
            if entry.problem is not None:
                return entry.problem
            inspector = free.get()
            try:
                return inspector.inspect(entry.content)
            except UnreadableDocument as refusal:
                return refusal.sentence.text
            finally:
                free.put(inspector)

        pool = stack.enter_context(ThreadPoolExecutor(INSPECTORS))
        ahead: deque[tuple[Entry, Future[Inspection | str]]] = deque()
        for entry in islice(entries, INSPECTORS * 2):
            ahead.append((entry, pool.submit(inspect, entry)))
        while ahead:
            entry, future = ahead.popleft()
            seen = future.result()
            for another in islice(entries, 1):
                ahead.append((another, pool.submit(inspect, another)))
            yield entry, seen


def _kept(position: int, row: Checked) -> tuple[int, str, dict[str, Any]]:
    cells = [{"on": cell.isoformat()} if isinstance(cell, date) else cell for cell in row.cells]
    return position, row.verdict, {"line": row.line, "cells": cells, **row.found.to_json()}


def read_kept(verdict: str, found: dict[str, Any]) -> Checked:
    """A row as it was kept."""
    kept = dict(found)
    line, cells = kept.pop("line"), kept.pop("cells")
    values = [date.fromisoformat(each["on"]) if isinstance(each, dict) else each for each in cells]
    return Checked(line, values, verdict, Found.from_json(kept))
