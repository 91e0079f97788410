"""What a report says, as tables: the same for the workbook and for the paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lms.evidence.feet import counted_foot, noted_foot, objectives_foot
from lms.evidence.figures import ModuleName, ObjectiveFigures, UnitFigures
from lms.evidence.key_figures import list_figures
from lms.evidence.rules import Answered, SubjectKind, interval_of
from lms.evidence.service import Evidence
from lms.evidence.words import (
    CERTIFICATES,
    HIDDEN,
    UNITS_HIDDEN,
    read_month,
    write_month,
)
from lms.tables.workbooks import Column, Kind
from lms.tables.writer import Cell

NO_UNIT: Final = "Tanpa unit kerja"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with what is to be known of it: `foot` says of which moment and by which definition.

    `key` names it; `empty` is what is said where it has no rows.
    """

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    foot: str
    empty: str = ""


def list_tables(evidence: Evidence) -> list[Table]:
    """Every table of a report, in order."""
    places = units(evidence) if evidence.subject.institution_id else institutions(evidence)
    return [
        summary(evidence),
        modules(evidence),
        assignments(evidence),
        places,
        months(evidence),
        objectives(evidence),
    ]


def summary(evidence: Evidence) -> Table:
    """The figures, each with its moment, its position and its definition."""
    columns = [
        Column("Angka", width=40),
        Column("Nilai", Kind.NUMBER, 14),
        Column("Satuan", width=14),
        Column("Keadaan", width=34),
        Column("Posisi", width=44),
        Column("Definisi", width=90),
    ]
    rows: list[list[Cell]] = [
        [each.name, each.value, each.unit, each.moment, each.position, each.definition]
        for each in list_figures(evidence)
    ]
    return Table("ringkasan", "Ringkasan", columns, rows, counted_foot(evidence))


def modules(evidence: Evidence) -> Table:
    """Certificates by module."""
    columns = [
        Column("Kode", width=12),
        Column("Modul", width=48),
        Column("Terbit", Kind.NUMBER, 12),
        Column("Terbit bulan ini", Kind.NUMBER, 12),
        Column("Tidak dicabut dan tidak diganti", Kind.NUMBER, 16),
        Column("Pemegang yang berlaku", Kind.NUMBER, 16),
        Column("JP", Kind.NUMBER, 12),
    ]
    names = _names(evidence)
    rows: list[list[Cell]] = [
        [
            *_named(names, each.module_id),
            each.issued,
            each.issued_in_month,
            each.in_force,
            each.holders,
            each.credit_hours,
        ]
        for each in evidence.counted.modules
    ]
    return Table(
        "modul",
        "Per modul",
        columns,
        rows,
        f"{CERTIFICATES} Pemegang: akun dengan sertifikat modul itu yang berlaku pada saat itu. "
        + counted_foot(evidence),
        "Belum ada sertifikat yang terbit.",
    )


def assignments(evidence: Evidence) -> Table:
    """What was asked of people, by module, and how it was kept."""
    columns = [
        Column("Kode", width=12),
        Column("Modul", width=48),
        *(
            Column(heading, Kind.NUMBER, 14)
            for heading in ("Penugasan", "Tugas", "Selesai", "Tepat waktu", "Lewat tenggat")
        ),
    ]
    names = _names(evidence)
    rows: list[list[Cell]] = [
        [
            *_named(names, each.module_id),
            each.assignments,
            each.asked,
            each.done,
            each.in_time,
            each.overdue,
        ]
        for each in evidence.noted.assignments
    ]
    return Table(
        "penugasan",
        "Penugasan",
        columns,
        rows,
        f"Tugas: satu orang diminta menyelesaikan satu modul. {noted_foot(evidence)}",
        "Belum ada penugasan.",
    )


def units(evidence: Evidence) -> Table:
    """How far the people of each unit are; of the topmost ones for who is of elsewhere."""
    if not evidence.is_own:
        return top_units(evidence)
    foot = "Satu baris tiap unit, dengan yang berada langsung di dalamnya. "
    return _units(evidence, evidence.noted.units, foot)


def top_units(evidence: Evidence) -> Table:
    """How far the people of each topmost unit are, with all that is below it."""
    foot = "Satu baris tiap unit teratas, dengan semua yang di bawahnya. "
    if evidence.is_own:
        return _units(evidence, evidence.noted.with_top_units().units, foot)
    return _units(evidence, evidence.noted.units, f"{foot}{UNITS_HIDDEN} ")


def _units(evidence: Evidence, shown: Sequence[UnitFigures], foot: str) -> Table:
    columns = [
        Column("Unit kerja", width=40),
        Column("Unit induk", width=48),
        *(
            Column(heading, Kind.NUMBER, 12)
            for heading in ("Pegawai", "Selesai", "Sedang berjalan", "JP tahun ini")
        ),
        Column("Bagian selesai", Kind.PERCENT, 14),
    ]
    rows = [_unit_row(each) for each in shown]
    if evidence.noted.is_of_confirmed:
        foot += "Hanya yang terkonfirmasi. "
    return Table(
        "unit", "Per unit", columns, rows, foot + noted_foot(evidence), "Belum ada pegawai."
    )


