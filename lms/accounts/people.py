"""People as lists and registrations make them: accounts, their numbers and roles."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from lms.accounts.announcements import AccountHandedOver
from lms.accounts.enums import LinkPurpose, Role
from lms.accounts.errors import (
    NumberTaken,
)
from lms.accounts.grants import End, facts_of
from lms.accounts.models import (
    Account,
    ActivationCode,
    Device,
    EmployeeNumber,
    OneTimeLink,
    RecoveryCode,
    RoleGrant,
    SecondFactor,
)
from lms.accounts.rules import (
    NumberFacts,
)
from lms.announcements import announce
from lms.audit import record
from lms.days import local_day
from lms.db import current_connection, db


def create_account(name: str, email: str | None, number: NumberFacts, *, now: datetime) -> Account:
    """A person with a name, an employee number and, if given, an address, but no password yet.

    Raises NumberTaken when number or address belong to somebody already; the tables' unique
    constraints decide.
    """
    account = Account(name=name, email=email, created_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(account)
            db.session.flush()
            db.session.add(
                EmployeeNumber(
                    account=account,
                    number=number.number,
                    kind=number.kind,
                    started_on=local_day(now),
                )
            )
    except IntegrityError as error:
        raise NumberTaken from error
    return account


def create_accounts(
    people: Sequence[tuple[str, str | None, NumberFacts]], *, now: datetime
) -> list[tuple[int, str | None]]:
    """The same for many at once: name, address and number of each; returns account and address.

    Raises NumberTaken when any of them is somebody's already; then none is stored.
    """
    connection = current_connection()
    try:
        with connection.begin_nested():
            ids = _insert_accounts(people, now=now)
            connection.execute(
                insert(EmployeeNumber),
                [
                    {
                        "account_id": account_id,
                        "number": number.number,
                        "kind": number.kind,
                        "started_on": local_day(now),
                    }
                    for account_id, (_, _, number) in zip(ids, people, strict=True)
                ],
            )
    except IntegrityError as error:
        raise NumberTaken from error
    return [(account_id, email) for account_id, (_, email, _) in zip(ids, people, strict=True)]


def _insert_accounts(
    people: Sequence[tuple[str, str | None, NumberFacts]], *, now: datetime
) -> list[int]:
    """Store accounts, and give their keys in the same order."""
    connection = current_connection()
    rows = [{"name": name, "email": email, "created_at": now} for name, email, _ in people]
    reached = [row for row in rows if row["email"] is not None]
    if reached:
        connection.execute(insert(Account), reached)
    found = connection.execute(
        select(Account.email, Account.id).where(
            Account.email.in_([email for _, email, _ in people if email is not None])
        )
    )
    by_email = dict(found.all())
    # SQLite stores these one by one, since it does not promise the order of what it returns.
    unreached = [row for row in rows if row["email"] is None]
    made = (
        connection.scalars(
            insert(Account).returning(Account.id, sort_by_parameter_order=True), unreached
        )
        if unreached
        else iter(())
    )
    return [by_email[email] if email is not None else next(made) for _, email, _ in people]


def change_number(account: Account, number: NumberFacts, *, on: date) -> None:
    """Give a person another number from a day on; the former one stays in the history.

    A number that was theirs before comes into force again. Raises NumberTaken when the number
    belongs to somebody else.
    """
    db.session.execute(
        update(EmployeeNumber)
        .where(EmployeeNumber.account_id == account.id, EmployeeNumber.ended_on.is_(None))
        .values(ended_on=on)
    )
    again = current_connection().execute(
        update(EmployeeNumber)
        .where(EmployeeNumber.account_id == account.id, EmployeeNumber.number == number.number)
        .values(ended_on=None)
    )
    if not again.rowcount:
        _add_number(account, number, on=on)


def grant_role(
    account: Account,
    role: Role,
    institution_id: int | None,
    *,
    now: datetime,
    unit_id: int | None = None,
    end: End | None = None,
    granter_id: int | None = None,
) -> RoleGrant:
    """Let a person hold a role at an institution or a unit of it, or nationally, to its end if any.

    Who holds it already holds it to this end from now on. Without a granter it is the operator.
    """
    grant = db.session.scalar(
        select(RoleGrant).where(
            RoleGrant.account_id == account.id,
            RoleGrant.role == role,
            RoleGrant.institution_id.is_not_distinct_from(institution_id),
            RoleGrant.unit_id.is_not_distinct_from(unit_id),
        )
    )
    action = "role.granted"
    if grant is None:
        grant = RoleGrant(
            account=account,
            role=role,
            institution_id=institution_id,
            unit_id=unit_id,
            granted_at=now,
        )
        db.session.add(grant)
    elif grant.ends_at is not None and grant.ends_at <= now:
        grant.granted_at = now
    elif grant.ends_on == (end and end.on):
        return grant
    else:
        action = "role.changed"
    grant.granter_id = granter_id
    grant.ends_on, grant.ends_at = (end.on, end.at) if end else (None, None)
    grant.end_told_at = None
    db.session.flush()
    record(action, f"account:{account.id}", actor_id=granter_id, now=now, **facts_of(grant))
    return grant


def hand_over(account: Account, name: str, email: str | None, *, now: datetime) -> None:
    """Give an account that nobody vouched for to the person whom a trusted list names.

    What it has learned stays. Where its address was another one, or none, whoever used it loses the
    password, second factor, every device, every open link and a code on paper, but for a way back
    that they were given; AccountHandedOver has packages above take the ways in that they know of.
    Raises NumberTaken when the address belongs to somebody else. The caller holds the account's
    row.
    """
    account.name = name
    if email is None or account.email == email:
        return
    forget_links(account.id)
    forget_second_factor(account.id)
    db.session.execute(delete(Device).where(Device.account_id == account.id))
    db.session.execute(delete(ActivationCode).where(ActivationCode.account_id == account.id))
    try:
        with db.session.begin_nested():
            db.session.execute(
                update(Account)
                .where(Account.id == account.id)
                .values(email=email, password_hash=None, activated_at=None, address_proved_at=None)
            )
    except IntegrityError as error:
        raise NumberTaken from error
    db.session.refresh(account)
    announce(AccountHandedOver(account_id=account.id, now=now))


def forget_links(account_id: int) -> None:
    """Take away all links of an account, but for the ways back of who had it before.

    Whoever takes the others away may be just whom it is to be taken back from.
    """
    db.session.execute(
        delete(OneTimeLink).where(
            OneTimeLink.account_id == account_id, OneTimeLink.purpose != LinkPurpose.TAKE_BACK
        )
    )


def forget_second_factor(account_id: int) -> None:
    """Take away the app and the recovery codes of an account, whoever has set them up."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    db.session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))


def give_number(account: Account, number: NumberFacts, *, on: date) -> None:
    """Give a person whom a trusted list names their number; what they had claimed is forgotten.

    Raises NumberTaken when the number has become somebody else's meanwhile.
    """
    _forget_numbers(account)
    _add_number(account, number, on=on)


def take_number(account: Account) -> None:
    """Take a number from an account that nobody vouched for; a trusted list gives it to another."""
    _forget_numbers(account)


def _add_number(account: Account, number: NumberFacts, *, on: date) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(
                EmployeeNumber(
                    account=account, number=number.number, kind=number.kind, started_on=on
                )
            )
    except IntegrityError as error:
        raise NumberTaken from error


def _forget_numbers(account: Account) -> None:
    db.session.execute(delete(EmployeeNumber).where(EmployeeNumber.account_id == account.id))
