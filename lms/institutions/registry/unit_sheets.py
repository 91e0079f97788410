"""A sheet of units: which unit each line means, in which order they are stored, and why not."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lms.accents import fold
from lms.errors import N_, Refusal, Sentence
from lms.institutions.registry.rules import MOST_LEVELS, PARTS_NAMES, read_unit_name
from lms.institutions.registry.sheet_lines import UNREADABLE_LINE, Action, SheetLine, Step

KEY_SIGN = "#"
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit that is stored and in force."""

    id: int
    parent_id: int | None
    name: str
    code: str | None


@dataclass(slots=True)
class UnitPlan:
    """What a line calls for: the unit that it means, if it is stored, and what stands above it.

    Above is a stored unit by its key, or another line by its number, or nothing.
    """

    line: SheetLine
    name: str = ""
    code: str | None = None
    known: KnownUnit | None = None
    parent: "int | UnitPlan | None" = None
    path: Path = ()
    is_settled: bool = False
    problem: Sentence | None = None

    def step(self) -> Step:
        """The same as a step."""
        if self.problem is not None:
            return Step(self.line.number, self.name, Action.REFUSE, problem=self.problem)
        if self.known is None:
            return Step(self.line.number, self.name, Action.ADD)
        facts = self.facts()
        action = Action.CHANGE if facts else Action.SAME
        return Step(self.line.number, self.name, action, facts)

    def facts(self) -> tuple[str, ...]:
        """Which facts of a stored unit differ; a parent that is not stored yet does."""
        if self.known is None:
            return ()
        before = (self.known.name, self.known.code, self.known.parent_id)
        after = (self.name, self.code, self.parent)
        names = ("name", "code", "parent_id")
        return tuple(
            name for name, old, new in zip(names, before, after, strict=True) if old != new
        )


class BadUnitCell(Refusal):
    """A cell of a sheet of units cannot be read, or means nothing."""


def plan_units(lines: Iterable[SheetLine], units: Sequence[KnownUnit]) -> list[UnitPlan]:
    """What each line calls for, above before below; refused lines stand where they are met.

    A unit is meant by `#` and its key, by its code, or by its name below its parent. A parent is
    meant in the same ways, or by the names from the top, parted by `>`.
    """
    return _Planner(units).plan(list(lines))


