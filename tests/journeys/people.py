"""Invented people, put into a site's database as a staff list or a registration would."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.enums import EmployeeKind, Role
from lms.accounts.models import Account, EmployeeNumber, RoleGrant
from lms.accounts.passwords import hash_password
from lms.accounts.queries import find_account
from lms.accounts.service import open_device
from lms.cli.demo import PEOPLE
from lms.clock import utc_now
from lms.days import local_day
from lms.db import transaction
from lms.institutions.models import Institution, Posting, PostingSource
from lms.learning.models import ChapterRead, Enrolment
from lms.pocketbooks.models import Chapter, Edition, Module, Pocketbook, Release
from tests.journeys.site import Site

MINISTRY = "Kementerian Contoh A"
PASSWORD = "sepeda-jamu-lentera-4"
SLUG = "nilai-dasar-ham"

_births = count()


@dataclass(frozen=True, slots=True)
class Someone:
    """What a person types about themselves, and their key in the database once they are there."""

    name: str
    number: str
    email: str
    password: str = PASSWORD
    institution: str = MINISTRY
    account_id: int = 0


OFFICER, COORDINATOR, ADMINISTRATOR = (
    Someone(person.name, person.number, person.email, person.password)
    for person in PEOPLE
    if person.role in {Role.HR_OFFICER, Role.COORDINATOR, Role.ADMIN}
)


def invent(name: str = "Siti Rahmawati, S.H.") -> Someone:
    """A person whom no database knows yet; the number is well-formed and can belong to nobody."""
    birth = date(1920, 1, 1) + timedelta(days=next(_births))
    number = f"{birth:%Y%m%d}2099031001"
    return Someone(name, number, f"p{number[:8]}@contoh-a.example")


def settle(
    site: Site,
    person: Someone | None = None,
    *,
    is_confirmed: bool = True,
    role: Role | None = None,
    has_read: bool = False,
) -> Someone:
    """Give a person an account with a password and a place at their institution.

    `has_read`: all chapters too, so that the final quiz is open.
    """
    person = person or invent()
    now = utc_now()
    with site.rows() as session:
        institution = session.scalars(
            select(Institution).where(Institution.name == person.institution)
        ).one()
        account = Account(
            name=person.name,
            email=person.email,
            created_at=now,
            password_hash=_hash(person.password),
            activated_at=now,
        )
        number = EmployeeNumber(
            number=person.number, kind=EmployeeKind.PNS, started_on=local_day(now), account=account
        )
        posting = Posting(
            account=account,
            institution=institution,
            source=PostingSource.STAFF_LIST if is_confirmed else PostingSource.SELF,
            started_on=local_day(now),
            confirmed_at=now if is_confirmed else None,
        )
        session.add_all([account, number, posting])
        if role is not None:
            session.add(
                RoleGrant(role=role, granted_at=now, account=account, institution_id=institution.id)
            )
        if has_read:
            _read_all(session, account)
        session.flush()
        account_id = account.id
    return Someone(
        person.name, person.number, person.email, person.password, person.institution, account_id
    )


def cookie_of(site: Site, person: Someone) -> str:
    """The cookie of a device on which a person is signed in from now on."""
    with site.app.app_context(), transaction():
        account = find_account(person.number)
        assert account is not None
        return open_device(account.id, "the browser of a test", now=utc_now()).token


def _read_all(session: Session, account: Account) -> None:
    now = utc_now()
    edition, module = session.execute(
        select(Edition, Module)
        .join(Release, Release.edition_id == Edition.id)
        .join(Module, Module.current_edition_id == Edition.id)
        .join(Pocketbook, Pocketbook.id == Module.pocketbook_id)
        .where(Pocketbook.slug == SLUG)
        .order_by(Release.id.desc())
        .limit(1)
    ).one()
    enrolment = Enrolment(
        started_at=now, last_activity_at=now, account=account, module=module, edition=edition
    )
    session.add(enrolment)
    session.flush()
    numbers = session.scalars(
        select(Chapter.number)
        .join(Release, Release.id == Chapter.release_id)
        .where(Release.edition_id == edition.id)
        .distinct()
    )
    session.add_all(
        [
            ChapterRead(enrolment_id=enrolment.id, chapter_number=number, read_at=now)
            for number in numbers
        ]
    )


@cache
def _hash(password: str) -> str:
    return hash_password(password)
