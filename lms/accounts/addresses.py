"""Another mail address: of one's own by a link to the new one, or taken back by the former one."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from lms.accounts.announcements import AddressTakenBack, PeopleChanged
from lms.accounts.enums import LinkPurpose
from lms.accounts.errors import AddressTaken, FormerAddressTaken, LinkSpent
from lms.accounts.models import Account, OneTimeLink
from lms.accounts.notifications import Address, may_be_written_to
from lms.accounts.one_person import accounts_of, kept_of
from lms.accounts.people import forget_links
from lms.accounts.present_password import require_present_password
from lms.accounts.queries import OpenLink, get_account
from lms.accounts.rules import LINK_LENGTH
from lms.accounts.tokens import hash_token, new_token
from lms.announcements import announce
from lms.audit import record, record_all
from lms.db import current_connection, db
from lms.letters import Letter
from lms.mail import write_letter

OPEN_FOR: Final = timedelta(hours=24)
_WHY: Final = "Surel ini dikirim karena surel akun SakuHAM diganti."


def ask_for_address(
    account_id: int, present: str, email: str, address: Address, *, now: datetime
) -> None:
    """Mail a link to the new address, by which it becomes the account's; `present`: the password.

    To be called before anything is stored. Whether somebody else has the address is said to the
    mailbox alone. Raises WrongPassword, TooManyGuesses and TooBusy.
    """
    require_present_password(account_id, present, now=now)
    is_taken = db.session.scalar(select(exists().where(Account.email == email)))
    if is_taken or not may_be_written_to(email, now=now):
        return
    token = new_token()
    db.session.add(
        OneTimeLink(
            account=get_account(account_id),
            token_hash=hash_token(token),
            purpose=LinkPurpose.ADDRESS,
            created_at=now,
            expires_at=now + OPEN_FOR,
            new_email=email,
        )
    )
    text = (
        "Alamat ini diminta sebagai surel baru sebuah akun SakuHAM. Bila Anda yang memintanya, "
        f"bukalah tautan ini, yang berlaku 24 jam:\n{address(token)}"
    )
    write_letter(email, Letter(subject="Surel baru akun SakuHAM", parts=(text,), why=_WHY), now=now)


def get_new_address(token: str, *, now: datetime) -> str:
    """The address that a link makes the account's; raises LinkSpent."""
    found = db.session.scalar(
        select(OneTimeLink.new_email)
        .join(Account, Account.id == OneTimeLink.account_id)
        .where(OneTimeLink.token_hash == hash_token(token))
        .where(OneTimeLink.purpose == LinkPurpose.ADDRESS)
        .where(OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now)
        .where(Account.merged_into_id.is_(None), Account.closed_at.is_(None))
    )
    if found is None:
        raise LinkSpent
    return found


def confirm_address(token: str, *, now: datetime) -> str:
    """Make a link's address the account's; returns it.

    The former mailbox is told. Raises LinkSpent, and AddressTaken where it has become somebody
    else's meanwhile.
    """
    email = get_new_address(token, now=now)
    account_id = (
        current_connection()
        .execute(
            update(OneTimeLink)
            .where(OneTimeLink.token_hash == hash_token(token), OneTimeLink.used_at.is_(None))
            .values(used_at=now)
            .returning(OneTimeLink.account_id)
        )
        .scalar()
    )
    if account_id is None:
        raise LinkSpent
    former = set_address(account_id, email)
    db.session.get_one(Account, account_id).address_proved_at = now
    record("account.address_changed", f"account:{account_id}", actor_id=account_id, now=now)
    announce(PeopleChanged(account_ids=(account_id,), now=now))
    text = (
        "Surel akun SakuHAM Anda diganti; pesan berikutnya dikirim ke alamat yang baru. Bila bukan "
        "Anda yang menggantinya, segera hubungi pengelola kepegawaian instansi Anda."
    )
    write_letter(
        former, Letter(subject="Surel akun SakuHAM Anda diganti", parts=(text,), why=_WHY), now=now
    )
    return email


def set_address(account_id: int, email: str) -> str | None:
    """Give an account another address, unproved; returns the former one. Raises AddressTaken."""
    account = db.session.get_one(Account, account_id, populate_existing=True)
    former = account.email
    try:
        with db.session.begin_nested():
            account.email, account.address_proved_at = email, None
    except IntegrityError as error:
        raise AddressTaken from error
    return former


