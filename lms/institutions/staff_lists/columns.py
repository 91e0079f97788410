"""Which column of a staff list holds what: guessed from headings and cells, then confirmed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, Self

from lms.errors import N_, Sentence
from lms.institutions.staff_lists.errors import UnfitList
from lms.institutions.staff_lists.numbers import has_number, part_name, rank_beside
from lms.institutions.staff_lists.sections import SECTIONS, WORKSHEET, unit_above
from lms.institutions.staff_lists.surveys import Survey
from lms.tables.guessing import column_letter, find_heading_row, name_columns, plain_heading
from lms.tables.sheets import MOST_WORKSHEETS, Sheet

# The state's personnel system exports some seventy.
MOST_COLUMNS: Final = 100
MOST_ROWS: Final = 2_000_000
PREVIEW: Final = 5
_SAMPLE: Final = 200
_TOLD_COLUMNS: Final = 20
_LONGEST_NAMES: Final = 300
# So much of a column's cells must be of a kind for the column to be taken for it.
_ENOUGH: Final = 0.5
_SHARED: Final = 0.3

ROLES: Final = (
    "name",
    "title_before",
    "title_after",
    "number",
    "email",
    "unit",
    "kind",
    "status",
    "status_on",
)
REQUIRED: Final = ("name", "number")

_HEADINGS: Final = {
    "number": re.compile(
        r"^(?!.*\b(?:old|atasan|pejabat|penilai)\b)"
        r"(?:.*\b(?:nip|n i p|nipppk|ni pppk|nomor induk|employee number)\b"
        r"(?!(?: pegawai)? lama\b).*"
        r"|number)$"
    ),
    "email": re.compile(r"\b(?:e ?mail|surel)\b"),
    "title_before": re.compile(r"\b(?:gelar (?:depan|dpn)|title before|front title)\b"),
    "title_after": re.compile(r"^gelar$|\b(?:gelar (?:belakang|blkg|blk|akademik)|title after)\b"),
    "name": re.compile(
        r"^(?:nama|name|full name)(?: (?:lengkap|pegawai|asn|pns|peserta|pppk|guru"
        r"|(?:lengkap )?(?:dan|dengan|tanpa|beserta|berikut) gelar))*$"
    ),
    # Of the many days of a list the one that a remark has, and none of appointments and ranks.
    "status_on": re.compile(
        r"^(?!.*\b(?:lahir|birth|cpns|capeg|pns|gol\w*|pangkat|jabatan|eselon|kgb|sk|unduh|masuk"
        r"|lulus|kontrak)\b).*\b(?:tmt|tanggal|tgl|date|sejak|mulai berlaku)\b"
    ),
    "kind": re.compile(
        r"^(?:jenis(?: (?:asn|pegawai|kepegawaian))?|status kepegawaian|kind|pns pppk)$"
    ),
    "unit": re.compile(
        r"^(?!.*\bid$).*\b(?:unit|unor|opd|skpd|satker|satuan kerja|perangkat daerah|bidang|bagian)"
        r"\b"
    ),
    "status": re.compile(r"^(?:keterangan|ket|status(?: (?:pegawai|aktif|asn))?)$"),
}
KINDS: Final = {
    **dict.fromkeys(("pns", "cpns", "pns daerah", "pns pusat"), "PNS"),
    **dict.fromkeys(
        ("pppk", "p3k", "pppk paruh waktu", "pppk penuh waktu", "pppk daerah", "pppk pusat"), "PPPK"
    ),
}
"""What kinds of employees are called, as plain headings are."""
_NUMBER: Final = re.compile(r"'?\d{8}\s?\d{6}\s?\d{1,2}\s?\d{1,3}|\d[.,]\d{5,}E\+17")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[a-zA-Z]+")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each role stands, by number from 0; what the sheet has not is not in it.

    heading: the place of the heading row among the sheet's rows; None where it has none. unit_from:
    where units stand that have no column, as `sections` calls it; their place is then behind all
    columns. worksheets: those that are read, as a Sheet has them; none where there is no choice.
    """

    heading: int | None
    places: Mapping[str, int]
    unit_from: str = ""
    worksheets: tuple[tuple[int, int], ...] = ()

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """As they were kept with what was asked."""
        worksheets = tuple((place, skipped) for place, skipped in kept.get("worksheets", ()))
        unit_from = kept.get("unit_from", "")
        return cls(kept["heading"], dict(kept["places"]), unit_from, worksheets)

    def to_json(self) -> dict[str, Any]:
        """To be kept with what was asked."""
        return {
            "heading": self.heading,
            "places": dict(self.places),
            "unit_from": self.unit_from,
            "worksheets": self.worksheets,
        }

    @property
    def filled(self) -> tuple[int, ...]:
        """The column whose merged cells hold for each of their rows: that of units."""
        return (self.places["unit"],) if "unit" in self.places and not self.unit_from else ()

    def sheet_of(self, sheet: Sheet) -> Sheet:
        """A list's sheet as far as it is to be read."""
        return sheet.of(self.worksheets) if self.worksheets else sheet


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


