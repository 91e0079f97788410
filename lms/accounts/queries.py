"""Who is signed in, and what a person may see about themselves."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import BindParameter

from lms.accounts.enums import LinkPurpose, Role
from lms.accounts.errors import LinkSpent
from lms.accounts.grants import is_in_force
from lms.accounts.models import (
    Account,
    Device,
    EmployeeNumber,
    OneTimeLink,
    Registration,
    RoleGrant,
)
from lms.accounts.principal import Principal, Session
from lms.accounts.rules import read_identifier
from lms.accounts.tokens import hash_token
from lms.clock import utc_now
from lms.db import current_connection, db

_NOW: BindParameter[datetime] = bindparam("now")
_SIGNED_IN = (
    select(
        Device.account_id,
        Account.name,
        Device.id,
        Device.last_seen_at,
        Device.second_step_due_at,
        Device.second_step_passed_at,
        RoleGrant.role,
        RoleGrant.institution_id,
        RoleGrant.unit_id,
    )
    .join(Account, Account.id == Device.account_id)
    .outerjoin(RoleGrant, and_(RoleGrant.account_id == Device.account_id, is_in_force(_NOW)))
    .where(Device.token_hash == bindparam("token_hash"))
    .where(Device.expires_at > _NOW)
    # An account that was merged into another opens neither, nor does that of who has died.
    .where(Account.merged_into_id.is_(None), Account.closed_at.is_(None))
)


def find_signed_in(token: str, *, now: datetime) -> Principal | None:
    """Whose device this cookie is, unless it was signed out or has expired."""
    rows = (
        current_connection()
        .execute(_SIGNED_IN, {"token_hash": hash_token(token), "now": now})
        .fetchall()
    )
    if not rows:
        return None
    account_id, name, device_id, last_seen_at, due_at, passed_at, *_ = rows[0]
    held = [(role, at, unit_id) for *_, role, at, unit_id in rows if role is not None]
    session = Session(device_id, last_seen_at, due_at, passed_at)
    return _principal(account_id, name, held, via=session)


def get_principal(account_id: int) -> Principal:
    """A person as they would be if they asked now, for what is done when they have gone.

    The clock is read at each question: work that lasts beyond the last day of a role must not go by
    the moment at which it began.
    """
    name = db.session.scalars(select(Account.name).where(Account.id == account_id)).one()
    grants = db.session.execute(
        select(RoleGrant.role, RoleGrant.institution_id, RoleGrant.unit_id).where(
            RoleGrant.account_id == account_id, is_in_force(utc_now())
        )
    )
    return _principal(account_id, name, [(role, at, unit) for role, at, unit in grants])


def _principal(
    account_id: int,
    name: str,
    held: list[tuple[Role, int | None, int | None]],
    via: Session | None = None,
) -> Principal:
    """A grant for a unit is none for its institution."""
    return Principal(
        account_id,
        name,
        frozenset((role, at) for role, at, unit_id in held if unit_id is None),
        frozenset((role, unit_id) for role, _, unit_id in held if unit_id is not None),
        via,
    )


_own = aliased(Account)
_KNOWN = (
    select(Account.id, Account.password_hash)
    .join(_own, Account.id == func.coalesce(_own.merged_into_id, _own.id))
    .where(Account.closed_at.is_(None))
)
_BY_EMAIL = _KNOWN.where(_own.email == bindparam("typed"))
_BY_NUMBER = _KNOWN.join(EmployeeNumber, EmployeeNumber.account_id == _own.id).where(
    EmployeeNumber.number == bindparam("typed")
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Whom a typed number or address belongs to, and what their password is checked against."""

    account_id: int
    password_hash: str | None


def find_credentials(identifier: str) -> Credentials | None:
    """The account with this e-mail address or this employee number, former numbers included.

    Where it was merged into another, that one. Nobody's is that of who has died.
    """
    typed = read_identifier(identifier)
    statement = _BY_EMAIL if "@" in typed else _BY_NUMBER
    row = current_connection().execute(statement, {"typed": typed}).one_or_none()
    return None if row is None else Credentials(*row)


def find_account(identifier: str) -> Account | None:
    """The same account as a whole."""
    known = find_credentials(identifier)
    return None if known is None else get_account(known.account_id)


def get_account(account_id: int) -> Account:
    """The account by its key; the caller has it from a session or a row of its own."""
    return db.session.get_one(Account, account_id)


def find_number(account_id: int) -> str | None:
    """The person's present employee number."""
    return db.session.scalar(
        select(EmployeeNumber.number).where(
            EmployeeNumber.account_id == account_id, EmployeeNumber.ended_on.is_(None)
        )
    )


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A one-time link that still works: of an account, or of a registration that waits for it.

    It is known by its hash: the key of a row may be given again once the row is gone.
    """

    token_hash: bytes
    account_id: int | None
    purpose: LinkPurpose
    name: str
    email: str
    number: str
    target: str


def get_open_link(token: str, *, now: datetime) -> OpenLink:
    """What a one-time link opens; raises LinkSpent if it was used or has expired."""
    link = _find_link_of_account(token, now=now) or _find_registration(token, now=now)
    if link is None:
        raise LinkSpent
    return link


def _find_link_of_account(token: str, *, now: datetime) -> OpenLink | None:
    row = db.session.execute(
        select(
            OneTimeLink.token_hash,
            OneTimeLink.account_id,
            OneTimeLink.purpose,
            Account.name,
            func.coalesce(OneTimeLink.new_email, Account.email, ""),
            func.coalesce(EmployeeNumber.number, ""),
            OneTimeLink.target,
        )
        .join(Account, Account.id == OneTimeLink.account_id)
        .outerjoin(
            EmployeeNumber,
            and_(EmployeeNumber.account_id == Account.id, EmployeeNumber.ended_on.is_(None)),
        )
        .where(OneTimeLink.token_hash == hash_token(token))
        .where(OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now)
        .where(Account.merged_into_id.is_(None), Account.closed_at.is_(None))
        .where(OneTimeLink.purpose != LinkPurpose.ADDRESS)
    ).one_or_none()
    return None if row is None else OpenLink(*row)


def _find_registration(token: str, *, now: datetime) -> OpenLink | None:
    token_hash = hash_token(token)
    row = db.session.execute(
        select(Registration.name, Registration.email, Registration.number, Registration.target)
        .where(Registration.token_hash == token_hash)
        .where(Registration.expires_at > now)
    ).one_or_none()
    return None if row is None else OpenLink(token_hash, None, LinkPurpose.REGISTER, *row)


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """One line of "my devices"."""

    id: int
    label: str
    created_at: datetime
    last_seen_at: datetime
    is_current: bool


def list_devices(account_id: int, current_id: int | None, *, now: datetime) -> list[DeviceLine]:
    """The devices on which a person is signed in, the latest used first."""
    statement = (
        select(Device.id, Device.label, Device.created_at, Device.last_seen_at)
        .where(Device.account_id == account_id, Device.expires_at > now)
        .order_by(Device.last_seen_at.desc(), Device.id.desc())
    )
    return [
        DeviceLine(*row, is_current=row.id == current_id) for row in db.session.execute(statement)
    ]
