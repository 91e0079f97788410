"""Files of staff lists: read whole and validated before anything is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lms.accounts.rules import NumberFacts, read_email, read_employee_number, read_name
from lms.errors import Invalid, Sentence
from lms.tables.models import BadLine, Column
from lms.tables.reader import read_table
from lms.tables.writer import write_lines

COLUMNS = (
    Column("name", ("nama", "nama lengkap", "nama pegawai", "nama lengkap dengan gelar")),
    Column(
        "number",
        (
            "nip",
            "ni pppk",
            "nip atau ni pppk",
            "nip/ni pppk",
            "nip baru",
            "nomor induk pegawai",
            "employee number",
        ),
    ),
    Column("email", ("e-mail", "surel", "surel resmi", "alamat surel", "alamat email")),
)


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A person of a list, with the number of their line."""

    line: int
    name: str
    number: NumberFacts
    email: str


@dataclass(frozen=True, slots=True)
class StaffList:
    """Whom a file lists, each once, and the lines that have to be mended."""

    people: list[ListedPerson]
    bad_lines: list[BadLine]


def read_staff_list(content: bytes, say: Callable[[Sentence], str] = str) -> StaffList:
    """Read a list with the columns name, number and email, or as they are called in Indonesian.

    A person who stands there twice is counted once; a number or an address that two different
    people have is told at the second; `say` puts what is told into the reader's language. Raises
    NotATable.
    """
    table = read_table(content, COLUMNS)
    people: list[ListedPerson] = []
    bad_lines = list(table.bad_lines)
    seen: dict[str, ListedPerson] = {}
    for line in table.lines:
        cells = line.cells
        try:
            person = ListedPerson(
                line.number,
                read_name(cells["name"]),
                read_employee_number(cells["number"]),
                read_email(cells["email"]),
            )
        except Invalid as refusal:
            bad_lines.append(BadLine(line.number, _fields(cells), say(refusal.sentence)))
            continue
        number = person.number.number
        before = seen.get(number) or seen.get(person.email)
        if before is None:
            seen[number] = seen[person.email] = person
            people.append(person)
        elif (before.name, before.number, before.email) != (
            person.name,
            person.number,
            person.email,
        ):
            what = "number" if before.number == person.number else "address"
            reason = f"line {before.line} has this {what} with other data; leave the right one"
            bad_lines.append(BadLine(line.number, _fields(cells), reason))
    return StaffList(people, sorted(bad_lines, key=lambda each: each.number))


def write_bad_lines(bad_lines: list[BadLine]) -> str:
    """The lines that have to be mended, as a file to mend and to import again."""
    names = [column.name for column in COLUMNS]
    rows = (
        [*bad.cells, *("" for _ in names[len(bad.cells) :]), f"line {bad.number}: {bad.reason}"]
        for bad in bad_lines
    )
    return write_lines([*names, "problem"], rows)


def _fields(cells: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(cells[column.name] for column in COLUMNS)
