"""Use cases of one's own account: links by mail, passwords, signing in and out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError

from lms.accounts.errors import LinkSpent, NoSuchDevice, NumberTaken, WrongCredentials
from lms.accounts.kinds import LinkPurpose, Role
from lms.accounts.models import Account, Device, EmployeeNumber, OneTimeLink, RoleGrant
from lms.accounts.passwords import hash_password, is_right_password, require_strong
from lms.accounts.queries import (
    OpenLink,
    find_account,
    find_credentials,
    find_number,
    get_account,
    get_open_link,
)
from lms.accounts.rules import (
    LINK_LENGTH,
    SESSION_LENGTH,
    NumberFacts,
    describe_device,
)
from lms.accounts.tokens import hash_token, new_token
from lms.audit import record
from lms.db import connection, db, reading
from lms.mail import write_mail

Address = Callable[[str], str]
"""Turns the token of a one-time link into the address that is mailed."""

_LETTERS = {
    LinkPurpose.ACTIVATE: (
        "Aktifkan akun SakuHAM Anda",
        "Instansi Anda telah mendaftarkan Anda di SakuHAM. Tautan ini berlaku 7 hari:",
    ),
    LinkPurpose.REGISTER: (
        "Lanjutkan pendaftaran SakuHAM",
        "Terima kasih sudah mendaftar di SakuHAM. Tautan ini berlaku 2 hari:",
    ),
    LinkPurpose.RESET: (
        "Buat kata sandi SakuHAM yang baru",
        "Kata sandi baru diminta untuk akun SakuHAM Anda. Tautan ini berlaku 2 jam:",
    ),
}


def create_account(name: str, email: str, number: NumberFacts, *, now: datetime) -> Account:
    """A person with a name, an address and an employee number, but no password yet.

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
                    account=account, number=number.number, kind=number.kind, started_on=now.date()
                )
            )
    except IntegrityError as error:
        raise NumberTaken from error
    return account


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
    again = connection().execute(
        update(EmployeeNumber)
        .where(EmployeeNumber.account_id == account.id, EmployeeNumber.number == number.number)
        .values(ended_on=None)
    )
    if again.rowcount:
        return
    try:
        with db.session.begin_nested():
            db.session.add(
                EmployeeNumber(
                    account=account, number=number.number, kind=number.kind, started_on=on
                )
            )
    except IntegrityError as error:
        raise NumberTaken from error


def grant_role(account: Account, role: Role, institution_id: int | None, *, now: datetime) -> None:
    """Let a person hold a role at an institution, or nationally; who holds it keeps it."""
    held = select(RoleGrant.id).where(
        RoleGrant.account_id == account.id,
        RoleGrant.role == role,
        RoleGrant.institution_id.is_not_distinct_from(institution_id),
    )
    if db.session.scalar(held) is not None:
        return
    db.session.add(
        RoleGrant(account=account, role=role, institution_id=institution_id, granted_at=now)
    )
    record("role.granted", f"account:{account.id}", actor_id=None, now=now, role=role.value)


def mail_link(
    account: Account, purpose: LinkPurpose, address: Address, *, now: datetime, target: str = ""
) -> None:
    """Mail a one-time link; links of the same purpose that are still open stop working.

    `target` is the page where the person goes on once the link is used.
    """
    db.session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.account_id == account.id, OneTimeLink.purpose == purpose)
        .where(OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )
    token = new_token()
    db.session.add(
        OneTimeLink(
            account=account,
            token_hash=hash_token(token),
            purpose=purpose,
            created_at=now,
            expires_at=now + LINK_LENGTH[purpose],
            target=target,
        )
    )
    subject, opening = _LETTERS[purpose]
    body = (
        f"Yth. {account.name},\n\n{opening}\n{address(token)}\n\n"
        "Bila Anda tidak memintanya, abaikan surel ini; tidak ada yang berubah.\n"
    )
    write_mail(account.email, subject, body, now=now)


