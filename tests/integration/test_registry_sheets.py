"""Sheets of the registry: thousands of units at once, twice without effect, hostile ones."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select
from xlsxwriter import Workbook

from lms.db import db, transaction
from lms.institutions.models import Institution, InstitutionKind, Unit
from lms.institutions.registry.errors import NoSuchUpload, SheetApplied
from lms.institutions.registry.institution_sheets import iterate_institutions
from lms.institutions.registry.models import RegistryEvent, SheetKind
from lms.institutions.registry.rules import MOST_LEVELS, Editor
from lms.institutions.registry.service import facts_of
from lms.institutions.registry.sheet_lines import (
    INSTITUTION_COLUMNS,
    Action,
    Step,
    TooManyLines,
    UnreadableSheet,
    read_lines,
)
from lms.institutions.registry.sheets import (
    apply_as_job,
    apply_lines,
    ask_to_apply,
    forget_old_sheets,
    get_upload,
    has_old_sheets,
    iterate_units,
    keep_sheet,
    preview,
)
from lms.institutions.registry.tree import change_unit, found_unit
from lms.institutions.scope import Branch, Scope
from lms.jobs.kind import Run
from lms.jobs.models import Job
from lms.tables.writer import Cell, write_csv, write_lines_xlsx
from tests.factories import Factory, InstitutionRef, later
from tests.patience import ends

KEEPER = Editor(None)
HEAD = ["Kode", "Nama", "Induk"]
MOMENT = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)


def clock() -> datetime:
    """Always the same moment."""
    return MOMENT


def sheet(rows: Iterable[Iterable[str]], head: Iterable[str] = HEAD) -> bytes:
    """A CSV."""
    return "".join(write_csv(list(head), [list(row) for row in rows])).encode()


def bring(at: InstitutionRef | None, content: bytes, *, is_dry: bool = False) -> list[Step]:
    """Apply a sheet as an operator does."""
    kind = SheetKind.INSTITUTIONS if at is None else SheetKind.UNITS
    return apply_lines(
        kind,
        read_lines(content, kind),
        institution_id=None if at is None else at.id,
        is_dry=is_dry,
        clock=clock,
    )


def actions(steps: Iterable[Step]) -> list[str]:
    """What each line calls for, in their order in the file."""
    return [step.action.value for step in sorted(steps, key=lambda step: step.line)]


def problems(steps: Iterable[Step]) -> dict[int, str]:
    """Why lines are refused, by their number."""
    return {step.line: str(step.problem) for step in steps if step.problem is not None}


def tree(at: InstitutionRef) -> dict[str, str | None]:
    """The name above each unit's."""
    units = db.session.scalars(select(Unit).where(Unit.institution_id == at.id)).all()
    names = {unit.id: unit.name for unit in units}
    for unit in units:
        above = unit.path.strip("/").split("/")[:-1]
        assert (int(above[-1]) if above else None) == unit.parent_id
    return {unit.name: names.get(unit.parent_id or 0) for unit in units}


def test_a_tree_is_brought_in_any_order_and_again_without_effect(make: Factory) -> None:
    ours = make.institution()
    rows = [
        ("", "Seksi Satu", "Dinas Contoh > Bidang Contoh"),
        ("B-1", "Bidang Contoh", "D-1"),
        ("D-1", "Dinas Contoh", ""),
        ("", "UPT Contoh", "Bidang Contoh"),
        ("", "Badan Contoh", ""),
    ]
    dry = bring(ours, sheet(rows), is_dry=True)
    assert actions(dry) == ["add"] * 5
    assert tree(ours) == {}
    assert actions(bring(ours, sheet(rows))) == ["add"] * 5
    assert tree(ours) == {
        "Dinas Contoh": None,
        "Badan Contoh": None,
        "Bidang Contoh": "Dinas Contoh",
        "Seksi Satu": "Bidang Contoh",
        "UPT Contoh": "Bidang Contoh",
    }
    assert db.session.scalar(select(func.count()).select_from(RegistryEvent)) == 5
    assert actions(bring(ours, sheet(rows))) == ["same"] * 5
    moved = [*rows[:1], ("B-1", "Bidang Baru", "Badan Contoh"), *rows[2:3], rows[4]]
    assert actions(bring(ours, sheet([moved[1]]))) == ["change"]
    assert tree(ours)["Seksi Satu"] == "Bidang Baru"
    assert tree(ours)["Bidang Baru"] == "Badan Contoh"


