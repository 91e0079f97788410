"""Takes what was uploaded, keeps it until it has been checked, and forgets it."""

from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from itertools import count as count_from
from typing import IO, Final

from sqlalchemy import Select, delete, exists, insert, or_, select, update

from lms.accounts.permissions import Permission
from lms.accounts.principal import Principal
from lms.audit import record
from lms.checking.bulk.columns import Columns, Preview
from lms.checking.bulk.errors import AlreadyAsked, NoSuchBulkCheck, RoleEnded
from lms.checking.bulk.models import BulkCheck, CheckedRow, UploadKind, UploadPiece
from lms.checking.bulk.queries import answers_for
from lms.db import current_connection, db
from lms.jobs.files import FILE_LENGTH
from lms.jobs.models import OPEN, Job
from lms.jobs.service import enqueue

CHECK: Final = "check"
"""The kind of job."""

UPLOAD_LENGTH: Final = timedelta(days=1)
# So many sheets wait at most for one person to confirm them: the oldest goes.
MOST_WAITING: Final = 3
PIECE: Final = 2 * 1024 * 1024


Store = Callable[[Callable[[], None]], None]
"""How a part of an upload is stored: by itself, so that nobody who writes waits for the whole."""


def _together(work: Callable[[], None]) -> None:
    """In the transaction that is under way."""
    work()


def keep_documents(
    officer: Principal,
    archive: IO[bytes],
    name: str,
    count: int,
    *,
    is_packed: bool,
    language: str,
    now: datetime,
    store: Store = _together,
) -> int:
    """Keep an archive, have its files checked, and give the check's number; raises TooManyJobs."""
    check_id = _keep(officer, UploadKind.DOCUMENTS, name, count, archive, now, store, is_packed)
    check = db.session.get_one(BulkCheck, check_id)
    _ask(check, officer, language, now)
    return check_id


def keep_table(
    officer: Principal,
    sheet: IO[bytes],
    name: str,
    preview: Preview,
    *,
    now: datetime,
    store: Store = _together,
) -> int:
    """Keep a sheet until its columns are confirmed, and give the check's number."""
    check_id = _keep(officer, UploadKind.TABLE, name, preview.row_count, sheet, now, store)
    db.session.get_one(BulkCheck, check_id).preview = asdict(preview)
    db.session.flush()
    return check_id


def confirm_columns(
    officer: Principal, check_id: int, columns: Columns, *, language: str, now: datetime
) -> None:
    """Have a sheet checked by these columns.

    Raises NoSuchBulkCheck, AlreadyAsked and TooManyJobs.
    """
    check = db.session.scalar(
        select(BulkCheck)
        .where(
            BulkCheck.id == check_id,
            BulkCheck.asker_id == officer.account_id,
            BulkCheck.kind == UploadKind.TABLE,
        )
        .with_for_update()
    )
    if check is None:
        raise NoSuchBulkCheck
    if check.job_id is not None:
        raise AlreadyAsked
    check.columns = columns.to_json()
    _ask(check, officer, language, now)


def _keep(
    officer: Principal,
    kind: UploadKind,
    name: str,
    count: int,
    file: IO[bytes],
    now: datetime,
    store: Store,
    is_packed: bool = False,  # noqa: FBT001, FBT002 - one of a row's values
) -> int:
    """Store a check and its upload, some megabytes at a time.

    Until it has a job or a preview it is not shown; one that was cut off is forgotten after a day.
    """
    ids: list[int] = []

    def begin() -> None:
        _make_room(officer.account_id)
        check = BulkCheck(
            asker_id=officer.account_id,
            kind=kind,
            name=name,
            item_count=count,
            created_at=now,
            is_packed=is_packed,
        )
        db.session.add(check)
        db.session.flush()
        ids.append(check.id)

    store(begin)
    (check_id,) = ids
    file.seek(0)
    for position in count_from(0):
        piece = file.read(PIECE)
        if not piece:
            return check_id
        store(partial(_store_piece, check_id, position, piece))
    raise AssertionError  # it counts without an end


