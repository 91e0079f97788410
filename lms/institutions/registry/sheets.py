"""Sheets of the registry: kept, looked at, applied at once or as a job, and forgotten."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select

from lms.accounts.permissions import Permission
from lms.accounts.queries import get_principal
from lms.db import current_connection, db, read_only, transaction
from lms.errors import Sentence
from lms.institutions.models import Unit
from lms.institutions.reach import scope_of
from lms.institutions.registry.applying import allowed_step, batches_of, list_known_units
from lms.institutions.registry.errors import NoSuchUpload, SheetApplied
from lms.institutions.registry.institution_sheets import (
    plan_institutions,
)
from lms.institutions.registry.models import RegistryUpload, SheetKind
from lms.institutions.registry.rules import Editor
from lms.institutions.registry.sheet_lines import Action, Step, kept_lines
from lms.institutions.registry.unit_sheets import known_paths, plan_units
from lms.jobs.kind import Output, Run
from lms.jobs.service import enqueue
from lms.tables.writer import Cell

REGISTRY_SHEET: Final = "registry_sheet"
# More changes than this are made beside the request.
APPLIED_AT_ONCE: Final = 100
LIFETIME: Final = timedelta(days=1)


def keep_sheet(
    editor: Editor,
    kind: SheetKind,
    name: str,
    lines: list[dict[str, Any]],
    *,
    institution_id: int | None = None,
    now: datetime,
) -> int:
    """Keep what was read of a sheet until it is applied; what was not applied before is forgotten.

    Raises NoSuchEntry and NoSuchUnit where the editor may not change what the sheet lists.
    """
    _require(editor, kind, institution_id)
    assert editor.actor_id is not None  # noqa: S101 - an operator's sheet is applied at once
    db.session.execute(
        delete(RegistryUpload).where(
            RegistryUpload.asker_id == editor.actor_id, RegistryUpload.is_asked.is_(False)
        )
    )
    upload = RegistryUpload(
        asker_id=editor.actor_id,
        kind=kind,
        name=name[:200],
        lines=lines,
        created_at=now,
        institution_id=institution_id,
    )
    db.session.add(upload)
    db.session.flush()
    return upload.id


def get_upload(asker_id: int, upload_id: int) -> RegistryUpload:
    """A sheet that somebody has brought themselves; raises NoSuchUpload."""
    upload = db.session.scalar(
        select(RegistryUpload).where(
            RegistryUpload.id == upload_id, RegistryUpload.asker_id == asker_id
        )
    )
    if upload is None:
        raise NoSuchUpload
    return upload


def preview(editor: Editor, upload: RegistryUpload) -> list[Step]:
    """What each line of a sheet calls for, as the registry is now."""
    lines = kept_lines(upload.lines)
    if upload.kind is SheetKind.INSTITUTIONS:
        return [planned.step for planned in plan_institutions(lines)]
    assert upload.institution_id is not None  # noqa: S101 - a sheet of units is of one
    plans = plan_units(lines, list_known_units(upload.institution_id))
    steps = [allowed_step(editor, upload.institution_id, plan) for plan in plans]
    return sorted(steps, key=lambda step: step.line)


def ask_to_apply(
    editor: Editor, upload_id: int, *, now: datetime, clock: Callable[[], datetime]
) -> bool:
    """Apply a sheet now, or as a job where it changes much; says whether it is done already.

    Raises NoSuchUpload, SheetApplied, and TooManyJobs.
    """
    assert editor.actor_id is not None  # noqa: S101 - as above
    upload = get_upload(editor.actor_id, upload_id)
    db.session.refresh(upload, with_for_update=True)
    if upload.is_asked:
        raise SheetApplied
    _require(editor, upload.kind, upload.institution_id)
    steps = preview(editor, upload)
    upload.is_asked = True
    if sum(map(len, _changes_of(steps).values())) > APPLIED_AT_ONCE:
        db.session.flush()
        scope = () if editor.scope is None else editor.scope.keys
        arguments = {"upload_id": upload_id, "changes": _changes_of(steps)}
        enqueue(REGISTRY_SHEET, arguments, asker_id=editor.actor_id, scope=scope, now=now)
        return False
    refused = [step for together in list(batches_of(editor, upload, clock)) for step in together()]
    upload.result = _result(_settled(steps, refused))
    db.session.flush()
    return True


def apply_as_job(run: Run, *, clock: Callable[[], datetime]) -> Output:
    """Apply a sheet in short transactions; begun again, it goes on with what is left.

    Raises what ends it for the asker: a role that they do not hold any more.
    """
    assert run.asker_id is not None  # noqa: S101 - only people ask for it
    with read_only():
        editor = editor_again(run.asker_id)
        upload = get_upload(run.asker_id, run.arguments["upload_id"])
        _require(editor, upload.kind, upload.institution_id)
        steps = preview(editor, upload)
        batches = list(batches_of(editor, upload, clock))
        db.session.expunge_all()
    refused: list[Step] = []
    for number, together in enumerate(batches):
        run.report(number, len(batches))
        with transaction():
            refused += together()
    with transaction():
        kept = get_upload(run.asker_id, run.arguments["upload_id"])
        planned = _as_asked(steps, run.arguments.get("changes", {}))
        kept.result = kept.result or _result(_settled(planned, refused))
    return Output({"rows": len(steps)})


def editor_again(account_id: int) -> Editor:
    """How far somebody may change the registry now; raises NoInstitution for who may not at all."""
    asker = get_principal(account_id)
    if asker.may(Permission.MANAGE_INSTITUTIONS):
        return Editor(account_id)
    return Editor(account_id, scope_of(asker))


def apply_lines(
    kind: SheetKind,
    lines: list[dict[str, Any]],
    *,
    institution_id: int | None = None,
    is_dry: bool,
    clock: Callable[[], datetime],
) -> list[Step]:
    """Apply an operator's sheet in short transactions, or only say what it calls for."""
    editor = Editor(None)
    with read_only():
        upload = RegistryUpload(
            asker_id=0,
            kind=kind,
            name="",
            lines=lines,
            created_at=clock(),
            institution_id=institution_id,
        )
        steps = preview(editor, upload)
        batches = [] if is_dry else list(batches_of(editor, upload, clock))
        db.session.expunge_all()
    refused: list[Step] = []
    for together in batches:
        with transaction():
            refused += together()
    return _settled(steps, refused)


