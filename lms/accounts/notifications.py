"""Mail with one-time links: what they say, and how many a mailbox gets.

Anybody can have us write to anybody. So a message says nothing that a stranger has typed, and names
nobody before the mailbox has answered.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select

from lms.accounts.enums import LinkPurpose
from lms.accounts.models import Account, OneTimeLink, Registration
from lms.accounts.rules import LINK_LENGTH
from lms.accounts.tokens import hash_token, new_token
from lms.db import current_connection, db
from lms.letters import Letter
from lms.mail import write_letter, write_letters

Address = Callable[[str], str]
"""Turns the token of a one-time link into the address that is mailed."""

MESSAGES_AN_HOUR = 3
HOUR = timedelta(hours=1)

_SUBJECTS = {
    LinkPurpose.ACTIVATE: "Aktifkan akun SakuHAM Anda",
    LinkPurpose.REGISTER: "Lanjutkan pendaftaran SakuHAM",
    LinkPurpose.RESET: "Buat kata sandi SakuHAM yang baru",
}
_ASKED = {
    LinkPurpose.ACTIVATE: (
        "Instansi Anda telah mendaftarkan Anda di SakuHAM. Pilih kata sandi Anda lewat tautan ini, "
        "yang berlaku 7 hari:"
    ),
    LinkPurpose.RESET: (
        "Kata sandi baru diminta untuk akun SakuHAM Anda. Tautan ini berlaku 2 jam:"
    ),
}
_REGISTERED_AGAIN = {
    LinkPurpose.ACTIVATE: (
        "Ada yang mendaftar di SakuHAM dengan NIP atau surel Anda. Anda tidak perlu mendaftar: "
        "instansi Anda sudah mencatat Anda dalam daftar pegawainya. Pilih kata sandi Anda lewat "
        "tautan ini, yang berlaku 7 hari:"
    ),
    LinkPurpose.RESET: (
        "Ada yang mendaftar di SakuHAM dengan NIP atau surel Anda. Anda tidak perlu mendaftar "
        "lagi: akun Anda sudah ada. Masuklah seperti biasa dengan NIP atau surel ini. Bila Anda "
        "lupa kata sandinya, pilih yang baru lewat tautan ini, yang berlaku 2 jam:"
    ),
}
_REGISTER = (
    "Surel ini dipakai untuk mendaftar di SakuHAM, dengan NIP yang berakhir {ending}. Bila Anda "
    "yang mendaftar, pilih kata sandi Anda lewat tautan ini, yang berlaku 2 hari:"
)
_REGISTER_AGAIN = (
    "Pendaftaran di SakuHAM dengan surel ini dan NIP yang berakhir {ending} sudah kami terima "
    "sebelumnya dan masih menunggu jawaban Anda. Tautan yang terdahulu masih berlaku; tautan ini "
    "pun demikian:"
)
_NUMBER_TAKEN = (
    "Surel ini dipakai untuk mendaftar di SakuHAM, dengan NIP yang berakhir {ending}. NIP itu "
    "sudah tercatat dengan surel lain, sehingga pendaftaran ini tidak dapat dilanjutkan. Bila "
    "surel lain itu milik Anda, bukalah: kami menulis ke sana juga. Bila bukan, hubungi pengelola "
    "kepegawaian instansi Anda: NIP dan surel yang ia tulis dalam daftar pegawai itulah yang "
    "berlaku."
)
_CHANGED = (
    "Kata sandi akun SakuHAM Anda baru saja diganti, dan perangkat lain sudah dikeluarkan. Bila "
    "Anda yang menggantinya, surel ini boleh diabaikan.\n\nBila bukan Anda, segera buka halaman "
    "Masuk SakuHAM dan pilih Buat kata sandi: tautannya dikirim ke surel ini, dan siapa pun yang "
    "memakai akun Anda dikeluarkan. Beri tahu juga pengelola kepegawaian instansi Anda."
)
_NOT_ME = "Bila Anda tidak memintanya, abaikan surel ini; tidak ada yang berubah."
_WHY = {
    LinkPurpose.ACTIVATE: (
        "Surel ini dikirim karena instansi Anda memasukkan alamat ini ke daftar pegawainya."
    ),
    LinkPurpose.RESET: "Surel ini dikirim karena tautan itu diminta di SakuHAM dengan data Anda.",
    LinkPurpose.REGISTER: "Surel ini dikirim karena alamat ini dipakai untuk mendaftar di SakuHAM.",
}


def mail_link(
    account: Account, purpose: LinkPurpose, address: Address, *, now: datetime, target: str = ""
) -> None:
    """Mail a one-time link; those that are still open stay good beside it.

    `target` is the page where the person goes on once the link is used. Who has no address gets
    none, and there is none.
    """
    _mail_link(account, purpose, _ASKED[purpose], address, now=now, target=target)


def mail_activation_links(
    people: Sequence[tuple[int, str]], address: Address, *, now: datetime
) -> None:
    """Mail many new people, by account and address, the link by which they choose a password."""
    purpose = LinkPurpose.ACTIVATE
    tokens = [new_token() for _ in people]
    if not people:
        return
    current_connection().execute(
        insert(OneTimeLink),
        [
            {
                "account_id": account_id,
                "token_hash": hash_token(token),
                "purpose": purpose,
                "created_at": now,
                "expires_at": now + LINK_LENGTH[purpose],
                "target": "",
            }
            for (account_id, _), token in zip(people, tokens, strict=True)
        ],
    )
    write_letters(
        (
            (email, _letter(purpose, "", [f"{_ASKED[purpose]}\n{address(token)}"]))
            for (_, email), token in zip(people, tokens, strict=True)
        ),
        now=now,
    )


def mail_who_has_an_account(
    account: Account, purpose: LinkPurpose, address: Address, *, now: datetime, target: str = ""
) -> None:
    """Tell a person that they need not register: what they have, and the link that they need."""
    _mail_link(account, purpose, _REGISTERED_AGAIN[purpose], address, now=now, target=target)


def mail_registrations(
    email: str,
    registrations: Sequence[Registration],
    taken: Sequence[Registration],
    address: Address,
    *,
    now: datetime,
) -> None:
    """Write a mailbox in one message what it has registered for.

    Each registration gets its link, and it is said whether the same was asked for before; those
    whose number another mailbox has (`taken`) get none, but the way forward.
    """
    parts = [_offer(each, address, now=now) for each in registrations]
    parts += [_NUMBER_TAKEN.format(ending=each.number[-3:]) for each in taken]
    for first in [*registrations, *taken][:1]:
        first.mailed_at = now  # by which a mailbox's messages are counted
    subject = "" if registrations else "Pendaftaran SakuHAM Anda"
    write_letter(email, _letter(LinkPurpose.REGISTER, "", parts, subject), now=now)


def _offer(registration: Registration, address: Address, *, now: datetime) -> str:
    """A registration's new link, with the words that belong to it."""
    before = select(Registration.id).where(
        Registration.email == registration.email,
        Registration.number == registration.number,
        Registration.token_hash.is_not(None),
        Registration.expires_at > now,
    )
    is_again = db.session.scalar(before.limit(1)) is not None
    token = new_token()
    registration.token_hash = hash_token(token)
    words = (_REGISTER_AGAIN if is_again else _REGISTER).format(ending=registration.number[-3:])
    return f"{words}\n{address(token)}"


