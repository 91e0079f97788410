"""One line of a staff list, read into what it says of a person; values in, values out."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from lms.accounts.errors import InvalidEmployeeNumber
from lms.accounts.rules import NumberFacts, read_email, read_employee_number, read_name
from lms.errors import N_, Invalid
from lms.institutions.people.facts import FARTHEST
from lms.institutions.registry.rules import read_unit_name
from lms.institutions.scope import Scope
from lms.institutions.staff_lists.columns import KINDS, Columns
from lms.institutions.staff_lists.numbers import numbers_within, part_name, without_labels
from lms.institutions.staff_lists.standings import Standing, find_standing, may_have_left
from lms.tables.guessing import plain_heading
from lms.tables.lines import TRUTHS, plain_cell

# How offices say that somebody has no address; a look-up that finds none gives 0.
_NO_ADDRESS: Final = frozenset(
    {
        *("", "0", "n a", "none", "nihil", "kosong", "tidak ada", "tdk ada", "tidak punya"),
        *("belum ada", "belum punya"),
    }
)
# What numbers are that people write in the place of a NIP, by how many digits they have.
_OTHERS: Final = {
    0: N_("NIP atau NI PPPK belum ditulis."),
    9: N_("Nomor ini 9 angka, seperti NIP lama. Tulis NIP yang 18 angka."),
    16: N_("Nomor ini 16 angka, seperti NIK. Tulis NIP atau NI PPPK, 18 angka."),
}
_SEVERAL: Final = N_(
    "Sel ini memuat lebih dari satu NIP. Sisakan satu, yaitu NIP atau NI PPPK yang berlaku."
)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "januari", "january"),
            ("feb", "februari", "february"),
            ("mar", "maret", "march"),
            ("apr", "april"),
            ("mei", "may"),
            ("jun", "juni", "june"),
            ("jul", "juli", "july"),
            ("agu", "ags", "agt", "agustus", "aug", "august"),
            ("sep", "sept", "september"),
            ("okt", "oktober", "oct", "october"),
            ("nov", "november"),
            ("des", "desember", "dec", "december"),
        ),
        start=1,
    )
    for name in names
}
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[\s./-]+(\d{1,2}|[A-Za-z]{3,9})[\s./-]+(\d{4})")
_YEAR_FIRST: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")


@dataclass(frozen=True, slots=True)
class UnitPlace:
    """A unit of the institution: its key, what it is called, its code, and its path."""

    id: int
    name: str
    code: str | None
    path: str


@dataclass(slots=True)
class Units:
    """The units of one institution by code and by name, as far as the asker answers for them.

    `may_add`: a name that is not among them is one that is to be added.
    """

    scope: Scope
    institution_id: int
    places: Iterable[UnitPlace]
    may_add: bool = False
    by_id: dict[int, UnitPlace] = field(default_factory=dict)
    _known: dict[str, list[UnitPlace]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look at each once."""
        for place in self.places:
            self.by_id[place.id] = place
            words = {plain_heading(place.name)}
            if place.code:
                words.add(plain_heading(place.code))
            for word in words:
                self._known.setdefault(word, []).append(place)

    def has(self, text: str) -> bool:
        """Whether a unit is called just so."""
        return plain_heading(text) in self._known

    def find(self, text: str) -> UnitPlace | None:
        """The unit that a cell names; None for one that is to be added. Raises Invalid."""
        word = plain_heading(text)
        found = self._known.get(word, [])
        if len(found) > 1:
            by_code = [place for place in found if plain_heading(place.code or "") == word]
            found = by_code if len(by_code) == 1 else found
        if len(found) > 1:
            raise Invalid(
                "unit",
                N_("Ada %(count)s unit kerja bernama “%(name)s”. Tulis kodenya."),
                count=len(found),
                name=text[:100],
            )
        if not found and self.may_add and word:
            return None
        if not found or not self.scope.covers_unit(self.institution_id, found[0].path):
            raise Invalid(
                "unit",
                N_(
                    "Unit kerja “%(name)s” tidak ada dalam daftar unit Anda. Perbaiki ejaannya, "
                    "atau tambahkan unitnya dahulu."
                ),
                name=text[:100],
            )
        return found[0]


@dataclass(frozen=True, slots=True)
class Listed:
    """What a line says of a person; `new_unit` is a unit that is to be added first."""

    name: str
    number: NumberFacts
    email: str | None = None
    unit_id: int | None = None
    new_unit: str | None = None
    standing: Standing = Standing.ACTIVE
    standing_on: date | None = None


