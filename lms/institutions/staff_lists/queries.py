"""What an officer sees of their own uploads, and what the jobs need of them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any, Final

from sqlalchemy import ColumnElement, func, select

from lms.accounts.permissions import Permission
from lms.accounts.principal import Principal
from lms.accounts.queries import get_principal
from lms.db import current_connection, db, read_only
from lms.errors import Sentence
from lms.institutions.models import Institution, Unit
from lms.institutions.reach import same_scope
from lms.institutions.scope import Scope, scope_keys
from lms.institutions.staff_lists.columns import Columns
from lms.institutions.staff_lists.errors import NoSuchImport
from lms.institutions.staff_lists.lines import UnitPlace
from lms.institutions.staff_lists.models import (
    ImportState,
    StaffImport,
    StaffImportLine,
    StaffImportPiece,
    Verdict,
)
from lms.institutions.staff_lists.previews import Preview
from lms.jobs.kind import Run
from lms.jobs.models import Job, JobFile, JobState

PAGE_SIZE: Final = 50
READ_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class OwnImport:
    """One upload of a person's own; `job_state` and what follows are of its last job, if any."""

    id: int
    institution_id: int
    institution_name: str
    name: str
    created_at: datetime
    state: ImportState
    previews: list[Preview]
    columns: Columns | None
    is_whole: bool
    adds_units: bool
    replaces_addresses: bool
    head: list[Any]
    counts: dict[Verdict, int]
    new_units: dict[str, int]
    line_count: int
    applied_to: int
    changed_at: datetime | None
    job_id: int | None
    job_state: JobState | None
    done_count: int | None
    total_count: int | None
    failure: str | None
    file_expires_at: datetime | None

    @property
    def preview(self) -> Preview | None:
        """The way to read it that was chosen; None as long as none was, or where none is kept."""
        if self.columns is None:
            return None
        worksheets = self.columns.worksheets
        return next((each for each in self.previews if each.columns.worksheets == worksheets), None)

    @property
    def tabs(self) -> dict[str, str]:
        """What its worksheets are called, by place from 1."""
        return {} if self.preview is None else self.preview.tabs

    @property
    def is_at_work(self) -> bool:
        """Whether a job has it in hand, or has given it up."""
        return self.state in {ImportState.CHECKING, ImportState.APPLYING}


_OWN = (
    select(StaffImport, Institution.name, Job, JobFile.expires_at)
    .join(Institution, Institution.id == StaffImport.institution_id)
    .outerjoin(Job, Job.id == StaffImport.job_id)
    .outerjoin(JobFile, JobFile.job_id == Job.id)
)


def list_own_imports(officer: Principal, *, limit: int = 20) -> list[OwnImport]:
    """A person's uploads, the newest first, as far as their roles are still those of then."""
    rows = db.session.execute(
        _OWN.where(StaffImport.asker_id == officer.account_id)
        .order_by(StaffImport.id.desc())
        .limit(limit)
    )
    return [_own(*row) for row in rows if _is_in_scope(row[0], officer)]


def get_own_import(officer: Principal, import_id: int) -> OwnImport:
    """One of them; raises NoSuchImport, also for who no longer answers for these people."""
    row = db.session.execute(
        _OWN.where(StaffImport.id == import_id, StaffImport.asker_id == officer.account_id)
    ).one_or_none()
    if row is None or not _is_in_scope(row[0], officer):
        raise NoSuchImport
    return _own(*row)


def _is_in_scope(staff_import: StaffImport, officer: Principal) -> bool:
    keys = set(staff_import.scope)
    return officer.may(Permission.MANAGE_STAFF) and keys == set(scope_keys(officer))


def _own(
    kept: StaffImport, institution_name: str, job: Job | None, expires_at: datetime | None
) -> OwnImport:
    return OwnImport(
        id=kept.id,
        institution_id=kept.institution_id,
        institution_name=institution_name,
        name=kept.name,
        created_at=kept.created_at,
        state=kept.state,
        previews=[Preview.from_json(each) for each in _previews_kept(kept.preview)],
        columns=None if kept.columns is None else Columns.from_json(kept.columns),
        is_whole=kept.is_whole,
        adds_units=kept.adds_units,
        replaces_addresses=kept.replaces_addresses,
        head=kept.head or [],
        counts={each: (kept.counts or {}).get(each.value, 0) for each in Verdict},
        new_units=_counted(kept.new_units or {}),
        line_count=kept.line_count,
        applied_to=kept.applied_to,
        changed_at=kept.changed_at,
        job_id=kept.job_id,
        job_state=None if job is None else job.state,
        done_count=None if job is None else job.done_count,
        total_count=None if job is None else job.total_count,
        failure=None if job is None else job.failure,
        file_expires_at=expires_at,
    )


def _counted(units: dict[str, int] | list[str]) -> dict[str, int]:
    """New units with their people; of a list that was checked before these were counted, with 0."""
    return units if isinstance(units, dict) else dict.fromkeys(units, 0)