def test_what_is_exported_comes_back_without_effect(make: Factory) -> None:
    ours = make.institution()
    rows = [
        ("D-1", "Dinas = Contoh", ""),
        ("", "=1+1", "D-1"),
        ("", "Bidang", "D-1 "),
        ("", "Bidang", ""),
    ]
    bring(ours, sheet(rows))
    exported = list(iterate_units(KEEPER, ours.id))
    head = ["Kode", "Nama", "Induk", "Jalur"]
    assert len(exported) == 4
    as_xlsx = write_lines_xlsx("Unit", [(1, head), *enumerate(exported, start=2)], heading_line=1)
    as_csv = "".join(write_csv(head, exported)).encode()
    for content in (as_xlsx, as_csv):
        assert actions(bring(ours, content)) == ["same"] * 4


def test_six_thousand_units_are_brought_at_once(make: Factory) -> None:
    ours = make.institution()
    rows = [(f"U-{n}", f"Unit Contoh {n}", f"U-{n // 8}" if n >= 8 else "") for n in range(1, 6001)]
    with ends():
        assert set(actions(bring(ours, sheet(reversed(rows))))) == {"add"}
    with ends():
        assert set(actions(bring(ours, sheet(rows)))) == {"same"}
    assert db.session.scalar(select(func.count()).select_from(Unit)) == 6000
    tree(ours)


def test_lines_that_cannot_be_taken_are_named_and_the_others_taken(make: Factory) -> None:
    ours, theirs = make.institution(), make.institution()
    with transaction():
        foreign = found_unit(KEEPER, theirs.id, "Dinas Asing", parent_id=None, now=MOMENT)
        known = found_unit(KEEPER, ours.id, "Dinas Lama", parent_id=None, now=MOMENT)
    rows = [
        ("A", "Putar\u200b A", "B"),  # 2: a ring, with a letter that nobody sees
        ("B", "Putar B", "A"),  # 3
        ("", "Anak", "Tidak Ada"),  # 4
        ("", "Anak", "Tidak Ada > Lagi"),  # 5
        ("", "", ""),  # 6: empty, and passed over
        ("C", "Baik", ""),  # 7
        ("C", "Kode Kembar", ""),  # 8
        ("", "baik", ""),  # 9: the same name beside it
        (f"#{foreign}", "Milik Lain", ""),  # 10
        ("#x", "Kunci Rusak", ""),  # 11
        ("", "Di > Dalam", ""),  # 12
        ("", "x" * 201, ""),  # 13
        ("", "Sendiri", "Sendiri"),  # 14: nothing else is called so
        (f"#{known}", "Dinas Lama", "C"),  # 15
        ("Kode", "Nama", "Induk"),  # 16: headings once more
    ]
    told = problems(bring(ours, sheet(rows)))
    assert sorted(told) == [2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 16]
    assert "di bawah baris ini sendiri" in told[2]
    assert "baris 2 ditolak" in told[3]
    assert "Tidak Ada tidak ditemukan" in told[4]
    assert "sudah ada di baris 7" in told[8]
    assert "sudah disebut di baris 7" in told[9]
    assert f"Tidak ada unit #{foreign}" in told[10]
    assert tree(ours) == {"Baik": None, "Dinas Lama": "Baik"}


def test_a_ring_with_what_is_stored_is_refused(make: Factory) -> None:
    ours = make.institution()
    bring(ours, sheet([("A", "Atas", ""), ("B", "Bawah", "A")]))
    before = tree(ours)
    bring(ours, sheet([("A", "Atas", "B")]))
    bring(ours, sheet([("A", "Atas", "B"), ("B", "Bawah", "A")]))
    assert tree(ours) == before


def test_six_thousand_levels_are_told_and_come_to_an_end(make: Factory) -> None:
    ours = make.institution()
    rows = [(f"U-{n}", f"Unit {n}", f"U-{n - 1}" if n else "") for n in range(6000)]
    with ends():
        told = problems(bring(ours, sheet(reversed(rows))))
    assert len(told) == 6000 - MOST_LEVELS
    assert len(tree(ours)) == MOST_LEVELS
    with ends():
        ring = problems(bring(ours, sheet([*rows[1:], ("U-0", "Unit 0", "U-5999")]), is_dry=True))
    assert len(ring) == 6000


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        b"\x00\x01\x02",
        b"PK\x03\x04 no archive",
        b"Nama\n",
        b"a;b;c\n1;2;3\n",
        b"Nama;Nama Unit\nA;B\n",
        b"<html><table><tr><td>Nama</td></tr></table>",
    ],
)
def test_what_is_no_sheet_of_units_is_refused_with_what_is_needed(content: bytes) -> None:
    with pytest.raises(UnreadableSheet, match="nama"):
        read_lines(content, SheetKind.UNITS)


