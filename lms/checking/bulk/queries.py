"""What an asker sees of their own bulk checks, and what the job needs."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Final

from sqlalchemy import and_, case, func, or_, select

from lms.accounts.models import Account
from lms.accounts.permissions import Permission
from lms.accounts.principal import Principal
from lms.checking.bulk.errors import NoSuchBulkCheck, UploadGone
from lms.checking.bulk.models import BulkCheck, CheckedRow, UploadPiece
from lms.checking.bulk.results import ORDER, Sight
from lms.db import current_connection, db
from lms.institutions.models import Posting
from lms.institutions.reach import find_scope, holds
from lms.institutions.scope import Scope, scope_keys
from lms.jobs.models import Job, JobFile, JobState

PAGE_SIZE: Final = 50
_RANK = case({verdict: rank for rank, verdict in enumerate(ORDER)}, value=CheckedRow.verdict)


@dataclass(frozen=True, slots=True)
class OwnBulkCheck:
    """One check of a person's own, and how far its job is; `state` is None before there is one."""

    id: int
    kind: str
    name: str
    item_count: int
    created_at: datetime
    preview: dict[str, Any] | None
    columns: dict[str, int | None] | None
    job_id: int | None
    state: JobState | None
    done_count: int | None
    total_count: int | None
    failure: str | None
    result: dict[str, Any] | None
    file_expires_at: datetime | None

    @property
    def is_done(self) -> bool:
        """Whether there is a result."""
        return self.state is JobState.DONE


NATION: Final = 0
"""Among the institutions of a job: its result holds what only a registrar may see."""

_OWN = (
    select(
        BulkCheck.id,
        BulkCheck.kind,
        BulkCheck.name,
        BulkCheck.item_count,
        BulkCheck.created_at,
        BulkCheck.preview,
        BulkCheck.columns,
        BulkCheck.job_id,
        Job.state,
        Job.done_count,
        Job.total_count,
        Job.failure,
        Job.result,
        JobFile.expires_at,
        Job.scope,
    )
    .outerjoin(Job, Job.id == BulkCheck.job_id)
    .outerjoin(JobFile, and_(JobFile.job_id == Job.id, Job.state == JobState.DONE))
    .where(or_(BulkCheck.job_id.is_not(None), BulkCheck.preview.is_not(None)))
)


def list_own_bulk_checks(officer: Principal, *, limit: int = 20) -> list[OwnBulkCheck]:
    """A person's checks, the newest first, as far as their roles are still those of then."""
    rows = db.session.execute(
        _OWN.where(BulkCheck.asker_id == officer.account_id)
        .order_by(BulkCheck.id.desc())
        .limit(limit)
    )
    return [_own(row) for row in rows if _is_in_scope(row, officer)]


def get_own_bulk_check(officer: Principal, check_id: int) -> OwnBulkCheck:
    """One of them; raises NoSuchBulkCheck, also for who no longer answers for its people."""
    row = db.session.execute(
        _OWN.where(BulkCheck.id == check_id, BulkCheck.asker_id == officer.account_id)
    ).one_or_none()
    if row is None or not _is_in_scope(row, officer):
        raise NoSuchBulkCheck
    return _own(row)


def _own(row: Any) -> OwnBulkCheck:
    *values, _scope = row
    values[1] = values[1].value
    return OwnBulkCheck(*values)


def answers_for(officer: Principal) -> frozenset[int]:
    """For whom an asker answers, in keys of `Scope`, and the nation, which is none of them (0)."""
    own = scope_keys(officer)
    return own | {NATION} if officer.may(Permission.MANAGE_CERTIFICATES) else own


def _is_in_scope(row: Any, officer: Principal) -> bool:
    """A result about people of institutions is theirs for as long as they answer for these."""
    return set(row.scope or ()) <= answers_for(officer)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a result as it is kept."""

    position: int
    verdict: str
    found: dict[str, Any]


def list_rows(check_id: int, *, verdict: str | None = None, page: int = 1) -> list[Row]:
    """A page of a result, 50 to a page: the troubled ones first, each kind in the sheet's order."""
    statement = (
        select(CheckedRow.position, CheckedRow.verdict, CheckedRow.found)
        .where(CheckedRow.bulk_check_id == check_id)
        .order_by(_RANK, CheckedRow.position)
        .limit(PAGE_SIZE)
        .offset((max(page, 1) - 1) * PAGE_SIZE)
    )
    if verdict is not None:
        statement = statement.where(CheckedRow.verdict == verdict)
    return [Row(*row) for row in db.session.execute(statement)]


def count_rows(check_id: int) -> dict[str, int]:
    """How many rows of a result have which verdict, the troubled ones first."""
    rows = db.session.execute(
        select(CheckedRow.verdict, func.count())
        .where(CheckedRow.bulk_check_id == check_id)
        .group_by(CheckedRow.verdict)
    )
    counts = {row[0]: row[1] for row in rows}
    return {verdict: counts[verdict] for verdict in ORDER if verdict in counts}


def iterate_rows(check_id: int) -> Iterator[Row]:
    """All rows of a result, in the order of the sheet."""
    rows = db.session.execute(
        select(CheckedRow.position, CheckedRow.verdict, CheckedRow.found)
        .where(CheckedRow.bulk_check_id == check_id)
        .order_by(CheckedRow.position)
    )
    return (Row(*row) for row in rows)


def get_bulk_check(check_id: int, job_id: int) -> BulkCheck:
    """A check for its job, outside of any session; raises UploadGone where it was forgotten.

    Its number may be somebody else's check by then.
    """
    check = db.session.scalar(
        select(BulkCheck).where(BulkCheck.id == check_id, BulkCheck.job_id == job_id)
    )
    if check is None:
        raise UploadGone
    db.session.expunge(check)
    return check


def write_upload(check_id: int, target: IO[bytes]) -> None:
    """Put the pieces of what was uploaded together; raises UploadGone where they are forgotten."""
    piece = select(UploadPiece.content).where(UploadPiece.bulk_check_id == check_id)
    position = 0
    while (content := db.session.scalar(piece.where(UploadPiece.position == position))) is not None:
        target.write(content)
        position += 1
    if position == 0:
        raise UploadGone
    target.seek(0)


def get_sight(officer: Principal, account_ids: Collection[int]) -> Sight:
    """What an asker may see of these people, in one statement."""
    is_registrar = officer.may(Permission.MANAGE_CERTIFICATES)
    return sight_of(find_scope(officer), account_ids, is_registrar=is_registrar)


def sight_of(scope: Scope | None, account_ids: Collection[int], *, is_registrar: bool) -> Sight:
    """The same by whom the asker answers for; None: for nobody."""
    own: dict[int, bool] = {}
    if scope is not None and account_ids:
        rows = current_connection().execute(
            select(Account.id, Posting.confirmed_at.is_not(None))
            .join(Posting, Posting.account_id == func.coalesce(Account.merged_into_id, Account.id))
            .where(
                Account.id.in_(sorted(account_ids)),
                holds(scope),
                Posting.ended_on.is_(None),
            )
        )
        for account_id, is_confirmed in rows:
            own[account_id] = own.get(account_id, False) or bool(is_confirmed)
    return Sight(is_registrar, scope is not None, own)
