"""Mail to staff and officers about confirmations; without anybody's name or number."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import aliased

from lms.accounts.grants import is_in_force
from lms.accounts.mail_preferences import StopAddress, digest_is_due, way_out_of_digests
from lms.accounts.models import Account, MailPreference, RoleGrant
from lms.accounts.permissions import Permission, roles_with
from lms.db import current_connection, db, store_once
from lms.institutions.models import Institution, OfficerNotice, Posting
from lms.institutions.reach import answers
from lms.institutions.scope import Scope
from lms.letters import Letter
from lms.mail import write_letter, write_letters

PAUSE = timedelta(days=1)
_CONFIRMED = Letter(
    subject="Data kepegawaian Anda terkonfirmasi",
    parts=(
        (
            "Instansi Anda mengonfirmasi bahwa Anda pegawainya. Dengan konfirmasi itu sertifikat "
            "Anda dari modul yang diikutkan dapat dihitung dalam capaian nasional."
        ),
    ),
    why="Surel ini dikirim karena data kepegawaian Anda di SakuHAM berubah.",
)
_DECLINED = Letter(
    subject="Data kepegawaian Anda belum cocok",
    parts=(
        (
            "Pengelola kepegawaian menyatakan bahwa Anda tidak tercatat di instansi yang Anda "
            "pilih. Akun dan hasil belajar Anda tetap ada. Hubungi pengelola kepegawaian instansi "
            "Anda bila ini keliru."
        ),
    ),
    why="Surel ini dikirim karena data kepegawaian Anda di SakuHAM berubah.",
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """That people wait for an officer: how many, and which posting is the latest."""

    officer_id: int
    email: str | None
    people_count: int
    posting_id: int


def notify_confirmed(account_id: int, *, now: datetime) -> None:
    """Write a person that their institution vouches for them.

    Whoever has not chosen a password yet is not written to: their message is the way in, and a list
    of ten thousand people is not ten thousand messages more.
    """
    account = db.session.get_one(Account, account_id)
    if account.activated_at is None:
        return
    write_letter(account.email, _CONFIRMED, now=now)


def tell_confirmed(emails: Sequence[str | None], *, now: datetime) -> None:
    """Write the same to many people, each of whom has chosen a password."""
    write_letters([(email, _CONFIRMED) for email in emails], now=now)


def tell_declined(emails: Sequence[str | None], *, now: datetime) -> None:
    """Write many people that an institution does not know them."""
    write_letters([(email, _DECLINED) for email in emails], now=now)


def notify_declined_staff(email: str | None, *, now: datetime) -> None:
    """Write a person that an institution does not know them, and what stays theirs."""
    write_letter(email, _DECLINED, now=now)


def tell_others(
    scope: Scope,
    posting_ids: Collection[int],
    letter: Letter,
    to_coordinators: Callable[[str], Letter],
    *,
    now: datetime,
) -> None:
    """Write those who also answer for where people stand; where nobody else does, coordinators.

    What an officer does that one pair of eyes is too few for, another has heard of. Coordinators
    have no list of staff: their letter, made of the names of the institutions, says what they can
    do.
    """
    officers = set(
        db.session.scalars(
            select(Account.email)
            .join(RoleGrant, RoleGrant.account_id == Account.id)
            .join(Posting, answers())
            .where(
                Posting.id.in_(posting_ids),
                RoleGrant.role.in_(roles_with(Permission.MANAGE_STAFF)),
                is_in_force(now),
                _may_be_told(scope),
            )
        )
    )
    if officers:
        write_letters([(email, letter) for email in sorted(filter(None, officers))], now=now)
        return
    coordinators = set(
        db.session.scalars(
            select(Account.email)
            .join(RoleGrant, RoleGrant.account_id == Account.id)
            .where(
                RoleGrant.role.in_(roles_with(Permission.OVERSEE_CONFIRMATIONS)),
                is_in_force(now),
                _may_be_told(scope),
            )
        )
    )
    letter = to_coordinators(_name_places(posting_ids))
    write_letters([(email, letter) for email in sorted(filter(None, coordinators))], now=now)


def _name_places(posting_ids: Collection[int]) -> str:
    """The institutions of postings, as a sentence about their staff names them."""
    names = db.session.scalars(
        select(Institution.name)
        .join(Posting, Posting.institution_id == Institution.id)
        .where(Posting.id.in_(posting_ids))
        .distinct()
        .order_by(Institution.name)
    )
    return " dan ".join(names) or "yang kini tidak tercatat di instansi mana pun"


def _may_be_told(scope: Scope) -> ColumnElement[bool]:
    """That somebody is not the asker, and has activated an account with an address."""
    return and_(
        Account.id != (scope.officer_id or 0),
        Account.email.is_not(None),
        Account.activated_at.is_not(None),
        Account.closed_at.is_(None),
    )


_TAKEN_BACK = Letter(
    subject="Akun seorang pegawai diambil kembali",
    parts=(
        (
            "Surel akun seorang pegawai dalam daftar Anda diganti lewat daftar pegawai, lalu "
            "pemilik surel yang terdahulu mengambil akunnya kembali. Pastikan siapa pemilik NIP "
            "itu. Bila surelnya tidak dapat Anda ganti lagi, hubungi layanan bantuan SakuHAM: "
            "operator layanan dapat menggantinya."
        ),
    ),
    why="Surel ini dikirim karena Anda bertanggung jawab atas daftar pegawai itu.",
)


def _taken_back(place: str) -> Letter:
    """The same for coordinators."""
    return Letter(
        subject=_TAKEN_BACK.subject,
        parts=(
            (
                f"Surel akun seorang pegawai {place} diganti lewat daftar pegawai, lalu pemilik "
                "surel yang terdahulu mengambil akunnya kembali. Tidak ada pengelola kepegawaian "
                "di sana yang dapat memeriksanya."
            ),
            (
                "Pastikan siapa pemilik akun itu bersama kantornya, yang kontaknya ada di halaman "
                "instansinya, di Instansi, dan bersama operator layanan: log audit menyebut "
                "akunnya, dan operator dapat mengganti surelnya."
            ),
        ),
        why="Surel ini dikirim karena Anda koordinator yang mengawasi konfirmasi pegawai.",
    )


def tell_of_taking_back(account_id: int, *, now: datetime) -> None:
    """Write all who answer for a person that they have taken their account back."""
    postings = db.session.scalars(
        select(Posting.id).where(Posting.account_id == account_id, Posting.ended_on.is_(None))
    )
    nobody = Scope(None, frozenset())
    tell_others(nobody, list(postings), _TAKEN_BACK, _taken_back, now=now)


def list_officers_to_notify(*, now: datetime) -> list[Waiting]:
    """The officers for whom somebody waits and who have not heard of it.

    An officer hears at once of the first one, and then at most once a day, or a week if they have
    wished so, if others have come; one who wished for none hears nothing.
    Those wait who have answered from their mailbox, and nobody waits for themselves.
    """
    officer, person = aliased(Account), aliased(Account)
    notice = OfficerNotice
    is_news = or_(
        notice.account_id.is_(None),
        Posting.id > notice.posting_id,
        person.activated_at > notice.told_at,
    )
    rows = db.session.execute(
        select(officer.id, officer.email, func.count(), func.max(Posting.id))
        .select_from(Posting)
        .join(person, person.id == Posting.account_id)
        .join(
            RoleGrant,
            and_(
                answers(),
                RoleGrant.role.in_(roles_with(Permission.MANAGE_STAFF)),
                RoleGrant.account_id != Posting.account_id,
                is_in_force(now),
            ),
        )
        .join(officer, officer.id == RoleGrant.account_id)
        .outerjoin(notice, notice.account_id == officer.id)
        .outerjoin(MailPreference, MailPreference.account_id == officer.id)
        .where(Posting.confirmed_at.is_(None), Posting.ended_on.is_(None))
        .where(person.activated_at.is_not(None), officer.activated_at.is_not(None))
        .where(officer.email.is_not(None))
        .where(digest_is_due(notice.told_at, now=now))
        .group_by(officer.id, officer.email)
        .having(func.count().filter(is_news) > 0)
        .order_by(officer.id)
    )
    return [Waiting(*row) for row in rows]


def notify_officer(
    waiting: Waiting, address: str, stop_address: StopAddress, *, now: datetime
) -> bool:
    """Write an officer that people wait; False if another process has just done it.

    `address` is the page where they wait.
    """
    if not _note(waiting, now=now):
        return False
    letter = Letter(
        subject="Ada yang menunggu konfirmasi Anda",
        parts=(
            (
                f"{waiting.people_count} orang menyatakan bekerja di instansi Anda dan menunggu "
                f"konfirmasi Anda:\n{address}"
            ),
            "Sertifikat mereka baru dihitung sesudah Anda mengonfirmasinya.",
        ),
        why="Surel ini dikirim karena Anda pengelola kepegawaian instansi itu.",
        way_out=way_out_of_digests(stop_address(waiting.officer_id)),
        stop_url=stop_address(waiting.officer_id),
    )
    write_letter(waiting.email, letter, now=now)
    return True


def _note(waiting: Waiting, *, now: datetime) -> bool:
    row = {"account_id": waiting.officer_id, "posting_id": waiting.posting_id, "told_at": now}
    if store_once(OfficerNotice, row, current_connection()):
        return True
    renewed = current_connection().execute(
        update(OfficerNotice)
        .where(OfficerNotice.account_id == waiting.officer_id)
        .where(OfficerNotice.told_at <= now - PAUSE)
        .values(posting_id=waiting.posting_id, told_at=now)
    )
    return renewed.rowcount == 1