@pytest.mark.sqlite_only
def test_a_sheet_of_too_many_lines_is_refused() -> None:
    with pytest.raises(TooManyLines), ends():
        read_lines(b"Nama\n" + b"Unit\n" * 20_001, SheetKind.UNITS)


@pytest.mark.sqlite_only
def test_formulas_and_titles_of_a_spreadsheet_are_read_as_what_they_show() -> None:
    target = BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        worksheet = book.add_worksheet("Unit")
        worksheet.write_row(0, 0, ["Susunan organisasi 2026"])
        worksheet.write_row(2, 0, ["NAMA UNIT", "UNIT INDUK"])
        worksheet.write_row(3, 0, ["Dinas Contoh", ""])
        worksheet.write_formula(4, 0, '=CONCATENATE("Bidang ","Contoh")', None, "Bidang Contoh")
        worksheet.write_string(4, 1, "Dinas Contoh")
    lines = read_lines(target.getvalue(), SheetKind.UNITS)
    assert [line["nama"] for line in lines] == ["Dinas Contoh", "Bidang Contoh"]
    assert [line["line"] for line in lines] == [4, 5]


def test_institutions_are_brought_corrected_and_come_back_without_effect(make: Factory) -> None:
    head = [column.name for column in INSTITUTION_COLUMNS]
    first = "K-1;Kementerian Contoh;kementerian;;;;12.000;2026-01-31;9000;20/10/2024;contoh.go.id"
    others = [
        "K-2;Pemerintah Kota Contoh;Pemerintah Kota;WITA;99.01;;;;;;",
        "K-3;Salah Jenis;kota;;;;;;;;",
        "K-4;Salah Hari;lpnk;;;;;31 Mei;;;",
        "K-5;Salah Banyak;lpnk;;;;banyak;;;;",
        "K-6;Salah Kanwil;lpnk;;;KANWIL-99;;;;;",
        "K-1;Kode Kembar;lpnk;;;;;;;;",
        "K-7;Kementerian Contoh;lpnk;;;;;;;;",
        ";Tanpa Kode;lpnk;;;;;;;;",
        "K-8;Salah Zona;lpnk;Mars;;;;;;;",
    ]
    rows = [line.split(";") for line in (first, *others)]
    steps = bring(None, sheet(rows, head))
    assert actions(steps) == ["add", "add", *["refuse"] * 8]
    assert "KANWIL-11" in problems(steps)[7]
    one = db.session.scalars(select(Institution).where(Institution.code == "K-1")).one()
    facts = facts_of(one)
    assert (facts.head_count, facts.target_count) == (12_000, 9_000)
    assert (facts.head_counted_on, facts.begun_on) == (date(2026, 1, 31), date(2024, 10, 20))
    assert facts.kind is InstitutionKind.MINISTRY
    exported = list(iterate_institutions())
    assert actions(bring(None, sheet_of(head, exported))) == ["same", "same"]
    renamed = [("K-1", "Kementerian Baru", "kementerian")]
    (step,) = bring(None, sheet(renamed, head[:3]))
    assert step.facts == ("name",)
    db.session.expire_all()
    kept = facts_of(db.session.get_one(Institution, one.id))
    assert (kept.name, kept.head_count) == ("Kementerian Baru", 12_000)


def test_a_refused_line_of_institutions_neither_takes_nor_frees_a_name(make: Factory) -> None:
    head = [column.name for column in INSTITUTION_COLUMNS][:3]
    bring(None, sheet([("K-1", "Badan Lama", "lpnk")], head))
    rows = [
        ("K-1", "Badan Baru", "salah"),
        ("K-2", "Badan Lama", "lpnk"),
        ("K-3", "Badan Baru", "lpnk"),
    ]
    assert actions(bring(None, sheet(rows, head), is_dry=True)) == ["refuse", "refuse", "add"]


def sheet_of(head: list[str], rows: list[list[Cell]]) -> bytes:
    """A spreadsheet of exported rows."""
    lines = [(1, list[Cell](head)), *enumerate(rows, start=2)]
    return write_lines_xlsx("Instansi", lines, heading_line=1)


