"""The figures by unit as a file: a workbook to reckon with, or a sheet of paper."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from tempfile import TemporaryFile
from typing import BinaryIO, Final, cast

from flask_babel import format_decimal, format_percent, get_locale, gettext

from lms.exports.printing import print_sheet
from lms.exports.units import UnitFigures, UnitReport
from lms.jobs.kind import File
from lms.tables.workbooks import Column, Kind, Sheet, write_workbook
from lms.tables.writer import Cell
from lms.web.exports.files import XLSX, export_name, moment_in_wib

PDF: Final = "application/pdf"


def unit_file(report: UnitReport, names: Sequence[str], extension: str, now: datetime) -> File:
    """The report as `xlsx`, with every unit, or as `pdf`, with the topmost units."""
    name = export_name(gettext("rekap-unit"), names[0] if len(names) == 1 else "", now, extension)
    if extension == "pdf":
        return File(name, PDF, _paper(report, names, now))
    target = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 - closed by who gives it
    write_workbook(target, gettext("Rekap per unit"), [_sheet(report, names, now)], made_at=now)
    return File(name, XLSX, target)


def _lines(report: UnitReport, names: Sequence[str], now: datetime) -> list[str]:
    """Of whom, when, and what is counted: without these a figure says nothing."""
    return [
        ", ".join(names),
        gettext("Keadaan %(moment)s", moment=moment_in_wib(now)),
        gettext(
            "Selesai: memegang sedikitnya satu sertifikat yang berlaku. Sedang berjalan: sudah "
            "menyelesaikan sebuah bab. JP: sertifikat tahun ini."
        ),
        gettext(
            "Dihitung sampai entri buku besar sertifikat nomor %(position)s.",
            position=format_decimal(report.ledger_position),
        ),
    ]


def _headings() -> list[str]:
    return [
        gettext("Unit kerja"),
        gettext("Pegawai"),
        gettext("Selesai"),
        gettext("Sedang berjalan"),
        gettext("Belum dimulai"),
        gettext("Persen selesai"),
        gettext("JP tahun ini"),
    ]


def _sheet(report: UnitReport, names: Sequence[str], now: datetime) -> Sheet:
    """A row a unit with those who stand in it: the rows add up to everybody."""
    unit, *numbers = _headings()
    columns = [
        Column(gettext("Instansi"), width=34),
        Column(gettext("Unit induk"), width=44),
        Column(unit, width=36),
        *(Column(name, Kind.NUMBER, 12) for name in numbers[:4]),
        Column(numbers[4], Kind.PERCENT, 12),
        Column(numbers[5], Kind.NUMBER, 12),
    ]
    lines = [gettext("Rekap per unit"), *_lines(report, names, now)]
    above: list[list[Cell]] = [[line] for line in lines]
    return Sheet(gettext("Rekap per unit"), columns, _rows(report), above, frozen=3)


def _rows(report: UnitReport) -> Iterator[list[Cell]]:
    for each in report.units:
        yield [
            each.institution_name,
            " / ".join(each.parents),
            _name(each),
            each.people,
            each.finished,
            each.started,
            each.not_started,
            each.share,
            each.credit_hours,
        ]


def _paper(report: UnitReport, names: Sequence[str], now: datetime) -> bytes:
    has_several = len(names) > 1
    rows = [
        (f"{each.institution_name}: {_name(each)}" if has_several else _name(each), _cells(each))
        for each in report.by_top()
    ]
    rows.append((gettext("Seluruhnya"), _cells(report.total)))
    values = {
        "language": str(get_locale()),
        "title": gettext("Rekap per unit"),
        "lines": _lines(report, names, now),
        "foot": gettext("SakuHAM, %(moment)s", moment=moment_in_wib(now)),
        "headings": _headings(),
        "rows": rows,
    }
    return print_sheet("units", values)


def _cells(each: UnitFigures) -> list[str]:
    counts = (each.people, each.finished, each.started, each.not_started)
    shown = [format_decimal(count) for count in counts]
    return [*shown, format_percent(each.share, "#,##0.0 %"), format_decimal(each.credit_hours)]


def _name(each: UnitFigures) -> str:
    return each.name or str(gettext("Tanpa unit kerja"))