def ask_for_link(identifier: str, address: Address, *, now: datetime, target: str = "") -> None:
    """Mail the link that this person needs: to activate, or to choose another password.

    `target` is where they go on afterwards. Nothing tells the asker whether there is such an
    account; only the mailbox knows.
    """
    account = find_account(identifier)
    if account is None:
        return
    purpose = LinkPurpose.RESET if account.password_hash else LinkPurpose.ACTIVATE
    mail_link(account, purpose, address, now=now, target=target)


def choose_password(token: str, password: str, *, now: datetime) -> OpenLink:
    """Set a password by a one-time link, which is spent; other devices are signed out.

    Returns the link, which says whose password it is and where they were going.

    To be called before anything is stored: a password is judged and hashed while nobody's writes
    wait. Raises WeakPassword and TooBusy (the link stays good), and LinkSpent, also to the second
    of two tabs that use the link at once.
    """
    with reading():
        link = get_open_link(token, now=now)
        person = get_account(link.account_id)
        known = [person.email, *person.name.split(), find_number(person.id) or ""]
    require_strong(password, known)
    password_hash = hash_password(password)
    spent = connection().execute(
        update(OneTimeLink)
        .where(OneTimeLink.id == link.link_id, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )
    if spent.rowcount == 0:
        raise LinkSpent
    account = get_account(link.account_id)
    account.password_hash = password_hash
    account.activated_at = account.activated_at or now
    db.session.execute(delete(Device).where(Device.account_id == account.id))
    record("password.chosen", f"account:{account.id}", actor_id=account.id, now=now)
    return link


_HOLDS_A_ROLE = select(exists().where(RoleGrant.account_id == bindparam("account_id")))


@dataclass(frozen=True, slots=True)
class NewDevice:
    """A device that was just signed in; the token is for its cookie, and is kept nowhere here."""

    account_id: int
    token: str


def sign_in(identifier: str, password: str, user_agent: str, *, now: datetime) -> NewDevice:
    """Open a session for the person with this number or address.

    Raises WrongCredentials, which says neither which part is wrong nor whether there is such an
    account, and TooBusy.
    """
    # By itself: checking a password takes long, and SQLite's other writers need not wait for it.
    with reading():
        known = find_credentials(identifier)
    if not is_right_password(known.password_hash if known else None, password):
        raise WrongCredentials
    assert known is not None  # noqa: S101 - a password fits only an account
    return open_device(known.account_id, user_agent, now=now)


_OPEN_DEVICE = insert(Device)


def open_device(account_id: int, user_agent: str, *, now: datetime) -> NewDevice:
    """Sign a person in on a device."""
    token = new_token()
    connection().execute(
        _OPEN_DEVICE,
        {
            "account_id": account_id,
            "token_hash": hash_token(token),
            "label": describe_device(user_agent),
            "created_at": now,
            "last_seen_at": now,
            "expires_at": now + SESSION_LENGTH,
        },
    )
    _note("device.opened", account_id, now=now)
    return NewDevice(account_id, token)


def touch_device(device_id: int, *, now: datetime) -> None:
    """Note that a device is in use."""
    db.session.execute(update(Device).where(Device.id == device_id).values(last_seen_at=now))


def sign_out_device(account_id: int, device_id: int, *, now: datetime) -> None:
    """Sign one of a person's devices out; raises NoSuchDevice for anybody else's."""
    gone = connection().execute(
        delete(Device).where(Device.id == device_id, Device.account_id == account_id)
    )
    if gone.rowcount == 0:
        raise NoSuchDevice
    _note("device.closed", account_id, now=now)


def sign_out_everywhere(account_id: int, *, now: datetime) -> None:
    """Sign a person out on every device."""
    connection().execute(delete(Device).where(Device.account_id == account_id))
    _note("devices.closed", account_id, now=now)


def _note(deed: str, account_id: int, *, now: datetime) -> None:
    """Note a sign-in or its end of somebody who may see other people's data.

    What is noted stays for good; when learners come and go is nobody's business after thirty days
    (UU 27/2022, Pasal 16(2): no more than the purpose needs, and no longer).
    """
    if connection().execute(_HOLDS_A_ROLE, {"account_id": account_id}).scalar():
        record(deed, f"account:{account_id}", actor_id=account_id, now=now)