@dataclass(slots=True)
class LineReader:
    """Reads the rows of one list; `unit` is where its people belong if no cell says otherwise."""

    columns: Columns
    units: Units
    today: date
    unit: UnitPlace | None = None
    _units_read: dict[str, UnitPlace | None] = field(default_factory=dict)

    def read(self, cells: Sequence[str]) -> Listed:
        """What a row says; raises Invalid, which names what is wrong with which cell."""
        places = self.columns.places
        texts = {role: _cell(cells, place) for role, place in places.items()}
        if places["name"] == places["number"]:
            texts["name"], texts["number"] = _part(texts["name"])
        if not TRUTHS.isdisjoint(texts.values()):
            truth = next(text for text in texts.values() if text in TRUTHS)
            raise Invalid(
                "name",
                N_("Sebuah sel berisi %(value)s, nilai benar-salah. Tulis isinya sebagai teks."),
                value=truth,
            )
        name = read_name(_full_name(texts))
        number = _read_number(texts["number"])
        email = _read_address(texts.get("email", ""))
        if plain_heading(kind := texts.get("kind", "")):
            _require_kind(kind, number)
        unit, new_unit = self._read_unit(texts.get("unit", ""))
        standing = _read_standing(texts.get("status", ""))
        standing_on = None
        if standing is not Standing.ACTIVE:
            standing_on = _read_past_day(texts.get("status_on", ""), self.today)
            if standing is not Standing.MOVED and standing_on < self.today - FARTHEST:
                raise Invalid(
                    "status_on",
                    N_("Tanggal %(day)s lebih dari setahun yang lalu. Periksa tahunnya."),
                    day=standing_on.isoformat(),
                )
        unit_id = None if unit is None else unit.id
        return Listed(name, number, email, unit_id, new_unit, standing, standing_on)

    def _read_unit(self, text: str) -> tuple[UnitPlace | None, str | None]:
        if not plain_heading(text):
            return self.unit, None
        if text not in self._units_read:
            self._units_read[text] = self.units.find(text)
        unit = self._units_read[text]
        return (unit, None) if unit is not None else (None, read_unit_name(text))


def _cell(cells: Sequence[str], place: int) -> str:
    return plain_cell(cells[place]) if place < len(cells) else ""


def _part(text: str) -> tuple[str, str]:
    """The name and the number that share a cell; raises Invalid where more stands there."""
    name, number = part_name(text)
    if name is None:
        raise Invalid(
            "name",
            N_(
                "Sel ini memuat hal lain di samping nama dan NIP. Tulis nama dan NIP saja, atau "
                "masing-masing di kolomnya."
            ),
        )
    return name, number


def _full_name(texts: Mapping[str, str]) -> str:
    """The name with the titles that stand in columns of their own."""
    name = texts["name"]
    before, after = texts.get("title_before", ""), texts.get("title_after", "")
    if name and before not in {"", "-"} and not name.startswith(before):
        name = f"{before} {name}"
    if name and after not in {"", "-"} and not name.endswith(after):
        name = f"{name}, {after}"
    return name


def _read_number(text: str) -> NumberFacts:
    """A number, also among labels, beside an old one, or with signs in it that nobody sees."""
    try:
        return read_employee_number(text)
    except InvalidEmployeeNumber:
        plain = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
        plain = without_labels(plain)
        if plain != text:
            return _read_number(plain)
        found, rest = numbers_within(text)
        if len(found) > 1:
            raise InvalidEmployeeNumber("employee_number", _SEVERAL) from None
        if found and rest and not any(map(str.isalpha, rest)) and _is_another(rest):
            return read_employee_number(found[0])
        digits = sum(map(str.isdigit, text))
        if digits in _OTHERS and not (digits and any(map(str.isalpha, text))):
            raise InvalidEmployeeNumber("employee_number", _OTHERS[digits]) from None
        raise


def _is_another(rest: str) -> bool:
    """Whether what stands beside a number is nothing, an old number, or that of a resident."""
    return sum(map(str.isdigit, rest)) in _OTHERS


def _read_address(text: str) -> str | None:
    if "@" not in text and plain_heading(text) in _NO_ADDRESS:
        return None
    return read_email(text)


def _require_kind(text: str, number: NumberFacts) -> None:
    kind = KINDS.get(plain_heading(text))
    if kind is None:
        raise Invalid(
            "kind",
            N_(
                "Jenis “%(found)s” tidak dikenal. Tulis PNS atau PPPK. Bila kolom ini berisi hal "
                "lain, tekan Ubah kolom dan pilih “tidak ada”."
            ),
            found=text[:60],
        )
    if kind != number.kind.value:
        raise Invalid(
            "kind",
            N_("Jenisnya tertulis %(kind)s, padahal susunan nomornya milik %(other)s."),
            kind=kind,
            other=number.kind.value,
        )


def _read_standing(text: str) -> Standing:
    standing = find_standing(text)
    if standing is not None:
        return standing
    if not may_have_left(text):
        return Standing.ACTIVE  # a note about somebody who serves
    raise Invalid(
        "status",
        N_(
            "Keterangan “%(found)s” tidak dikenal. Tulis aktif, pindah, pensiun, atau meninggal; "
            "atau kosongkan. Bila kolom ini berisi catatan lain, tekan Ubah kolom dan pilih “tidak "
            "ada”."
        ),
        found=text[:60],
    )


def _read_past_day(text: str, today: date) -> date:
    """The day of what ends somebody's service; it is never guessed."""
    if not text:
        raise Invalid(
            "status_on",
            N_(
                "Sejak kapan belum ditulis. Tulis tanggal-bulan-tahun, misalnya 31-01-2026, dalam "
                "kolom berjudul TMT atau Tanggal; tambahkan kolom itu bila belum ada."
            ),
        )
    day = read_day(text)
    if day is None:
        raise Invalid(
            "status_on",
            N_("Tanggal “%(found)s” tidak dapat dibaca. Tulis tanggal-bulan-tahun: 31-01-2026."),
            found=text[:60],
        )
    if day > today:
        raise Invalid(
            "status_on",
            N_("Tanggal %(day)s belum tiba. Muat baris ini pada atau sesudah hari itu."),
            day=day.isoformat(),
        )
    return day


def read_day(text: str) -> date | None:
    """A day as people and spreadsheets write it, the day before the month; None if it is none."""
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(text):
        written = found[2].lower()
        month = int(written) if written.isdecimal() else _MONTHS.get(written, 0)
        day, year = int(found[1]), int(found[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
