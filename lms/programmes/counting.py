"""Counting: standings and tally entries, in the transaction of what changes them.

A programme's figure is the number of distinct people who hold a certificate in force, of a
module that the programme counts, issued within its window and earned without the answer sheet,
and whose institution on the certificate has confirmed them, unless that is doubted and nobody has
answered yet. The earliest such certificate says at which institution and on which day the person
counts (definition 3; the first one knew nothing of the answer sheet, the second of doubts). Its
hours are those of all such certificates of these people, each where the person counts.

Of the versions of a programme those are counted that are published or prepared.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Date,
    Executable,
    Integer,
    Select,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
)

from lms.accounts.models import Account
from lms.accounts.one_person import accounts_of, kept_of
from lms.certificates.ledger import is_out_of_force
from lms.certificates.models import Certificate
from lms.db import AnyRow, UtcDateTime, current_connection
from lms.institutions.vouching import is_vouched_for_at
from lms.programmes.models import IS_COUNTED, Programme, ProgrammeModule, Standing, TallyEntry
from lms.programmes.rules import Change, Counted, Key, add_up, sum_up

PERSON = func.coalesce(Account.merged_into_id, Account.id)


def counting() -> Select[int, int, int, int | None, date, int]:
    """Every certificate that counts: programme, person, certificate, institution, day, hours.

    A person is known by the account that was kept, whichever of theirs holds the certificate.
    """
    return (
        select(
            Programme.id,
            PERSON,
            Certificate.id,
            Certificate.institution_id,
            Certificate.completed_on,
            Certificate.credit_hours,
        )
        .select_from(Certificate)
        .join(Account, Account.id == Certificate.account_id)
        .join(ProgrammeModule, ProgrammeModule.module_id == Certificate.module_id)
        .join(
            Programme,
            and_(
                Programme.id == ProgrammeModule.programme_id,
                Certificate.completed_on >= Programme.starts_on,
                or_(Programme.ends_on.is_(None), Certificate.completed_on <= Programme.ends_on),
            ),
        )
        .where(
            is_vouched_for_at(Certificate.account_id, Certificate.institution_id),
            ~is_out_of_force(),
            ~Certificate.saw_key,
        )
        .order_by(Programme.id, PERSON, Certificate.completed_on, Certificate.id)
    )


def standing() -> Select[int, int, int, int, date, int]:
    """Who stands counted: programme, person, certificate, institution, day, hours."""
    return select(
        Standing.programme_id,
        Standing.account_id,
        Standing.certificate_id,
        Standing.institution_id,
        Standing.counted_on,
        Standing.credit_hours,
    )


_OWN: BindParameter[int] = bindparam("own", expanding=True)
_COUNTING_OF = counting().where(IS_COUNTED, Certificate.account_id.in_(_OWN))
_STANDINGS_OF = (
    standing()
    .join(Programme, Programme.id == Standing.programme_id)
    .where(IS_COUNTED, Standing.account_id.in_(_OWN))
)
# So that they go together with what refers to the accounts: a certificate that another transaction
# has just stored holds the row so until its end, and waits here itself.
_LOCK = (
    select(Account.id, Account.merged_into_id)
    .where(Account.id.in_(accounts_of(kept_of(bindparam("account_id")))))
    .order_by(Account.id)
    .with_for_update(key_share=True)
)
_STAND = insert(Standing)
# Whether the version is still counted is asked by the statement that steps its tally: who ends it
# has waited until nobody writes there any more, and this waits for them in turn.
_STEP = (
    insert(TallyEntry)
    .from_select(
        ["programme_id", "institution_id", "counted_on", "step", "hours_step", "entered_at"],
        select(
            Programme.id,
            bindparam("institution", type_=Integer),
            bindparam("day", type_=Date),
            bindparam("people", type_=Integer),
            bindparam("hours", type_=Integer),
            bindparam("now", type_=UtcDateTime),
        ).where(Programme.id == bindparam("programme"), IS_COUNTED),
    )
    .execution_options(preserve_rowcount=True)
)
_FALL = delete(Standing).where(
    Standing.programme_id == bindparam("programme"), Standing.account_id == bindparam("account")
)


def recount_person(account_id: int, *, now: datetime) -> None:
    """Bring a person's standing in every programme up to date, and step the tally with it.

    Called in the transaction that issues, revokes, reinstates, replaces, confirms, doubts, answers
    a doubt, or finds that two accounts are one person's, or not. All of the person's accounts are
    locked first, in order, so that two changes to one person come one after the other. They stand
    under the kept one.
    """
    asked = {"own": _lock(account_id)}
    due = sum_up(current_connection().execute(_COUNTING_OF, asked))
    held = held_of(current_connection().execute(_STANDINGS_OF, asked))
    store_changes(Change.between(held, due), now=now)


def held_of(rows: Iterable[AnyRow]) -> dict[Key, Counted]:
    """Rows of `standing`, by version and person."""
    return {(programme, person): Counted(*counted) for programme, person, *counted in rows}


def store_changes(changes: Sequence[Change], *, now: datetime) -> bool:
    """Step the tally by changes, and have the standings follow.

    A version that has ended meanwhile is left as it ended; says whether none has.
    """
    steps = add_up(changes)
    ended: set[int] = set()
    for programme_id in sorted({place[0] for place in steps}):
        rows = [
            {
                "programme": programme_id,
                "institution": institution,
                "day": day,
                "people": amount.people,
                "hours": amount.credit_hours,
                "now": now,
            }
            for (programme, institution, day), amount in steps.items()
            if programme == programme_id
        ]
        if _execute(_STEP, rows) == 0:
            ended.add(programme_id)
    stored = [change for change in changes if change.key[0] not in ended]
    # What falls comes first: a certificate may stand again at once, under the other account.
    fallen = [
        {"programme": change.key[0], "account": change.key[1]}
        for change in stored
        if change.held is not None
    ]
    risen = [
        {"programme_id": change.key[0], "account_id": change.key[1], **change.due._asdict()}
        for change in stored
        if change.due is not None
    ]
    _execute(_FALL, fallen)
    _execute(_STAND, risen)
    return not ended


def _execute(statement: Executable, rows: Sequence[Mapping[str, Any]]) -> int:
    """Execute a statement for each row; the driver's way for many is longer for one."""
    if not rows:
        return 0
    return current_connection().execute(statement, rows if len(rows) > 1 else rows[0]).rowcount


