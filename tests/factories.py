"""Builds what a test is about, through the real services, and hands out plain values.

Each call is stored before it returns, so that requests, threads and commands see it. What comes
back are frozen values that outlive every session; a test that wants a row asks for it.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random

from argon2 import PasswordHasher
from flask import Flask, has_app_context
from sqlalchemy import insert, select, update

from lms.accounts.announcements import PeopleChanged
from lms.accounts.enums import Role
from lms.accounts.models import Account
from lms.accounts.people import change_number, create_account, grant_role
from lms.accounts.principal import Principal
from lms.accounts.queries import get_principal
from lms.accounts.rules import read_employee_number
from lms.accounts.service import open_device
from lms.announcements import announce
from lms.assignments.service import AssignmentWish, assign_to_place
from lms.authoring.folder import read_folder
from lms.authoring.rendered_source import RenderedSource, render_source
from lms.authoring.source.tree import SourceTree
from lms.certificates.codes import new_code
from lms.certificates.correction_requests import Wish, ask_correction
from lms.certificates.enums import CauseKind, CorrectableFact, RevocationGround
from lms.certificates.facts import FACT_NAMES, CertificateFacts
from lms.certificates.holders import get_holder
from lms.certificates.models import Certificate, LedgerEntry, LedgerKind
from lms.certificates.numbers import NumberPattern
from lms.certificates.service import (
    reinstate_certificate,
    replace_certificate,
    revoke_certificate,
)
from lms.days import local_day
from lms.db import db
from lms.institutions.announcements import PostingsChanged
from lms.institutions.decisions.service import confirm_staff
from lms.institutions.models import Institution, InstitutionKind, Posting, PostingSource
from lms.institutions.reach import scope_of
from lms.institutions.scope import Scope
from lms.institutions.service import save_institution
from lms.institutions.staff_lists.previews import previews_of
from lms.institutions.staff_lists.service import keep_list
from lms.institutions.staff_lists.sheets import read_list
from lms.learning.attempts import save_answer, start_attempt, submit_attempt
from lms.learning.models import Attempt
from lms.learning.service import finish_chapter, take_answer_sheet
from lms.pocketbooks.models import Edition
from lms.pocketbooks.publication import publish_rendered_source
from lms.pocketbooks.queries import get_book
from lms.pocketbooks.question_bank import list_keys
from lms.programmes.service import open_national_programme
from tests.pocketbooks import Source, write_pocketbook

PASSWORD = "perahu-lampu-kopi-sawah-4"
TODAY = date(2026, 5, 20)
"""The day of the tests' moment, in the register's zone."""
REASON = "Keliru menulis nama pemegang."
PATTERN = NumberPattern("HAM.{module}/{serial:06d}/{year}")


@dataclass(frozen=True, slots=True)
class InstitutionRef:
    """An institution that was stored."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, and the roles and the posting they were made with."""

    id: int
    name: str
    number: str
    email: str
    posting_id: int | None
    institution: InstitutionRef | None
    grants: frozenset[tuple[Role, int | None]]

    @property
    def scope(self) -> Scope:
        """What the person may see as HR officer."""
        own = {
            institution
            for role, institution in self.grants
            if role is Role.HR_OFFICER and institution
        }
        return Scope(self.id, frozenset(own))

    @property
    def principal(self) -> Principal:
        """The person as a request knows them."""
        return Principal(self.id, self.name, self.grants)


@dataclass(frozen=True, slots=True)
class Book:
    """A published pocketbook: its source, its folder, and the release that it became."""

    source: Source
    folder: Path
    slug: str
    module_id: int
    edition_id: int
    release_id: int
    release_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """An attempt at a final quiz: `right` are the right positions shown, by question."""

    id: int
    token: str
    book: Book
    person: Person
    right: dict[int, list[int]]
    question_ids: dict[int, int]

    @property
    def wrong(self) -> dict[int, list[int]]:
        """One choice of each question that is not right by itself."""
        return {
            position: [next(choice for choice in range(3) if choice not in right)]
            for position, right in self.right.items()
        }


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate that was issued for a passed quiz."""

    id: int
    code: str
    number: str
    person: Person
    book: Book


@cache
def hash_of(password: str) -> str:
    """A password's hash, made once for all tests, and quick to compare with.

    What a guess costs is the subject of few tests, and those hash by themselves.
    """
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


_rendered_sources: dict[object, RenderedSource] = {}


def rendered_source_of(tree: SourceTree, today: date) -> RenderedSource:
    """A source's pages, made once for all tests: most of them publish the same pocketbook."""
    parts = (tuple(sorted(each.items())) for each in (tree.files, tree.unread, tree.beside))
    key = (tree.slug, today, *parts)
    if key not in _rendered_sources:
        _rendered_sources[key] = render_source(tree, today=today)
    return _rendered_sources[key]


