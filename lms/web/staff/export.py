"""The staff list as a file: the same rows as on the page, numbers as numbers."""

from flask_babel import gettext

from lms.errors import N_
from lms.http.addresses import public_url
from lms.reporting.queries import StaffRow
from lms.tables.writing import Cell
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
    N_("Tautan bukti"),
)
WORDS = {
    "finished": N_("selesai"),
    "started": N_("sedang berjalan"),
    "not_started": N_("belum dimulai"),
}


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


def headings() -> list[str]:
    """What the columns are called, in the reader's language."""
    return [gettext(column) for column in COLUMNS]
