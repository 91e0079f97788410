"""The staff list as a file: the same rows as on the page, numbers as numbers."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext

from lms.errors import N_
from lms.http.addresses import public_url
from lms.jobs.kind import File
from lms.reporting.staff_list import StaffRow
from lms.tables.writer import Cell, write_csv, write_xlsx
from lms.web.formatting import ZONES

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
    N_("Berlaku sampai"),
    N_("Tautan bukti"),
)
WORDS = {
    "finished": N_("selesai"),
    "expired": N_("kedaluwarsa"),
    "started": N_("sedang berjalan"),
    "not_started": N_("belum dimulai"),
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
        row.valid_until,
        public_url("verification.show", code=code) if code else None,
    ]


def headings() -> list[str]:
    """What the columns are called, in the reader's language."""
    return [gettext(column) for column in COLUMNS]


def staff_file(staff: Iterable[StaffRow], file_format: str, issuer: str, day: date) -> File:
    """The list as a file of this format, `xlsx` or `csv`, made on this day."""
    rows = (cells(each, issuer) for each in staff)
    name = f"pegawai-{day.isoformat()}.{file_format}"
    if file_format == "xlsx":
        return File(name, XLSX, write_xlsx(gettext("Pegawai"), headings(), rows))
    return File(name, "text/csv", "".join(write_csv(headings(), rows)).encode())
