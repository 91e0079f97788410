"""A report as a workbook: a sheet for each table, and one that says how to read them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from tempfile import TemporaryFile
from typing import BinaryIO, Final, cast

from lms.evidence.reading import Note, list_notes
from lms.evidence.service import Evidence
from lms.evidence.tables import Table, list_tables
from lms.evidence.words import subject_name, write_term
from lms.tables.workbooks import Column, Sheet, write_workbook
from lms.tables.writer import Cell

_ABOUT: Final = (Column("Tentang laporan ini", width=30), Column("Isi", width=110))


def write_report(evidence: Evidence, log_url: str, *, made_at: datetime) -> BinaryIO:
    """Write the workbook into a temporary file, which whoever stores it closes."""
    target = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 - closed by who stores it
    title = f"Laporan bukti: {subject_name(evidence)}, {write_term(evidence.term)}"
    try:
        write_workbook(target, title, _sheets(evidence, title, log_url), made_at=made_at)
    except BaseException:
        target.close()
        raise
    return target


def _sheets(evidence: Evidence, title: str, log_url: str) -> Iterator[Sheet]:
    for table in list_tables(evidence):
        yield _sheet(table, title)
    yield _about(list_notes(evidence, log_url))


def _sheet(table: Table, title: str) -> Sheet:
    above: list[list[Cell]] = [[table.title], [title], [table.foot]]
    if not table.rows:
        above.append([table.empty])
    return Sheet(table.title, table.columns, table.rows, above)


def _about(notes: Sequence[Note]) -> Sheet:
    return Sheet("Cara membaca", _ABOUT, notes)
