"""How a staff list is to be read, and what is to be known of it before that is confirmed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, Self

from lms.errors import N_, Sentence
from lms.institutions.staff_lists.columns import (
    ENOUGH,
    REQUIRED,
    ROLES,
    Columns,
    find_rivals,
    guess_places,
    is_data,
    is_heading,
)
from lms.institutions.staff_lists.errors import UnfitList
from lms.institutions.staff_lists.numbers import has_number, part_name, rank_beside
from lms.institutions.staff_lists.sections import SECTIONS, WORKSHEET, unit_above
from lms.institutions.staff_lists.surveys import Survey
from lms.tables.guessing import column_letter, find_heading_row, name_columns, plain_heading
from lms.tables.sheets import MOST_WORKSHEETS, Sheet, SheetRow

# The state's personnel system exports some seventy.
MOST_COLUMNS: Final = 100
MOST_ROWS: Final = 2_000_000
PREVIEW: Final = 5
_SAMPLE: Final = 200
_TOLD_COLUMNS: Final = 20
_LONGEST_NAMES: Final = 300
_SHARED: Final = 0.3


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of a list, with what was guessed of it, to be confirmed by who sent it.

    names: what each column is called; rows: the first ones below the headings; row_count: how many
    there are below; worksheet, others: what was read, and what has rows too and was not; remarks:
    what is to be known of how the list is read before it is confirmed; is_hidden: nobody sees the
    worksheet; is_half: two lists stand side by side, of which one is read; tabs: what the
    worksheets that are read are called, by place from 1.
    """

    names: list[str]
    rows: list[list[str]]
    row_count: int
    columns: Columns
    worksheet: str = ""
    others: list[str] = field(default_factory=list)
    remarks: list[Sentence] = field(default_factory=list)
    is_hidden: bool = False
    is_half: bool = False
    tabs: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """As it was kept with the upload."""
        columns = Columns.from_json(kept["columns"])
        worksheet, others = kept.get("worksheet", ""), kept.get("others", [])
        remarks = [Sentence(text, values) for text, values in kept.get("remarks", [])]
        return cls(
            kept["names"],
            kept["rows"],
            kept["row_count"],
            columns,
            worksheet,
            others,
            remarks,
            kept.get("is_hidden", False),
            kept.get("is_half", False),
            kept.get("tabs", {}),
        )

    def to_json(self) -> dict[str, Any]:
        """To be kept with the upload."""
        return {
            "names": self.names,
            "rows": self.rows,
            "row_count": self.row_count,
            "columns": self.columns.to_json(),
            "worksheet": self.worksheet,
            "others": self.others,
            "remarks": [[each.text, each.values] for each in self.remarks],
            "is_hidden": self.is_hidden,
            "is_half": self.is_half,
            "tabs": self.tabs,
        }


def preview_of(sheet: Sheet, *, guesses_units: bool = True) -> Preview:
    """What a list begins with, and which of its columns is likely to be what; raises UnfitList.

    guesses_units: units that have no column are looked for elsewhere, to be confirmed.
    """
    top, width = _read_top(sheet)
    heading = find_heading_row(top, is_heading, is_data)
    names = name_columns(top, heading, width)
    first = 0 if heading is None else heading + 1
    sample = [cells or [] for _, cells, _ in islice(sheet.rows(), first, first + _SAMPLE)]
    places = guess_places(names, sample)
    people = sample if heading is not None else sample[1:]  # headings may be there, unknown
    shared = _find_shared(names, people, places)
    if shared is not None:
        places |= {"name": shared, "number": shared}
    filled = Columns(heading, places).filled
    survey = _look_through(islice(sheet.rows(filled), first, None), places)
    remarks = _tell(survey, names)
    if shared is not None:
        remarks = [*_tell_of_shared(shared, names, people), *remarks]
    remarks += _tell_of_hidden(sheet, names)
    unit_from = ""
    if guesses_units and "unit" not in places:
        unit_from = _units_elsewhere(sheet, survey)
        if unit_from:
            places["unit"] = width
            remarks.append(_tell_of_units(unit_from, sheet, survey))
    if survey.note_count and not survey.leaving_count:
        for role in ("status", "status_on"):
            places.pop(role, None)
    beginning = islice(sheet.rows(filled), first, first + PREVIEW)
    rows = [((cells or []) + [""] * width)[:width] for _, cells, _ in beginning]
    places = {role: places[role] for role in ROLES if role in places}
    columns = Columns(heading, places, unit_from, sheet.parts)
    is_hidden = any(each.is_hidden for each in sheet.read_worksheets)
    return Preview(
        names,
        rows,
        survey.row_count,
        columns,
        sheet.name,
        sheet.others,
        remarks,
        is_hidden,
        is_half={*REQUIRED} <= {*find_rivals(names)},
        tabs={str(each.place + 1): each.name for each in sheet.read_worksheets},
    )


