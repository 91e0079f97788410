"""What a batch of lines does, each kind in a few statements; the same on both databases.

The lines themselves are the source: nothing travels to the database again. On PostgreSQL the
planner is told to go by the indexes, since a batch is small whatever the tables have grown to.
Statements are made once, for a list has thousands of batches.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Executable,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)

from lms.accounts.announcements import PeopleChanged
from lms.accounts.models import Account, EmployeeNumber
from lms.announcements import announce
from lms.audit import AuditEntry
from lms.db import current_connection
from lms.institutions.announcements import PeoplePosted, PostingsChanged
from lms.institutions.models import Posting, PostingSource
from lms.institutions.staff_lists.models import StaffImport, StaffImportLine, Verdict

_LINE: Final = StaffImportLine
# Of tables that fill within minutes PostgreSQL knows how they were when they were empty, and by
# that would go through all of them for each line.
_BY_INDEX: Final = (
    "SELECT set_config('enable_hashjoin', 'off', true), "
    "set_config('enable_mergejoin', 'off', true), set_config('enable_seqscan', 'off', true), "
    "set_config('enable_material', 'off', true), set_config('random_page_cost', '1.1', true)"
)
# SQLite has one writer, who has the lock by now: nobody else takes a key meanwhile. Lines that need
# none leave gaps, as PostgreSQL's sequence does.
_KEYS: Final = {
    dialect: text(
        f"UPDATE staff_import_lines SET is_done = true, account_id = {key} "  # noqa: S608 - our own
        "WHERE staff_import_id = :of_import AND position BETWEEN :first AND :last "
        "AND verdict = 'new' AND is_set AND NOT is_done RETURNING account_id"
    )
    for dialect, key in (
        ("sqlite", "(SELECT coalesce(max(id), 0) FROM accounts) + position - :first + 1"),
        ("postgresql", "nextval(pg_get_serial_sequence('accounts', 'id'))"),
    )
}


@dataclass(frozen=True, slots=True)
class Batch:
    """Some lines of an import, from the first to the last place, and who puts them in force.

    verdicts: those of the lines that are done together.
    """

    staff_import: StaffImport
    first: int
    last: int
    actor_id: int | None
    today: date
    now: datetime
    verdicts: frozenset[Verdict]

    @property
    def asked(self) -> dict[str, Any]:
        """What the statements ask to be told."""
        kept = self.staff_import
        return {
            "of_import": kept.id,
            "first": self.first,
            "last": self.last,
            "here": kept.institution_id,
            "today": self.today,
            "moment": self.now,
            "actor": self.actor_id,
            "about": {"institution_id": kept.institution_id, "import_id": kept.id},
        }


_MOMENT: Final = bindparam("moment", type_=Account.created_at.type)
_TODAY: Final = bindparam("today", type_=Date())
_HERE: Final = bindparam("here", type_=Integer())


_OF_BATCH: Final = and_(
    _LINE.staff_import_id == bindparam("of_import", type_=Integer()),
    _LINE.position.between(bindparam("first", type_=Integer()), bindparam("last", type_=Integer())),
    _LINE.is_set,
)


def _lines(*verdicts: Verdict) -> ColumnElement[bool]:
    """The lines of these verdicts that are done together and not yet done."""
    return and_(_OF_BATCH, _LINE.verdict.in_(verdicts), ~_LINE.is_done)


def _is_present() -> ColumnElement[bool]:
    """That a posting is the line's person's, and they have not gone since it was looked at."""
    return and_(
        Posting.account_id == _LINE.account_id,
        Posting.institution_id == _HERE,
        Posting.ended_on.is_(None),
        Posting.confirmed_at.is_not(None),
    )


def _record(action: str, condition: ColumnElement[bool], *others: type[Any]) -> Executable:
    """An audit entry for each line that comes to something."""
    entries: Select[*tuple[Any, ...]] = select(
        _MOMENT,
        bindparam("actor", type_=AuditEntry.actor_id.type),
        literal(action),
        literal("account:") + cast(_LINE.account_id, String),
        bindparam("about", type_=AuditEntry.details.type),
    ).where(condition)
    for other in others:
        entries = entries.select_from(other)
    return insert(AuditEntry).from_select(
        ["entered_at", "actor_id", "action", "subject", "details"], entries.select_from(_LINE)
    )


# Those that have just got a key: keys only go up, so earlier ones of the batch have lower ones.
_NEW_LINES: Final = and_(
    _OF_BATCH,
    _LINE.verdict == Verdict.NEW,
    _LINE.account_id.between(
        bindparam("lowest", type_=Integer()), bindparam("highest", type_=Integer())
    ),
)
_ADD: Final = (
    insert(Account).from_select(
        ["id", "name", "email", "created_at"],
        select(_LINE.account_id, _LINE.name, _LINE.email, _MOMENT).where(_NEW_LINES),
    ),
    insert(EmployeeNumber).from_select(
        ["account_id", "number", "kind", "started_on"],
        select(_LINE.account_id, _LINE.number, _LINE.kind, _TODAY).where(_NEW_LINES),
    ),
    insert(Posting).from_select(
        ["account_id", "institution_id", "unit_id", "source", "started_on", "confirmed_at"],
        select(
            _LINE.account_id,
            _HERE,
            _LINE.unit_id,
            literal(PostingSource.STAFF_LIST, Posting.source.type),
            _TODAY,
            _MOMENT,
        ).where(_NEW_LINES),
    ),
    _record("staff.confirmed", _NEW_LINES),
)
"""Accounts, numbers and confirmed postings of people of whom nothing is known."""

_IS_NAMED_OTHERWISE: Final = and_(
    _lines(Verdict.CHANGED),
    select(Posting.id).where(_is_present()).correlate(_LINE).exists(),
    Account.id == _LINE.account_id,
    Account.name != _LINE.name,
)
_RECORD_NAMES: Final = _record("staff.corrected", _IS_NAMED_OTHERWISE, Account)
_RENAME: Final = update(Account).where(_IS_NAMED_OTHERWISE).values(name=_LINE.name)
"""Names that the list writes otherwise; certificates stay as they were issued."""

_IS_ELSEWHERE: Final = and_(
    _lines(Verdict.CHANGED),
    _is_present(),
    _LINE.unit_id.is_not(None),
    or_(Posting.unit_id.is_(None), Posting.unit_id != _LINE.unit_id),
)
_MOVE: Final = (
    _record("staff.moved_unit", _IS_ELSEWHERE, Posting),
    update(Posting).where(_IS_ELSEWHERE).values(unit_id=_LINE.unit_id),
)
"""Other units; who stood in none stands in one now."""

_IS_LEAVING: Final = and_(_lines(Verdict.LEAVING), _is_present())
_LAST_DAY: Final = func.coalesce(_LINE.standing_on, _TODAY)
_END: Final = (
    _record("staff.left", _IS_LEAVING, Posting),
    update(Posting)
    .where(_IS_LEAVING)
    # Nobody leaves before they came.
    .values(ended_on=case((Posting.started_on > _LAST_DAY, Posting.started_on), else_=_LAST_DAY)),
)
"""The end of the postings of who has left, on the day that the list says, or today."""

_HOLD: Final = (
    select(Account.id)
    .where(Account.id.in_(select(_LINE.account_id).where(_lines(Verdict.CHANGED, Verdict.LEAVING))))
    .order_by(Account.id)
    .with_for_update(key_share=True)
)
"""Whom the batch changes, in the order of their keys, as whoever decides about them holds them."""

_IS_CHANGING: Final = _lines(Verdict.CHANGED, Verdict.LEAVING)
_WHO_CHANGES: Final = select(_LINE.account_id).where(_IS_CHANGING).order_by(_LINE.account_id)
_NOTE_DONE: Final = update(_LINE).where(_IS_CHANGING).values(is_done=True)


def store_batch(batch: Batch) -> None:
    """Put a batch's lines in force that are done together, and announce whom they changed.

    Raises IntegrityError where somebody has come between with a number or an address.
    """
    connection = current_connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_BY_INDEX)
    if Verdict.NEW in batch.verdicts:
        _add_new(connection, batch)
    if not batch.verdicts.isdisjoint({Verdict.CHANGED, Verdict.LEAVING}):
        _change(connection, batch)


def _add_new(connection: Connection, batch: Batch) -> None:
    keys = connection.execute(_KEYS[connection.dialect.name], batch.asked).scalars().all()
    new = tuple(sorted(keys))
    if new:
        _execute(connection, _ADD, {**batch.asked, "lowest": new[0], "highest": new[-1]})
        announce(PeoplePosted(account_ids=new, now=batch.now))


def _change(connection: Connection, batch: Batch) -> None:
    asked, renamed_count = batch.asked, 0
    connection.execute(_HOLD, asked)
    if Verdict.CHANGED in batch.verdicts:
        connection.execute(_RECORD_NAMES, asked)
        renamed_count = connection.execute(_RENAME, asked).rowcount
        _execute(connection, _MOVE, asked)
    if Verdict.LEAVING in batch.verdicts:
        _execute(connection, _END, asked)
    changed = tuple(key for key in connection.execute(_WHO_CHANGES, asked).scalars() if key)
    connection.execute(_NOTE_DONE, asked)
    if changed:
        announce(PostingsChanged(account_ids=changed, now=batch.now))
    if renamed_count:
        announce(PeopleChanged(account_ids=changed, now=batch.now))


def _execute(
    connection: Connection, statements: Iterable[Executable], asked: Mapping[str, Any]
) -> None:
    for statement in statements:
        connection.execute(statement, asked)
