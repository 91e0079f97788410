"""What a batch of lines does, each kind in a few statements; the same on both databases.

The lines themselves are the source: nothing travels to the database again. On PostgreSQL the
planner is told to go by the indexes, since a batch is small whatever the tables have grown to.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
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
from lms.institutions.announcements import PostingsChanged
from lms.institutions.models import Posting, PostingSource
from lms.institutions.staff_lists.models import StaffImport, StaffImportLine, Verdict

_LINE: Final = StaffImportLine
_BY_INDEX: Final = (
    "SET LOCAL enable_hashjoin = off",
    "SET LOCAL enable_mergejoin = off",
    "SET LOCAL random_page_cost = 1.1",
)
# SQLite has one writer, who has the lock by now: nobody else takes a key meanwhile.
_KEYS_ON_SQLITE: Final = text(
    "UPDATE staff_import_lines SET account_id = numbered.account_id FROM (SELECT position, "
    "row_number() OVER (ORDER BY position) + (SELECT coalesce(max(id), 0) FROM accounts) "
    "AS account_id FROM staff_import_lines WHERE staff_import_id = :import_id "
    "AND position BETWEEN :first AND :last AND verdict = 'new' AND is_set AND NOT is_done) "
    "AS numbered WHERE staff_import_id = :import_id "
    "AND staff_import_lines.position = numbered.position"
)
_KEYS_ON_POSTGRESQL: Final = text(
    "UPDATE staff_import_lines "
    "SET account_id = nextval(pg_get_serial_sequence('accounts', 'id')) "
    "WHERE staff_import_id = :import_id AND position BETWEEN :first AND :last "
    "AND verdict = 'new' AND is_set AND NOT is_done"
)


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

    def lines(self, *verdicts: Verdict) -> ColumnElement[bool]:
        """The lines of these verdicts that are done together and not yet done."""
        return and_(
            _LINE.staff_import_id == self.staff_import.id,
            _LINE.position.between(self.first, self.last),
            _LINE.verdict.in_(verdicts),
            _LINE.is_set,
            ~_LINE.is_done,
        )


def store_batch(batch: Batch) -> None:
    """Put a batch's lines in force that are done together, and announce whom they changed.

    Raises IntegrityError where somebody has come between with a number or an address.
    """
    connection = current_connection()
    if connection.dialect.name == "postgresql":
        for setting in _BY_INDEX:
            connection.execute(text(setting))
    renamed_count = 0
    if not batch.verdicts.isdisjoint({Verdict.CHANGED, Verdict.LEAVING}):
        _hold_accounts(batch, connection)
    if Verdict.NEW in batch.verdicts:
        _store_new(batch, connection)
    if Verdict.CHANGED in batch.verdicts:
        renamed_count = _change(batch, connection)
        _move_units(batch, connection)
    if Verdict.LEAVING in batch.verdicts:
        _end(batch, connection)
    together = (Verdict.NEW, Verdict.CHANGED, Verdict.LEAVING)
    ids = connection.scalars(select(_LINE.account_id).where(batch.lines(*together)))
    account_ids = tuple(sorted(each for each in ids if each is not None))
    connection.execute(update(_LINE).where(batch.lines(*Verdict)).values(is_done=True))
    if account_ids:
        announce(PostingsChanged(account_ids=account_ids, now=batch.now))
    if renamed_count:
        announce(PeopleChanged(account_ids=account_ids, now=batch.now))


def _hold_accounts(batch: Batch, connection: Connection) -> None:
    """Hold whom the batch changes, in the order of their keys, as whoever decides about them."""
    changed = select(_LINE.account_id).where(batch.lines(Verdict.CHANGED, Verdict.LEAVING))
    connection.execute(
        select(Account.id)
        .where(Account.id.in_(changed))
        .order_by(Account.id)
        .with_for_update(key_share=True)
    )


def _store_new(batch: Batch, connection: Connection) -> None:
    """Accounts, numbers and confirmed postings of people of whom nothing is known."""
    is_postgresql = connection.dialect.name == "postgresql"
    given = connection.execute(
        _KEYS_ON_POSTGRESQL if is_postgresql else _KEYS_ON_SQLITE,
        {"import_id": batch.staff_import.id, "first": batch.first, "last": batch.last},
    )
    if not given.rowcount:
        return
    new = batch.lines(Verdict.NEW)
    institution_id = batch.staff_import.institution_id
    connection.execute(
        insert(Account).from_select(
            ["id", "name", "email", "created_at"],
            select(_LINE.account_id, _LINE.name, _LINE.email, _moment(batch)).where(new),
        )
    )
    connection.execute(
        insert(EmployeeNumber).from_select(
            ["account_id", "number", "kind", "started_on"],
            select(_LINE.account_id, _LINE.number, _LINE.kind, literal(batch.today)).where(new),
        )
    )
    connection.execute(
        insert(Posting).from_select(
            ["account_id", "institution_id", "unit_id", "source", "started_on", "confirmed_at"],
            select(
                _LINE.account_id,
                literal(institution_id),
                _LINE.unit_id,
                literal(PostingSource.STAFF_LIST, Posting.source.type),
                literal(batch.today),
                _moment(batch),
            ).where(new),
        )
    )
    _record(batch, connection, "staff.confirmed", new)


def _change(batch: Batch, connection: Connection) -> int:
    """Names that the list writes otherwise; certificates stay as they were issued."""
    differs = and_(
        batch.lines(Verdict.CHANGED),
        _stands_here(batch, _LINE.account_id),
        Account.id == _LINE.account_id,
        Account.name != _LINE.name,
    )
    _record(batch, connection, "staff.corrected", differs, Account)
    changed = connection.execute(update(Account).where(differs).values(name=_LINE.name))
    return changed.rowcount


def _move_units(batch: Batch, connection: Connection) -> None:
    """Other units; who stood in none stands in one now."""
    differs = and_(
        batch.lines(Verdict.CHANGED),
        _is_present(batch, _LINE.account_id),
        _LINE.unit_id.is_not(None),
        or_(Posting.unit_id.is_(None), Posting.unit_id != _LINE.unit_id),
    )
    _record(batch, connection, "staff.moved_unit", differs, Posting)
    connection.execute(update(Posting).where(differs).values(unit_id=_LINE.unit_id))


def _end(batch: Batch, connection: Connection) -> None:
    """End the postings of who has left, on the day that the list says, or today."""
    leaving = and_(batch.lines(Verdict.LEAVING), _is_present(batch, _LINE.account_id))
    _record(batch, connection, "staff.left", leaving, Posting)
    day = func.coalesce(_LINE.standing_on, literal(batch.today))
    # Nobody leaves before they came.
    ended_on = case((Posting.started_on > day, Posting.started_on), else_=day)
    connection.execute(update(Posting).where(leaving).values(ended_on=ended_on))


def _is_present(batch: Batch, account_id: Any) -> ColumnElement[bool]:
    return and_(
        Posting.account_id == account_id,
        Posting.institution_id == batch.staff_import.institution_id,
        Posting.ended_on.is_(None),
        Posting.confirmed_at.is_not(None),
    )


def _stands_here(batch: Batch, account_id: Any) -> ColumnElement[bool]:
    """That the person has not gone since their line was looked at."""
    return select(Posting.id).where(_is_present(batch, account_id)).correlate(_LINE).exists()


def _record(
    batch: Batch,
    connection: Connection,
    action: str,
    condition: ColumnElement[bool],
    *others: type[Any],
) -> None:
    """An audit entry for each line that comes to something."""
    details = {
        "institution_id": batch.staff_import.institution_id,
        "import_id": batch.staff_import.id,
    }
    entries: Select[*tuple[Any, ...]] = select(
        _moment(batch),
        literal(batch.actor_id, AuditEntry.actor_id.type),
        literal(action),
        literal("account:") + cast(_LINE.account_id, String),
        literal(details, AuditEntry.details.type),
    ).where(condition)
    for other in others:
        entries = entries.select_from(other)
    connection.execute(
        insert(AuditEntry).from_select(
            ["entered_at", "actor_id", "action", "subject", "details"],
            entries.select_from(_LINE),
        )
    )


def _moment(batch: Batch) -> ColumnElement[datetime]:
    return literal(batch.now, Account.created_at.type)
