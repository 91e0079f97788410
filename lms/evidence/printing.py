"""A report on paper: A4, tagged PDF/UA-1, with a cover, charts, and the table of each beneath."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lms.evidence.charts import (
    Chart,
    draw_added,
    draw_interval,
    draw_rows,
    draw_total,
    every_month,
)
from lms.evidence.feet import counted_foot, noted_foot
from lms.evidence.key_figures import Figure, list_figures
from lms.evidence.reading import list_notes
from lms.evidence.rules import interval_of
from lms.evidence.service import Evidence
from lms.evidence.tables import (
    Table,
    assignments,
    institutions,
    level_of,
    modules,
    months,
    objective_levels,
    objectives,
    top_units,
)
from lms.evidence.words import (
    HIDDEN,
    NO_VALUE,
    subject_name,
    write_moment,
    write_month,
    write_number,
    write_share,
    write_term,
)
from lms.printing.fonts import BUILT_FONTS
from lms.printing.jinja import jinja_environment
from lms.rendering.motifs import PLAIN, motif_svg
from lms.tables.workbooks import Kind
from lms.tables.writer import Cell

if TYPE_CHECKING:
    from lms.printing.weasyprint import Renderer

TEMPLATES: Final = Path(__file__).with_name("templates")
COVER: Final = "report:cover"
BAND: Final = "report:band"
MOST_PLACES: Final = 60
"""So many units or institutions stand on paper; all of them stand in the workbook."""


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class _Printed:
    """A table as it is printed: `drawn` are charts above it with their addresses."""

    key: str
    title: str
    headings: Sequence[_Cell]
    rows: Sequence[Sequence[_Cell]]
    foot: str
    empty: str
    drawn: Sequence[tuple[str, str, Chart]] = ()


@dataclass(frozen=True, slots=True)
class _Level:
    name: str
    people: str
    share: str
    bounds: str
    address: str
    words: str


@dataclass(frozen=True, slots=True)
class _Objective:
    title: str
    words: str
    levels: Sequence[_Level]


def print_report(evidence: Evidence, log_url: str) -> bytes:
    """Set a report; the same evidence gives the same bytes."""
    known = {
        COVER: motif_svg(PLAIN, use="cover", pattern_id="report-cover").encode(),
        BAND: motif_svg(PLAIN, use="band", pattern_id="report-band", ground="none").encode(),
    }
    printed = [
        _modules(evidence, known),
        _table(assignments(evidence)),
        _places(evidence),
        _months(evidence, known),
    ]
    html = (
        jinja_environment(TEMPLATES)
        .get_template("report.html")
        .render(
            title=f"Laporan bukti {subject_name(evidence)}, {write_month(evidence.term.month)}",
            name=subject_name(evidence),
            term=write_term(evidence.term),
            at=write_moment(evidence.term.at),
            counted=[_shown(each) for each in list_figures(evidence) if _is_counted(each)],
            noted=[_shown(each) for each in list_figures(evidence) if not _is_counted(each)],
            people=write_number(evidence.counted.people),
            added=write_number(evidence.counted.people_in_month),
            counted_foot=counted_foot(evidence),
            noted_foot=noted_foot(evidence),
            tables=printed,
            objectives=_objectives(evidence, known),
            objectives_table=objectives(evidence),
            notes=list_notes(evidence, log_url),
            digest=evidence.digest,
        )
    )
    return _renderer().print(html, known, identifier=evidence.digest[:32])


@cache
def _renderer() -> "Renderer":
    # WeasyPrint is slow to import: who serves need not wait for it.
    from lms.printing.weasyprint import Renderer

    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    return Renderer.prepare(BUILT_FONTS, style, (COVER, BAND))


def _is_counted(figure: Figure) -> bool:
    return figure.position != "daftar pegawai"


def _shown(figure: Figure) -> tuple[str, str, str, str]:
    return figure.name, _written(figure.value, Kind.NUMBER), figure.unit, figure.definition


def _modules(evidence: Evidence, known: dict[str, bytes]) -> _Printed:
    table = modules(evidence)
    drawn = []
    if evidence.counted.modules:
        values = [each.holders for each in evidence.counted.modules]
        chart = draw_rows(values, "Batang pemegang sertifikat yang berlaku, satu tiap modul")
        drawn.append(
            _drawn("modul", "Pemegang sertifikat yang berlaku, urut seperti tabel", chart, known)
        )
    return _table(table, drawn)


def _months(evidence: Evidence, known: dict[str, bytes]) -> _Printed:
    drawn = []
    found = every_month(evidence.counted.months, f"{evidence.term.month:%Y-%m}")
    if found:
        drawn = [
            _drawn("bertambah", "ASN yang bertambah tiap bulan", draw_added(found), known),
            _drawn("jumlah", "Jumlah ASN yang tercapai", draw_total(found), known),
        ]
    return _table(months(evidence), drawn)


def _drawn(name: str, title: str, chart: Chart, known: dict[str, bytes]) -> tuple[str, str, Chart]:
    address = f"report:{name}"
    known[address] = chart.svg.encode()
    return title, address, chart


def _places(evidence: Evidence) -> _Printed:
    if evidence.subject.institution_id is None:
        table = institutions(evidence)
    else:
        table = top_units(evidence)
    rest = len(table.rows) - MOST_PLACES
    more = f" {write_number(rest)} baris lain ada dalam berkas XLSX." if rest > 0 else ""
    return _table(replace(table, rows=table.rows[:MOST_PLACES], foot=table.foot + more))


def _table(table: Table, drawn: Sequence[tuple[str, str, Chart]] = ()) -> _Printed:
    kinds = [column.kind for column in table.columns]
    return _Printed(
        table.key,
        table.title,
        [_Cell(column.heading, column.kind is not Kind.TEXT) for column in table.columns],
        [
            [
                _Cell(_written(cell, kind), kind is not Kind.TEXT)
                for cell, kind in zip(row, kinds, strict=True)
            ]
            for row in table.rows
        ],
        table.foot,
        table.empty,
        drawn,
    )


def _written(cell: Cell, kind: Kind) -> str:
    if cell is None:
        return NO_VALUE
    if isinstance(cell, int | float):
        return write_share(cell) if kind is Kind.PERCENT else write_number(cell)
    return str(cell)


def _objectives(evidence: Evidence, known: dict[str, bytes]) -> list[_Objective]:
    names = {each.module_id: each for each in evidence.noted.module_names}
    found = []
    for index, each in enumerate(evidence.noted.objectives):
        levels = []
        for level, word in objective_levels(evidence):
            answered = level_of(each, level)
            interval = None if answered is None else interval_of(answered)
            if answered is None or interval is None:
                levels.append(_Level(word, HIDDEN, HIDDEN, HIDDEN, "", ""))
                continue
            bounds = f"{write_share(interval.low)} sampai {write_share(interval.high)}"
            share = write_share(interval.share)
            words = f"{word}: {share} benar, antara {bounds}"
            address = f"report:tujuan-{index}-{level}"
            known[address] = draw_interval(interval, words).svg.encode()
            levels.append(
                _Level(word, write_number(answered.people), share, bounds, address, words)
            )
        module = names.get(each.module_id)
        code = module.code if module else NO_VALUE
        title = f"{code}, edisi {each.edition}, tujuan {each.number}"
        found.append(_Objective(title, each.words, levels))
    return found
