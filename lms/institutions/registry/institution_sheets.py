"""A sheet of institutions: what its lines call for, applying them, and the registry as one."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from lms.db import db
from lms.errors import N_, Refusal
from lms.institutions.models import Institution, InstitutionKind
from lms.institutions.registry.queries import list_regional_offices
from lms.institutions.registry.rules import (
    NAME_LENGTH,
    TIME_ZONES,
    Editor,
    read_code,
    read_count,
    read_domain,
    read_region,
)
from lms.institutions.registry.service import (
    Facts,
    add_institution,
    change_institution,
    facts_of,
)
from lms.institutions.registry.sheet_lines import UNREADABLE_LINE, Action, SheetLine, Step
from lms.tables.writer import Cell

ZONES: Final = dict(zip(("WIB", "WITA", "WIT"), TIME_ZONES, strict=True))
_WORDS: Final = {zone: word for word, zone in ZONES.items()}


class BadCell(Refusal):
    """A cell of a sheet cannot be read."""


@dataclass(frozen=True, slots=True)
class InstitutionStep:
    """A step, with the institution's key where there is one, and its facts."""

    step: Step
    institution_id: int | None = None
    facts: Facts | None = None


def plan_institutions(lines: Iterable[SheetLine]) -> list[InstitutionStep]:
    """What each line calls for, as the registry is now; nothing is stored."""
    known = {
        each.code: (each.id, facts_of(each), each.ended_on)
        for each in db.session.scalars(select(Institution))
    }
    names = {facts.name: code for code, (_, facts, _) in known.items()}
    offices: dict[str, int] = {}
    for office in list_regional_offices():
        offices |= {office.code.casefold(): office.id, office.name.casefold(): office.id}
    seen: dict[str, int] = {}
    steps = []
    for line in lines:
        try:
            steps.append(_plan(line, known, names, offices, seen))
        except Refusal as refusal:
            step = Step(line.number, line.text("nama"), Action.REFUSE, problem=refusal.sentence)
            steps.append(InstitutionStep(step))
    return steps


def _plan(
    line: SheetLine,
    known: Mapping[str, tuple[int, Facts, date | None]],
    names: dict[str, str],
    offices: Mapping[str, int],
    seen: dict[str, int],
) -> InstitutionStep:
    if not line.is_readable:
        return InstitutionStep(Step(line.number, "", Action.REFUSE, problem=UNREADABLE_LINE))
    code = read_code(line.text("kode"))
    if code in seen:
        raise BadCell(N_("Kode ini sudah ada di baris %(line)s."), line=seen[code])
    seen[code] = line.number
    institution_id, old, ended_on = known.get(code, (None, None, None))
    if ended_on is not None:
        raise BadCell(N_("Instansi ini sudah berakhir; yang berakhir tidak diubah lagi."))
    name = line.text("nama")
    if not 0 < len(name) <= NAME_LENGTH:
        raise BadCell(N_("Nama berisi 1 sampai 200 karakter."))
    if names.get(name, code) != code:
        raise BadCell(N_("Instansi lain sudah bernama ini."))
    facts = old or Facts(code, name, InstitutionKind.AGENCY)
    facts = replace(facts, name=name, kind=_read_kind(line.text("jenis")))
    readers: dict[str, tuple[str, Callable[[str], Any]]] = {
        "kode wilayah": ("region_code", read_region),
        "kanwil": ("regional_office_id", lambda text: _read_office(text, offices)),
        "jumlah pegawai": ("head_count", read_count),
        "dihitung pada": ("head_counted_on", _read_day),
        "sasaran": ("target_count", read_count),
        "ada sejak": ("begun_on", _read_day),
        "domain surel": ("email_domain", read_domain),
    }
    given = {
        fact: read(line.text(column))
        for column, (fact, read) in readers.items()
        if column in line.cells
    }
    if line.text("zona waktu"):
        given["time_zone"] = _read_zone(line.text("zona waktu"))
    facts = replace(facts, **given)
    if old is not None and old.name != name:
        names.pop(old.name, None)  # a line below may take it
    names[name] = code
    if old is None:
        return InstitutionStep(Step(line.number, name, Action.ADD), None, facts)
    before, after = asdict(old), asdict(facts)
    changed = tuple(fact for fact, value in after.items() if value != before[fact])
    action = Action.CHANGE if changed else Action.SAME
    return InstitutionStep(Step(line.number, name, action, changed), institution_id, facts)


def apply_institution(editor: Editor, planned: InstitutionStep, *, now: datetime) -> Step:
    """Do what a line calls for; gives the step, refused where that cannot be done any more."""
    step, facts = planned.step, planned.facts
    if facts is None or step.action not in {Action.ADD, Action.CHANGE}:
        return step
    try:
        if planned.institution_id is None:
            add_institution(editor, facts, now=now)
        else:
            change_institution(editor, planned.institution_id, facts, now=now)
    except Refusal as refusal:
        return replace(step, action=Action.REFUSE, problem=refusal.sentence)
    return step


def iterate_institutions() -> Iterator[list[Cell]]:
    """The institutions in force, a row each, as a sheet that can be imported again."""
    offices = {office.id: office.code for office in list_regional_offices()}
    for each in db.session.scalars(
        select(Institution).where(Institution.ended_on.is_(None)).order_by(Institution.code)
    ):
        yield [
            each.code,
            each.name,
            each.kind.value,
            _WORDS.get(each.time_zone, each.time_zone),
            each.region_code,
            offices.get(each.regional_office_id or 0),
            each.head_count,
            each.head_counted_on,
            each.target_count,
            each.begun_on,
            each.email_domain,
        ]


def _read_kind(text: str) -> InstitutionKind:
    kind = next((each for each in InstitutionKind if each.value == text.casefold()), None)
    if kind is None:
        raise BadCell(
            N_("Jenis ini tidak dikenal. Tulis salah satu: %(kinds)s."),
            kinds=", ".join(each.value for each in InstitutionKind),
        )
    return kind


def _read_zone(text: str) -> str:
    zone = ZONES.get(text.upper(), text)
    if zone not in TIME_ZONES:
        raise BadCell(N_("Zona waktu adalah WIB, WITA, atau WIT."))
    return zone


def _read_office(text: str, offices: Mapping[str, int]) -> int | None:
    if not text:
        return None
    if text.casefold() not in offices:
        raise BadCell(N_("Kanwil ini tidak dikenal. Tulis kodenya, seperti KANWIL-11."))
    return offices[text.casefold()]


def _read_day(text: str) -> date | None:
    if not text:
        return None
    day = _day_of(text)
    if day is None:
        raise BadCell(N_("Tulis tanggal seperti 2025-05-15 atau 15/05/2025."))
    return day


def _day_of(text: str) -> date | None:
    parts = text.split(" ")[0].replace("/", "-").split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    numbers = [int(part) for part in parts]
    year, month, day = numbers if len(parts[0]) == 4 else reversed(numbers)
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None
