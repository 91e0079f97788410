"""People whom another system names, put in force at once, by the rules of a list and of one person.

Few enough for one transaction, which also has what is answered. What lists do by sets is done by
the same sets: the lines stand in the database only until they are done.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, insert
from sqlalchemy.exc import IntegrityError

from lms.accounts.notifications import Address
from lms.audit import record
from lms.days import local_day
from lms.db import current_connection, db
from lms.errors import Invalid, Refusal
from lms.institutions.claims import find_claims
from lms.institutions.models import Institution
from lms.institutions.oneself import list_own_identities
from lms.institutions.scope import Scope
from lms.institutions.staff_lists.applying import TRIES
from lms.institutions.staff_lists.columns import Columns
from lms.institutions.staff_lists.errors import PutOff
from lms.institutions.staff_lists.lines import LineReader, Listed, Units
from lms.institutions.staff_lists.models import (
    OPEN_VERDICTS,
    ImportState,
    StaffImport,
    StaffImportLine,
    Verdict,
)
from lms.institutions.staff_lists.plans import Plan, Terms, plan_line, refused, refused_by
from lms.institutions.staff_lists.queries import list_unit_places
from lms.institutions.staff_lists.repeated import Repeated, find_suspects, keys_of
from lms.institutions.staff_lists.settling import settle
from lms.institutions.staff_lists.storing import Batch, store_batch

AT_ONCE: Final = 500
"""So many people may be named at once."""

ALONE_AT_ONCE: Final = 50
"""So many of them are settled one by one: everybody else who writes to SQLite waits meanwhile."""

_COLUMNS: Final = Columns(None, {"name": 0, "number": 1, "email": 2, "unit": 3})
_ADD_LINES: Final = insert(StaffImportLine)
_FORGET_LINES: Final = delete(StaffImportLine).where(
    StaffImportLine.staff_import_id == bindparam("of_import")
)


@dataclass(frozen=True, slots=True)
class Named:
    """A person as another system has them: texts, empty where it says nothing."""

    name: str
    number: str
    email: str = ""
    unit: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """The same as a line's cells, in the order of the columns."""
        return self.name, self.number, self.email, self.unit


def put_people(
    scope: Scope,
    institution_id: int,
    people: Sequence[Named],
    *,
    address: Address,
    now: datetime,
    **about: object,
) -> list[Plan]:
    """Put people on an institution's list, and give what has come of each, in their order.

    What is done and refused is what a list of these lines by the same officer would do; nobody
    leaves, and no address that is in use is replaced. `about` goes into the audit log. Of those
    that have to be settled one by one the rest is put off, and named in a later request.
    """
    for number in range(1, TRIES + 1):
        try:
            with db.session.begin_nested():
                return _put(scope, institution_id, people, address, now, about)
        except IntegrityError:
            # Somebody has come between with a number or an address, and is seen now.
            if number == TRIES:
                raise
    raise AssertionError


def _put(
    scope: Scope,
    institution_id: int,
    people: Sequence[Named],
    address: Address,
    now: datetime,
    about: dict[str, object],
) -> list[Plan]:
    today = local_day(now, db.session.get_one(Institution, institution_id).time_zone)
    units = Units(scope, institution_id, list_unit_places(institution_id))
    own = list_own_identities(scope)
    terms = Terms(scope, institution_id, units.by_id, replaces_addresses=False, own=own)
    read = _read(LineReader(_COLUMNS, units, today), people)
    plans = _plan(terms, read)
    kept = StaffImport(
        asker_id=None,
        institution_id=institution_id,
        scope=sorted(scope.keys),
        name="API",
        created_at=now,
        state=ImportState.APPLIED,
        line_count=len(people),
        applied_to=len(people),
        changed_at=now,
    )
    db.session.add(kept)
    db.session.flush()
    verdicts = frozenset(plan.verdict for plan in plans if plan.is_set)
    last = len(people)
    lines = Batch(kept, 1, last, scope.officer_id, today, now, verdicts)
    _store_sets(lines, read, plans)
    for place in _put_off(plans):
        plans[place] = refused_by(PutOff())
    for place, (listed, plan) in enumerate(zip(read, plans, strict=True)):
        if isinstance(listed, Listed) and _is_alone(plan):
            try:
                settle(terms, listed, plan, today=today, address=address, now=now)
            except Refusal as refusal:
                plans[place] = refused_by(refusal)
    kept.counts = dict(Counter(plan.verdict.value for plan in plans))
    record(
        "staff.people_put",
        f"institution:{institution_id}",
        actor_id=scope.officer_id,
        now=now,
        import_id=kept.id,
        counts=kept.counts,
        **about,
    )
    return plans


def _read(reader: LineReader, people: Sequence[Named]) -> list[Listed | Plan]:
    """What each says, or why it is refused or passed over."""
    read: list[Listed | Plan] = []
    for person in people:
        try:
            read.append(reader.read(person.cells))
        except Invalid as refusal:
            read.append(refused_by(refusal))
    keys = (key for each in read if isinstance(each, Listed) for key, _ in keys_of(each))
    repeated = Repeated(find_suspects(keys, 2 * len(people)))
    for place, each in enumerate(read):
        if isinstance(each, Listed) and (same := repeated.is_same(place + 1, each)):
            read[place] = Plan(Verdict.REPEATED) if same is True else refused(same)
    return read


def _plan(terms: Terms, read: Sequence[Listed | Plan]) -> list[Plan]:
    listed = [each for each in read if isinstance(each, Listed)]
    by_number, by_email = find_claims(
        [each.number.number for each in listed], [each.email for each in listed if each.email]
    )
    return [
        each
        if isinstance(each, Plan)
        else plan_line(
            each,
            terms,
            by_number.get(each.number.number),
            by_email.get(each.email) if each.email else None,
        )
        for each in read
    ]


def _is_alone(plan: Plan) -> bool:
    return not plan.is_set and plan.verdict in OPEN_VERDICTS


def _put_off(plans: Sequence[Plan]) -> list[int]:
    """The places of those that are more than what is settled one by one at once."""
    return [place for place, plan in enumerate(plans) if _is_alone(plan)][ALONE_AT_ONCE:]


def _store_sets(batch: Batch, read: Sequence[Listed | Plan], plans: Sequence[Plan]) -> None:
    """Do together what is done together, by lines that are gone again afterwards."""
    import_id = batch.staff_import.id
    lines = [
        {
            "staff_import_id": import_id,
            "position": place,
            "line": place,
            "cells": "[]",
            "verdict": plan.verdict,
            "is_set": True,
            "is_done": False,
            "name": listed.name,
            "number": listed.number.number,
            "kind": listed.number.kind.value,
            "email": listed.email,
            "unit_id": listed.unit_id,
            "account_id": plan.account_id,
        }
        for place, (listed, plan) in enumerate(zip(read, plans, strict=True), 1)
        if isinstance(listed, Listed) and plan.is_set and plan.verdict in OPEN_VERDICTS
    ]
    if not lines:
        return
    connection = current_connection()
    connection.execute(_ADD_LINES, lines)
    store_batch(batch)
    connection.execute(_FORGET_LINES, {"of_import": import_id})
