"""The staff list as a file: the same rows as on the page, numbers as numbers."""

import csv
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from io import BytesIO, StringIO

from flask_babel import gettext
from xlsxwriter import Workbook

from lms.errors import N_
from lms.http.addresses import public_url
from lms.reporting.queries import StaffRow
from lms.web.formatting import ZONES

Cell = str | int | date | None

COLUMNS = (
    N_("Nama"),
    N_("NIP atau NI PPPK"),
    N_("Jenis"),
    N_("Surel"),
    N_("Instansi"),
    N_("Terkonfirmasi"),
    N_("Status"),
    N_("Aktivitas terakhir"),
    N_("Modul"),
    N_("Penyelenggara"),
    N_("Nomor sertifikat"),
    N_("Kode verifikasi"),
    N_("JP"),
    N_("Tahun"),
    N_("Tanggal selesai"),
    N_("Tautan bukti"),
)
WORDS = {
    "finished": N_("selesai"),
    "started": N_("sedang berjalan"),
    "not_started": N_("belum dimulai"),
}
# More links than this no sheet of XLSX holds.
MOST_LINKS = 65_000
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def cells(row: StaffRow, issuer: str) -> list[Cell]:
    """One person's line; `issuer` stands beside certificates."""
    seen = row.last_activity_at
    finished_on = row.finished_on
    code = row.certificate_code
    return [
        row.name,
        row.employee_number,
        row.kind.value if row.kind else None,
        row.email,
        row.institution_name,
        gettext("ya") if row.is_confirmed else gettext("belum"),
        gettext(WORDS[row.status]),
        seen.astimezone(ZONES["WIB"]).date() if seen else None,
        row.title,
        issuer if code else None,
        row.certificate_number,
        code,
        row.credit_hours,
        finished_on.year if finished_on else None,
        finished_on,
        public_url("verification.show", code=code) if code else None,
    ]


def write_csv(rows: Iterable[StaffRow], issuer: str) -> Iterator[str]:
    """The list as CSV, a chunk at a time; a byte order mark lets spreadsheets read UTF-8.

    Days are written as 2025-05-15, for machines. A text that a spreadsheet would run as a formula
    is written with an apostrophe before it.
    """
    yield "\ufeff"
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow([gettext(column) for column in COLUMNS])
    for row in rows:
        writer.writerow([_defused(cell) for cell in cells(row, issuer)])
        if buffer.tell() > 32_000:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def write_xlsx(rows: Iterable[StaffRow], issuer: str) -> bytes:
    """The list as XLSX, written row by row: days are days, and addresses can be followed.

    All other texts stay texts, also those that begin with "=".
    """
    target = BytesIO()
    with Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    ) as book:
        sheet = book.add_worksheet(gettext("Pegawai"))
        heading = book.add_format({"bold": True, "bottom": 1})
        sheet.write_row(0, 0, [gettext(column) for column in COLUMNS], heading)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, len(COLUMNS) - 1, 20)
        last = 0
        for last, row in enumerate(rows, start=1):
            *texts, address = cells(row, issuer)
            sheet.write_row(last, 0, texts)
            if address is not None and last <= MOST_LINKS:
                sheet.write_url(last, len(texts), str(address))
            else:
                sheet.write(last, len(texts), address)
        sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    return target.getvalue()


def _defused(cell: Cell) -> Cell:
    """Spreadsheets take full-width signs for narrow ones, and pass over spaces before them."""
    if not isinstance(cell, str):
        return cell
    plain = unicodedata.normalize("NFKC", cell)
    is_formula = plain.startswith(FORMULA_SIGNS) or plain.lstrip().startswith(FORMULA_SIGNS)
    return f"'{cell}" if is_formula else cell