def _previews_kept(kept: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The previews of an upload as they are kept; one alone is kept as it was before."""
    if kept is None:
        return []
    choices: list[dict[str, Any]] = kept.get("choices", [])
    return choices or [kept]


@dataclass(frozen=True, slots=True)
class KeptLine:
    """A line as it is shown: its cells, its verdict, what changes, and what is to be mended.

    unit: what the unit is called that its person is put into; empty where it names none.
    """

    line: int
    cells: list[str]
    verdict: Verdict
    name: str | None
    number: str | None
    changes: list[list[str]]
    reason: Sentence | None
    unit: str = ""


def list_lines(
    import_id: int, verdict: Verdict | None, *, page: int = 1, limit: int = PAGE_SIZE
) -> list[KeptLine]:
    """A page of an upload's lines, 50 to a page, of one verdict or of all, in their order."""
    statement = _lines(import_id, verdict).limit(limit).offset((max(page, 1) - 1) * limit)
    return [_kept(row) for row in current_connection().execute(statement)]


def iterate_lines(import_id: int, verdict: Verdict | None = None) -> Iterator[KeptLine]:
    """The same without pages, some at a time in units of work of their own."""
    after = 0
    while True:
        with read_only():
            statement = _lines(import_id, verdict).where(StaffImportLine.position > after)
            rows = current_connection().execute(statement.limit(READ_AT_ONCE)).all()
        if not rows:
            return
        after = rows[-1].position
        yield from map(_kept, rows)


def _lines(import_id: int, verdict: Verdict | None) -> Any:
    line = StaffImportLine
    wanted: list[ColumnElement[bool]] = [line.staff_import_id == import_id]
    if verdict is not None:
        wanted.append(line.verdict == verdict)
    return (
        select(
            line.position,
            line.line,
            line.cells,
            line.verdict,
            line.name,
            line.number,
            line.note,
            func.coalesce(Unit.name, line.new_unit, "").label("unit"),
        )
        .outerjoin(Unit, Unit.id == line.unit_id)
        .where(*wanted)
        .order_by(line.position)
    )


def _kept(row: Any) -> KeptLine:
    note = json.loads(row.note) if row.note else {}
    reason = Sentence(note["text"], note["values"]) if "text" in note else None
    changes = note.get("changes", [])
    cells = json.loads(row.cells)
    return KeptLine(row.line, cells, row.verdict, row.name, row.number, changes, reason, row.unit)


def count_verdicts(import_id: int) -> dict[str, int]:
    """How many lines of an upload have which verdict."""
    line = StaffImportLine
    rows = current_connection().execute(
        select(line.verdict, func.count())
        .where(line.staff_import_id == import_id)
        .group_by(line.verdict)
    )
    return {verdict.value: count for verdict, count in rows}


def get_import(import_id: int, job_id: int | None = None) -> StaffImport:
    """An upload for its job, outside of any session; raises NoSuchImport where it was forgotten."""
    kept = db.session.get(StaffImport, import_id)
    if kept is None or (job_id is not None and kept.job_id != job_id):
        raise NoSuchImport
    db.session.expunge(kept)
    return kept


def get_head(import_id: int) -> list[Any]:
    """The rows of a list down to its headings, each with its number; read by itself."""
    with read_only():
        return get_import(import_id).head or []


def get_tabs(import_id: int) -> dict[str, str]:
    """What the worksheets of an upload are called, by place from 1; read by itself."""
    with read_only():
        kept = get_import(import_id).preview
    return {
        key: name for each in _previews_kept(kept) for key, name in each.get("tabs", {}).items()
    }


def get_run_scope(run: Run) -> Scope:
    """For whom the asker of a list's job answers, who has not become another since; read by itself.

    Raises NoInstitution or NotInScope where they no longer answer for these people, and
    NoSuchImport where the upload was forgotten.
    """
    assert run.asker_id is not None  # noqa: S101 - only people upload lists
    with read_only():
        get_import(run.arguments["import_id"], run.job_id)
        return same_scope(get_principal(run.asker_id), run.scope)


def list_unit_places(institution_id: int) -> list[UnitPlace]:
    """The units of an institution that have not ended."""
    rows = current_connection().execute(
        select(Unit.id, Unit.name, Unit.code, Unit.path)
        .where(Unit.institution_id == institution_id, Unit.ended_on.is_(None))
        .order_by(Unit.path)
    )
    return [UnitPlace(*row) for row in rows]


@contextmanager
def open_upload(import_id: int, source: IO[bytes] | None) -> Iterator[IO[bytes]]:
    """The list as a file: that which was not uploaded, or the pieces put together.

    Raises NoSuchImport where they were forgotten.
    """
    if source is not None:
        yield source
        return
    piece = select(StaffImportPiece.content).where(StaffImportPiece.staff_import_id == import_id)
    with TemporaryFile() as file:
        position = 0
        with read_only():
            while True:
                wanted = piece.where(StaffImportPiece.position == position)
                content = current_connection().scalar(wanted)
                if content is None:
                    break
                file.write(content)
                position += 1
        if not position:
            raise NoSuchImport
        yield file
