"""Targets of places from outside: one by one as they are typed, or as a sheet, line by line."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from lms.db import among, current_connection
from lms.errors import N_, Invalid, Refusal, Sentence
from lms.institutions.models import Institution, InstitutionKind
from lms.institutions.registry.rules import read_count
from lms.programmes.models import Programme
from lms.programmes.rules import Goal, TargetPlace
from lms.programmes.targets import list_targets, set_targets
from lms.programmes.versions import MOST_HOURS, MOST_PEOPLE
from lms.tables.cells import TooVast
from lms.tables.models import Column, NotATable
from lms.tables.reader import read_table
from lms.tables.writer import Cell

MOST_LINES: Final = 5_000
COLUMNS: Final = (
    Column("kode", ("code", "kode instansi")),
    Column("nama", ("name", "nama instansi"), is_optional=True),
    Column("orang", ("people", "target orang")),
    Column("jp", ("credit hours", "target jp"), is_optional=True),
)
_PROVINCE: Final = re.compile(r"provinsi\s+([0-9]{2})", re.IGNORECASE)
_UNREADABLE: Final = Sentence(N_("Baris ini tidak terbaca. Periksa tanda kutip dan kolomnya."))


class UnreadableTargets(Invalid):
    """The file is no table with these columns, or has too many lines."""

    def __init__(self) -> None:
        super().__init__(
            "sheet",
            N_(
                "Berkas ini tidak terbaca sebagai tabel dengan kolom kode dan orang, paling banyak "
                "5.000 baris. Pakai berkas unduhan sebagai contoh, lalu unggah lagi."
            ),
        )


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line of a sheet that was passed over: its number, its code as written, and why."""

    number: int
    code: str
    reason: Sentence


@dataclass(frozen=True, slots=True)
class SheetResult:
    """How many targets a sheet has set and taken away, and the lines that were refused."""

    set_count: int
    removed_count: int
    refused: list[RefusedLine]


def read_target(code: str, people: str, hours: str) -> tuple[TargetPlace, Goal | None]:
    """One target as it is typed; no goal where both are empty. Raises Invalid by field."""
    return _place(code, _known([code])), _goal(people, hours)


def apply_sheet(
    programme: Programme, content: bytes, *, actor_id: int | None, now: datetime
) -> SheetResult:
    """Set the targets of a sheet for a version that is prepared; places not named stay as they are.

    A line that cannot be taken stops no other. Raises UnreadableTargets.
    """
    try:
        table = read_table(content, COLUMNS)
    except (NotATable, TooVast) as error:
        raise UnreadableTargets from error
    if not 0 < len(table.lines) + len(table.bad_lines) <= MOST_LINES:
        raise UnreadableTargets
    known = _known(line.cells["kode"] for line in table.lines)
    goals: dict[TargetPlace, Goal | None] = {}
    refused = [RefusedLine(bad.number, "", _UNREADABLE) for bad in table.bad_lines]
    for line in table.lines:
        try:
            place = _place(line.cells["kode"], known)
            if place in goals:
                raise Invalid("place", N_("Kode ini sudah ada di baris di atasnya."))
            goals[place] = _goal(line.cells["orang"], line.cells.get("jp", ""))
        except Refusal as refusal:
            refused.append(RefusedLine(line.number, line.cells["kode"][:80], refusal.sentence))
    if goals:
        set_targets(programme, goals, actor_id=actor_id, now=now)
    removed = sum(goal is None for goal in goals.values())
    return SheetResult(len(goals) - removed, removed, sorted(refused, key=lambda line: line.number))


def target_rows(programme_id: int) -> list[list[Cell]]:
    """The targets of a version as a sheet that can be brought again."""
    return [
        [each.code, each.name, each.goal.people, each.goal.credit_hours]
        for each in list_targets(programme_id)
    ]


def _known(codes: Iterable[str]) -> Mapping[str, TargetPlace]:
    """The places of these codes as far as they are there, by how they are written."""
    wanted = {_plain(code) for code in codes}
    connection = current_connection()
    here = connection.execute(
        select(Institution.code, Institution.id)
        .where(among(Institution.code, sorted(wanted), connection), Institution.ended_on.is_(None))
        .order_by(Institution.id)
    )
    known = {code: TargetPlace(key, None) for code, key in here}
    provinces = connection.execute(
        select(Institution.region_code)
        .where(
            Institution.kind == InstitutionKind.PROVINCE,
            Institution.region_code.is_not(None),
            Institution.ended_on.is_(None),
        )
        .order_by(Institution.region_code)
    )
    return known | {f"provinsi {code}": TargetPlace(None, code) for (code,) in provinces}


def _plain(code: str) -> str:
    """A code in one way of writing it; that of a province in small letters."""
    words = " ".join(code.split())[:80]
    found = _PROVINCE.fullmatch(words)
    return f"provinsi {found[1]}" if found else words


def _place(code: str, known: Mapping[str, TargetPlace]) -> TargetPlace:
    place = known.get(_plain(code))
    if place is None:
        raise Invalid(
            "place",
            N_("Kode ini tidak ada di daftar instansi. Provinsi ditulis seperti: provinsi 34."),
        )
    return place


def _goal(people: str, hours: str) -> Goal | None:
    goal = Goal(read_count(people, "people"), read_count(hours, "hours"))
    if goal.people is not None and not 0 < goal.people <= MOST_PEOPLE:
        raise Invalid("people", N_("Tulis banyaknya orang, 1 sampai 10.000.000."))
    if goal.credit_hours is not None and not 0 < goal.credit_hours <= MOST_HOURS:
        raise Invalid("hours", N_("Tulis banyaknya JP, 1 sampai 1.000.000.000."))
    return None if goal == (None, None) else goal
