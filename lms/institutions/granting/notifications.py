"""Mail about roles: to who holds one, to who granted it, and to who holds the same one there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select

from lms.accounts.enums import Role
from lms.accounts.grants import is_in_force
from lms.accounts.models import Account, RoleGrant
from lms.accounts.queries import get_account
from lms.days import write_day
from lms.db import db
from lms.institutions.models import Institution, Unit
from lms.letters import Letter
from lms.mail import write_letter, write_letters

NAMES: Final[Mapping[Role, str]] = {
    Role.AUTHOR: "penulis",
    Role.REVIEWER: "penelaah",
    Role.HR_OFFICER: "pengelola kepegawaian",
    Role.COORDINATOR: "koordinator",
    Role.ADMIN: "administrator",
}
_WHY: Final = "Surel ini dikirim karena peran Anda di SakuHAM berubah."
_WHY_COLLEAGUE: Final = "Surel ini dikirim karena Anda memegang peran yang sama di sana."


def tell_granted(grant: RoleGrant, address: str, *, now: datetime) -> None:
    """Tell a person that they hold a role, and who holds the same there that they have another."""
    role = _words_of(grant)
    letter = Letter(
        subject="Anda menerima peran di SakuHAM",
        parts=(
            f"Anda kini {role}, {_until(grant)}.",
            f"Yang dapat Anda lakukan ada di halaman Akun dan di sini:\n{address}",
            "Bila menurut Anda ini keliru, hubungi layanan bantuan: peran dapat ditarik kembali.",
        ),
        why=_WHY,
    )
    write_letter(get_account(grant.account_id).email, letter, now=now)
    told = Letter(
        subject="Ada rekan baru dengan peran Anda di SakuHAM",
        parts=(
            f"Seseorang kini {role}, {_until(grant)}. Lihat siapa:\n{address}",
            "Bila Anda tidak mengetahuinya, tanyakan kepada rekan Anda atau layanan bantuan.",
        ),
        why=_WHY_COLLEAGUE,
    )
    write_letters([(email, told) for email in _list_colleagues(grant, now=now)], now=now)


def tell_changed(grant: RoleGrant, *, now: datetime) -> None:
    """Tell a person that their role has another last day."""
    letter = Letter(
        subject="Masa peran Anda di SakuHAM berubah",
        parts=(f"Peran Anda sebagai {_words_of(grant)} berlaku {_until(grant)}.",),
        why=_WHY,
    )
    write_letter(get_account(grant.account_id).email, letter, now=now)


def tell_withdrawn(grant: RoleGrant, *, now: datetime) -> None:
    """Tell a person that a role was taken back, and who holds the same one there; before it is."""
    role = _words_of(grant)
    letter = Letter(
        subject="Peran Anda di SakuHAM ditarik",
        parts=(
            f"Anda bukan lagi {role}. Akun, hasil belajar, dan sertifikat Anda tetap ada.",
            "Bila menurut Anda ini keliru, hubungi layanan bantuan.",
        ),
        why=_WHY,
    )
    write_letter(get_account(grant.account_id).email, letter, now=now)
    told = Letter(
        subject="Peran seorang rekan Anda di SakuHAM ditarik",
        parts=(f"Seseorang bukan lagi {role}.",),
        why=_WHY_COLLEAGUE,
    )
    write_letters([(email, told) for email in _list_colleagues(grant, now=now)], now=now)


def tell_ending(grant: RoleGrant, *, now: datetime) -> None:
    """Tell a person, and who granted it, that a role ends soon."""
    role, until = _words_of(grant), _until(grant)
    own = Letter(
        subject="Peran Anda di SakuHAM segera berakhir",
        parts=(
            f"Peran Anda sebagai {role} berlaku {until}. Lalu halamannya tertutup bagi Anda.",
            "Bila masih diperlukan, minta yang memberikannya untuk memperpanjangnya.",
        ),
        why=_WHY,
    )
    account = get_account(grant.account_id)
    write_letter(account.email, own, now=now)
    if grant.granter_id is None:
        return
    granter = Letter(
        subject="Peran yang Anda berikan segera berakhir",
        parts=(
            (
                f"Peran {account.name} sebagai {role} berlaku {until}. Anda dapat "
                "memperpanjangnya di halaman peran."
            ),
        ),
        why="Surel ini dikirim karena Anda yang memberikan peran itu.",
    )
    write_letter(get_account(grant.granter_id).email, granter, now=now)


def _list_colleagues(grant: RoleGrant, *, now: datetime) -> list[str]:
    """The addresses of who holds the same role at that place or above it, by address."""
    statement = (
        select(Account.email)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.role == grant.role,
            RoleGrant.institution_id.is_not_distinct_from(grant.institution_id),
            or_(RoleGrant.unit_id.is_(None), RoleGrant.unit_id == grant.unit_id),
            RoleGrant.account_id != grant.account_id,
            is_in_force(now),
            Account.email.is_not(None),
            Account.activated_at.is_not(None),
            Account.closed_at.is_(None),
        )
        .distinct()
        .order_by(Account.email)
    )
    return [email for email in db.session.scalars(statement) if email is not None]


def _words_of(grant: RoleGrant) -> str:
    """Such as: pengelola kepegawaian Dinas Contoh, Kota Contoh."""
    name = NAMES[grant.role]
    if grant.institution_id is None:
        return name
    institution = db.session.get_one(Institution, grant.institution_id).name
    if grant.unit_id is None:
        return f"{name} {institution}"
    return f"{name} {db.session.get_one(Unit, grant.unit_id).name}, {institution}"


def _until(grant: RoleGrant) -> str:
    if grant.ends_on is None:
        return "tanpa hari terakhir"
    return f"sampai dengan {write_day(grant.ends_on)}"
