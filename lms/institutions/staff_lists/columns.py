"""Which column of a staff list holds what: guessed from headings and cells, then confirmed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from lms.institutions.staff_lists.numbers import has_number
from lms.tables.guessing import plain_heading
from lms.tables.sheets import Sheet

# So much of a column's cells must be of a kind for the column to be taken for it.
ENOUGH: Final = 0.5

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


def is_data(cell: str) -> bool:
    """Whether a cell has what stands in a person's line alone: a number, or an address."""
    text = cell.strip()
    return bool(_NUMBER.fullmatch(text) or has_number(text) or _EMAIL.fullmatch(text))


def guess_places(names: list[str], sample: Sequence[Sequence[str]]) -> dict[str, int]:
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
        if place not in taken and cells and matching >= ENOUGH * len(cells):
            return place
    return None
