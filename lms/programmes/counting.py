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
    Select,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
)

from lms.accounts.models import Account
from lms.certificates.ledger import is_out_of_force
from lms.certificates.models import Certificate
from lms.db import AnyRow, current_connection
from lms.institutions.models import Posting
from lms.programmes.models import Programme, ProgrammeModule, Standing, TallyEntry

Counted = tuple[int, int, int, date]
"""programme, certificate, institution, day"""


def _counting() -> Select[int, int, int, int | None, date]:
    """Every certificate that counts: programme, person, certificate, institution, day."""
    confirmed = exists().where(
        Posting.account_id == Certificate.account_id,
        Posting.institution_id == Certificate.institution_id,
        Posting.confirmed_at.is_not(None),
    )
    return (
        select(
            Programme.id,
            Certificate.account_id,
            Certificate.id,
            Certificate.institution_id,
            Certificate.completed_on,
        )
        .select_from(Certificate)
        .join(ProgrammeModule, ProgrammeModule.module_id == Certificate.module_id)
        .join(
            Programme,
            and_(
                Programme.id == ProgrammeModule.programme_id,
                Certificate.completed_on >= Programme.starts_on,
                or_(Programme.ends_on.is_(None), Certificate.completed_on <= Programme.ends_on),
            ),
        )
        .where(confirmed, ~is_out_of_force(), ~Certificate.saw_key)
        .order_by(Programme.id, Certificate.account_id, Certificate.completed_on, Certificate.id)
    )


_COUNTING = _counting()
_COUNTING_OF = _COUNTING.where(Certificate.account_id == bindparam("account_id"))
_STANDINGS_OF = select(
    Standing.programme_id, Standing.certificate_id, Standing.institution_id, Standing.counted_on
).where(Standing.account_id == bindparam("account_id"))
# So that it goes together with what refers to the account: a certificate that another transaction
# has just stored holds the row so until its end, and waits here itself.
_LOCK = (
    select(Account.id).where(Account.id == bindparam("account_id")).with_for_update(key_share=True)
)
_STAND = insert(Standing)
_STEP = insert(TallyEntry)
_FALL = delete(Standing).where(
    Standing.programme_id == bindparam("programme"), Standing.account_id == bindparam("account")
)


def recount_person(account_id: int, *, now: datetime) -> None:
    """Bring a person's standing in every programme up to date, and step the tally with it.

    Called in the transaction that issues, revokes, reinstates, replaces or confirms. The account's
    row is locked first, so that two changes to one person come one after the other.
    """
    current_connection().execute(_LOCK, {"account_id": account_id})
    rows = current_connection().execute(_COUNTING_OF, {"account_id": account_id})
    due = {programme: counted for (programme, _), counted in _earliest(rows).items()}
    held = {
        row[0]: (row[0], row[1], row[2], row[3])
        for row in current_connection().execute(_STANDINGS_OF, {"account_id": account_id})
    }
    for programme in held.keys() | due.keys():
        if held.get(programme) == due.get(programme):
            continue
        if programme in held:
            _step(held[programme], -1, now=now)
            current_connection().execute(_FALL, {"programme": programme, "account": account_id})
        if programme in due:
            _step(due[programme], +1, now=now)
            _, certificate, institution, day = due[programme]
            current_connection().execute(
                _STAND,
                {
                    "programme_id": programme,
                    "account_id": account_id,
                    "certificate_id": certificate,
                    "institution_id": institution,
                    "counted_on": day,
                },
            )


def list_counted(programme_id: int) -> list[Counted]:
    """Whom a programme counts, computed anew from certificates, ledger and postings."""
    rows = current_connection().execute(_COUNTING.where(Programme.id == programme_id))
    return list(_earliest(rows).values())


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