def _unit_row(each: UnitFigures) -> list[Cell]:
    named: list[Cell] = [each.name or NO_UNIT, each.above]
    if each.people is None:
        return [*named, HIDDEN, HIDDEN, HIDDEN, HIDDEN, HIDDEN]
    if each.finished is None:
        return [*named, each.people, HIDDEN, HIDDEN, HIDDEN, HIDDEN]
    share = each.finished / each.people if each.people else None
    return [*named, each.people, each.finished, each.started, each.credit_hours, share]


def institutions(evidence: Evidence) -> Table:
    """How many people each institution has reached, the most first."""
    columns = [
        Column("Instansi", width=60),
        Column("Tercapai", Kind.NUMBER, 14),
        Column("Jumlah pegawai", Kind.NUMBER, 16),
        Column("Bagian tercapai", Kind.PERCENT, 16),
    ]
    reached = dict(evidence.counted.institutions)
    lines = sorted(
        ((reached.get(each.institution_id, 0), each) for each in evidence.noted.institutions),
        key=lambda line: (-line[0], line[1].name),
    )
    rows: list[list[Cell]] = [
        [
            each.name,
            people,
            each.head_count,
            people / each.head_count if each.head_count else None,
        ]
        for people, each in lines
    ]
    return Table(
        "instansi",
        "Per instansi",
        columns,
        rows,
        f"Jumlah pegawai: yang disebut instansi. {counted_foot(evidence)}",
        "Belum ada instansi.",
    )


def months(evidence: Evidence) -> Table:
    """What each month added."""
    columns = [
        Column("Bulan", width=20),
        Column("Bertambah", Kind.NUMBER, 14),
        Column("Jumlah", Kind.NUMBER, 14),
    ]
    rows: list[list[Cell]] = [
        [write_month(read_month(each.month)), each.added, each.total]
        for each in evidence.counted.months
    ]
    return Table(
        "bulan",
        "Per bulan",
        columns,
        rows,
        "ASN yang tercapai, menurut hari sertifikatnya yang pertama dihitung. "
        + counted_foot(evidence),
        "Belum ada yang tercapai.",
    )


def objectives(evidence: Evidence) -> Table:
    """How objectives were answered at first attempts: here, in the province, in the nation."""
    levels = objective_levels(evidence)
    columns = [
        Column("Modul", width=12),
        Column("Edisi", width=10),
        Column("Tujuan", Kind.NUMBER, 8),
        Column("Rumusan", width=70),
    ]
    for _, level in levels:
        columns += [
            Column(f"{level}: orang", Kind.NUMBER, 14),
            Column(f"{level}: bagian benar", Kind.PERCENT, 14),
            Column(f"{level}: batas bawah", Kind.PERCENT, 14),
            Column(f"{level}: batas atas", Kind.PERCENT, 14),
        ]
    names = _names(evidence)
    rows = []
    for each in evidence.noted.objectives:
        row: list[Cell] = [
            _named(names, each.module_id)[0],
            each.edition,
            each.number,
            each.words,
        ]
        for level, _ in levels:
            row += _level_cells(level_of(each, level))
        rows.append(row)
    return Table(
        "tujuan",
        "Tujuan pembelajaran",
        columns,
        rows,
        objectives_foot(evidence),
        "Belum ada yang dapat ditampilkan: sedikitnya lima orang, sampai akhir bulan yang penuh.",
    )


def objective_levels(evidence: Evidence) -> list[tuple[str, str]]:
    """The levels that a report has: how rows name them, and their words."""
    if evidence.subject.kind is SubjectKind.NATION:
        return [("here", "Nasional")]
    if evidence.subject.kind is SubjectKind.PROVINCE:
        return [("here", "Provinsi"), ("nation", "Nasional")]
    within = [("province", "Provinsi")] if evidence.noted.province else []
    return [("here", "Instansi"), *within, ("nation", "Nasional")]


def level_of(each: ObjectiveFigures, level: str) -> Answered | None:
    """How an objective was answered at a level; None of what is hidden."""
    found: Answered | None = getattr(each, level)
    return found


def _level_cells(answered: Answered | None) -> list[Cell]:
    interval = None if answered is None else interval_of(answered)
    if answered is None or interval is None:
        return [HIDDEN] * 4
    bounds = (round(each, 4) for each in (interval.share, interval.low, interval.high))
    return [answered.people, *bounds]


def _names(evidence: Evidence) -> dict[int, ModuleName]:
    return {each.module_id: each for each in evidence.noted.module_names}


def _named(names: dict[int, ModuleName], module_id: int) -> tuple[str, str]:
    name = names.get(module_id)
    return ("–", "Kegiatan lain") if name is None else (name.code, name.title)