def is_heading(plain: str) -> bool:
    """Whether a plain heading is one that staff lists have."""
    return any(each.search(plain) for each in _HEADINGS.values())


def repeats_headings(name: str, number: str) -> bool:
    """Whether a line's cells of the name and of the number are the headings once more."""
    said = (("name", name), ("number", number))
    return all(_HEADINGS[role].search(plain_heading(text)) for role, text in said)


def find_rivals(names: Sequence[str]) -> dict[str, list[str]]:
    """Of each role that more than one heading would fit, those headings."""
    found: dict[str, list[str]] = {}
    for name in names:
        plain = plain_heading(name)
        role = next((role for role, sign in _HEADINGS.items() if plain and sign.search(plain)), "")
        found.setdefault(role, []).append(name)
    return {role: alike for role, alike in found.items() if role and len(alike) > 1}


def preview_of(sheet: Sheet, *, guesses_units: bool = True) -> Preview:
    """What a list begins with, and which of its columns is likely to be what; raises UnfitList.

    guesses_units: units that have no column are looked for elsewhere, to be confirmed.
    """
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
    heading = find_heading_row(top, is_heading, _is_data)
    names = name_columns(top, heading, width)
    first = 0 if heading is None else heading + 1
    sample = [cells or [] for _, cells, _ in islice(sheet.rows(), first, first + _SAMPLE)]
    places = _guess(names, sample)
    people = sample if heading is not None else sample[1:]  # headings may be there, unknown
    shared = _find_shared(names, people, places)
    if shared is not None:
        places |= {"name": shared, "number": shared}
    filled = Columns(heading, places).filled
    survey = Survey(places)
    survey.look_through(islice(sheet.rows(filled), first, None))
    if survey.row_count <= 0:
        raise UnfitList(N_("Daftar ini hanya berisi judul kolom, tanpa seorang pegawai pun."))
    if survey.row_count > MOST_ROWS:
        raise UnfitList(
            N_("Daftar ini punya lebih dari %(most)s baris. Bagi menjadi beberapa berkas."),
            most=MOST_ROWS,
        )
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
        if cells and together >= _ENOUGH * len(cells):
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


def _is_data(cell: str) -> bool:
    text = cell.strip()
    return bool(_NUMBER.fullmatch(text) or has_number(text) or _EMAIL.fullmatch(text))


def _guess(names: list[str], sample: Sequence[Sequence[str]]) -> dict[str, int]:
    """The column of each role by its heading; a number's and an address's else by its cells."""
    plain = [plain_heading(name) for name in names]
    places: dict[str, int] = {}
    for role, pattern in _HEADINGS.items():
        for place, words in enumerate(plain):
            if place not in places.values() and words and pattern.search(words):
                places[role] = place
                break
    for role, sign in (("number", _NUMBER), ("email", _EMAIL)):
        if role not in places:
            found = _by_cells(sign, len(names), sample, set(places.values()))
            if found is not None:
                places[role] = found
    kind = places.get("kind")
    if kind is not None and plain[kind].startswith("status") and not _has_kinds(kind, sample):
        del places["kind"]  # whether somebody serves is called so too
        places.setdefault("status", kind)
    return {role: places[role] for role in ROLES if role in places}


def _has_kinds(place: int, sample: Sequence[Sequence[str]]) -> bool:
    cells = [plain_heading(row[place]) for row in sample if place < len(row)]
    return not any(cells) or any(cell in KINDS for cell in cells)


def _by_cells(
    sign: re.Pattern[str], width: int, sample: Sequence[Sequence[str]], taken: set[int]
) -> int | None:
    for place in range(width):
        cells = [row[place].strip() for row in sample if place < len(row) and row[place].strip()]
        matching = sum(sign.fullmatch(cell) is not None for cell in cells)
        if place not in taken and cells and matching >= _ENOUGH * len(cells):
            return place
    return None
