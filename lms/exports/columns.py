"""The columns that an export may have; docs/kepegawaian.md tells what each of them means."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from lms.errors import N_


class Table(enum.Enum):
    """The two tables of an export: a row a person, and a row a certificate."""

    PEOPLE = "people"
    CERTIFICATES = "certificates"


PEOPLE: Final[Mapping[str, str]] = {
    "name": N_("Nama"),
    "employee_number": N_("NIP atau NI PPPK"),
    "kind": N_("Jenis"),
    "email": N_("Surel"),
    "unit": N_("Unit kerja"),
    "institution": N_("Instansi"),
    "is_confirmed": N_("Terkonfirmasi"),
    "is_activated": N_("Akun aktif"),
    "progress": N_("Kemajuan"),
    "last_activity_on": N_("Aktivitas terakhir"),
    "finished_on": N_("Selesai terakhir"),
    "credit_hours": N_("JP tahun ini"),
    "modules": N_("Kemajuan tiap modul"),
    "module_days": N_("Hari selesai tiap modul"),
}
"""What each column is called. The last two are a column a module."""

CERTIFICATES: Final[Mapping[str, str]] = {
    "name": N_("Nama"),
    "employee_number": N_("NIP atau NI PPPK"),
    "unit": N_("Unit kerja"),
    "training": N_("Nama pelatihan"),
    "organiser": N_("Penyelenggara"),
    "certificate_number": N_("Nomor sertifikat"),
    "started_on": N_("Tanggal mulai"),
    "completed_on": N_("Tanggal selesai"),
    "year": N_("Tahun"),
    "credit_hours": N_("JP"),
    "valid_until": N_("Berlaku sampai"),
    "state": N_("Keadaan"),
    "delivered_on": N_("Sudah diserahkan"),
    "code": N_("Kode verifikasi"),
    "evidence": N_("Tautan bukti"),
    "started_text": N_("Tanggal mulai (dd-mm-yyyy)"),
    "completed_text": N_("Tanggal selesai (dd-mm-yyyy)"),
}
ALL: Final = {Table.PEOPLE: PEOPLE, Table.CERTIFICATES: CERTIFICATES}
LONGEST_HEADING: Final = 60


@dataclass(frozen=True, slots=True)
class Placed:
    """A column in its place; `heading` is the officer's own word for it, empty for ours."""

    key: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns an export has, in which order; a table without columns is left out."""

    key: str
    name: str
    people: tuple[Placed, ...]
    certificates: tuple[Placed, ...]

    def of(self, table: Table) -> tuple[Placed, ...]:
        """The columns of a table."""
        return self.people if table is Table.PEOPLE else self.certificates

    def as_json(self) -> dict[str, list[list[str]]]:
        """The columns as they are stored."""
        return {
            table.value: [[each.key, each.heading] for each in self.of(table)] for table in Table
        }

    @classmethod
    def read(cls, key: str, name: str, stored: Mapping[str, Sequence[Sequence[Any]]]) -> Self:
        """From what is stored; columns that there are no more are left out."""
        people, certificates = (
            tuple(
                Placed(column, heading)
                for column, heading in stored.get(table.value, ())
                if column in ALL[table]
            )
            for table in Table
        )
        return cls(key, name, people, certificates)


def _all_but(table: Mapping[str, str], *others: str) -> tuple[Placed, ...]:
    return tuple(Placed(key) for key in table if key not in others)


WHOLE: Final = Layout(
    "lengkap",
    N_("Lengkap"),
    _all_but(PEOPLE, "module_days"),
    _all_but(CERTIFICATES, "started_text", "completed_text"),
)
COURSES: Final = Layout(
    "riwayat-kursus",
    N_("Riwayat kursus"),
    (),
    (
        Placed("employee_number", "nip"),
        Placed("name", "nama"),
        Placed("training", "namaKursus"),
        Placed("organiser", "institusiPenyelenggara"),
        Placed("certificate_number", "nomorSertipikat"),
        Placed("credit_hours", "jumlahJam"),
        Placed("year", "tahunKursus"),
        Placed("started_text", "tanggalKursus"),
        Placed("completed_text", "tanggalSelesaiKursus"),
        Placed("evidence", "tautanBukti"),
        Placed("state", "keadaan"),
        Placed("delivered_on", "sudahDiserahkan"),
    ),
)
"""With the names of the fields of the personnel system's course history, which is not ours."""

READY: Final = {layout.key: layout for layout in (WHOLE, COURSES)}
