"""Use cases of one's own account: links by mail, passwords, signing in and out."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, exists, insert, select, update

from lms.accounts.addresses import take_back
from lms.accounts.announcements import PeopleChanged, RegistrationAnswered
from lms.accounts.enums import LinkPurpose
from lms.accounts.errors import (
    AlreadyRegistered,
    LinkSpent,
    NoSuchDevice,
    NumberTaken,
    WrongCredentials,
    WrongPassword,
)
from lms.accounts.models import (
    Account,
    ActivationCode,
    Device,
    EmployeeNumber,
    OneTimeLink,
    Registration,
    RoleGrant,
)
from lms.accounts.notifications import tell_password_changed
from lms.accounts.passwords import hash_password, is_right_password, require_strong
from lms.accounts.people import create_account
from lms.accounts.queries import (
    OpenLink,
    find_credentials,
    find_number,
    get_account,
    get_open_link,
)
from lms.accounts.rules import (
    SESSION_LENGTH,
    describe_device,
    read_employee_number,
)
from lms.accounts.second_factor import has_second_factor
from lms.accounts.throttling import (
    KnownDevice,
    count_failures,
    forget_failures,
    key_of_account,
    key_of_device,
    key_of_identifier,
    record_failure,
    record_guess,
)
from lms.accounts.tokens import hash_token, new_token
from lms.announcements import announce
from lms.audit import record
from lms.db import current_connection, db, read_only


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who has chosen a password, and where they were going."""

    account_id: int
    target: str


def choose_password(token: str, password: str, *, now: datetime) -> Chosen:
    """Set a password by a one-time link, which is spent; other devices are signed out.

    A registration that is answered so becomes an account, and is announced. By the way back that
    was mailed to a former address, that address is the account's again.

    To be called before anything is stored: a password is judged and hashed while nobody's writes
    wait. Raises WeakPassword and TooBusy (the link stays good), LinkSpent, also to the second of
    two tabs that use the link at once, AlreadyRegistered where number or address have become
    somebody's since the registration, and FormerAddressTaken where a former address has.
    """
    with read_only():
        link = get_open_link(token, now=now)
    require_strong(password, [link.email, *link.name.split(), link.number])
    password_hash = hash_password(password)
    account = _spend(link, now=now) if link.account_id else _enter_registered(link, now=now)
    if link.purpose is LinkPurpose.TAKE_BACK:
        take_back(account, link, now=now)
    account.password_hash = password_hash
    account.activated_at = account.activated_at or now
    if link.purpose is not LinkPurpose.CODE:
        account.address_proved_at = now
    db.session.execute(delete(Device).where(Device.account_id == account.id))
    announce(PeopleChanged(account_ids=(account.id,), now=now))
    db.session.execute(delete(ActivationCode).where(ActivationCode.account_id == account.id))
    forget_failures(key_of_account(account.id))
    record("password.chosen", f"account:{account.id}", actor_id=account.id, now=now)
    return Chosen(account.id, link.target)