def iterate_units(editor: Editor, institution_id: int) -> Iterator[list[Cell]]:
    """The units that the editor may change, a row each, as a sheet that can be imported again."""
    units = list_known_units(institution_id)
    by_id = {unit.id: unit for unit in units}
    names = known_paths(units)
    paths = _paths_of_all(institution_id)
    for unit in sorted(units, key=lambda each: names[each.id]):
        if not editor.may_change(institution_id, paths[unit.id]):
            continue
        above = by_id.get(unit.parent_id or 0)
        yield [
            unit.code or f"#{unit.id}",
            unit.name,
            None if above is None else above.code or f"#{above.id}",
            names[unit.id],
        ]


def _paths_of_all(institution_id: int) -> dict[int, str]:
    rows = current_connection().execute(
        select(Unit.id, Unit.path).where(Unit.institution_id == institution_id)
    )
    return dict(rows.all())


def _require(editor: Editor, kind: SheetKind, institution_id: int | None) -> None:
    if kind is SheetKind.INSTITUTIONS:
        editor.require_whole()
    elif institution_id is None or not editor.may_see(institution_id):
        raise NoSuchUpload


def refusals_of(upload: RegistryUpload, steps: Sequence[Step]) -> list[Step]:
    """The lines of a sheet that are refused by its steps, or were when it was applied."""
    if not upload.result:
        return [step for step in steps if step.action is Action.REFUSE]
    return [
        Step(line, name, Action.REFUSE, problem=Sentence(text, values))
        for line, name, text, values in upload.result["refused"]
    ]


def _changes_of(steps: Iterable[Step]) -> dict[str, list[int]]:
    """The lines that call for a change, by what it is."""
    lines: dict[str, list[int]] = {Action.ADD.value: [], Action.CHANGE.value: []}
    for step in steps:
        if step.action.value in lines:
            lines[step.action.value].append(step.line)
    return lines


def _as_asked(steps: Iterable[Step], changes: Mapping[str, list[int]]) -> list[Step]:
    """What lines called for when they were asked for: a try before this may have applied some."""
    asked = {line: Action(action) for action, lines in changes.items() for line in lines}
    return [
        replace(step, action=asked.get(step.line, step.action))
        if step.action is Action.SAME
        else step
        for step in steps
    ]


def _settled(steps: Sequence[Step], refused: Sequence[Step]) -> list[Step]:
    """What came of the lines: as it was planned, but for those that were refused in the end."""
    by_line = {step.line: step for step in refused}
    return [by_line.get(step.line, step) for step in steps]


def _result(steps: Sequence[Step]) -> dict[str, Any]:
    counts = Counter(step.action.value for step in steps)
    refused = [step for step in steps if step.action is Action.REFUSE]
    return {
        "counts": dict(counts),
        "refused": [
            [step.line, step.name, step.problem.text, step.problem.values]
            for step in refused
            if step.problem is not None
        ],
    }


def has_old_sheets(*, now: datetime) -> bool:
    """Whether there is a sheet that nobody looks at any more."""
    old = select(RegistryUpload.id).where(RegistryUpload.created_at < now - LIFETIME).limit(1)
    return db.session.scalar(old) is not None


def forget_old_sheets(*, now: datetime) -> None:
    """Delete sheets of more than a day ago, applied or not."""
    db.session.execute(delete(RegistryUpload).where(RegistryUpload.created_at < now - LIFETIME))
