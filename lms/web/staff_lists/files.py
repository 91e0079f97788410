"""Staff lists as files: a template, a dry run as a whole, and what is to be mended."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Any, Final

from flask_babel import gettext

from lms.errors import N_
from lms.institutions.staff_lists.models import Verdict
from lms.institutions.staff_lists.queries import KeptLine, iterate_lines
from lms.jobs.kind import File
from lms.tables.sheets import place_of
from lms.tables.writer import Cell, write_csv, write_lines_xlsx
from lms.web.staff_lists.wording import place_word, remarks, unit_used, verdict_word

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_Line = tuple[list[str], list[Cell]]
"""The cells of a line as they were sent, and ours."""

# More lines than this become a CSV, which is written as fast as it is read.
MOST_IN_XLSX: Final = 20_000
_TEMPLATE: Final = (
    N_("Nama lengkap dengan gelar"),
    N_("NIP atau NI PPPK"),
    N_("Surel"),
    N_("Unit kerja"),
    N_("Jenis"),
    N_("Keterangan"),
    N_("Tanggal"),
)
# Nobody was born so early and appointed so late: these numbers cannot be anybody's.
_EXAMPLES: Final = (
    (
        "Nur'aini Siregar, S.Pd.",
        "190501172099032001",
        "nuraini.siregar@contoh-jaya.example",
        "Dinas Pendidikan",
        "PNS",
        "aktif",
        "",
    ),
    ("Suharti", "191108302098212004", "", "Puskesmas Contoh Asri", "PPPK", "aktif", ""),
    (
        "dr. I Gusti Ayu Made Lestari, M.Kes.",
        "190712042094122003",
        "lestari@contoh-jaya.example",
        "Dinas Kesehatan",
        "PNS",
        "pensiun",
        "31-01-2026",
    ),
)


def template_file(file_format: str) -> File:
    """A sheet with the columns that are known, and three people who cannot be."""
    headings = [gettext(heading) for heading in _TEMPLATE]
    name = f"contoh-daftar-pegawai.{file_format}"
    rows = [[*row] for row in _EXAMPLES]
    if file_format == "xlsx":
        lines = [(1, headings), *((number, row) for number, row in enumerate(rows, start=2))]
        return File(name, XLSX, write_lines_xlsx(gettext("Pegawai"), lines, heading_line=1))
    return File(name, "text/csv", "".join(write_csv(headings, rows)).encode())


def checked_file(
    import_id: int, head: list[Any], line_count: int, day: date, tabs: Mapping[str, str]
) -> File:
    """Every line with its verdict and what is said of it, behind the cells as they were sent."""
    added = [
        gettext("Baris"),
        gettext("Hasil"),
        gettext("Unit kerja yang dipakai"),
        gettext("Penjelasan"),
    ]
    lines: Iterator[_Line] = (
        (
            line.cells,
            [
                _place(line, tabs),
                verdict_word(line.verdict, is_in_force=False),
                unit_used(line),
                " ".join(remarks(line)),
            ],
        )
        for line in iterate_lines(import_id)
    )
    return _file(f"pemeriksaan-pegawai-{day.isoformat()}", head, lines, added, line_count)


def refused_file(
    import_id: int, head: list[Any], count: int, day: date, tabs: Mapping[str, str]
) -> File:
    """What is to be mended, in the columns of the upload: mended, it can be uploaded as it is."""
    added = [gettext("Baris asal"), gettext("Yang perlu diperbaiki")]
    lines: Iterator[_Line] = (
        (line.cells, [_place(line, tabs), " ".join(remarks(line))])
        for line in iterate_lines(import_id, Verdict.REFUSED)
    )
    return _file(f"perlu-diperbaiki-{day.isoformat()}", head, lines, added, count)


def _place(line: KeptLine, tabs: Mapping[str, str]) -> Cell:
    """The number of a line, with its worksheet where the list is of several."""
    worksheet, _ = place_of(line.line)
    return place_word(line.line, tabs) if worksheet else line.line or ""


def _file(
    name: str,
    head: list[Any],
    lines: Iterable[_Line],
    added: list[str],
    count: int,
) -> File:
    headings: list[str] = [str(cell) for cell in head[-1][1]] if head else []
    iterator = iter(lines)
    first = next(iterator, None)
    width = max(len(headings), len(first[0]) if first else 0)
    names = [*headings, *("" for _ in range(width - len(headings))), *added]
    rows = _rows(chain([first] if first else [], iterator), width)
    if count <= MOST_IN_XLSX:
        numbered = enumerate(chain([list[Cell](names)], rows), start=1)
        content = write_lines_xlsx(gettext("Pegawai"), numbered, heading_line=1)
        return File(f"{name}.xlsx", XLSX, content)
    return File(f"{name}.csv", "text/csv", "".join(write_csv(names, rows)).encode())


def _rows(lines: Iterable[_Line], width: int) -> Iterator[list[Cell]]:
    for cells, added in lines:
        filled: list[Cell] = [*cells[:width], *("" for _ in range(width - len(cells)))]
        yield [*filled, *added]