def test_a_sheet_is_looked_at_then_applied_once(app: Flask, make: Factory) -> None:
    ours = make.institution()
    officer, other = make.officer(at=ours), make.officer(at=make.institution())
    editor = Editor(officer.id, officer.scope)
    lines = read_lines(sheet([("", "Dinas Contoh", "")]), SheetKind.UNITS)
    with transaction():
        upload_id = keep_sheet(
            editor, SheetKind.UNITS, "unit.csv", lines, institution_id=ours.id, now=MOMENT
        )
    with pytest.raises(NoSuchUpload):
        get_upload(other.id, upload_id)
    with pytest.raises(NoSuchUpload), transaction():
        keep_sheet(
            Editor(other.id, other.scope),
            SheetKind.UNITS,
            "unit.csv",
            lines,
            institution_id=ours.id,
            now=MOMENT,
        )
    assert [step.action for step in preview(editor, get_upload(officer.id, upload_id))] == [
        Action.ADD
    ]
    with transaction():
        assert ask_to_apply(editor, upload_id, now=MOMENT, clock=clock)
    assert tree(ours) == {"Dinas Contoh": None}
    with pytest.raises(SheetApplied), transaction():
        ask_to_apply(editor, upload_id, now=MOMENT, clock=clock)
    assert not has_old_sheets(now=MOMENT)
    tomorrow = later(MOMENT, days=2)
    assert has_old_sheets(now=tomorrow)
    with transaction():
        forget_old_sheets(now=tomorrow)
    with pytest.raises(NoSuchUpload):
        get_upload(officer.id, upload_id)


def test_a_long_sheet_is_a_job_that_goes_on_where_it_was_killed(make: Factory) -> None:
    ours = make.institution()
    officer = make.officer(at=ours)
    editor = Editor(officer.id, officer.scope)
    rows = [(f"U-{n}", f"Unit {n}", f"U-{n - 1000}" if n >= 1000 else "") for n in range(1200)]
    lines = read_lines(sheet(rows), SheetKind.UNITS)
    with transaction():
        upload_id = keep_sheet(
            editor, SheetKind.UNITS, "unit.csv", lines, institution_id=ours.id, now=MOMENT
        )
        assert not ask_to_apply(editor, upload_id, now=MOMENT, clock=clock)

    asked = db.session.scalars(select(Job)).one().arguments

    def run(stops_at: int) -> None:
        def report(done: int, _total: int) -> None:
            if done == stops_at:
                raise KeyboardInterrupt

        job = Run(1, "registry_sheet", asked, officer.id, frozenset(), 1, "c", report)
        apply_as_job(job, clock=clock)

    with pytest.raises(KeyboardInterrupt):
        run(stops_at=1)
    assert len(tree(ours)) == 500
    run(stops_at=99)
    assert len(tree(ours)) == 1200
    result = get_upload(officer.id, upload_id).result
    assert result is not None
    assert result["counts"] == {"add": 1200}


def test_an_officer_of_a_unit_brings_what_stands_below_it_alone(make: Factory) -> None:
    ours = make.institution()
    bring(ours, sheet([("A", "Dinas A", ""), ("B", "Dinas B", "")]))
    units = {unit.code: unit for unit in db.session.scalars(select(Unit))}
    officer = make.officer(at=ours)
    branch = Branch(ours.id, units["A"].id, units["A"].path)
    editor = Editor(officer.id, Scope(officer.id, frozenset(), frozenset({branch})))
    rows = [
        ("A", "Dinas A Baru", ""),
        ("", "Bidang A", "A"),
        ("", "Seksi A", "Dinas A Baru > Bidang A"),
        ("", "Bidang B", "B"),
        ("B", "Dinas B Baru", ""),
        ("", "Dinas C", ""),
    ]
    with transaction():
        upload_id = keep_sheet(
            editor,
            SheetKind.UNITS,
            "unit.csv",
            read_lines(sheet(rows), SheetKind.UNITS),
            institution_id=ours.id,
            now=MOMENT,
        )
    steps = preview(editor, get_upload(officer.id, upload_id))
    assert actions(steps) == ["change", "add", "add", "refuse", "refuse", "refuse"]
    with transaction():
        ask_to_apply(editor, upload_id, now=MOMENT, clock=clock)
    assert tree(ours) == {
        "Dinas A Baru": None,
        "Dinas B": None,
        "Bidang A": "Dinas A Baru",
        "Seksi A": "Bidang A",
    }
    exported = [row[1] for row in iterate_units(editor, ours.id)]
    assert exported == ["Dinas A Baru", "Bidang A", "Seksi A"]


def test_a_unit_that_was_moved_meanwhile_is_not_moved_back_by_an_old_export(make: Factory) -> None:
    ours = make.institution()
    bring(ours, sheet([("A", "Dinas A", ""), ("B", "Dinas B", ""), ("C", "Bidang", "A")]))
    units = {unit.code: unit.id for unit in db.session.scalars(select(Unit))}
    with transaction():
        change_unit(KEEPER, units["C"], name="Bidang", parent_id=units["B"], code="C", now=MOMENT)
    (step,) = bring(ours, sheet([("C", "Bidang")], HEAD[:2]))
    assert step.action is Action.SAME
    assert tree(ours)["Bidang"] == "Dinas B"