def _store_piece(check_id: int, position: int, content: bytes) -> None:
    current_connection().execute(
        insert(UploadPiece),
        {"bulk_check_id": check_id, "position": position, "content": content},
    )


def _make_room(asker_id: int) -> None:
    """Forget sheets that were never confirmed, but for the newest."""
    surplus = (
        select(BulkCheck.id)
        .where(BulkCheck.asker_id == asker_id, BulkCheck.job_id.is_(None))
        .order_by(BulkCheck.id.desc())
        .offset(MOST_WAITING - 1)
    )
    _delete(list(db.session.scalars(surplus)))


def _ask(check: BulkCheck, officer: Principal, language: str, now: datetime) -> None:
    job = enqueue(
        CHECK,
        {"bulk_check_id": check.id, "language": language},
        asker_id=officer.account_id,
        scope=answers_for(officer),
        now=now,
    )
    check.job_id = job.id
    db.session.flush()
    record(
        "certificates.checked_in_bulk",
        f"bulk_check:{check.id}",
        actor_id=officer.account_id,
        now=now,
        kind=check.kind.value,
        count=check.item_count,
    )


def require_same_role(officer: Principal, scope: frozenset[int]) -> None:
    """Refuse (RoleEnded) where the asker may not check any more, or answers for others."""
    if not officer.may(Permission.CHECK_IN_BULK) or answers_for(officer) != scope:
        raise RoleEnded


def forget_rows(check_id: int) -> None:
    """Take away the rows that an earlier run has left."""
    current_connection().execute(delete(CheckedRow).where(CheckedRow.bulk_check_id == check_id))


def store_rows(check_id: int, rows: Collection[tuple[int, str, dict[str, object]]]) -> None:
    """Store rows of a result: the place of each, its verdict, and what was found."""
    current_connection().execute(
        insert(CheckedRow),
        [
            {"bulk_check_id": check_id, "position": position, "verdict": verdict, "found": found}
            for position, verdict, found in rows
        ],
    )


def has_old_bulk_checks(*, now: datetime) -> bool:
    """Whether an upload or a result is to be forgotten."""
    return bool(db.session.scalar(select(or_(exists(_done_with(now)), exists(_old(now))))))


def forget_old_bulk_checks(*, now: datetime) -> None:
    """Delete uploads that were checked or have waited for a day, and results after three days."""
    done_with = set(db.session.scalars(_done_with(now)))
    if done_with:
        db.session.execute(delete(UploadPiece).where(UploadPiece.bulk_check_id.in_(done_with)))
    _delete(list(db.session.scalars(_old(now))))


def _done_with(now: datetime) -> Select[int]:
    """The checks whose upload is kept, and is of no more use."""
    ended = exists().where(Job.id == BulkCheck.job_id, Job.state.not_in(OPEN))
    return (
        select(BulkCheck.id)
        .join(UploadPiece, UploadPiece.bulk_check_id == BulkCheck.id)
        .where(
            UploadPiece.position == 0,
            or_(
                ended,
                BulkCheck.job_id.is_(None) & (BulkCheck.created_at <= now - UPLOAD_LENGTH),
            ),
        )
    )


def _old(now: datetime) -> Select[int]:
    """The checks whose result has been there for as long as files of jobs are."""
    is_open = exists().where(Job.id == BulkCheck.job_id, Job.state.in_(OPEN))
    ended_lately = exists().where(Job.id == BulkCheck.job_id, Job.ended_at > now - FILE_LENGTH)
    return select(BulkCheck.id).where(
        BulkCheck.created_at <= now - UPLOAD_LENGTH, ~is_open, ~ended_lately
    )


def _delete(ids: list[int]) -> None:
    if not ids:
        return
    for table in (UploadPiece, CheckedRow):
        db.session.execute(delete(table).where(table.bulk_check_id.in_(ids)))
    db.session.execute(update(BulkCheck).where(BulkCheck.id.in_(ids)).values(job_id=None))
    db.session.execute(delete(BulkCheck).where(BulkCheck.id.in_(ids)))
