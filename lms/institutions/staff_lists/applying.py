"""Puts a checked list in force, batch by batch: what was cut off goes on where it stopped.

Each batch is looked at once more with what is known now, then done in a short transaction that
also says how far the list is. Who has registered themselves, or is to have another address, is
settled one by one by the rules of one person.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import and_, bindparam, func, select, update
from sqlalchemy.exc import IntegrityError

from lms.accounts.enums import EmployeeKind
from lms.accounts.models import Account, EmployeeNumber
from lms.accounts.notifications import Address
from lms.accounts.rules import NumberFacts
from lms.clock import utc_now
from lms.days import local_day
from lms.db import (
    batch,
    current_connection,
    db,
    read_only,
    refresh_statistics,
    transaction,
)
from lms.errors import Refusal
from lms.institutions.claims import find_claims
from lms.institutions.models import Institution, Posting
from lms.institutions.oneself import list_own_identities
from lms.institutions.registry.events import last_event_id
from lms.institutions.registry.relocation import (
    ask_to_relocate,
    count_stranded,
)
from lms.institutions.scope import Scope
from lms.institutions.staff_lists.checking import note_of
from lms.institutions.staff_lists.errors import ImportMovedOn
from lms.institutions.staff_lists.lines import Listed
from lms.institutions.staff_lists.models import (
    OPEN_VERDICTS,
    ImportState,
    StaffImport,
    StaffImportLine,
    Verdict,
)
from lms.institutions.staff_lists.pacing import Pace, Reports, pace_of
from lms.institutions.staff_lists.plans import Plan, Terms, plan_line, refused
from lms.institutions.staff_lists.queries import count_verdicts, get_import, list_unit_places
from lms.institutions.staff_lists.readying import add_units, leave_absent, refuse_beyond
from lms.institutions.staff_lists.service import note
from lms.institutions.staff_lists.settling import settle
from lms.institutions.staff_lists.standings import Standing
from lms.institutions.staff_lists.storing import Batch, store_batch

Report = Callable[[int, int], None]
TRIES: Final = 3
_MANY: Final = 1_000
_LINE: Final = StaffImportLine
_REPLAN = (
    update(_LINE)
    .where(_LINE.staff_import_id == bindparam("of_import"), _LINE.position == bindparam("place"))
    .values(
        verdict=bindparam("new_verdict"),
        is_set=bindparam("new_is_set"),
        account_id=bindparam("new_account"),
        note=bindparam("new_note"),
    )
)


@dataclass(slots=True)
class _Apply:
    """One run: what is put in force, and on whose word."""

    staff_import: StaffImport
    institution_id: int
    today: date
    terms: Terms
    pace: Pace
    address: Address | None


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is to be done, as it was planned."""

    position: int
    listed: Listed
    plan: Plan
    account_id: int | None
    note: str | None


def apply_list(
    import_id: int,
    scope: Scope,
    report: Report,
    *,
    now: datetime,
    pace: Pace | None = None,
    address: Address | None = None,
) -> dict[str, int]:
    """Put a checked list in force from where it stopped; gives how many lines have which verdict.

    `address` makes a link's address of its token. Who is readdressed is mailed one to choose a
    password by, and whose proved address is replaced one that takes the account back; nobody else
    is written to.

    Raises NoSuchImport where it was forgotten, and ImportMovedOn where another run has it.
    """
    with read_only():
        kept = get_import(import_id)
        institution = db.session.get_one(Institution, kept.institution_id)
        today = local_day(now, institution.time_zone)
        at_hand = pace_of(current_connection())
        last = (
            current_connection().scalar(
                select(func.max(_LINE.position)).where(_LINE.staff_import_id == import_id)
            )
            or 0
        )
    add_units(kept, scope, now)
    if not kept.is_whole:
        leave_absent(import_id)
    with read_only():
        units = {place.id: place for place in list_unit_places(kept.institution_id)}
        own = list_own_identities(scope)
    terms = Terms(scope, kept.institution_id, units, kept.replaces_addresses, own)
    run = _Apply(kept, kept.institution_id, today, terms, pace or at_hand, address)
    done, tell = kept.applied_to, Reports(report)
    tell(done, last)
    seen: int | None = -1
    while done < last:
        with read_only():
            happened = last_event_id()
        if happened != seen:  # a unit may have become somebody else's, at first or meanwhile
            refuse_beyond(import_id, kept.institution_id, scope)
            seen = happened
        done = _apply_batch(run, done, min(done + run.pace.size, last))
        tell(done, last)
    with read_only():
        stranded_count = count_stranded(kept.institution_id)
    with transaction():
        if stranded_count:  # what has ended since the check sent only those on who were there
            ask_to_relocate(kept.institution_id, now=now)
        counts = count_verdicts(import_id)
        ended = db.session.get_one(StaffImport, import_id)
        ended.counts, ended.state, ended.changed_at = counts, ImportState.APPLIED, now
        note(ended, "applied", scope.officer_id, now=now)
    if counts.get(Verdict.NEW.value, 0) >= _MANY:
        with transaction():
            refresh_statistics(Account, EmployeeNumber, Posting)
    return counts


