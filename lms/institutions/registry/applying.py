"""Applying a sheet of the registry: what is done together, and what an editor may not."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms.db import current_connection, db
from lms.errors import N_, Refusal, Sentence
from lms.institutions.models import Unit
from lms.institutions.registry.errors import NoSuchUnit
from lms.institutions.registry.events import enter_added_units
from lms.institutions.registry.institution_sheets import (
    InstitutionStep,
    apply_institution,
    plan_institutions,
)
from lms.institutions.registry.models import RegistryUpload, SheetKind
from lms.institutions.registry.planting import NewUnit, hold_tree, insert_units
from lms.institutions.registry.rules import Editor
from lms.institutions.registry.sheet_lines import Action, Step, kept_lines
from lms.institutions.registry.tree import change_unit
from lms.institutions.registry.unit_sheets import KnownUnit, UnitPlan, plan_units
from lms.tables.models import iterate_batches

ADDED_BETWEEN: Final = 500
CHANGED_BETWEEN: Final = 25
Together = Callable[[], list[Step]]
"""Does what is to be done together; gives what has been refused in the end."""

_MEANWHILE: Final = Sentence(
    N_("Kode, nama, atau kode wilayahnya baru saja dipakai instansi lain. Unggah lagi baris ini.")
)


def batches_of(
    editor: Editor, upload: RegistryUpload, clock: Callable[[], datetime]
) -> Iterator[Together]:
    """What is to be done together, each in a transaction of its own where there is much."""
    lines = kept_lines(upload.lines)
    if upload.kind is SheetKind.INSTITUTIONS:
        planned = [
            each
            for each in plan_institutions(lines)
            if each.step.action in {Action.ADD, Action.CHANGE}
        ]
        for batch in iterate_batches(planned, CHANGED_BETWEEN):
            yield _institutions(editor, batch, clock)
        return
    institution_id = upload.institution_id
    assert institution_id is not None  # noqa: S101 - a sheet of units is of one
    plans = [
        plan
        for plan in plan_units(lines, list_known_units(institution_id))
        if allowed_step(editor, institution_id, plan).action in {Action.ADD, Action.CHANGE}
    ]
    placed: dict[str, tuple[int, str]] = {}
    added = [plan for plan in plans if plan.known is None]
    for some in iterate_batches(added, ADDED_BETWEEN):
        yield _added(editor, institution_id, some, placed, clock)
    changed = [plan for plan in plans if plan.known is not None]
    for some in iterate_batches(changed, CHANGED_BETWEEN):
        yield _changed(editor, some, placed, clock)


def _institutions(
    editor: Editor, batch: Sequence[InstitutionStep], clock: Callable[[], datetime]
) -> Together:
    def together() -> list[Step]:
        done = [_settle(editor, each, now=clock()) for each in batch]
        return [step for step in done if step.action is Action.REFUSE]

    return together


def _settle(editor: Editor, planned: InstitutionStep, *, now: datetime) -> Step:
    """Do what a line calls for; gives its step, refused where somebody was there first."""
    try:
        with db.session.begin_nested():
            return apply_institution(editor, planned, now=now)
    except IntegrityError:
        return replace(planned.step, action=Action.REFUSE, problem=_MEANWHILE)


def _added(
    editor: Editor,
    institution_id: int,
    plans: Sequence[UnitPlan],
    placed: dict[str, tuple[int, str]],
    clock: Callable[[], datetime],
) -> Together:
    """Store units that are new, those above first; a batch knows what those before it have made."""

    def together() -> list[Step]:
        hold_tree(institution_id)
        here = {_token(plan) for plan in plans}
        wanted = {plan.parent for plan in plans if isinstance(plan.parent, int)}
        paths = _paths_of(wanted)
        units = []
        for plan in plans:
            parent: str | tuple[int, str] | None = None
            if isinstance(plan.parent, UnitPlan):
                token = _token(plan.parent)
                parent = token if token in here else placed.get(token)
            elif plan.parent is not None:
                parent = plan.parent, paths[plan.parent]
            units.append(NewUnit(_token(plan), plan.name, plan.code, parent))
        made = insert_units(institution_id, units)
        placed.update(made)
        names = {made[unit.token][0]: unit.name for unit in units}
        enter_added_units(institution_id, names, actor_id=editor.actor_id, now=clock())
        return []

    return together


def _changed(
    editor: Editor,
    plans: Sequence[UnitPlan],
    placed: Mapping[str, tuple[int, str]],
    clock: Callable[[], datetime],
) -> Together:
    def together() -> list[Step]:
        refused = []
        for plan in plans:
            if plan.known is None:
                continue
            parent = plan.parent
            parent_id = placed[_token(parent)][0] if isinstance(parent, UnitPlan) else parent
            try:
                with db.session.begin_nested():
                    change_unit(
                        editor,
                        plan.known.id,
                        name=plan.name,
                        parent_id=parent_id,
                        code=plan.code,
                        now=clock(),
                    )
            except Refusal as refusal:  # somebody was there first
                step = plan.step()
                refused.append(replace(step, action=Action.REFUSE, problem=refusal.sentence))
        return refused

    return together


def _token(plan: UnitPlan) -> str:
    return str(plan.line.number)


def _paths_of(unit_ids: set[int]) -> dict[int, str]:
    rows = current_connection().execute(select(Unit.id, Unit.path).where(Unit.id.in_(unit_ids)))
    return dict(rows.all())


def allowed_step(editor: Editor, institution_id: int, plan: UnitPlan) -> Step:
    """The step of a line, refused where it lies outside of what the editor may change."""
    step = plan.step()
    if editor.may_change(institution_id, None) or step.action in {Action.SAME, Action.REFUSE}:
        return step
    above: UnitPlan | int | None = plan
    touched: list[int | None] = []
    if plan.known is not None:
        touched.append(plan.known.id)
        if "parent_id" in step.facts:
            touched.append(plan.known.parent_id)
    if plan.known is None or "parent_id" in step.facts:
        while isinstance(above, UnitPlan):
            above = above.parent if above.known is None or above is plan else above.known.id
        touched.append(above)
    paths = _paths_of({each for each in touched if each is not None})
    if all(
        editor.may_change(institution_id, None if each is None else paths.get(each, ""))
        for each in touched
    ):
        return step
    return Step(step.line, step.name, Action.REFUSE, problem=_OUTSIDE)


_OUTSIDE: Final = NoSuchUnit().sentence


def list_known_units(institution_id: int) -> list[KnownUnit]:
    """The units of an institution in force, those above first."""
    rows = db.session.execute(
        select(Unit.id, Unit.parent_id, Unit.name, Unit.code)
        .where(Unit.institution_id == institution_id, Unit.ended_on.is_(None))
        .order_by(func.length(Unit.path), Unit.id)
    )
    return [KnownUnit(*row) for row in rows]
