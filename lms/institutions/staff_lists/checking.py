"""The dry run: each line is read, decided and kept with its verdict; nobody is changed.

It begins anew when it was cut off, and stores a batch in a transaction of its own, with a pause
behind each, so that those who write beside it wait for one batch at most.

People who are new come last, by name, whatever the order of the file: the indexes that a list of
staff is read by stand by name, and whoever is put in force beside their neighbours changes a page
of them where others change hundreds.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from json import JSONEncoder
from json.encoder import encode_basestring
from typing import IO, Any, Final

from sqlalchemy import delete, func, select

from lms.days import local_day
from lms.db import batch, current_connection, db, insert_rows, read_only, transaction
from lms.errors import Sentence
from lms.institutions.claims import find_claims
from lms.institutions.models import Institution
from lms.institutions.oneself import list_own_identities
from lms.institutions.scope import Scope
from lms.institutions.staff_lists.absent import Seen, iterate_absent
from lms.institutions.staff_lists.columns import Columns
from lms.institutions.staff_lists.lines import LineReader, Listed, Units
from lms.institutions.staff_lists.models import ImportState, StaffImport, StaffImportLine, Verdict
from lms.institutions.staff_lists.pacing import Pace, Reports, pace_of
from lms.institutions.staff_lists.plans import Plan, Terms, plan_line, refused
from lms.institutions.staff_lists.queries import (
    count_verdicts,
    get_import,
    list_unit_places,
    open_upload,
)
from lms.institutions.staff_lists.rows import Nobody, RowReader, Section, Twice
from lms.institutions.staff_lists.sheets import read_list
from lms.institutions.staff_lists.standings import Standing
from lms.tables.sheets import SheetRow
from lms.tables.sorting import Sorter

Report = Callable[[int, int], None]

AT_ONCE: Final = 2_000
# Made once: it takes as long to make as a line to write.
_JSON: Final = JSONEncoder(ensure_ascii=False)
_COLUMNS: Final = (
    "staff_import_id",
    "position",
    "line",
    "cells",
    "verdict",
    "is_set",
    "is_done",
    "name",
    "number",
    "kind",
    "email",
    "unit_id",
    "new_unit",
    "standing",
    "standing_on",
    "account_id",
    "note",
)
# What tells the lines of new people apart; the name is what they are put in order by.
_OF_NEW: Final = ("name", "line", "cells", "number", "kind", "email", "unit_id", "new_unit")
_NEW_COLUMNS: Final = (*_OF_NEW, "staff_import_id", "position", "verdict", "is_set", "is_done")
_NEW: Final = Plan(Verdict.NEW)

_PASSED_OVER: Final = {
    Twice: Plan(Verdict.REPEATED),
    Section: Plan(Verdict.SECTION),
    Nobody: Plan(Verdict.NOBODY),
}


@dataclass(slots=True)
class _Check:
    """One run of the dry run."""

    staff_import: StaffImport
    scope: Scope
    now: datetime
    reader: RowReader
    terms: Terms
    pace: Pace
    newcomers: Sorter
    read_count: int = 0
    position: int = 0
    seen: Seen = field(default_factory=Seen)
    new_units: dict[str, int] = field(default_factory=dict)

    @property
    def done_count(self) -> int:
        """How far it is in lines, each of which is read and stored."""
        return (self.read_count + self.position) // 2


def check_list(
    import_id: int, scope: Scope, source: IO[bytes] | None, report: Report, *, now: datetime
) -> dict[str, int]:
    """Say of each line what it calls for, and store that; gives how many have which verdict.

    `source` is the list where it was not uploaded; else its pieces are put together. Raises
    NoSuchImport where the upload was forgotten, and UnfitList for what is no list.
    """
    tell = Reports(report)
    with read_only():
        staff_import = get_import(import_id)
        institution = db.session.get_one(Institution, staff_import.institution_id)
        today = local_day(now, institution.time_zone)
        places = list_unit_places(institution.id)
        own = list_own_identities(scope)
        pace = pace_of(current_connection())
    with (
        open_upload(import_id, source) as file,
        closing(read_list(file)) as uploaded,
        Sorter(len(_OF_NEW)) as newcomers,
    ):
        columns = Columns.from_json(staff_import.columns or {})
        sheet = columns.sheet_of(uploaded)
        units = Units(scope, institution.id, places, may_add=staff_import.adds_units)
        unit = None if staff_import.unit_id is None else units.by_id.get(staff_import.unit_id)
        reader = RowReader.of(sheet, LineReader(columns, units, today, unit))
        terms = Terms(scope, institution.id, units.by_id, staff_import.replaces_addresses, own)
        check = _Check(staff_import, scope, now, reader, terms, pace, newcomers)
        forget_lines(import_id)
        tell(0, reader.row_count)
        for rows in _batches(reader.rows(sheet), AT_ONCE):
            _check_rows(check, rows)
            tell(check.done_count, reader.row_count)
        for new in newcomers.batches(AT_ONCE):
            _add_new(check, new)
            tell(check.done_count, reader.row_count)
    head = [[line, cells or []] for line, cells, _ in reader.head]
    line_count = check.position
    if staff_import.is_whole:
        _add_absent(check)
    with transaction():
        counts = count_verdicts(import_id)
        kept = db.session.get_one(StaffImport, import_id)
        kept.head, kept.counts, kept.line_count = head, counts, line_count
        kept.new_units = check.new_units
        kept.state, kept.changed_at, kept.applied_to = ImportState.CHECKED, now, 0
    return counts


def forget_lines(import_id: int) -> None:
    """Take away the lines of an import, some at a time."""
    line = StaffImportLine
    while True:
        with batch():
            connection = current_connection()
            last = connection.scalar(
                select(func.max(line.position)).where(
                    line.position.in_(
                        select(line.position)
                        .where(line.staff_import_id == import_id)
                        .order_by(line.position)
                        .limit(AT_ONCE)
                    ),
                    line.staff_import_id == import_id,
                )
            )
            if last is None:
                return
            connection.execute(
                delete(line).where(line.staff_import_id == import_id, line.position <= last)
            )


def _batches(rows: Iterator[SheetRow], size: int) -> Iterator[list[SheetRow]]:
    while batch := list(islice(rows, size)):
        yield batch


def _check_rows(check: _Check, rows: list[SheetRow]) -> None:
    """Decide some lines and store what was decided."""
    read = [check.reader.read(row) for row in rows]
    people = [each for each in read if isinstance(each, Listed)]
    with read_only():
        by_number, by_email = find_claims(
            [person.number.number for person in people],
            [person.email for person in people if person.email],
        )
    check.read_count += len(rows)
    kept, new = [], []
    for row, listed in zip(rows, read, strict=True):
        if not isinstance(listed, Listed):
            plan = refused(listed) if isinstance(listed, Sentence) else _PASSED_OVER[type(listed)]
            kept.append(_kept(check, row, None, plan))
            continue
        claim = by_number.get(listed.number.number)
        plan = plan_line(
            listed, check.terms, claim, by_email.get(listed.email) if listed.email else None
        )
        if claim is not None:
            check.seen.add(claim.account_id)
        if listed.new_unit is not None and plan.verdict is not Verdict.REFUSED:
            check.new_units[listed.new_unit] = check.new_units.get(listed.new_unit, 0) + 1
        if plan == _NEW:
            new.append(_of_new(row, listed))
        else:
            kept.append(_kept(check, row, listed, plan))
    check.newcomers.add(new)
    if kept:
        with check.pace.turn(), batch():
            insert_rows(StaffImportLine, _COLUMNS, kept, current_connection())


def _of_new(row: SheetRow, listed: Listed) -> tuple[object, ...]:
    """What is to be stored of a line of somebody new, in the order of `_OF_NEW`."""
    number = listed.number
    return (
        listed.name,
        row[0],
        _cells(row),
        number.number,
        number.kind.value,
        listed.email,
        listed.unit_id,
        listed.new_unit,
    )


def _add_new(check: _Check, lines: list[tuple[Any, ...]]) -> None:
    """Store lines of new people, in the order in which they come."""
    first, import_id = check.position + 1, check.staff_import.id
    verdict = Verdict.NEW.value
    kept = [
        (*line, import_id, position, verdict, True, False)
        for position, line in enumerate(lines, first)
    ]
    check.position += len(lines)
    with check.pace.turn(), batch():
        insert_rows(StaffImportLine, _NEW_COLUMNS, kept, current_connection())


def _kept(check: _Check, row: SheetRow, listed: Listed | None, plan: Plan) -> tuple[object, ...]:
    """The next line as it is stored, in the order of `_COLUMNS`."""
    check.position += 1
    known: tuple[Any, ...] = (None,) * 8
    if listed is not None:
        number = listed.number
        known = (
            listed.name,
            number.number,
            number.kind.value,
            listed.email,
            listed.unit_id,
            listed.new_unit,
            None if listed.standing is Standing.ACTIVE else listed.standing.value,
            None if listed.standing_on is None else listed.standing_on.isoformat(),
        )
    return (
        check.staff_import.id,
        check.position,
        row[0],
        _cells(row),
        plan.verdict.value,
        plan.is_set,
        False,
        *known,
        plan.account_id,
        note_of(plan),
    )


def _cells(row: SheetRow) -> str:
    """A row's cells as JSON; a row that could not be parted is one."""
    _, cells, raw = row
    return f"[{', '.join(map(encode_basestring, [raw] if cells is None else cells))}]"


def note_of(plan: Plan) -> str | None:
    """What is told of a line beside its verdict, as JSON."""
    if plan.reason is None and not plan.changes:
        return None
    note: dict[str, Any] = {"changes": plan.changes} if plan.changes else {}
    if plan.reason is not None:
        note |= {"text": plan.reason.text, "values": plan.reason.values}
    return _JSON.encode(note)


def _add_absent(check: _Check) -> None:
    """Who is on our list and not in the file, behind its lines."""
    for people in iterate_absent(check.scope, check.staff_import.institution_id, check.seen):
        kept: list[tuple[object, ...]] = []
        for person in people:
            listed = Listed(person.name, person.number, person.email, standing=Standing.MOVED)
            plan = Plan(Verdict.LEAVING, person.account_id)
            row = (0, [person.name, person.number.number, person.email or ""], "")
            kept.append(_kept(check, row, listed, plan))
        with check.pace.turn(), batch():
            insert_rows(StaffImportLine, _COLUMNS, kept, current_connection())
