"""Use cases of institutions and officers: staff corrected, contacts, exports."""

from datetime import date, datetime

from sqlalchemy import select

from lms.accounts.announcements import PeopleChanged
from lms.accounts.models import Account
from lms.accounts.people import change_number
from lms.accounts.queries import find_number
from lms.accounts.rules import NumberFacts
from lms.announcements import announce
from lms.audit import record
from lms.days import local_day
from lms.db import db
from lms.institutions.claims import find_claim_on_number
from lms.institutions.errors import NoSuchStaff, NotInScope
from lms.institutions.models import Institution, InstitutionKind, Posting
from lms.institutions.reach import holds
from lms.institutions.registry.events import enter_event
from lms.institutions.registry.models import EventKind
from lms.institutions.rules import refuse_own
from lms.institutions.scope import Scope
from lms.institutions.staff_additions import lose_number
from lms.letters import Letter
from lms.mail import write_letter

_OTHER_NUMBER = Letter(
    subject="NIP Anda di SakuHAM diganti",
    parts=(
        (
            "Pengelola kepegawaian instansi Anda mengganti NIP atau NI PPPK yang tercatat pada "
            "akun SakuHAM Anda. Nomor yang lama tetap dapat dipakai untuk masuk. Lihat nomor yang "
            "baru di halaman Akun; bila keliru, beri tahu pengelola itu atau layanan bantuan."
        ),
    ),
    why="Surel ini dikirim karena data akun Anda di SakuHAM berubah.",
)


def save_institution(
    code: str,
    name: str,
    kind: InstitutionKind,
    *,
    time_zone: str = "Asia/Jakarta",
    email_domain: str | None = None,
    now: datetime | None = None,
) -> Institution:
    """Add an institution, or correct the one with this code; without a domain its own stays.

    Another name is a dated event of `now`.
    """
    institution = db.session.scalar(select(Institution).where(Institution.code == code))
    if institution is None:
        institution = Institution(code=code, name=name, kind=kind, time_zone=time_zone)
        db.session.add(institution)
    elif institution.name != name and now is not None:
        enter_event(
            EventKind.RENAMED,
            institution.id,
            on=local_day(now, time_zone),
            actor_id=None,
            now=now,
            before={"name": institution.name},
            after={"name": name},
        )
    institution.name, institution.kind, institution.time_zone = name, kind, time_zone
    institution.email_domain = email_domain or institution.email_domain
    db.session.flush()
    return institution


def correct_staff(
    scope: Scope, posting_id: int, name: str, number: NumberFacts, *, now: datetime
) -> None:
    """Correct the name or the number of one's own confirmed staff; certificates stay as issued.

    The address is not the officer's to change: whoever holds it can choose the password. A number
    that somebody only claims becomes theirs. Who signs in is told that their number is another one,
    by which they and certificates to come are known. Raises NoSuchStaff outside the scope or before
    confirmation, OwnPosting for the officer's own data, and NumberTaken.
    """
    # Whose number it is comes first, as where a staff list adds somebody.
    claim = find_claim_on_number(number.number)
    posting = _hold(scope, posting_id)
    if posting is None or posting.confirmed_at is None or posting.ended_on is not None:
        raise NoSuchStaff
    refuse_own(scope, posting.account_id)
    account = db.session.get_one(Account, posting.account_id)
    account.name = name
    if find_number(account.id) != number.number:
        if claim is not None and claim.account_id != account.id and not claim.is_vouched_for:
            lose_number(claim, now=now)
        change_number(account, number, on=_day_at(posting, now=now))
        if account.activated_at is not None:
            write_letter(account.email, _OTHER_NUMBER, now=now)
    db.session.flush()
    announce(PeopleChanged(account_ids=(account.id,), now=now))
    record("staff.corrected", f"account:{account.id}", actor_id=scope.officer_id, now=now)


def set_contact(scope: Scope, institution_id: int, contact: str, *, now: datetime) -> None:
    """Say where an institution's staff reach its HR office; an empty text takes it back.

    Raises NotInScope for an institution that the asker does not answer for.
    """
    if not scope.covers(institution_id):
        raise NotInScope
    institution = db.session.get_one(Institution, institution_id)
    institution.hr_contact = contact or None
    record(
        "institution.contact_set",
        f"institution:{institution.id}",
        actor_id=scope.officer_id,
        now=now,
    )


def note_export(scope: Scope, file_format: str, *, now: datetime) -> None:
    """Note that an officer takes the list of their people away as a file of this format."""
    ids = sorted(scope.all_institution_ids)
    record(
        "staff.exported",
        "staff",
        actor_id=scope.officer_id,
        now=now,
        form=file_format,
        institution_ids=ids,
    )


def _hold(scope: Scope, posting_id: int) -> Posting | None:
    """Where a person of the scope stands, as whoever decided before has left it.

    Whoever decides about a person holds their account. What they do is noted under their own, and
    so two officers who decide about each other must be able to refer to what the other holds.
    """
    wanted = select(Posting).where(Posting.id == posting_id, holds(scope))
    who = wanted.with_only_columns(Posting.account_id).scalar_subquery()
    db.session.execute(select(Account.id).where(Account.id == who).with_for_update(key_share=True))
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def _day_at(posting: Posting, *, now: datetime) -> date:
    """What day it is where somebody works."""
    institution = db.session.get_one(Institution, posting.institution_id)
    return local_day(now, institution.time_zone)