def _lock(account_id: int) -> list[int]:
    """Hold all accounts of a person, and give their keys."""
    while True:
        rows = current_connection().execute(_LOCK, {"account_id": account_id}).fetchall()
        own = [own_id for own_id, _ in rows]
        # Where somebody has merged one of them into another meanwhile, that one is held too.
        if all(kept is None or kept in own for _, kept in rows):
            return own


def counted_cells(programme_id: int) -> Select[int | None, date, int, int]:
    """Institution, day, how many people a version counts there, and their hours.

    Computed anew from certificates, ledger and postings, by the database, which keeps what it sorts
    on disk: the nation is in no process' memory.
    """
    every = counting().order_by(None).where(Programme.id == programme_id).subquery()
    _, person, certificate, institution, day, hours = every.c
    place = func.row_number().over(partition_by=person, order_by=(day, certificate))
    ranked = select(
        institution.label("institution_id"),
        day.label("counted_on"),
        place.label("place"),
        func.sum(hours).over(partition_by=person).label("hours"),
    ).subquery()
    at, on, rank, theirs = ranked.c
    return (
        select(
            at,
            on,
            func.count().label("people_count"),
            cast(func.sum(theirs), Integer).label("credit_hours"),
        )
        .where(rank == 1)
        .group_by(at, on)
    )
