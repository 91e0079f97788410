"""Import of staff lists: a plan for each line, made from values, and applied in sets.

Nearly every line of a list names somebody new, or somebody who stands on it as it says. The new
ones are stored some hundred at a time; what is left to settle goes one by one through `add_staff`,
which decides by the same rules.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert

from lms.accounts.errors import NumberTaken
from lms.accounts.notifications import Address, mail_activation_links
from lms.accounts.people import create_accounts
from lms.announcements import announce
from lms.audit import record_all
from lms.days import local_day
from lms.db import current_connection, db, read_only, transaction
from lms.errors import Refusal, Sentence
from lms.institutions.announcements import PostingsChanged
from lms.institutions.claims import find_claims
from lms.institutions.errors import NoSuchStaff
from lms.institutions.models import Institution, Posting, PostingSource
from lms.institutions.rules import (
    Claim,
    Contradiction,
    LineStep,
    contradict,
    decide_line,
    pick_claim,
)
from lms.institutions.scope import Scope
from lms.institutions.staff_additions import Outcome, add_staff
from lms.institutions.staff_files import ListedPerson

CHUNK = 200
"""Lines of one transaction: some 50 ms, so that nobody who writes waits long."""

REHEARSED = 5
"""Lines that must be settled, of one rehearsal: as short."""


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """What a line calls for: a step with what it comes to, or a refusal."""

    person: ListedPerson
    step: LineStep | None = None
    outcome: Outcome | None = None
    overridden: Contradiction | None = None
    refusal: Sentence | None = None

    @property
    def is_new(self) -> bool:
        """Whether nobody is known by the line's number or address: such lines are done in sets."""
        return self.outcome is Outcome.ADDED and self.overridden is None


