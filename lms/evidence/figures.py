"""The figures of a report as values: what is counted anew at any time, and what was noted once."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple, Self

from lms.evidence.rules import Answered, hide_nested, hide_parts
from lms.small_numbers import Cell, veil


class MonthFigures(NamedTuple):
    """What a month (`2026-10`) added, and how many people there were at its end."""

    month: str
    added: int
    total: int


class ModuleFigures(NamedTuple):
    """The certificates of a module; `module_id` is 0 for those that are of none."""

    module_id: int
    issued: int
    issued_in_month: int
    in_force: int
    holders: int
    credit_hours: int


class Reached(NamedTuple):
    """How many people of an institution are counted."""

    institution_id: int
    people: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What the tally, the ledger and the certificates said at a moment, and will always say of it.

    `log_root` is the root of the public log in Base64, of its last state at the moment.
    """

    people: int
    people_in_month: int
    nation: int
    issued: int
    issued_in_month: int
    replaced: int
    revoked: int
    revoked_in_month: int
    in_force: int
    expired: int
    credit_hours: int
    credit_hours_in_month: int
    months: Sequence[MonthFigures]
    modules: Sequence[ModuleFigures]
    institutions: Sequence[Reached]
    ledger_position: int
    log_size: int
    log_root: str

    def as_json(self) -> dict[str, Any]:
        """As a row keeps it."""
        return asdict(self)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """From what a row has kept."""
        return cls(
            **{
                **stored,
                "months": [MonthFigures(*each) for each in stored["months"]],
                "modules": [ModuleFigures(*each) for each in stored["modules"]],
                "institutions": [Reached(*each) for each in stored["institutions"]],
            }
        )


class UnitFigures(NamedTuple):
    """How far the people of a unit are; `above` are the units above, and None is what is hidden."""

    name: str
    above: str
    people: int | None
    finished: int | None
    started: int | None
    credit_hours: int | None


class InstitutionFigures(NamedTuple):
    """An institution's name, and how many people it has said that it has."""

    institution_id: int
    name: str
    head_count: int | None


class AssignmentFigures(NamedTuple):
    """What was asked of people in a module: how many times, of how many, and what came of it."""

    module_id: int
    assignments: int
    asked: int
    done: int
    in_time: int
    overdue: int


class ObjectiveFigures(NamedTuple):
    """How an objective of an edition was answered: here, in the province, in the nation.

    None is what is hidden, or a level that there is not.
    """

    module_id: int
    edition: str
    number: int
    words: str
    here: Answered | None
    province: Answered | None
    nation: Answered | None


class ModuleName(NamedTuple):
    """What a module is called."""

    module_id: int
    code: str
    title: str


class ProgrammeFacts(NamedTuple):
    """What the version counts by which was counted: its words, its days in ISO 8601, its modules.

    `definition` is empty where nobody has written one; `ends_on` is None where it goes on.
    """

    definition: str
    starts_on: str
    ends_on: str | None
    module_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class Noted:
    """How things stood when the figures of a moment were first asked for: nobody can tell later.

    `noted_at` is when, in ISO 8601; `objectives_until` how far first attempts were gathered.
    `said` is how many institutions have said how many people they have. `finished` and `started`,
    and the figures of units, are of confirmed people, as everywhere. In what was noted before that
    was, `programme` is None, and they are of all people of the list.
    """

    noted_at: str
    name: str
    province: str
    definition_version: int
    target: int
    institution_count: int
    head_count: int | None
    head_counted_on: str | None
    said: int
    listed: int
    confirmed: int
    activated: int
    finished: int
    started: int
    objectives_until: str
    module_names: Sequence[ModuleName]
    units: Sequence[UnitFigures]
    institutions: Sequence[InstitutionFigures]
    assignments: Sequence[AssignmentFigures]
    objectives: Sequence[ObjectiveFigures]
    programme: ProgrammeFacts | None = None

    @property
    def is_of_confirmed(self) -> bool:
        """Whether it tells how far confirmed people are, and not all of the list."""
        return self.programme is not None

    def as_json(self) -> dict[str, Any]:
        """As a row keeps it; of what was noted without a programme as it was kept then."""
        kept = asdict(self)
        if self.programme is None:
            del kept["programme"]
        return kept

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """From what a row has kept."""
        return cls(
            **{
                **stored,
                "module_names": [ModuleName(*each) for each in stored["module_names"]],
                "units": [UnitFigures(*each) for each in stored["units"]],
                "institutions": [InstitutionFigures(*each) for each in stored["institutions"]],
                "assignments": [AssignmentFigures(*each) for each in stored["assignments"]],
                "objectives": [_objective(*each) for each in stored["objectives"]],
                "programme": _programme(stored.get("programme")),
            }
        )

    def shown(self, *, is_own: bool) -> "Noted":
        """The same without what few people could be recognised by.

        Who answers for all of the institution sees each of its units, others those at the top;
        nobody sees how fewer than five have answered.
        """
        objectives = []
        for each in self.objectives:
            here, province, nation = hide_nested([each.here, each.province, each.nation])
            objectives.append(each._replace(here=here, province=province, nation=nation))
        units = self.units if is_own else _hide_units(_of_top_units(self.units))
        return replace(self, objectives=objectives, units=units)

    def with_top_units(self) -> "Noted":
        """The same of the topmost units alone, as on paper, where there is room for few."""
        return replace(self, units=_of_top_units(self.units))


def _programme(stored: Sequence[Any] | None) -> ProgrammeFacts | None:
    return None if stored is None else ProgrammeFacts(*stored)


def _objective(*row: Any) -> ObjectiveFigures:
    *names, here, province, nation = row
    levels = (None if each is None else Answered(*each) for each in (here, province, nation))
    return ObjectiveFigures(*names, *levels)


def _of_top_units(units: Sequence[UnitFigures]) -> list[UnitFigures]:
    """The topmost units, each with everybody in it and below."""
    found: dict[str, list[UnitFigures]] = {}
    for each in units:
        top = each.above.partition(" / ")[0] if each.above else each.name
        found.setdefault(top, []).append(each)
    return [
        UnitFigures(
            name,
            "",
            people=sum(unit.people or 0 for unit in below),
            finished=sum(unit.finished or 0 for unit in below),
            started=sum(unit.started or 0 for unit in below),
            credit_hours=sum(unit.credit_hours or 0 for unit in below),
        )
        for name, below in found.items()
    ]


def _hide_units(units: Sequence[UnitFigures]) -> list[UnitFigures]:
    """Without what would tell of few people, also beside the page of the same units."""
    cells = [Cell(each.finished or 0, each.people or 0) for each in units]
    parts = [
        (cell.finished, each.started or 0, cell.total - cell.finished - (each.started or 0))
        for each, cell in zip(units, cells, strict=True)
    ]
    small = hide_parts(parts, [False for _ in parts])
    hidden = hide_parts(parts, [why is not None for why in veil(cells)])
    return [
        each._replace(
            people=None if is_small else each.people,
            finished=None,
            started=None,
            credit_hours=None,
        )
        if is_small or is_hidden
        else each
        for each, is_small, is_hidden in zip(units, small, hidden, strict=True)
    ]
