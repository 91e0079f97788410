"""The figures that head a report, each with its unit, its moment, and its definition."""

from dataclasses import dataclass
from datetime import date

from lms.days import write_day
from lms.evidence.feet import noted_moment
from lms.evidence.service import Evidence
from lms.evidence.words import (
    CERTIFICATES,
    STAFF,
    people_counted,
    position,
    write_moment,
    write_number,
)
from lms.tables.writer import Cell


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its unit, its moment, and its definition."""

    name: str
    value: Cell
    unit: str
    moment: str
    position: str
    definition: str


def list_figures(evidence: Evidence) -> list[Figure]:
    """The figures of the summary."""
    return [*_counted(evidence), *_noted(evidence)]


def _counted(evidence: Evidence) -> list[Figure]:
    counted, noted = evidence.counted, evidence.noted
    moment, place = write_moment(evidence.term.at), position(evidence)
    share = 100 * counted.people / noted.head_count if noted.head_count else None
    lines: list[tuple[str, Cell, str, str]] = [
        ("ASN yang tercapai", counted.people, "orang", people_counted(evidence)),
        (
            "Bertambah bulan ini",
            counted.people_in_month,
            "orang",
            "Bagian dari baris di atas yang sertifikatnya yang pertama selesai bulan ini.",
        ),
        (
            "Bagian dari jumlah pegawai",
            None if share is None else round(share, 1),
            "persen",
            "ASN yang tercapai dibagi jumlah pegawai di bawah, yang tanggalnya bisa lain.",
        ),
        ("Sertifikat terbit", counted.issued, "sertifikat", CERTIFICATES),
        ("Terbit bulan ini", counted.issued_in_month, "sertifikat", CERTIFICATES),
        ("Diganti", counted.replaced, "sertifikat", "Diganti dengan sertifikat yang diperbaiki."),
        ("Dicabut", counted.revoked, "sertifikat", "Dicabut, dan pencabutannya tidak ditarik."),
        ("Dicabut bulan ini", counted.revoked_in_month, "sertifikat", "Bagian dari yang dicabut."),
        (
            "Tidak dicabut dan tidak diganti",
            counted.in_force,
            "sertifikat",
            "Terbit dikurangi yang diganti dan yang dicabut; yang kedaluwarsa masih termasuk.",
        ),
        ("Kedaluwarsa", counted.expired, "sertifikat", "Bagian dari baris di atas."),
        (
            "JP",
            counted.credit_hours,
            "JP",
            "Jumlah JP pada sertifikat yang tidak dicabut dan tidak diganti.",
        ),
        (
            "JP bulan ini",
            counted.credit_hours_in_month,
            "JP",
            "Bagian dari JP, dari sertifikat yang terbit bulan ini.",
        ),
        (
            "Capaian nasional",
            counted.nation,
            "orang",
            "Seluruh Indonesia, dengan definisi yang sama.",
        ),
        ("Target nasional", noted.target, "orang", "Target program 1 Juta ASN."),
    ]
    return [
        Figure(name, value, unit, moment, place, definition)
        for name, value, unit, definition in lines
    ]


def _noted(evidence: Evidence) -> list[Figure]:
    noted = evidence.noted
    moment = noted_moment(evidence)
    said = "Jumlah yang disebut instansi dalam daftar instansi"
    if noted.head_counted_on is not None:
        said += f", dihitung sejak {write_day(date.fromisoformat(noted.head_counted_on))}"
    if evidence.subject.institution_id is None:
        said += f"; {write_number(noted.said)} instansi menyebutnya"
    of = "Bagian dari yang terkonfirmasi. " if noted.is_of_confirmed else ""
    asked = sum(each.asked for each in noted.assignments)
    lines: list[tuple[str, Cell, str, str]] = [
        ("Jumlah pegawai", noted.head_count, "orang", f"{said}."),
        ("Pegawai dalam daftar", noted.listed, "orang", STAFF),
        ("Terkonfirmasi", noted.confirmed, "orang", "Dikonfirmasi instansinya. " + STAFF),
        (
            "Bagian yang terkonfirmasi",
            round(100 * noted.confirmed / noted.listed, 1) if noted.listed else None,
            "persen",
            "Terkonfirmasi dibagi pegawai dalam daftar.",
        ),
        ("Akun aktif", noted.activated, "orang", STAFF),
        ("Selesai", noted.finished, "orang", f"{of}Memegang sertifikat yang berlaku. {STAFF}"),
        ("Sedang berjalan", noted.started, "orang", f"{of}Sudah menyelesaikan sebuah bab. {STAFF}"),
        (
            "Tugas belajar",
            asked,
            "tugas",
            "Satu orang diminta menyelesaikan satu modul; yang ditarik tidak termasuk.",
        ),
        (
            "Tugas yang selesai tepat waktu",
            sum(each.in_time for each in noted.assignments),
            "tugas",
            "Selesai paling lambat pada tenggatnya.",
        ),
        (
            "Tugas yang lewat tenggat",
            sum(each.overdue for each in noted.assignments),
            "tugas",
            "Belum selesai dan tenggatnya sudah lewat.",
        ),
    ]
    if evidence.subject.institution_id is None:
        lines.insert(
            0, ("Instansi", noted.institution_count, "instansi", "Yang ada dan belum berakhir.")
        )
    return [
        Figure(name, value, unit, moment, "daftar pegawai", definition)
        for name, value, unit, definition in lines
    ]
