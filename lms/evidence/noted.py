"""What is noted as the figures of a moment are first asked for: lists of staff keep no history.

Names, how many people there are, how far each unit is, what was asked of whom: with the moment of
noting beside it. How objectives were answered comes from sums by whole months, and is told in steps
of five people or more.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select, union_all

from lms.assignments.models import Assignee, AssigneeState, Assignment
from lms.days import local_day
from lms.db import among, current_connection
from lms.evidence.figures import (
    AssignmentFigures,
    InstitutionFigures,
    ModuleName,
    Noted,
    ObjectiveFigures,
    ProgrammeFacts,
    UnitFigures,
)
from lms.evidence.rules import (
    Answered,
    Subject,
    SubjectKind,
    Term,
    end_of_month,
    release,
    total,
)
from lms.exports.asked import Asked
from lms.exports.units import UnitFigures as CountedUnit
from lms.exports.units import report_units
from lms.institutions.models import Institution, InstitutionKind
from lms.institutions.scope import Scope
from lms.learning.models import ObjectiveResult
from lms.pocketbooks.models import Edition, Module, Pocketbook
from lms.pocketbooks.queries import latest_release
from lms.pocketbooks.question_bank import list_objectives
from lms.programmes.past import figure_at
from lms.programmes.queries import NATIONAL
from lms.programmes.versions import modules_of
from lms.progress.filters import StaffFilter
from lms.progress.models import ACTIVATED, ALL_UNITS, OVERALL, StaffCount, StaffCountStep
from lms.progress.modules import list_modules
from lms.progress.rules import Status

AT_ONCE: Final = 5_000
"""So many sums are held at once; a nation has hundreds of thousands."""


def list_institution_ids(subject: Subject) -> list[int] | None:
    """The institutions that belong to a subject now, those that have ended too; None of all."""
    if subject.kind is SubjectKind.NATION:
        return None
    if subject.kind is SubjectKind.INSTITUTION:
        return [int(subject.number)]
    statement = select(Institution.id).where(_is_in_province(subject.number))
    return list(current_connection().execute(statement.order_by(Institution.id)).scalars())


def find_name(subject: Subject) -> str | None:
    """What a subject is called; None where there is none such, empty of the nation."""
    if subject.kind is SubjectKind.NATION:
        return ""
    if subject.kind is SubjectKind.INSTITUTION:
        wanted = Institution.id == int(subject.number)
    else:
        wanted = and_(
            Institution.kind == InstitutionKind.PROVINCE,
            Institution.region_code == subject.number,
            Institution.ended_on.is_(None),
        )
    return current_connection().execute(select(Institution.name).where(wanted)).scalar()


def note(
    subject: Subject, institution_ids: Collection[int] | None, term: Term, *, now: datetime
) -> Noted:
    """Note how things stand with a subject's institutions now."""
    institutions = _institutions(institution_ids)
    known = [each for each in institutions if each.head_count is not None]
    counted_on = [each.head_counted_on for each in known if each.head_counted_on is not None]
    staff = _staff(institution_ids)
    province_code = _province_code(subject, institution_ids)
    programme, through = figure_at(NATIONAL, term.at), objectives_through(term)
    here = subject.institution_id is not None
    return Noted(
        noted_at=now.isoformat(timespec="seconds"),
        name=find_name(subject) or "",
        province=province_code,
        definition_version=programme.definition_version,
        target=programme.target,
        institution_count=sum(each.ended_on is None for each in institutions),
        head_count=sum(each.head_count or 0 for each in known) if known else None,
        head_counted_on=min(counted_on).isoformat() if counted_on else None,
        said=len(known),
        listed=staff.listed,
        confirmed=staff.confirmed,
        activated=staff.activated,
        finished=staff.finished,
        started=staff.started,
        objectives_until=end_of_month(through).isoformat(),
        module_names=[ModuleName(each.module_id, each.code, each.title) for each in list_modules()],
        units=_units(subject, now) if here else [],
        institutions=[]
        if here
        else [InstitutionFigures(each.id, each.name, each.head_count) for each in institutions],
        assignments=_assignments(institution_ids, local_day(now)),
        objectives=_objectives(subject, institution_ids, province_code, through),
        programme=ProgrammeFacts(
            programme.definition,
            programme.starts_on.isoformat(),
            None if programme.ends_on is None else programme.ends_on.isoformat(),
            sorted(modules_of(programme.programme_id)),
        ),
    )


