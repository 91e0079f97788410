"""Accounts as administrators see them: found, looked at, and helped back in."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Select, bindparam, delete, or_, select

from lms.accounts.enums import LinkPurpose
from lms.accounts.models import Account, AccountMerge, Device, EmployeeNumber
from lms.accounts.notifications import Address, mail_link
from lms.accounts.queries import find_account
from lms.administration.errors import NoAddress, NoSuchAccount, NoSuchDeviceThere
from lms.audit import record
from lms.db import current_connection, db

MOST_FOUND: Final = 50
SHORTEST_PREFIX: Final = 3
_TOP: Final = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class FoundAccount:
    """One line of what was found."""

    id: int
    name: str
    email: str | None
    activated_at: datetime | None
    merged_into_id: int | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class FullAccount:
    """One account: no password, no answers, no keys."""

    account: FoundAccount
    created_at: datetime
    numbers: list[str]
    merged: list[tuple[int, datetime, str]]
    """Accounts that went into this one, when and why."""


def find_accounts(text: str) -> list[FoundAccount]:
    """By a number or an address in full, or by how a name begins: MOST_FOUND and one more.

    A name is looked for as it is typed and as names are written; a single letter finds nobody.
    """
    text = " ".join(text.split())
    if "@" in text or text.replace(" ", "").isdigit():
        account = find_account(text)
        return [] if account is None else [_found(account)]
    if len(text) < SHORTEST_PREFIX:
        return []
    begins = sorted({text, text.title(), text.upper(), text[:1].upper() + text[1:]})
    on = current_connection()
    rows = on.execute(
        _by_prefix(on.dialect.name, len(begins)),
        {f"from_{n}": each for n, each in enumerate(begins)}
        | {f"to_{n}": each + _TOP for n, each in enumerate(begins)},
    )
    return sorted((FoundAccount(*row) for row in rows), key=lambda each: (each.name, each.id))


@lru_cache(maxsize=16)
def _by_prefix(dialect: str, count: int) -> Select[*tuple[Any, ...]]:
    """People whose name begins in one of so many ways, by index in the order of letters' codes."""
    at_least, below = ("~>=~", "~<~") if dialect == "postgresql" else (">=", "<")
    ranges = [
        Account.name.op(at_least, is_comparison=True)(bindparam(f"from_{n}"))
        & Account.name.op(below, is_comparison=True)(bindparam(f"to_{n}"))
        for n in range(count)
    ]
    return _COLUMNS.where(or_(*ranges)).limit(MOST_FOUND + 1)


_COLUMNS: Select[*tuple[Any, ...]] = select(
    Account.id,
    Account.name,
    Account.email,
    Account.activated_at,
    Account.merged_into_id,
    Account.closed_at,
)


def _found(account: Account) -> FoundAccount:
    return FoundAccount(
        account.id,
        account.name,
        account.email,
        account.activated_at,
        account.merged_into_id,
        account.closed_at,
    )


def get_full_account(account_id: int) -> FullAccount:
    """One account; raises NoSuchAccount."""
    account = db.session.get(Account, account_id)
    if account is None:
        raise NoSuchAccount
    numbers = db.session.scalars(
        select(EmployeeNumber.number)
        .where(EmployeeNumber.account_id == account_id)
        .order_by(EmployeeNumber.ended_on.is_not(None), EmployeeNumber.id.desc())
    )
    merged = db.session.execute(
        select(AccountMerge.merged_id, AccountMerge.merged_at, AccountMerge.reason)
        .join(Account, Account.id == AccountMerge.merged_id)
        .where(AccountMerge.kept_id == account_id, Account.merged_into_id == account_id)
        .order_by(AccountMerge.id.desc())
    )
    return FullAccount(
        _found(account), account.created_at, list(numbers), [(*row,) for row in merged]
    )


def end_device(actor_id: int, account_id: int, device_id: int, *, now: datetime) -> None:
    """Sign one device of somebody's out; raises NoSuchDeviceThere."""
    gone = current_connection().execute(
        delete(Device).where(Device.id == device_id, Device.account_id == account_id)
    )
    if gone.rowcount == 0:
        raise NoSuchDeviceThere
    record("device.ended", f"account:{account_id}", actor_id=actor_id, now=now)


def end_devices(actor_id: int, account_id: int, *, now: datetime) -> None:
    """Sign somebody out everywhere; raises NoSuchAccount."""
    get_full_account(account_id)
    current_connection().execute(delete(Device).where(Device.account_id == account_id))
    record("devices.ended", f"account:{account_id}", actor_id=actor_id, now=now)


def send_link(actor_id: int, account_id: int, address: Address, *, now: datetime) -> None:
    """Mail somebody a link to choose a password by, to the address on record and to no other.

    Raises NoSuchAccount, also of one that was merged or closed, and NoAddress.
    """
    account = db.session.get(Account, account_id)
    if account is None or account.merged_into_id is not None or account.closed_at is not None:
        raise NoSuchAccount
    if account.email is None:
        raise NoAddress
    purpose = LinkPurpose.RESET if account.activated_at else LinkPurpose.ACTIVATE
    mail_link(account, purpose, address, now=now)
    record("link.sent", f"account:{account_id}", actor_id=actor_id, now=now)