def _apply_batch(run: _Apply, done: int, last: int) -> int:
    """Do the lines behind `done` up to `last`, and give how far the list is."""
    import_id = run.staff_import.id
    for number in range(1, TRIES + 1):
        with read_only():
            lines = _plan_again(run, done + 1, last, takes_new=number == 1)
        try:
            with run.pace.turn(), batch():
                _require_turn(import_id, done)
                _keep_plans(import_id, lines)
                together = Batch(
                    run.staff_import,
                    done + 1,
                    last,
                    run.terms.scope.officer_id,
                    run.today,
                    utc_now(),
                    frozenset({Verdict.NEW, *(plan.verdict for _, plan in lines if plan.is_set)}),
                )
                store_batch(together)
                if all(plan.is_set for _, plan in lines):
                    _note_done(import_id, last)
            break
        except IntegrityError:
            # Somebody has come between with a number or an address, and is seen now.
            if number == TRIES:
                raise
    single = [(line, plan) for line, plan in lines if not plan.is_set]
    for line, plan in single:
        with run.pace.turn(), transaction():
            _require_turn(import_id, done)
            _settle(run, line, plan)
    if single:
        with transaction():
            _require_turn(import_id, done)
            _note_done(import_id, last)
    return last


def _plan_again(run: _Apply, first: int, last: int, *, takes_new: bool) -> list[tuple[_Line, Plan]]:
    """What the lines call for that are not done, with who has their numbers and addresses now.

    `takes_new`: people whom the check found to be new are taken to be so still, and not looked at;
    where one is not, the database refuses the batch.
    """
    is_open = and_(_LINE.verdict.in_(OPEN_VERDICTS), ~_LINE.is_done)
    rows = current_connection().execute(
        select(
            _LINE.position,
            _LINE.name,
            _LINE.number,
            _LINE.kind,
            _LINE.email,
            _LINE.unit_id,
            _LINE.standing,
            _LINE.standing_on,
            _LINE.verdict,
            _LINE.is_set,
            _LINE.account_id,
            _LINE.note,
            _LINE.line,
        ).where(
            _LINE.staff_import_id == run.staff_import.id,
            _LINE.position.between(first, last),
            and_(is_open, ~and_(_LINE.verdict == Verdict.NEW, _LINE.is_set))
            if takes_new
            else is_open,
        )
    )
    lines = [_line(row) for row in rows]
    if not lines:
        return []
    by_number, by_email = find_claims(
        [line.listed.number.number for line in lines],
        [line.listed.email for line in lines if line.listed.email],
    )
    return [
        (
            line,
            plan_line(
                line.listed,
                run.terms,
                by_number.get(line.listed.number.number),
                by_email.get(line.listed.email) if line.listed.email else None,
            ),
        )
        for line in lines
    ]


def _line(row: Any) -> _Line:
    standing = Standing.ACTIVE if row.standing is None else Standing(row.standing)
    listed = Listed(
        row.name,
        NumberFacts(row.number, EmployeeKind(row.kind)),
        row.email,
        row.unit_id,
        None,
        standing,
        row.standing_on,
    )
    return _Line(
        row.position,
        listed,
        Plan(row.verdict, row.account_id, is_set=row.is_set),
        row.account_id,
        row.note,
    )


def _require_turn(import_id: int, done: int) -> None:
    """Go on only where no other run has gone on from here; holds the list until the end."""
    applied_to = db.session.scalar(
        select(StaffImport.applied_to).where(StaffImport.id == import_id).with_for_update()
    )
    if applied_to != done:
        raise ImportMovedOn


def _note_done(import_id: int, last: int) -> None:
    current_connection().execute(
        update(StaffImport).where(StaffImport.id == import_id).values(applied_to=last)
    )


def _keep_plans(import_id: int, lines: Sequence[tuple[_Line, Plan]]) -> None:
    """Keep the plans that have become others since the check."""
    changed = [
        _replan(import_id, line.position, plan)
        for line, plan in lines
        if (plan.verdict, plan.is_set, plan.account_id)
        != (line.plan.verdict, line.plan.is_set, line.plan.account_id)
    ]
    if changed:
        current_connection().execute(_REPLAN, changed)


def _replan(import_id: int, position: int, plan: Plan) -> dict[str, Any]:
    return {
        "of_import": import_id,
        "place": position,
        "new_verdict": plan.verdict,
        "new_is_set": plan.is_set,
        "new_account": plan.account_id,
        "new_note": note_of(plan),
    }


def _settle(run: _Apply, line: _Line, plan: Plan) -> None:
    """Do one line by itself, or keep why it cannot be done."""
    import_id = run.staff_import.id
    try:
        account_id = settle(
            run.terms, line.listed, plan, today=run.today, address=run.address, now=utc_now()
        )
    except Refusal as refusal:
        refusing = refused(refusal.sentence)
        current_connection().execute(_REPLAN, [_replan(import_id, line.position, refusing)])
        return
    current_connection().execute(
        update(_LINE)
        .where(_LINE.staff_import_id == import_id, _LINE.position == line.position)
        .values(is_done=True, account_id=account_id)
    )