def _spend(link: OpenLink, *, now: datetime) -> Account:
    """Spend the link, and with it all others that the account has open."""
    # The account first, as a staff list does that takes it over.
    account = db.session.scalars(
        select(Account)
        .where(Account.id == link.account_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if account.merged_into_id is not None or account.closed_at is not None:
        raise LinkSpent
    spent = current_connection().execute(
        update(OneTimeLink)
        .where(OneTimeLink.token_hash == link.token_hash, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )
    if spent.rowcount == 0:
        raise LinkSpent
    _close_links(account.id, now=now)
    return account


def _close_links(account_id: int, *, now: datetime) -> None:
    """Spend all links that an account has open, but for the way back of a former mailbox.

    Whoever has the account now may be just whom it is to be taken back from.
    """
    db.session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.account_id == account_id, OneTimeLink.used_at.is_(None))
        .where(OneTimeLink.purpose != LinkPurpose.TAKE_BACK)
        .values(used_at=now)
    )


def _enter_registered(link: OpenLink, *, now: datetime) -> Account:
    """Make an account of the registration whose mailbox has answered."""
    row = db.session.execute(
        delete(Registration)
        .where(Registration.token_hash == link.token_hash, Registration.expires_at > now)
        .returning(
            Registration.institution_id, Registration.unit_id, Registration.institution_words
        )
    ).one_or_none()
    if row is None:
        raise LinkSpent
    try:
        account = create_account(link.name, link.email, read_employee_number(link.number), now=now)
    except NumberTaken as taken:
        listed = _find_listed(link)
        if listed is None:
            raise AlreadyRegistered from taken
        account = listed
    else:
        announce(
            RegistrationAnswered(
                account_id=account.id,
                institution_id=row.institution_id,
                unit_id=row.unit_id,
                institution_words=row.institution_words,
                now=now,
            )
        )
    db.session.execute(delete(Registration).where(Registration.email == link.email))
    return account


def _find_listed(link: OpenLink) -> Account | None:
    """The person of a staff list with this very number and address, who has no password yet.

    Their mailbox has answered: that it was asked for their own registration is all the same.
    """
    return db.session.scalar(
        select(Account)
        .join(EmployeeNumber, EmployeeNumber.account_id == Account.id)
        .where(EmployeeNumber.number == link.number, Account.email == link.email)
        .where(Account.password_hash.is_(None))
        .with_for_update(of=Account)
        .execution_options(populate_existing=True)
    )


def change_password(account_id: int, present: str, password: str, *, now: datetime) -> None:
    """Set another password for a person who knows their present one, and tell them by mail.

    All devices are signed out, this one too, so that its cookie is another from then on; open
    links are spent.

    To be called before anything is stored, as `choose_password`. Raises WeakPassword, WrongPassword
    (also where the present one was changed meanwhile), TooManyGuesses where many have failed
    before, and TooBusy.
    """
    key = key_of_account(account_id)
    with read_only():
        account = get_account(account_id)
        stored, words = account.password_hash, [account.email or "", *account.name.split()]
        words.append(find_number(account_id) or "")
        failed_count = count_failures(key, now=now)
    require_strong(password, words)
    record_guess(key, failed_count, now=now)
    if not is_right_password(stored, present):
        record_failure(key, failed_count, now=now)
        raise WrongPassword
    password_hash = hash_password(password)
    changed = current_connection().execute(
        update(Account)
        .where(Account.id == account_id, Account.password_hash == stored)
        .values(password_hash=password_hash)
    )
    if changed.rowcount == 0:
        raise WrongPassword
    db.session.execute(delete(Device).where(Device.account_id == account_id))
    _close_links(account_id, now=now)
    forget_failures(key)
    record("password.changed", f"account:{account_id}", actor_id=account_id, now=now)
    tell_password_changed(get_account(account_id), now=now)


_HOLDS_A_ROLE = select(exists().where(RoleGrant.account_id == bindparam("account_id")))


@dataclass(frozen=True, slots=True)
class NewDevice:
    """A device that was just signed in; the token is for its cookie, and is kept nowhere here."""

    account_id: int
    token: str


_STILL_HAS = (
    select(Account.id)
    .where(Account.id == bindparam("account_id"))
    .where(Account.password_hash == bindparam("password_hash"))
    .with_for_update(read=True)
)


def sign_in(
    identifier: str,
    password: str,
    user_agent: str,
    *,
    now: datetime,
    known_device: KnownDevice | None = None,
) -> NewDevice:
    """Open a session for the person with this number or address.

    `known_device` says who has signed in on this device before: nobody else's failures hold it up.
    Raises WrongCredentials, which says neither which part is wrong nor whether there is such an
    account, TooManyGuesses where many have failed before, and TooBusy.
    """
    # By itself: checking a password takes long, and SQLite's other writers need not wait for it.
    with read_only():
        known = find_credentials(identifier)
        is_known = known_device and known and known_device.account_id == known.account_id
        key = (
            key_of_device(known_device)
            if known_device and is_known
            else key_of_identifier(identifier)
        )
        failed_count = count_failures(key, now=now)
    record_guess(key, failed_count, now=now)
    if not is_right_password(known.password_hash if known else None, password):
        record_failure(key, failed_count, now=now)
        raise WrongCredentials
    assert known is not None  # noqa: S101 - a password fits only an account
    # It may have been changed, or taken from them by a staff list, while it was checked.
    if current_connection().execute(_STILL_HAS, asdict(known)).first() is None:
        raise WrongCredentials
    if failed_count and is_known:
        # Of strangers nothing is forgotten: they would see by it that the person has come in.
        forget_failures(key)
    return open_device(known.account_id, user_agent, now=now)


_OPEN_DEVICE = insert(Device)


def open_device(
    account_id: int,
    user_agent: str,
    *,
    now: datetime,
    identity_id: int | None = None,
    second_step_until: datetime | None = None,
    second_step_passed_at: datetime | None = None,
) -> NewDevice:
    """Sign a person in on a device; `identity_id` is the identity elsewhere that they came by.

    Who has a second factor is to show it first, unless that was done, at `second_step_passed_at`:
    `second_step_until` says until when it need not be done again.
    """
    token = new_token()
    current_connection().execute(
        _OPEN_DEVICE,
        {
            "account_id": account_id,
            "token_hash": hash_token(token),
            "label": describe_device(user_agent),
            "created_at": now,
            "last_seen_at": now,
            "expires_at": now + SESSION_LENGTH,
            "identity_id": identity_id,
            "second_step_due_at": second_step_until or _due_at(account_id, now=now),
            "second_step_passed_at": second_step_passed_at,
        },
    )
    _note("device.opened", account_id, now=now)
    return NewDevice(account_id, token)


def _due_at(account_id: int, *, now: datetime) -> datetime | None:
    return now if has_second_factor(account_id) else None


def touch_device(device_id: int, *, now: datetime) -> None:
    """Note that a device is in use."""
    db.session.execute(update(Device).where(Device.id == device_id).values(last_seen_at=now))


def sign_out_device(account_id: int, device_id: int, *, now: datetime) -> None:
    """Sign one of a person's devices out; raises NoSuchDevice for anybody else's."""
    gone = current_connection().execute(
        delete(Device).where(Device.id == device_id, Device.account_id == account_id)
    )
    if gone.rowcount == 0:
        raise NoSuchDevice
    _note("device.closed", account_id, now=now)


def sign_out_everywhere(account_id: int, *, now: datetime) -> None:
    """Sign a person out on every device."""
    current_connection().execute(delete(Device).where(Device.account_id == account_id))
    _note("devices.closed", account_id, now=now)


def _note(action: str, account_id: int, *, now: datetime) -> None:
    """Note a sign-in or its end of somebody who may see other people's data.

    What is noted stays for good; when learners come and go is nobody's business after thirty days
    (UU 27/2022, Pasal 16(2): no more than the purpose needs, and no longer).
    """
    if current_connection().execute(_HOLDS_A_ROLE, {"account_id": account_id}).scalar():
        record(action, f"account:{account_id}", actor_id=account_id, now=now)