class Factory:
    """Builds rows: make.learner(), make.book(chapters=3), make.certificate(), …"""

    def __init__(self, app: Flask, folder: Path, now: datetime) -> None:
        self.app = app
        self.folder = folder
        self.now = now
        self.today = local_day(now)
        self.count_made = 0
        self._waits = False
        self._random = Random(20260520)  # noqa: S311 - the same draws in every run

    @contextmanager
    def inside(self) -> Iterator[None]:
        """A context of the application for a while, unless the test stands in one."""
        if has_app_context():
            yield
            return
        with self.app.app_context():
            yield

    @contextmanager
    def _stored(self) -> Iterator[None]:
        with self.inside():
            yield
            if not self._waits:
                db.session.commit()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Store everything built inside in one transaction: for many rows."""
        with self._stored():
            self._waits = True
            try:
                yield
            finally:
                self._waits = False

    def _next(self) -> int:
        self.count_made += 1
        return self.count_made

    def employee_number(self, *, is_pppk: bool = False) -> str:
        """A number that is well-formed and can belong to nobody (born 1905, appointed 2099)."""
        middle = "209921" if is_pppk else "209903"
        return f"19050117{middle}1{self._next():03}"

    # People and institutions

    def institution(self, name: str | None = None, *, zone: str = "Asia/Jakarta") -> InstitutionRef:
        """A public body of the example land."""
        count = self._next()
        with self._stored():
            row = save_institution(
                f"CONTOH-{count}",
                name or f"Pemerintah Kabupaten Contoh Jaya {count}",
                InstitutionKind.REGENCY,
                time_zone=zone,
            )
            return InstitutionRef(row.id, row.code, row.name)

    def learner(
        self,
        name: str | None = None,
        *,
        at: InstitutionRef | None = None,
        confirmed: bool = True,
        number: str | None = None,
        email: str | None = None,
        password: str | None = None,
        roles: tuple[tuple[Role, InstitutionRef | None], ...] = (),
        is_pppk: bool = False,
    ) -> Person:
        """A person; at an institution if one is given, with a password only if one is given."""
        number = number or self.employee_number(is_pppk=is_pppk)
        with self._stored():
            account = create_account(
                name or f"Peserta {self._next()}",
                email or f"pegawai-{self._next()}@contoh-a.example",
                read_employee_number(number),
                now=self.now,
            )
            if password is not None:
                account.password_hash = hash_of(password)
                account.activated_at = self.now
            posting = self._posting(account, at, confirmed=confirmed) if at else None
            for role, institution in roles:
                grant_role(account, role, institution.id if institution else None, now=self.now)
            db.session.flush()
            return Person(
                account.id,
                account.name,
                number,
                account.email or "",
                posting.id if posting else None,
                at,
                frozenset(
                    (role, institution.id if institution else None) for role, institution in roles
                ),
            )

    def officer(
        self,
        name: str | None = None,
        *,
        at: InstitutionRef,
        password: str | None = None,
        number: str | None = None,
        email: str | None = None,
    ) -> Person:
        """An HR officer of an institution."""
        return self.learner(
            name,
            at=at,
            password=password,
            number=number,
            email=email,
            roles=((Role.HR_OFFICER, at),),
        )

    def coordinator(self, name: str | None = None) -> Person:
        """Somebody who keeps the national register."""
        return self.learner(name, roles=((Role.COORDINATOR, None),))

    def admin(self, name: str | None = None) -> Person:
        """An administrator."""
        return self.learner(name, roles=((Role.ADMIN, None),))

    def confirm(self, person: Person) -> None:
        """Have the person's institution vouch for them."""
        assert person.institution is not None
        assert person.posting_id is not None
        scope = Scope(None, frozenset({person.institution.id}))
        with self._stored():
            confirm_staff(scope, person.posting_id, now=self.now)

    def rename(self, person: Person, name: str) -> None:
        """Change the name on a person's account."""
        with self._stored():
            db.session.execute(update(Account).where(Account.id == person.id).values(name=name))
            self._changed(person)

    def renumber(self, person: Person, number: str) -> None:
        """Give a person another number, as the contract of a PPPK does."""
        with self._stored():
            change_number(
                db.session.get_one(Account, person.id),
                read_employee_number(number),
                on=self.today,
            )
            self._changed(person)

    def _changed(self, person: Person) -> None:
        announce(PeopleChanged(account_ids=(person.id,), now=self.now))

    def move(self, person: Person, to: InstitutionRef, *, confirmed: bool = True) -> None:
        """Have a person work elsewhere from today."""
        with self._stored():
            db.session.execute(
                update(Posting)
                .where(Posting.account_id == person.id, Posting.ended_on.is_(None))
                .values(ended_on=self.today)
            )
            self._posting(db.session.get_one(Account, person.id), to, confirmed=confirmed)

    def device(self, person: Person, user_agent: str = "", *, at: datetime | None = None) -> str:
        """Sign a person in on one more device; gives the token of its cookie."""
        with self._stored():
            return open_device(person.id, user_agent, now=at or self.now).token

    def _posting(
        self, account: Account, institution: InstitutionRef, *, confirmed: bool
    ) -> Posting:
        posting = Posting(
            account=account,
            institution=db.session.get_one(Institution, institution.id),
            source=PostingSource.STAFF_LIST if confirmed else PostingSource.SELF,
            started_on=self.today,
            confirmed_at=self.now if confirmed else None,
        )
        db.session.add(posting)
        db.session.flush()
        announce(PostingsChanged(account_ids=(account.id,), now=self.now))
        return posting

    def assignment(
        self, officer: Person, book: Book, *, at: datetime | None = None, days: int = 30
    ) -> int:
        """Have an officer ask a book of everybody at their institution; the assignment's key."""
        assert officer.institution is not None
        moment = at or self.now
        due_on = moment.date() + timedelta(days=days)
        wish = AssignmentWish(book.module_id, due_on, "Demi akreditasi.")
        place = officer.institution.id
        with self._stored():
            return assign_to_place(officer.scope, place, None, wish, now=moment).id

    # Pocketbooks

    def programme(self, *, starts_on: date = date(2025, 1, 1)) -> None:
        """The national programme, counting every module that is published by now."""
        with self._stored():
            open_national_programme(starts_on=starts_on, now=self.now)

    def book(
        self,
        slug: str = "nilai-contoh",
        *,
        chapters: int = 2,
        bank: int = 6,
        objectives: int = 0,
        source: Source | None = None,
        counted: bool = True,
    ) -> Book:
        """Write a small pocketbook, publish it, and have the national programme count it."""
        if source is None:
            number = self._next()
            source = Source(
                slug=slug,
                code="UJI-01" if slug == "nilai-contoh" else f"UJI-{number + 10}",
                chapters=chapters,
                bank=bank,
                objectives=objectives,
            )
        folder = write_pocketbook(self.folder / source.slug, source)
        book = self.publish(folder, source)
        if counted:
            self.programme()
        return book

    def publish(
        self,
        folder: Path,
        source: Source,
        *,
        as_edition: bool = False,
        at: datetime | None = None,
    ) -> Book:
        """Publish a folder as it stands."""
        with self._stored():
            moment = at or self.now
            rendered = rendered_source_of(read_folder(folder), local_day(moment))
            made = publish_rendered_source(rendered, as_edition=as_edition, now=moment)
            page = get_book(made.slug)
            return Book(
                source,
                folder,
                made.slug,
                page.module_id,
                page.edition_id,
                page.release_id,
                page.release_name,
                page.sha256,
            )

    def revise(
        self, book: Book, *, as_edition: bool = False, at: datetime | None = None, **changes: object
    ) -> Book:
        """Publish a book's source with changes."""
        source = replace(book.source, **changes)  # type: ignore[arg-type]  # fields of Source
        return self.publish(
            write_pocketbook(book.folder, source), source, as_edition=as_edition, at=at
        )

    # Learning

    def reading(
        self, person: Person, book: Book, chapters: int, *, at: datetime | None = None
    ) -> None:
        """Have a person read the first chapters of a book to their end."""
        with self._stored():
            for number in range(1, chapters + 1):
                finish_chapter(person.id, book.slug, number, now=at or self.now)

    def enrolment(
        self, person: Person, book: Book | None = None, *, completed_at: datetime | None = None
    ) -> None:
        """Have a person take a book up; with a moment, have them complete it then."""
        book = book or self.book()
        if completed_at is not None:
            self.certificate(person, book, at=completed_at)
        else:
            self.reading(person, book, 1)

    def attempt(
        self, person: Person | None = None, book: Book | None = None, *, at: datetime | None = None
    ) -> Sitting:
        """An open attempt of somebody who has read every chapter."""
        person = person or self.learner(at=self.institution())
        book = book or self.book()
        moment = at or self.now
        self.reading(person, book, book.source.chapters, at=moment)
        with self._stored():
            token = start_attempt(person.id, book.slug, self._random, now=moment)
        return self.sitting(person, book, token)

    def sitting(self, person: Person, book: Book, token: str) -> Sitting:
        """What an attempt asks, and its key."""
        with self.inside():
            row = db.session.execute(
                select(Attempt.id, Attempt.release_id, Attempt.questions).where(
                    Attempt.token == token
                )
            ).one()
            ids = {at: each["question_id"] for at, each in enumerate(row.questions, start=1)}
            keys = list_keys(row.release_id)
            right = {
                position: sorted(
                    frozen["order"].index(index) for index in keys[frozen["question_id"]].right
                )
                for position, frozen in enumerate(row.questions, start=1)
            }
            db.session.commit()
            return Sitting(row.id, token, book, person, right, ids)

    def answers(
        self, sitting: Sitting, answers: dict[int, list[int]], *, at: datetime | None = None
    ) -> None:
        """Save answers, by position."""
        with self._stored():
            for position, choices in answers.items():
                save_answer(
                    sitting.person.id, sitting.token, position, choices, 1, now=at or self.now
                )

    def submit(self, sitting: Sitting, *, at: datetime | None = None) -> None:
        """Hand an attempt in."""
        with self._stored():
            submit_attempt(sitting.person.id, sitting.token, now=at or self.now)

    def passed(
        self, person: Person | None = None, book: Book | None = None, *, at: datetime | None = None
    ) -> Sitting:
        """An attempt with every answer right, handed in."""
        sitting = self.attempt(person, book, at=at)
        self.answers(sitting, sitting.right, at=at)
        self.submit(sitting, at=at)
        return sitting

    def not_passed(
        self, person: Person | None = None, book: Book | None = None, *, at: datetime | None = None
    ) -> Sitting:
        """An attempt with every answer wrong, handed in."""
        sitting = self.attempt(person, book, at=at)
        self.answers(sitting, sitting.wrong, at=at)
        self.submit(sitting, at=at)
        return sitting

    def answer_sheet(self, person: Person, book: Book) -> None:
        """Have a person take a book's answer sheet, as an author whatever their roles."""
        author = replace(person.principal, grants=frozenset({(Role.AUTHOR, None)}))
        with self._stored():
            take_answer_sheet(author, book.slug, now=self.now)

    # Certificates

    def certificate(
        self,
        person: Person | None = None,
        book: Book | None = None,
        *,
        at: datetime | None = None,
    ) -> Issued:
        """A certificate, earned: chapters read, quiz passed."""
        sitting = self.passed(person, book, at=at)
        return self.issued(sitting)

    def issued(self, sitting: Sitting) -> Issued:
        """The certificate that a passed attempt has brought."""
        with self.inside():
            row = db.session.scalars(
                select(Certificate)
                .where(Certificate.attempt_id == sitting.id)
                .order_by(Certificate.id)
                .limit(1)
            ).one()
            issued = Issued(row.id, row.code, row.number, sitting.person, sitting.book)
            db.session.commit()
            return issued

    def attendance(self, person: Person, *, event: int = 1, number: str | None = None) -> str:
        """A certificate of another cause than a quiz: that somebody was at an event; its code."""
        with self._stored():
            holder = get_holder(person.id)
            facts = CertificateFacts(
                code=new_code(),
                number=number or f"HAM.00/{self._next():06}/2026",
                holder_name=holder.name,
                employee_number=holder.employee_number,
                institution_name=holder.institution_name,
                was_confirmed=holder.is_confirmed,
                cause_kind=CauseKind.ATTENDANCE,
                title="Seminar Hak atas Informasi",
                theme="",
                pocketbook_code=None,
                edition_name=None,
                release_name=None,
                release_sha256=None,
                credit_hours=3,
                completed_on=self.today,
                issued_at=self.now,
                template_version=3,
                saw_key=False,
            )
            values = {name: getattr(facts, name) for name in FACT_NAMES} | {
                "account_id": person.id,
                "institution_id": holder.institution_id,
                "cause_id": event,
            }
            made = insert(Certificate).values(values).returning(Certificate.id)
            certificate_id = db.session.execute(made).scalar_one()
            db.session.add(
                LedgerEntry(
                    kind=LedgerKind.ISSUED, certificate_id=certificate_id, entered_at=self.now
                )
            )
            return facts.code

    def revoke(
        self,
        issued: Issued | str,
        *,
        by: Person | None = None,
        ground: RevocationGround = RevocationGround.MISTAKE,
    ) -> None:
        """Take a certificate out of force."""
        actor = by or self.coordinator()
        code = issued if isinstance(issued, str) else issued.code
        with self._stored():
            revoke_certificate(code, ground, REASON, actor.id, now=self.now)

    def correction_request(
        self, issued: Issued, fact: CorrectableFact = CorrectableFact.NAME, wanted: str = "Lain"
    ) -> int:
        """Have the holder of a certificate ask for its correction; gives the request's key."""
        with self._stored():
            wish = Wish(fact, wanted, REASON)
            return ask_correction(issued.person.id, issued.code, wish, now=self.now)

    def staff_list(
        self, officer: Person, content: bytes = b"Nama;NIP;Surel\nSri Uji;123;sri@contoh.example\n"
    ) -> int:
        """Have an officer upload a list, whose columns are not confirmed; gives its key."""
        with self._stored():
            principal = get_principal(officer.id)
            institution_id = min(scope_of(principal).all_institution_ids)
            file = BytesIO(content)
            with closing(read_list(file)) as sheet:
                previews = previews_of(sheet)
            return keep_list(
                principal,
                file,
                "daftar.csv",
                previews,
                institution_id,
                now=self.now,
                store=lambda work: work(),
            )

    def reinstate(self, issued: Issued | str, *, by: Person | None = None) -> None:
        """Withdraw the revocation of a certificate."""
        actor = by or self.coordinator()
        code = issued if isinstance(issued, str) else issued.code
        with self._stored():
            reinstate_certificate(code, REASON, actor.id, now=self.now)

    def replace(self, issued: Issued | str, *, by: Person | None = None) -> str:
        """Issue a corrected certificate instead of one; gives the new code."""
        actor = by or self.coordinator()
        code = issued if isinstance(issued, str) else issued.code
        with self._stored():
            return replace_certificate(code, REASON, PATTERN, actor.id, now=self.now)

    # What is stored

    def count(self, model: type) -> int:
        """How many rows a table has."""
        with self.inside():
            number = len(db.session.execute(select(model)).all())
            db.session.commit()
            return number

    def edition_name(self, edition_id: int) -> str:
        """An edition as it is cited."""
        with self.inside():
            name = db.session.get_one(Edition, edition_id).name
            db.session.commit()
            return name


def later(moment: datetime, *, minutes: int = 0, days: int = 0) -> datetime:
    """A moment after another."""
    return moment + timedelta(minutes=minutes, days=days)