def objectives_through(term: Term) -> date:
    """The last month whose first attempts a report of a term tells of: the last whole one."""
    return term.month if term.is_whole else (term.month - timedelta(1)).replace(day=1)


class _Institution(NamedTuple):
    id: int
    name: str
    head_count: int | None
    head_counted_on: date | None
    ended_on: date | None


def _institutions(ids: Collection[int] | None) -> list[_Institution]:
    rows = current_connection().execute(
        select(
            Institution.id,
            Institution.name,
            Institution.head_count,
            Institution.head_counted_on,
            Institution.ended_on,
        )
        .where(*_of(Institution.id, ids))
        .order_by(Institution.name, Institution.id)
    )
    return [_Institution(*row) for row in rows]


class _Staff(NamedTuple):
    listed: int
    confirmed: int
    activated: int
    finished: int
    started: int


def _staff(ids: Collection[int] | None) -> _Staff:
    """How many people are on the lists, confirmed, activated, and how far the confirmed are."""
    key = ("ordinal", "is_confirmed", "status")
    both = union_all(
        *(
            select(*(getattr(model, name) for name in key), people.label("people")).where(
                model.ordinal.in_((OVERALL, ACTIVATED)),
                *_of(model.institution_id, ids),
                *([StaffCount.unit_id == ALL_UNITS] if model is StaffCount else []),
            )
            for model, people in (
                (StaffCount, StaffCount.people_count),
                (StaffCountStep, StaffCountStep.step),
            )
        )
    ).subquery()
    counted: Counter[str] = Counter()
    columns = [both.c[name] for name in key]
    rows = current_connection().execute(
        select(*columns, func.sum(both.c.people)).group_by(*columns)
    )
    for row in rows:
        ordinal, is_confirmed, status, people = (row[place] for place in range(4))
        if ordinal == ACTIVATED:
            counted["activated"] += int(people)
            continue
        counted["listed"] += int(people)
        if is_confirmed:
            counted["confirmed"] += int(people)
            counted["finished"] += int(people) if status == Status.FINISHED.code else 0
            counted["started"] += int(people) if status == Status.STARTED.code else 0
    return _Staff(*(counted[name] for name in _Staff._fields))


def _units(subject: Subject, now: datetime) -> list[UnitFigures]:
    """Each unit with who stands in it and in none below: they add up to all who are confirmed.

    Of them alone, as the page of units has it: who may read both would else learn of the few that
    wait to be confirmed.
    """
    scope = Scope(None, frozenset(filter(None, [subject.institution_id])))
    report = report_units(scope, Asked(StaffFilter()), confirmed_only=True, now=now)
    return [_unit(each) for each in report.units]


def _unit(each: CountedUnit) -> UnitFigures:
    return UnitFigures(
        each.name,
        " / ".join(each.parents),
        each.people,
        each.finished,
        each.started,
        each.credit_hours,
    )


def _assignments(ids: Collection[int] | None, today: date) -> list[AssignmentFigures]:
    """What was asked and not withdrawn, by module, and how it was kept."""
    is_done = Assignee.state == AssigneeState.DONE
    is_open = Assignee.state == AssigneeState.OPEN
    rows = current_connection().execute(
        select(
            Assignment.module_id,
            func.count(func.distinct(Assignment.id)),
            _number(or_(is_done, is_open)),
            _number(is_done),
            _number(and_(is_done, Assignee.finished_on <= Assignment.due_on)),
            _number(and_(is_open, Assignment.due_on < today)),
        )
        .outerjoin(Assignee, Assignee.assignment_id == Assignment.id)
        .where(Assignment.withdrawn_at.is_(None), *_of(Assignment.institution_id, ids))
        .group_by(Assignment.module_id)
        .order_by(Assignment.module_id)
    )
    return [AssignmentFigures(*map(int, row)) for row in rows]


