"""Takes staff lists, has them checked and put in force when their officer says so, forgets them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import count as count_from
from typing import IO, Final

from sqlalchemy import Select, delete, exists, insert, or_, select

from lms.accounts.principal import Principal
from lms.audit import record
from lms.db import current_connection, db, transaction
from lms.institutions.errors import NotInScope
from lms.institutions.models import Institution
from lms.institutions.postings import has_ended
from lms.institutions.reach import scope_of
from lms.institutions.registry.errors import HasEnded
from lms.institutions.scope import Scope
from lms.institutions.staff_lists.checking import forget_lines
from lms.institutions.staff_lists.columns import Columns
from lms.institutions.staff_lists.errors import ImportMovedOn, ListIsLimited, NoSuchImport
from lms.institutions.staff_lists.models import ImportState, StaffImport, StaffImportPiece
from lms.institutions.staff_lists.previews import Preview
from lms.jobs.models import OPEN, Job
from lms.jobs.service import enqueue

CHECK: Final = "staff_check"
APPLY: Final = "staff_apply"
"""The kinds of job."""

KEPT_FOR: Final = timedelta(days=14)
"""How long an upload, its lines and their verdicts are kept after their last step."""

WAITS_FOR: Final = timedelta(days=1)
"""How long an upload waits for its columns to be confirmed."""

PIECE: Final = 2 * 1024 * 1024
Store = Callable[[Callable[[], None]], None]
"""How a part of an upload is stored: by itself, so that nobody who writes waits for the whole."""


def keep_list(
    officer: Principal,
    file: IO[bytes],
    name: str,
    previews: Sequence[Preview],
    institution_id: int,
    *,
    now: datetime,
    store: Store,
) -> int:
    """Keep a list until its columns are confirmed, and give its number.

    previews: the ways to read it, of which one is confirmed.

    Raises NotInScope for an institution with nobody for whom the officer answers.
    """
    scope = scope_of(officer)
    import_id = add_import(scope, name, institution_id, now=now, store=store)
    file.seek(0)
    for position in count_from(0):
        piece = file.read(PIECE)
        if not piece:
            break
        store(partial(_store_piece, import_id, position, piece))

    def end() -> None:
        choices = [preview.to_json() for preview in previews]
        kept = choices[0] if len(choices) == 1 else {"choices": choices}
        db.session.get_one(StaffImport, import_id).preview = kept

    store(end)
    return import_id


def add_import(scope: Scope, name: str, institution_id: int, *, now: datetime, store: Store) -> int:
    """Begin an upload; who answers for one branch alone puts people there.

    Raises NotInScope, and HasEnded for an institution that has ended.
    """
    if institution_id not in scope.all_institution_ids:
        raise NotInScope
    ids: list[int] = []

    def begin() -> None:
        if has_ended(Institution, institution_id):
            raise HasEnded
        branches = [each for each in scope.branches if each.institution_id == institution_id]
        is_limited = not scope.covers(institution_id) and len(branches) == 1
        kept = StaffImport(
            asker_id=scope.officer_id,
            institution_id=institution_id,
            scope=sorted(scope.keys),
            name=name,
            created_at=now,
            unit_id=branches[0].unit_id if is_limited else None,
        )
        db.session.add(kept)
        db.session.flush()
        ids.append(kept.id)

    store(begin)
    return ids[0]


def begin_import(
    scope: Scope,
    name: str,
    institution_id: int,
    columns: Columns,
    *,
    now: datetime,
    is_whole: bool = False,
    adds_units: bool = False,
    replaces_addresses: bool = False,
) -> int:
    """Begin one of a file at hand, whose columns nobody need confirm; stored by itself.

    Raises as `add_import`.
    """
    import_id = add_import(scope, name[:200], institution_id, now=now, store=_alone)
    with transaction():
        kept = db.session.get_one(StaffImport, import_id)
        kept.columns = columns.to_json()
        kept.is_whole, kept.adds_units = is_whole, adds_units
        kept.replaces_addresses = replaces_addresses
    return import_id


def _alone(work: Callable[[], None]) -> None:
    with transaction():
        work()


def _store_piece(import_id: int, position: int, content: bytes) -> None:
    current_connection().execute(
        insert(StaffImportPiece),
        {"staff_import_id": import_id, "position": position, "content": content},
    )


def confirm_columns(
    officer: Principal,
    import_id: int,
    columns: Columns,
    *,
    is_whole: bool,
    adds_units: bool,
    replaces_addresses: bool,
    language: str,
    now: datetime,
) -> None:
    """Have a list checked by these columns, under these terms; also once more, by others.

    Raises NoSuchImport, ImportMovedOn where it is in force or under way, ListIsLimited, and
    TooManyJobs.
    """
    kept = _own(officer, import_id)
    if kept.state not in {ImportState.UPLOADED, ImportState.CHECKED}:
        raise ImportMovedOn
    if (is_whole or adds_units) and not scope_of(officer).covers(kept.institution_id):
        raise ListIsLimited
    kept.columns = columns.to_json()
    kept.is_whole, kept.adds_units = is_whole, adds_units
    kept.replaces_addresses = replaces_addresses
    _ask(kept, officer, CHECK, ImportState.CHECKING, language, now)


def ask_to_apply(
    officer: Principal, import_id: int, *, ends_absent: bool, language: str, now: datetime
) -> None:
    """Have a list that was checked put in force; who is not in it leaves only if that is agreed.

    Raises NoSuchImport, ImportMovedOn where it was not checked, or is in force already, HasEnded
    for an institution that has ended, and TooManyJobs.
    """
    kept = _own(officer, import_id)
    if kept.state is not ImportState.CHECKED:
        raise ImportMovedOn
    if has_ended(Institution, kept.institution_id):
        raise HasEnded
    kept.is_whole = kept.is_whole and ends_absent
    _ask(kept, officer, APPLY, ImportState.APPLYING, language, now)


def _own(officer: Principal, import_id: int) -> StaffImport:
    kept = db.session.scalar(
        select(StaffImport)
        .where(StaffImport.id == import_id, StaffImport.asker_id == officer.account_id)
        .with_for_update()
    )
    if kept is None or set(kept.scope) != set(scope_of(officer).keys):
        raise NoSuchImport
    return kept


def _ask(
    kept: StaffImport,
    officer: Principal,
    kind: str,
    state: ImportState,
    language: str,
    now: datetime,
) -> None:
    job = enqueue(
        kind,
        {"import_id": kept.id, "language": language},
        asker_id=officer.account_id,
        scope=kept.scope,
        now=now,
    )
    kept.job_id, kept.state, kept.changed_at = job.id, state, now
    db.session.flush()
    note(kept, kind, officer.account_id, now=now)


def note(kept: StaffImport, action: str, actor_id: int | None, *, now: datetime) -> None:
    """Record a step of an upload: who took it, and with which counts."""
    record(
        f"staff.list_{action.removeprefix('staff_')}",
        f"institution:{kept.institution_id}",
        actor_id=actor_id,
        now=now,
        import_id=kept.id,
        counts=kept.counts or {},
        is_whole=kept.is_whole,
    )


def has_old_imports(*, now: datetime) -> bool:
    """Whether an upload, or what is kept of one, is to be forgotten."""
    return bool(db.session.scalar(select(or_(exists(_old(now)), exists(_read(now))))))


def forget_old_imports(*, now: datetime) -> None:
    """Delete uploads that were read or never confirmed, and everything of old ones.

    In transactions of its own: a list may have a million lines.
    """
    with transaction():
        read, old = list(db.session.scalars(_read(now))), list(db.session.scalars(_old(now)))
    for import_id in {*read, *old}:
        _forget_pieces(import_id)
    for import_id in old:
        forget_import(import_id)


def forget_import(import_id: int) -> None:
    """Delete an upload and all that is kept of it."""
    _forget_pieces(import_id)
    forget_lines(import_id)
    with transaction():
        db.session.execute(delete(StaffImport).where(StaffImport.id == import_id))


def _forget_pieces(import_id: int) -> None:
    piece = StaffImportPiece
    while True:
        with transaction():
            last = db.session.scalar(
                select(piece.position)
                .where(piece.staff_import_id == import_id)
                .order_by(piece.position.desc())
                .limit(1)
            )
            if last is None:
                return
            db.session.execute(
                delete(piece).where(piece.staff_import_id == import_id, piece.position == last)
            )


def _is_idle() -> Select[int]:
    under_way = exists().where(Job.id == StaffImport.job_id, Job.state.in_(OPEN))
    return select(StaffImport.id).where(~under_way)


def _read(now: datetime) -> Select[int]:
    """Those whose upload is kept and has been put in force, or waits for nobody any more."""
    kept = exists().where(StaffImportPiece.staff_import_id == StaffImport.id)
    is_read = StaffImport.state == ImportState.APPLIED
    waited = (StaffImport.state == ImportState.UPLOADED) & (
        StaffImport.created_at <= now - WAITS_FOR
    )
    return _is_idle().where(kept, or_(is_read, waited))


def _old(now: datetime) -> Select[int]:
    """Those whose last step was long ago, or that were never confirmed."""
    waited = StaffImport.changed_at.is_(None) & (StaffImport.created_at <= now - WAITS_FOR)
    return _is_idle().where(or_(StaffImport.changed_at <= now - KEPT_FOR, waited))