@dataclass(slots=True)
class Import:
    """What became of a list, or would."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    overridden: list[tuple[ListedPerson, Contradiction]] = field(default_factory=list)
    refused: list[tuple[ListedPerson, Sentence]] = field(default_factory=list)

    def add(
        self, person: ListedPerson, outcome: Outcome, overridden: Contradiction | None = None
    ) -> None:
        """Note what became of a line."""
        self.outcomes[outcome] += 1
        if overridden is not None:
            self.overridden.append((person, overridden))


def plan_import(
    people: Iterable[ListedPerson],
    scope: Scope,
    institution_id: int,
    by_number: Mapping[str, Claim],
    by_email: Mapping[str, Claim],
    *,
    replaces_addresses: bool,
) -> list[PlannedLine]:
    """What each line calls for, given who has the numbers and addresses; in the list's order.

    Raises NoSuchStaff for an institution outside the scope.
    """
    if not scope.covers(institution_id):
        raise NoSuchStaff
    return [
        _plan(
            person,
            scope,
            institution_id,
            by_number.get(person.number.number),
            by_email.get(person.email),
            replaces_address=replaces_addresses,
        )
        for person in people
    ]


def _plan(
    person: ListedPerson,
    scope: Scope,
    institution_id: int,
    by_number: Claim | None,
    by_email: Claim | None,
    *,
    replaces_address: bool,
) -> PlannedLine:
    number, email = person.number.number, person.email
    try:
        step = decide_line(
            scope,
            institution_id,
            number,
            email,
            by_number,
            by_email,
            replaces_address=replaces_address,
        )
    except Refusal as refusal:
        return PlannedLine(person, refusal=refusal.sentence)
    if step is LineStep.LEAVE:
        return PlannedLine(person, step, Outcome.KNOWN)
    if step is LineStep.VOUCH:
        return PlannedLine(person, step, Outcome.CONFIRMED)
    if step is LineStep.CHANGE_ADDRESS and by_number is not None:
        former = Contradiction(
            is_ours=True, name=by_number.name, email=by_number.email, number=number, is_listed=True
        )
        return PlannedLine(person, step, Outcome.CORRECTED, former)
    claim = pick_claim(by_number, by_email) or by_number
    differs = None if claim is None else contradict(scope, claim, person.name, email, number)
    if differs is not None:
        return PlannedLine(person, step, Outcome.CORRECTED, differs)
    return PlannedLine(person, step, Outcome.ADDED if claim is None else Outcome.CONFIRMED)


def check_import(
    people: Sequence[ListedPerson],
    scope: Scope,
    institution_id: int,
    *,
    now: datetime,
    replaces_addresses: bool,
) -> Import:
    """What would become of a list; nothing is stored. Raises NoSuchStaff as `apply_import`.

    Lines that must be settled are rehearsed, some at a time, since one may hang on those before.
    """
    report = Import()
    for start in range(0, len(people), CHUNK):
        with read_only():
            plan = _plan_chunk(
                people[start : start + CHUNK],
                scope,
                institution_id,
                replaces_addresses=replaces_addresses,
            )
        new = [line.person for line in plan if line.is_new]
        known_count = sum(line.step is LineStep.LEAVE for line in plan)
        report.outcomes += Counter({Outcome.ADDED: len(new), Outcome.KNOWN: known_count})
        rest = [line.person for line in plan if not line.is_new and line.step is not LineStep.LEAVE]
        for first in range(0, len(rest), REHEARSED):
            _rehearse(
                new,
                rest[first : first + REHEARSED],
                scope,
                institution_id,
                report,
                now=now,
                replaces_address=replaces_addresses,
            )
    return report


class _Rehearsed(Exception):
    """What was done is to be undone."""


def _rehearse(
    new: Sequence[ListedPerson],
    rest: Sequence[ListedPerson],
    scope: Scope,
    institution_id: int,
    report: Import,
    *,
    now: datetime,
    replaces_address: bool,
) -> None:
    """Settle some lines in the order of the import, and undo it: each may hang on those before."""
    with suppress(_Rehearsed), transaction():
        institution = db.session.get_one(Institution, institution_id)
        with suppress(NumberTaken):
            _store_new(new, scope, institution, str, now=now)
        for person in rest:
            _settle(
                person, scope, institution, str, report, now=now, replaces_address=replaces_address
            )
        raise _Rehearsed


def apply_import(
    people: Sequence[ListedPerson],
    scope: Scope,
    institution_id: int,
    address: Address,
    *,
    now: datetime,
    replaces_addresses: bool,
) -> Import:
    """Put a whole list in force, in transactions of their own; who stands on it already is left.

    A list that is imported again goes on where it was cut off. `address` turns the token of a link
    into the address that is mailed. What is refused is told with its line, and stops no other.
    Raises NoSuchStaff for an institution outside the scope.
    """
    report = Import()
    for start in range(0, len(people), CHUNK):
        chunk = people[start : start + CHUNK]
        with transaction():
            institution = db.session.get_one(Institution, institution_id)
            plan = _plan_chunk(chunk, scope, institution_id, replaces_addresses=replaces_addresses)
            new = [line.person for line in plan if line.is_new]
            try:
                _store_new(new, scope, institution, address, now=now)
            except NumberTaken:
                new = []  # somebody came between: each of the chunk is looked at by itself
            known = [line.person for line in plan if line.step is LineStep.LEAVE]
        report.outcomes += Counter({Outcome.ADDED: len(new), Outcome.KNOWN: len(known)})
        done = {person.line for person in (*new, *known)}
        for person in chunk:
            if person.line in done:
                continue
            with transaction():
                _settle(
                    person,
                    scope,
                    db.session.get_one(Institution, institution_id),
                    address,
                    report,
                    now=now,
                    replaces_address=replaces_addresses,
                )
    return report


def _plan_chunk(
    people: Sequence[ListedPerson], scope: Scope, institution_id: int, *, replaces_addresses: bool
) -> list[PlannedLine]:
    by_number, by_email = find_claims(
        [person.number.number for person in people], [person.email for person in people]
    )
    return plan_import(
        people,
        scope,
        institution_id,
        by_number,
        by_email,
        replaces_addresses=replaces_addresses,
    )


def _store_new(
    people: Sequence[ListedPerson],
    scope: Scope,
    institution: Institution,
    address: Address,
    *,
    now: datetime,
) -> None:
    """Store people of whom nothing is known, confirmed; raises NumberTaken, and stores none then.

    They are not announced as confirmed: who has no certificate counts nowhere yet, and who has not
    chosen a password is not told of it.
    """
    if not people:
        return
    made = create_accounts(
        [(person.name, person.email, person.number) for person in people], now=now
    )
    current_connection().execute(
        insert(Posting),
        [
            {
                "account_id": account_id,
                "institution_id": institution.id,
                "source": PostingSource.STAFF_LIST,
                "started_on": local_day(now, institution.time_zone),
                "confirmed_at": now,
            }
            for account_id, _ in made
        ],
    )
    announce(PostingsChanged(account_ids=tuple(account_id for account_id, _ in made), now=now))
    record_all(
        "staff.confirmed",
        (f"account:{account_id}" for account_id, _ in made),
        actor_id=scope.officer_id,
        now=now,
        institution_id=institution.id,
    )
    mail_activation_links(
        [(account_id, email) for account_id, email in made if email], address, now=now
    )


def _settle(
    person: ListedPerson,
    scope: Scope,
    institution: Institution,
    address: Address,
    report: Import,
    *,
    now: datetime,
    replaces_address: bool,
) -> None:
    """Put one person on the list of whom something is known that must be settled."""
    try:
        added = add_staff(
            scope,
            institution,
            person.name,
            person.email,
            person.number,
            address,
            now=now,
            replaces_address=replaces_address,
        )
    except Refusal as refusal:
        report.refused.append((person, refusal.sentence))
        return
    report.add(person, added.outcome, added.overridden)
