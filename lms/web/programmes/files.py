"""The figure as files, for whoever reckons with it: by institution, and by day."""

from collections.abc import Iterable, Sequence
from datetime import date

from flask_babel import gettext

from lms.jobs.kind import File
from lms.programmes.breakdown import Day, Reached
from lms.tables.writer import Cell, write_csv, write_lines_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def institutions_file(institutions: Iterable[Reached], file_format: str, day: date) -> File:
    """A line an institution; `file_format` is `xlsx` or `csv`, `day` the one it is made on."""
    headings = [
        gettext("Instansi"),
        gettext("Jenis"),
        gettext("Tercapai"),
        gettext("Jumlah pegawai"),
        gettext("Persen tercapai"),
        gettext("Target"),
        gettext("JP tercapai"),
        gettext("Target JP"),
    ]
    rows: list[list[Cell]] = [
        [
            each.name,
            each.kind.value,
            each.count,
            each.head_count,
            None if each.percent is None else round(each.percent, 1),
            each.target,
            each.credit_hours,
            each.target_hours,
        ]
        for each in institutions
    ]
    return table_file(f"capaian-instansi-{day.isoformat()}", file_format, headings, rows)


def days_file(days: Iterable[Day], file_format: str, day: date) -> File:
    """A line a day on which something was added."""
    headings = [gettext("Tanggal"), gettext("Bertambah"), gettext("Jumlah")]
    rows: list[list[Cell]] = [[each.day, each.count, each.cumulative] for each in days]
    return table_file(f"capaian-hari-{day.isoformat()}", file_format, headings, rows)


def table_file(
    name: str, file_format: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> File:
    """A table as a file of this name; `file_format` is `xlsx` or `csv`."""
    if file_format == "csv":
        content = "".join(write_csv(headings, rows)).encode()
        return File(f"{name}.csv", "text/csv", content)
    lines = enumerate([headings, *rows], start=1)
    content = write_lines_xlsx(gettext("Capaian"), lines, heading_line=1)
    return File(f"{name}.xlsx", XLSX, content)