def previews_of(sheet: Sheet) -> list[Preview]:
    """The ways to read a list, of which one is to be chosen where there are several.

    Of a workbook of which several worksheets have names and numbers: all that have the same columns
    as one list, and each alone. Raises UnfitList.
    """
    alone: list[Preview] = []
    for worksheet in sheet.worksheets:
        if worksheet.place >= MOST_WORKSHEETS:
            break
        with suppress(UnfitList):
            preview = preview_of(sheet.of([(worksheet.place, 0)]))
            if all(role in preview.columns.places for role in REQUIRED):
                alone.append(preview)
    if len(alone) < 2:
        return alone or [preview_of(sheet)]
    alike: dict[tuple[str, ...], list[Preview]] = {}
    for preview in alone:
        if not preview.is_hidden:
            alike.setdefault(tuple(map(plain_heading, preview.names)), []).append(preview)
    together = []
    for same in alike.values():
        if len(same) > 1:
            first, *rest = (each.columns for each in same)
            parts = [
                (each.worksheets[0][0], 0 if each.heading is None else each.heading + 1)
                for each in rest
            ]
            together.append(preview_of(sheet.of([*first.worksheets, *parts])))
    return [*together, *alone]


def _read_top(sheet: Sheet) -> tuple[list[list[str]], int]:
    """The first rows, and how many columns there are."""
    top = sheet.top()
    if not top:
        raise UnfitList(N_("Berkas ini kosong. Simpan daftarnya, lalu unggah lagi."))
    width = max((len(cells) for cells in top), default=0)
    if width > MOST_COLUMNS:
        raise UnfitList(
            N_(
                "Daftar ini punya %(count)s kolom; paling banyak %(most)s. Hapus kolom yang tidak "
                "perlu, simpan, lalu unggah lagi."
            ),
            count=width,
            most=MOST_COLUMNS,
        )
    return top, width


def _look_through(rows: Iterator[SheetRow], places: Mapping[str, int]) -> Survey:
    """What only a look at all of the lines tells."""
    survey = Survey(places)
    survey.look_through(rows)
    if survey.row_count <= 0:
        raise UnfitList(N_("Daftar ini hanya berisi judul kolom, tanpa seorang pegawai pun."))
    if survey.row_count > MOST_ROWS:
        raise UnfitList(
            N_("Daftar ini punya lebih dari %(most)s baris. Bagi menjadi beberapa berkas."),
            most=MOST_ROWS,
        )
    return survey


def _units_elsewhere(sheet: Sheet, survey: Survey) -> str:
    """Where the units of a list stand that has no column for them, as far as that is plain."""
    if survey.units:
        return SECTIONS
    names = [each.name for each in sheet.read_worksheets]
    return WORKSHEET if len(names) > 1 and all(unit_above([name]) for name in names) else ""


def _tell_of_units(unit_from: str, sheet: Sheet, survey: Survey) -> Sentence:
    if unit_from == WORKSHEET:
        return Sentence(
            N_(
                "Nama tiap lembar (%(names)s) dipakai sebagai unit kerja pegawainya. Bila bukan, "
                "ubah pilihan unit kerja di bawah."
            ),
            {"names": sheet.name[:_LONGEST_NAMES]},
        )
    return Sentence(
        N_(
            "Baris seperti “%(example)s” (%(count)s unit) dipakai sebagai unit kerja pegawai di "
            "bawahnya. Bila bukan, ubah pilihan unit kerja di bawah."
        ),
        {"example": next(iter(survey.units))[:60], "count": len(survey.units)},
    )


