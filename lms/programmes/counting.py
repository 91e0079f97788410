"""Counting: standings and tally entries, in the transaction of what changes them.

A programme's figure is the number of distinct people who hold a certificate in force, of a
module that the programme counts, issued within its window and earned without the answer sheet,
and whose institution on the certificate has confirmed them. The earliest such certificate says at
which institution and on which day the person counts (definition 2; the first one knew nothing of
the answer sheet).
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import (
    BindParameter,
    Select,
    and_,
    bindparam,
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
from lms.db import AnyRow, current_connection
from lms.institutions.vouching import is_vouched_for_at
from lms.programmes.models import Programme, ProgrammeModule, Standing, TallyEntry

Counted = tuple[int, int, int, date]
"""programme, certificate, institution, day"""


_person = func.coalesce(Account.merged_into_id, Account.id)


def _counting() -> Select[int, int, int, int | None, date]:
    """Every certificate that counts: programme, person, certificate, institution, day.

    A person is known by the account that was kept, whichever of theirs holds the certificate.
    """
    return (
        select(
            Programme.id,
            _person,
            Certificate.id,
            Certificate.institution_id,
            Certificate.completed_on,
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
        .order_by(Programme.id, _person, Certificate.completed_on, Certificate.id)
    )


_COUNTING = _counting()
_OWN: BindParameter[int] = bindparam("own", expanding=True)
_COUNTING_OF = _COUNTING.where(Certificate.account_id.in_(_OWN))
_STANDINGS_OF = select(
    Standing.programme_id,
    Standing.account_id,
    Standing.certificate_id,
    Standing.institution_id,
    Standing.counted_on,
).where(Standing.account_id.in_(_OWN))
# So that they go together with what refers to the accounts: a certificate that another transaction
# has just stored holds the row so until its end, and waits here itself.
_LOCK = (
    select(Account.id, Account.merged_into_id)
    .where(Account.id.in_(accounts_of(kept_of(bindparam("account_id")))))
    .order_by(Account.id)
    .with_for_update(key_share=True)
)
_STAND = insert(Standing)
_STEP = insert(TallyEntry)
_FALL = delete(Standing).where(
    Standing.programme_id == bindparam("programme"), Standing.account_id == bindparam("account")
)


def recount_person(account_id: int, *, now: datetime) -> None:
    """Bring a person's standing in every programme up to date, and step the tally with it.

    Called in the transaction that issues, revokes, reinstates, replaces, confirms, or finds that
    two accounts are one person's, or not. All of the person's accounts are locked first, in order,
    so that two changes to one person come one after the other. They stand under the kept one.
    """
    own = _lock(account_id)
    rows = current_connection().execute(_COUNTING_OF, {"own": own})
    due = _earliest(rows)
    held: dict[tuple[int, int], Counted] = {
        (programme, account): (programme, certificate, institution, day)
        for programme, account, certificate, institution, day in current_connection().execute(
            _STANDINGS_OF, {"own": own}
        )
    }
    # What falls comes first: a certificate may stand again at once, under the other account.
    for key in held.keys() | due.keys():
        if key in held and held[key] != due.get(key):
            programme, account = key
            _step(held[key], -1, now=now)
            current_connection().execute(_FALL, {"programme": programme, "account": account})
    for key, (programme, certificate, institution, day) in due.items():
        if held.get(key) != due[key]:
            _step(due[key], +1, now=now)
            current_connection().execute(
                _STAND,
                {
                    "programme_id": programme,
                    "account_id": key[1],
                    "certificate_id": certificate,
                    "institution_id": institution,
                    "counted_on": day,
                },
            )


def _lock(account_id: int) -> list[int]:
    """Hold all accounts of a person, and give their keys."""
    while True:
        rows = current_connection().execute(_LOCK, {"account_id": account_id}).fetchall()
        own = [own_id for own_id, _ in rows]
        # Where somebody has merged one of them into another meanwhile, that one is held too.
        if all(kept is None or kept in own for _, kept in rows):
            return own


def counted_cells(programme_id: int) -> Select[int | None, date, int]:
    """Institution, day, and how many people a programme counts there.

    Computed anew from certificates, ledger and postings, by the database, which keeps what it sorts
    on disk: the nation is in no process' memory.
    """
    every = _counting().order_by(None).where(Programme.id == programme_id).subquery()
    _, person, certificate, institution, day = every.c
    place = func.row_number().over(partition_by=person, order_by=(day, certificate))
    ranked = select(
        institution.label("institution_id"), day.label("counted_on"), place.label("place")
    ).subquery()
    at, on, rank = ranked.c
    return select(at, on, func.count().label("people_count")).where(rank == 1).group_by(at, on)


def _earliest(rows: Iterable[AnyRow]) -> dict[tuple[int, int], Counted]:
    """The first certificate that counts, by programme and person."""
    first: dict[tuple[int, int], Counted] = {}
    for programme, account, certificate, institution, day in rows:
        first.setdefault((programme, account), (programme, certificate, institution, day))
    return first


def _step(counted: Counted, step: int, *, now: datetime) -> None:
    programme, _, institution, day = counted
    current_connection().execute(
        _STEP,
        {
            "programme_id": programme,
            "institution_id": institution,
            "counted_on": day,
            "step": step,
            "entered_at": now,
        },
    )