@dataclass(slots=True)
class _Planner:
    units: Sequence[KnownUnit]
    by_id: dict[int, KnownUnit] = field(default_factory=dict)
    by_code: dict[str, KnownUnit] = field(default_factory=dict)
    by_path: dict[Path, KnownUnit] = field(default_factory=dict)
    paths: dict[int, Path] = field(default_factory=dict)
    names: defaultdict[str, list[KnownUnit]] = field(default_factory=lambda: defaultdict(list))
    line_codes: dict[str, UnitPlan] = field(default_factory=dict)
    line_names: defaultdict[str, list[UnitPlan]] = field(default_factory=lambda: defaultdict(list))
    line_paths: dict[Path, UnitPlan] = field(default_factory=dict)
    line_units: dict[int, UnitPlan] = field(default_factory=dict)

    def plan(self, lines: list[SheetLine]) -> list[UnitPlan]:
        self._know()
        plans = [self._read(line) for line in lines]
        waiting: defaultdict[object, list[UnitPlan]] = defaultdict(list)
        ready: deque[UnitPlan] = deque()
        for plan in plans:
            if plan.problem is not None:
                continue
            try:
                awaited = self._awaited(plan)
            except Refusal as refusal:
                plan.problem = refusal.sentence
                continue
            if awaited is None:
                ready.append(plan)
            else:
                waiting[awaited].append(plan)
        ordered: list[UnitPlan] = []
        while ready:
            plan = ready.popleft()
            self._settle(plan)
            if plan.problem is None:
                ordered.append(plan)
                ready.extend(waiting.pop(id(plan), []))
                ready.extend(waiting.pop(plan.path, []))
        for stuck in waiting.values():
            for plan in stuck:
                plan.problem = self._why_stuck(plan)
        return [*ordered, *(plan for plan in plans if plan.problem is not None)]

    def _know(self) -> None:
        self.by_id = {unit.id: unit for unit in self.units}
        for unit in self.units:
            if unit.code:
                self.by_code[unit.code] = unit
            self.names[fold(unit.name)].append(unit)
        for unit in self.units:
            self.by_path[self._path_of(unit)] = unit

    def _path_of(self, unit: KnownUnit) -> Path:
        names: list[str] = []
        current: KnownUnit | None = unit
        while current is not None and current.id not in self.paths:
            names.append(fold(current.name))
            if len(names) > MOST_LEVELS:
                break
            current = self.by_id.get(current.parent_id or 0)
        above = self.paths.get(current.id, ()) if current is not None else ()
        path = (*above, *reversed(names))
        self.paths[unit.id] = path
        return path

    def _read(self, line: SheetLine) -> UnitPlan:
        plan = UnitPlan(line)
        if not line.is_readable:
            plan.problem = UNREADABLE_LINE
            return plan
        try:
            plan.name = line.text("nama")
            plan.name = read_unit_name(plan.name)
            self._identify(plan, line.text("kode"))
        except Refusal as refusal:
            plan.problem = refusal.sentence
        else:
            self.line_names[fold(plan.name)].append(plan)
        return plan

    def _identify(self, plan: UnitPlan, code: str) -> None:
        """By what the column of codes says; without it the name below its parent tells."""
        if code.startswith(KEY_SIGN):
            plan.known = self._by_key(code)
            plan.code = plan.known.code
        elif code:
            if len(code) > 40:
                raise BadUnitCell(N_("Kode unit paling panjang 40 karakter."))
            plan.code, plan.known = code, self.by_code.get(code)
        if code:
            earlier = self.line_codes.setdefault(code, plan)
            if earlier is not plan:
                raise BadUnitCell(
                    N_("Kode ini sudah ada di baris %(line)s."), line=earlier.line.number
                )
        if plan.known is not None:
            self._claim(plan, plan.known)

    def _claim(self, plan: UnitPlan, known: KnownUnit) -> None:
        earlier = self.line_units.setdefault(known.id, plan)
        if earlier is not plan:
            raise BadUnitCell(
                N_("Unit yang sama sudah disebut di baris %(line)s."), line=earlier.line.number
            )

    def _by_key(self, reference: str) -> KnownUnit:
        digits = reference.removeprefix(KEY_SIGN)
        is_key = digits.isascii() and digits.isdigit() and len(digits) < 10
        known = self.by_id.get(int(digits)) if is_key else None
        if known is None:
            raise BadUnitCell(N_("Tidak ada unit %(key)s di instansi ini."), key=reference)
        return known

    def _awaited(self, plan: UnitPlan) -> object | None:
        """Sets the parent where it can be told; else what must be settled before: a line, a path.

        A file without the column leaves a stored unit where it is.
        """
        reference = plan.line.text("induk")
        if "induk" not in plan.line.cells and plan.known is not None:
            plan.parent = plan.known.parent_id
            return None
        if not reference:
            return None
        if reference.startswith(KEY_SIGN):
            return self._await_known(plan, self._by_key(reference))
        if PARTS_NAMES in reference:
            return self._await_path(plan, reference)
        by_code = self.line_codes.get(reference)
        if by_code is not None:
            return self._await_line(plan, by_code)
        if reference in self.by_code:
            return self._await_known(plan, self.by_code[reference])
        return self._await_name(plan, reference)

    def _await_known(self, plan: UnitPlan, known: KnownUnit) -> object | None:
        line = self.line_units.get(known.id)
        if line is not None and line.problem is None:
            return self._await_line(plan, line)
        plan.parent = known.id
        return None

    def _await_line(self, plan: UnitPlan, above: UnitPlan) -> object:
        plan.parent = above
        return id(above)

    def _await_path(self, plan: UnitPlan, reference: str) -> object | None:
        path = tuple(fold(name.strip()) for name in reference.split(PARTS_NAMES))
        known = self.by_path.get(path)
        if known is not None:
            return self._await_known(plan, known)
        plan.parent = None
        return path

    def _await_name(self, plan: UnitPlan, reference: str) -> object | None:
        """A name alone means the one unit of that name, the sheet's before a stored one."""
        lines = [each for each in self.line_names[fold(reference)] if each is not plan]
        known = self.names[fold(reference)]
        if len(lines) == 1:
            return self._await_line(plan, lines[0])
        if not lines and len(known) == 1:
            return self._await_known(plan, known[0])
        if lines or known:
            raise BadUnitCell(
                N_(
                    "Lebih dari satu unit bernama %(name)s. Tulis kode induknya, atau jalurnya "
                    "dari atas dengan tanda >."
                ),
                name=reference,
            )
        raise BadUnitCell(N_("Induk %(name)s tidak ditemukan."), name=reference)

    def _settle(self, plan: UnitPlan) -> None:
        above: Path = ()
        if isinstance(plan.parent, UnitPlan):
            above = plan.parent.path
            if plan.parent.known is not None:
                plan.parent = plan.parent.known.id
        elif plan.parent is not None:
            above = self.paths[plan.parent]
        elif PARTS_NAMES in plan.line.text("induk"):
            awaited = tuple(
                fold(name.strip()) for name in plan.line.text("induk").split(PARTS_NAMES)
            )
            line = self.line_paths[awaited]
            above, plan.parent = line.path, line if line.known is None else line.known.id
        plan.path = (*above, fold(plan.name))
        try:
            self._check(plan)
        except Refusal as refusal:
            plan.problem = refusal.sentence
            return
        plan.is_settled = True
        self.line_paths[plan.path] = plan

    def _check(self, plan: UnitPlan) -> None:
        if len(plan.path) > MOST_LEVELS:
            raise BadUnitCell(N_("Susunan unit paling dalam %(most)s tingkat."), most=MOST_LEVELS)
        earlier = self.line_paths.get(plan.path)
        if earlier is not None:
            raise BadUnitCell(
                N_("Unit yang sama sudah disebut di baris %(line)s."), line=earlier.line.number
            )
        beside = self.by_path.get(plan.path)
        if beside is None or beside is plan.known:
            return
        if plan.known is None and (plan.code is None or beside.code is None):
            plan.known = beside
            plan.code = plan.code or beside.code
            self._claim(plan, beside)
        elif beside.id not in self.line_units:
            raise BadUnitCell(N_("Di bawah induk yang sama sudah ada unit bernama ini."))

    def _why_stuck(self, plan: UnitPlan) -> Sentence:
        above = plan.parent
        if not isinstance(above, UnitPlan):
            return Sentence(
                N_("Induk %(name)s tidak ditemukan."), {"name": plan.line.text("induk")}
            )
        if above.problem is not None:
            return Sentence(
                N_("Induknya di baris %(line)s ditolak; perbaiki baris itu dahulu."),
                {"line": above.line.number},
            )
        return Sentence(
            N_("Induknya di baris %(line)s berada di bawah baris ini sendiri, atau ikut tertahan."),
            {"line": above.line.number},
        )


def known_paths(units: Sequence[KnownUnit]) -> Mapping[int, str]:
    """The names from the top down to each unit, to be read."""
    by_id = {unit.id: unit for unit in units}
    paths: dict[int, str] = {}
    for unit in units:
        names: list[str] = []
        current: KnownUnit | None = unit
        while current is not None and len(names) <= MOST_LEVELS:
            names.append(current.name)
            current = by_id.get(current.parent_id or 0)
        paths[unit.id] = f" {PARTS_NAMES} ".join(reversed(names))
    return paths