def _number(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_Key = tuple[int, int]
"""An edition and an objective of it."""


def _objectives(
    subject: Subject, ids: Collection[int] | None, province_code: str, through: date
) -> list[ObjectiveFigures]:
    nation = _answered([], through)
    province: dict[_Key, Answered] = {}
    if subject.kind is SubjectKind.INSTITUTION and province_code:
        within = select(Institution.id).where(_is_in_province(province_code))
        province = _answered([ObjectiveResult.institution_id.in_(within)], through)
    here = nation if ids is None else _answered(_of(ObjectiveResult.institution_id, ids), through)
    return [
        ObjectiveFigures(
            module_id,
            edition,
            number,
            words,
            here.get(key),
            province.get(key),
            None if ids is None else nation.get(key),
        )
        for key, module_id, edition, number, words in _words(nation)
    ]


def _answered(is_wanted: Iterable[ColumnElement[bool]], through: date) -> dict[_Key, Answered]:
    """How objectives were answered to the end of a month, as far as that can be told.

    The sum of what is told of each institution: what its own report hides is in no larger one, or
    it could be reckoned out of the two.
    """
    result = ObjectiveResult
    rows = current_connection().execute(
        select(
            result.edition_id,
            result.objective,
            result.institution_id,
            result.people_count,
            result.right_count,
            result.drawn_count,
        )
        .where(result.month <= through, *is_wanted)
        .order_by(result.edition_id, result.objective, result.institution_id, result.month),
        execution_options={"yield_per": AT_ONCE},
    )
    told: defaultdict[_Key, list[Answered]] = defaultdict(list)
    for (edition_id, number, _), months in groupby(rows, key=itemgetter(0, 1, 2)):
        released = release(Answered(*month[3:]) for month in months)
        if released is not None:
            told[edition_id, number].append(released)
    return {key: total(parts) for key, parts in told.items()}


def _words(keys: Collection[_Key]) -> list[tuple[_Key, int, str, int, str]]:
    """Objectives with their module, edition and words, in the order of modules and books."""
    editions = (
        current_connection()
        .execute(
            select(
                Edition.id,
                Edition.year,
                Edition.number,
                Module.id,
                latest_release(Edition.id),
            )
            .join(Pocketbook, Pocketbook.id == Edition.pocketbook_id)
            .join(Module, Module.pocketbook_id == Pocketbook.id)
            .where(Edition.id.in_({edition_id for edition_id, _ in keys}))
            .order_by(Pocketbook.code, Edition.year, Edition.number)
        )
        .all()
    )
    return [
        (key, module_id, f"{year}.{number}", objective.number, objective.words)
        for edition_id, year, number, module_id, release_id in editions
        for objective in list_objectives(release_id)
        if (key := (edition_id, objective.number)) in keys
    ]


def _province_code(subject: Subject, ids: Collection[int] | None) -> str:
    """The province of an institution or a province itself; empty where there is none."""
    if subject.kind is SubjectKind.PROVINCE:
        return subject.number
    if subject.institution_id is None:
        return ""
    code = select(Institution.region_code).where(*_of(Institution.id, ids))
    return (current_connection().execute(code).scalar() or "")[:2]


def _is_in_province(code: str) -> ColumnElement[bool]:
    return or_(
        Institution.region_code == code,
        Institution.region_code.startswith(f"{code}.", autoescape=True),
    )


def _of(column: Any, ids: Collection[int] | None) -> Sequence[ColumnElement[bool]]:
    return [] if ids is None else [among(column, ids, current_connection())]