def tell_password_changed(account: Account, *, now: datetime) -> None:
    """Tell a person that their password was changed, and what to do if it was not they."""
    letter = Letter(
        subject="Kata sandi SakuHAM Anda diganti",
        parts=(_CHANGED,),
        why="Surel ini dikirim karena kata sandi akun Anda diganti.",
        name=account.name,
    )
    write_letter(account.email, letter, now=now)


def may_be_written_to(email: str | None, *, now: datetime) -> bool:
    """Whether a mailbox has had fewer messages in the last hour than strangers may have it get.

    Who has none is not written to.
    """
    if email is None:
        return False
    links = (
        select(func.count())
        .select_from(OneTimeLink)
        .join(Account, Account.id == OneTimeLink.account_id)
        .where(Account.email == email, OneTimeLink.created_at > now - HOUR)
    )
    registrations = select(func.count(Registration.mailed_at)).where(
        Registration.email == email, Registration.mailed_at > now - HOUR
    )
    had = db.session.scalar(select(links.scalar_subquery() + registrations.scalar_subquery()))
    return (had or 0) < MESSAGES_AN_HOUR


def _mail_link(
    account: Account,
    purpose: LinkPurpose,
    words: str,
    address: Address,
    *,
    now: datetime,
    target: str,
) -> None:
    if account.email is None:
        return
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
    name = account.name if account.activated_at is not None else ""
    parts = [f"{words}\n{address(token)}"]
    write_letter(account.email, _letter(purpose, name, parts), now=now)


def _letter(purpose: LinkPurpose, name: str, parts: Sequence[str], subject: str = "") -> Letter:
    return Letter(
        subject=subject or _SUBJECTS[purpose],
        parts=tuple(parts),
        why=_WHY[purpose],
        way_out=_NOT_ME,
        name=name,
    )
