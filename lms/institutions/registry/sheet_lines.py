"""Sheets of the registry: their columns, and what their lines say."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lms.errors import N_, Invalid, Sentence
from lms.institutions.registry.models import SheetKind
from lms.tables.cells import TooVast
from lms.tables.models import Column, NotATable
from lms.tables.reader import read_table

MOST_LINES: Final = 20_000
INSTITUTION_COLUMNS: Final = (
    Column("kode", ("code", "kode instansi")),
    Column("nama", ("name", "nama instansi")),
    Column("jenis", ("kind", "jenis instansi")),
    Column("zona waktu", ("time zone", "zona"), is_optional=True),
    Column("kode wilayah", ("region code", "kode kemendagri"), is_optional=True),
    Column("kanwil", ("regional office", "kantor wilayah"), is_optional=True),
    Column("jumlah pegawai", ("head count",), is_optional=True),
    Column("dihitung pada", ("counted on", "per tanggal"), is_optional=True),
    Column("sasaran", ("target",), is_optional=True),
    Column("ada sejak", ("begun on", "mulai"), is_optional=True),
    Column("domain surel", ("domain", "email domain"), is_optional=True),
)
UNIT_COLUMNS: Final = (
    Column("kode", ("code", "kode unit"), is_optional=True),
    Column("nama", ("name", "nama unit", "unit kerja", "nama unit kerja")),
    Column("induk", ("parent", "unit induk", "di bawah", "kode induk"), is_optional=True),
)
COLUMNS: Final[Mapping[SheetKind, tuple[Column, ...]]] = {
    SheetKind.INSTITUTIONS: INSTITUTION_COLUMNS,
    SheetKind.UNITS: UNIT_COLUMNS,
}


class Action(enum.Enum):
    """What a line of a sheet calls for."""

    ADD = "add"
    CHANGE = "change"
    SAME = "same"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done for a line, or why it is refused; `facts` that differ, by their names."""

    line: int
    name: str
    action: Action
    facts: tuple[str, ...] = ()
    problem: Sentence | None = None


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line by its number in the file, with the texts of the columns that the file has."""

    number: int
    cells: Mapping[str, str]
    is_readable: bool = True

    def text(self, column: str) -> str:
        """The text of a column, in one line of what can be seen; empty where there is no column."""
        line = " ".join(self.cells.get(column, "").split())
        return "".join(letter for letter in line if letter.isprintable())


UNREADABLE_LINE: Final = Sentence(
    N_("Baris ini tidak terbaca. Periksa tanda kutip, banyaknya kolom, dan nilai BENAR/SALAH.")
)


class UnreadableSheet(Invalid):
    """The file is no table, or lacks a column."""

    def __init__(self, kind: SheetKind) -> None:
        needed = [column.name for column in COLUMNS[kind] if not column.is_optional]
        super().__init__(
            "sheet",
            N_(
                "Berkas ini tidak terbaca sebagai tabel dengan kolom %(columns)s, masing-masing "
                "satu. Pakai berkas ekspor sebagai contoh, simpan sebagai XLSX atau CSV, lalu "
                "unggah lagi."
            ),
            columns=", ".join(needed),
        )


class TooManyLines(Invalid):
    """The sheet has more lines than one may have."""

    def __init__(self) -> None:
        super().__init__(
            "sheet",
            N_("Paling banyak %(most)s baris dalam satu berkas. Bagi berkasnya."),
            most=MOST_LINES,
        )


def read_lines(content: bytes, kind: SheetKind) -> list[dict[str, Any]]:
    """The lines of a file as they are kept until they are applied.

    Raises UnreadableSheet and TooManyLines.
    """
    try:
        table = read_table(content, COLUMNS[kind])
    except (NotATable, TooVast) as error:
        raise UnreadableSheet(kind) from error
    if len(table.lines) + len(table.bad_lines) > MOST_LINES:
        raise TooManyLines
    lines = [{"line": line.number, **line.cells} for line in table.lines]
    lines += [{"line": bad.number} for bad in table.bad_lines]
    if not lines:
        raise UnreadableSheet(kind)
    return sorted(lines, key=lambda line: int(line["line"]))


def kept_lines(lines: Sequence[Mapping[str, Any]]) -> list[SheetLine]:
    """The same as they were kept."""
    return [
        SheetLine(
            int(line["line"]),
            {name: str(text) for name, text in line.items() if name != "line"},
            is_readable=len(line) > 1,
        )
        for line in lines
    ]
