"""Invented people for development: one account for every role, and a staff list to look at."""

from dataclasses import dataclass
from datetime import datetime

from lms.accounts.enums import Role
from lms.accounts.passwords import hash_password
from lms.accounts.people import create_account, grant_role
from lms.accounts.queries import find_account
from lms.accounts.rules import read_employee_number
from lms.clock import utc_now
from lms.db import read_only
from lms.institutions.models import Institution, InstitutionKind, PostingSource
from lms.institutions.postings import add_posting
from lms.institutions.service import save_institution

INSTITUTIONS = (
    ("CONTOH-A", "Kementerian Contoh A", InstitutionKind.MINISTRY, "Asia/Jakarta"),
    ("CONTOH-B", "Pemerintah Provinsi Contoh Utara", InstitutionKind.PROVINCE, "Asia/Makassar"),
    ("CONTOH-C", "Pemerintah Kabupaten Contoh Jaya", InstitutionKind.REGENCY, "Asia/Jayapura"),
    ("CONTOH-D", "Pemerintah Kota Contoh Asri", InstitutionKind.CITY, "Asia/Jakarta"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person; the number is well-formed and can belong to nobody."""

    label: str
    name: str
    number: str
    email: str
    password: str
    institution_code: str
    role: Role | None = None
    is_national: bool = False


PEOPLE = (
    Person("peserta (learner)", "Sumirah, S.Pd.", "190501172099032001",
           "sumirah@contoh-a.example", "melati-kursi-hujan-7", "CONTOH-A"),
    Person("penulis (author)", "Nur'aini Lubis, M.Si.", "190703212098052002",
           "nuraini@contoh-a.example", "kertas-pagi-danau-3", "CONTOH-A", Role.AUTHOR,
           is_national=True),
    Person("penelaah (reviewer)", "Yohanes Wanggai, S.H.", "191105092097011001",
           "yohanes@contoh-c.example", "perahu-lampu-kopi-5", "CONTOH-C", Role.REVIEWER,
           is_national=True),
    Person("pengelola kepegawaian (HR officer)", "I Gusti Ayu Ratna Dewi, S.Sos.",
           "190812242096102001", "ratna@contoh-a.example", "jendela-batu-sawah-9", "CONTOH-A",
           Role.HR_OFFICER),
    Person("koordinator (coordinator)", "Baharuddin Daeng Situju, M.A.", "190606142095041003",
           "baharuddin@contoh-b.example", "gunung-teh-sepeda-2", "CONTOH-B", Role.COORDINATOR,
           is_national=True),
    Person("administrator (admin)", "Marlina Sihombing", "191209302099072004",
           "marlina@contoh-d.example", "pasar-bambu-angin-8", "CONTOH-D", Role.ADMIN,
           is_national=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The people who may be signed in as."""

    people: tuple[Person, ...]

    def lines(self) -> list[str]:
        """A line a person: role, number, password."""
        width = max(len(person.label) for person in self.people)
        return [
            f"{person.label:<{width}}  {person.number}  {person.password}" for person in self.people
        ]


def demonstrate() -> Demonstration:
    """Make the invented institutions and people that are not there yet.

    To be called before anything is stored: passwords are hashed while nobody's writes wait.
    """
    now = utc_now()
    with read_only():
        missing = [person for person in PEOPLE if find_account(person.number) is None]
    hashes = [hash_password(person.password) for person in missing]
    institutions = {
        code: save_institution(
            code, name, kind, time_zone=time_zone, email_domain=f"{code.lower()}.example"
        )
        for code, name, kind, time_zone in INSTITUTIONS
    }
    for person, password_hash in zip(missing, hashes, strict=True):
        _create(person, password_hash, institutions[person.institution_code], now=now)
    return Demonstration(PEOPLE)


def _create(person: Person, password_hash: str, institution: Institution, *, now: datetime) -> None:
    account = create_account(
        person.name, person.email, read_employee_number(person.number), now=now
    )
    account.password_hash = password_hash
    account.activated_at = now
    add_posting(account, institution, PostingSource.STAFF_LIST, now=now, confirmed_at=now)
    if person.role is not None:
        institution_id = None if person.is_national else institution.id
        grant_role(account, person.role, institution_id, now=now)