def _tell_of_hidden(sheet: Sheet, names: Sequence[str]) -> list[Sentence]:
    """What is read although nobody sees it in the file."""
    told: list[Sentence] = []
    read = sheet.read_worksheets
    if hidden := [each.name for each in read if each.is_hidden]:
        told.append(
            Sentence(
                N_("Lembar “%(name)s” tersembunyi dalam berkas, dan tetap dibaca."),
                {"name": "; ".join(hidden)[:_LONGEST_NAMES]},
            )
        )
    if count := sum(each.hidden_row_count for each in read):
        told.append(
            Sentence(
                N_(
                    "%(count)s baris tersembunyi atau tersaring dalam berkas, dan tetap dibaca. "
                    "Bila bukan bagian daftar, hapus barisnya lalu unggah lagi."
                ),
                {"count": count},
            )
        )
    if places := sorted({place for each in read for place in each.hidden_columns}):
        called = [
            f"{column_letter(place)}: {names[place]}"
            if place < len(names) and names[place]
            else column_letter(place)
            for place in places[:_TOLD_COLUMNS]
        ]
        called += ["…"] * (len(places) > _TOLD_COLUMNS)
        told.append(
            Sentence(
                N_("%(count)s kolom tersembunyi dalam berkas, dan tetap dibaca: %(columns)s."),
                {"count": len(places), "columns": "; ".join(called)},
            )
        )
    return told


def _tell(survey: Survey, names: Sequence[str]) -> list[Sentence]:
    """What is to be known of how a list is read."""
    told: list[Sentence] = []
    if survey.unitless_count:
        told.append(
            Sentence(
                N_(
                    "%(count)s pegawai tidak punya unit kerja, di bawah baris yang memuatnya. Bila "
                    "selnya digabung atau unitnya hanya ditulis sekali, isi unit di setiap baris "
                    "lalu unggah lagi."
                ),
                {"count": survey.unitless_count},
            )
        )
    if survey.note_count:
        place = survey.places["status"]
        told.append(survey.tell_of_notes(names[place] or column_letter(place)))
    return told


def _tell_of_shared(
    shared: int, names: Sequence[str], people: Sequence[Sequence[str]]
) -> Iterator[Sentence]:
    """That names and numbers share a column, and what of its cells is not read or not taken."""
    yield Sentence(
        N_("Nama dan NIP dibaca dari satu kolom (%(column)s)."),
        {"column": names[shared] or column_letter(shared)},
    )
    cells = [row[shared] for row in people if shared < len(row)]
    if rank := next(filter(None, map(rank_beside, cells)), ""):
        yield Sentence(
            N_("Pangkat di belakang NIP, misalnya “%(example)s”, tidak dipakai."),
            {"example": rank[:60]},
        )
    if unfit := next((cell for cell in cells if part_name(cell)[0] is None), ""):
        yield Sentence(
            N_(
                "Sel yang memuat hal lain di samping nama dan NIP akan ditolak, misalnya "
                "“%(example)s”. Pindahkan hal itu ke kolom lain, lalu unggah lagi."
            ),
            {"example": " ".join(unfit.split())[:100]},
        )


def _find_shared(
    names: list[str], sample: Sequence[Sequence[str]], places: Mapping[str, int]
) -> int | None:
    """The column that has each person's name and number in one cell; None where both have theirs.

    Raises UnfitList where they share a column in another way, as one below the other.
    """
    found = {places[role] for role in REQUIRED if role in places}
    if len(found) == len(REQUIRED):
        return None
    for place in found or range(len(names)):
        cells = [row[place].strip() for row in sample if place < len(row)]
        cells = [cell for cell in cells if cell]
        numbered = [cell for cell in cells if has_number(cell)]
        together = sum(part_name(cell)[0] != "" for cell in numbered)
        if cells and together >= ENOUGH * len(cells):
            return place
        named = sum(part_name(cell)[0] != "" for cell in cells if any(map(str.isalpha, cell)))
        if cells and min(len(numbered), named) >= _SHARED * len(cells):
            raise UnfitList(
                N_(
                    "Nama dan NIP ada dalam satu kolom (%(column)s). Tulis nama di satu kolom dan "
                    "NIP di kolom lain, satu orang satu baris, lalu unggah lagi."
                ),
                column=names[place] or column_letter(place),
            )
    return None