def mail_way_back(
    account_id: int, former: str, letter: Letter, token: str, *, now: datetime
) -> None:
    """Write a proved mailbox that the account has another one now; `token` takes it back."""
    db.session.add(
        OneTimeLink(
            account=get_account(account_id),
            token_hash=hash_token(token),
            purpose=LinkPurpose.TAKE_BACK,
            created_at=now,
            expires_at=now + LINK_LENGTH[LinkPurpose.TAKE_BACK],
            new_email=former,
        )
    )
    write_letter(former, letter, now=now)


def take_back(account: Account, link: OpenLink, *, now: datetime) -> None:
    """Give an account the mailbox again to which a way back went; the other one is told.

    Ways back that are newer than the one that was used (`link`) are void. Older ones stay: whoever
    had the account first is not shut out by who was given it after them. An account to which
    somebody has given the address meanwhile, and which has never proved it, loses it, and all that
    was mailed there for it. Raises FormerAddressTaken where one has. The caller holds the account's
    row, has spent the link, and gives the account a password.
    """
    used_id = select(OneTimeLink.id).where(OneTimeLink.token_hash == link.token_hash)
    db.session.execute(
        delete(OneTimeLink).where(
            OneTimeLink.account_id == account.id,
            OneTimeLink.purpose == LinkPurpose.TAKE_BACK,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.id > used_id.scalar_subquery(),
        )
    )
    unproved = current_connection().scalars(
        update(Account)
        .where(Account.email == link.email, Account.address_proved_at.is_(None))
        .where(Account.id != account.id)
        .values(email=None)
        .returning(Account.id)
    )
    lost = tuple(unproved)
    for each in lost:
        forget_links(each)
    try:
        other = set_address(account.id, link.email)
    except AddressTaken as taken:
        raise FormerAddressTaken from taken
    record("account.address_taken_back", f"account:{account.id}", actor_id=account.id, now=now)
    if lost:
        subjects = [f"account:{each}" for each in lost]
        record_all("account.address_lost", subjects, actor_id=account.id, now=now)
        announce(PeopleChanged(account_ids=lost, now=now))
    announce(AddressTakenBack(account_id=account.id, now=now))
    text = (
        "Akun SakuHAM yang belakangan memakai surel ini diambil kembali oleh pemilik surelnya yang "
        "terdahulu. Bila akun itu milik Anda, hubungi pengelola kepegawaian instansi Anda atau "
        "layanan bantuan SakuHAM."
    )
    if other == link.email:  # what is taken back is not the mailbox, but another way in
        return
    write_letter(
        other, Letter(subject="Akun SakuHAM diambil kembali", parts=(text,), why=_WHY), now=now
    )


def was_taken_back(account_id: int, *, now: datetime) -> bool:
    """Whether a person has taken an account of theirs back from an address that it was given.

    It is not said so while somebody who had it before them still has a way back: whose it is may be
    the other's to say, and an officer may help them.
    """
    used, older = aliased(OneTimeLink), aliased(OneTimeLink)
    is_contested = exists().where(
        older.account_id == used.account_id,
        older.purpose == LinkPurpose.TAKE_BACK,
        older.used_at.is_(None),
        older.expires_at > now,
        older.id < used.id,
    )
    is_settled = exists().where(
        used.account_id.in_(accounts_of(kept_of(account_id))),
        used.purpose == LinkPurpose.TAKE_BACK,
        used.used_at.is_not(None),
        ~is_contested,
    )
    return bool(db.session.scalar(select(is_settled)))


def renew_ways_back(account_id: int, since: datetime, *, now: datetime) -> None:
    """Have the ways back that an account's merging or closing has kept shut count their days anew.

    `since`: when it was merged or closed; what had expired by then stays so. Each mailbox is told
    that the link it has is good again.
    """
    purpose = LinkPurpose.TAKE_BACK
    renewed = current_connection().scalars(
        update(OneTimeLink)
        .where(OneTimeLink.account_id == account_id, OneTimeLink.purpose == purpose)
        .where(OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > since)
        .values(expires_at=now + LINK_LENGTH[purpose])
        .returning(OneTimeLink.new_email)
    )
    text = (
        "Tautan yang pernah kami kirim ke surel ini untuk mengambil kembali akun SakuHAM Anda "
        "sempat tidak dapat dipakai, karena akun itu digabung dengan akun lain atau ditutup. Kini "
        "tautan dalam surel yang terdahulu itu berlaku lagi, 14 hari sejak hari ini."
    )
    letter = Letter(subject="Akun SakuHAM dapat diambil kembali lagi", parts=(text,), why=_WHY)
    for email in sorted(filter(None, set(renewed))):
        write_letter(email, letter, now=now)
