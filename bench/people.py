"""Learners as far as a measurement needs them, made by the same services as real ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random

from flask import Flask
from sqlalchemy import delete, select, update

from bench.nation import FIRST, multiply_person
from lms.accounts.enums import Role
from lms.accounts.passwords import hash_password
from lms.accounts.people import grant_role
from lms.accounts.queries import get_account
from lms.accounts.rules import read_employee_number
from lms.accounts.service import open_device
from lms.addresses import link_address
from lms.certificates.models import Certificate
from lms.certificates.own_certificates import find_own_certificate
from lms.clock import utc_now
from lms.days import local_day
from lms.db import current_connection, db, transaction
from lms.institutions.models import Institution, InstitutionKind, Posting
from lms.institutions.scope import Scope
from lms.institutions.service import save_institution
from lms.institutions.staff_additions import add_staff
from lms.learning.attempts import save_answers, start_attempt, submit_attempt
from lms.learning.models import Attempt
from lms.learning.service import finish_chapter
from lms.pocketbooks.queries import get_book
from lms.pocketbooks.question_bank import list_keys
from lms.transparency.models import UnloggedEntry

PASSWORD = "perahu-lampu-sawah-41"
SLUG = "nilai-dasar-ham"
AGENT = "Mozilla/5.0 (Linux; Android 14)"


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody who can be signed in as: by number and password, or by a device's cookie."""

    account_id: int
    number: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """A learner with an open attempt; `right` holds the right choices by position, as shown."""

    learner: Learner
    token: str
    right: dict[int, list[int]]


class People:
    """Makes learners, confirmed staff of one institution, each as new as the last."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._numbers = count(1)
        self._random = Random(2026)  # noqa: S311 - the same draw in every run
        with app.app_context():
            self._password_hash = hash_password(PASSWORD)

    @property
    def database_version(self) -> str:
        """The version of the database that the app is connected to."""
        with self._app.app_context():
            return ".".join(map(str, current_connection().dialect.server_version_info or ()))

    def learner(self) -> Learner:
        """A person on a staff list who has activated the account and is signed in."""
        with self._app.test_request_context(), transaction():
            return self._create(utc_now())

    def reader(self) -> Learner:
        """A learner in the middle of the pocketbook: two chapters read."""
        return self._who_has_read(2)

    def sitting(self, *, answered: bool) -> Sitting:
        """A learner who has read everything and begun the quiz, all of it answered or nothing."""
        learner = self._who_has_read(None)
        with self._app.test_request_context(), transaction():
            now = utc_now()
            token = start_attempt(learner.account_id, SLUG, self._random, now=now)
            right = _right_choices(token)
            if answered:
                save_answers(learner.account_id, token, right, now=now)
        return Sitting(learner, token, right)

    def holder(self) -> tuple[Learner, str]:
        """A learner who has passed, with the code of the certificate."""
        sitting = self.sitting(answered=True)
        account_id = sitting.learner.account_id
        with self._app.test_request_context(), transaction():
            now = utc_now()
            submit_attempt(account_id, sitting.token, now=now)
            edition_id = get_book(SLUG).edition_id
            own = find_own_certificate(account_id, edition_id, today=local_day(now))
        assert own is not None  # noqa: S101 - all answers were right
        return sitting.learner, own.code

    def officer(self) -> Learner:
        """An HR officer of the institution at which everybody works."""
        with self._app.test_request_context(), transaction():
            now = utc_now()
            officer = self._create(now)
            institution = _institution()
            account = get_account(officer.account_id)
            grant_role(account, Role.HR_OFFICER, institution.id, now=now)
        return officer

    def make_strangers(self, count: int) -> None:
        """Fill the country with so many people of another institution, each with a certificate."""
        _, code = self.holder()
        with self._app.test_request_context(), transaction():
            elsewhere = save_institution("LAIN", "Kementerian Lain", InstitutionKind.MINISTRY)
            one = db.session.scalars(select(Certificate).filter_by(code=code)).one()
            db.session.execute(
                update(Posting)
                .where(Posting.account_id == one.account_id)
                .values(institution_id=elsewhere.id)
            )
            multiply_person(one.id, count)
            # Nobody is to log them beside what is measured; `measure_log` does, later.
            db.session.execute(delete(UnloggedEntry).where(UnloggedEntry.ledger_entry_id >= FIRST))

    def right_choices(self, token: str) -> dict[int, list[int]]:
        """The right choices of any open attempt, as shown; the server's pages do not tell them."""
        with self._app.app_context():
            return _right_choices(token)

    def ready(self, count: int) -> list[Learner]:
        """So many learners who have read everything and not begun, stored together."""
        with self._app.test_request_context(), transaction():
            return [self._create_reader(None) for _ in range(count)]

    def _who_has_read(self, chapters: int | None) -> Learner:
        with self._app.test_request_context(), transaction():
            return self._create_reader(chapters)

    def _create_reader(self, chapters: int | None) -> Learner:
        now = utc_now()
        learner = self._create(now)
        for line in get_book(SLUG).chapters[:chapters]:
            finish_chapter(learner.account_id, SLUG, line.number, now=now)
        return learner

    def _create(self, now: datetime) -> Learner:
        institution = _institution()
        scope = Scope(officer_id=None, institution_ids=frozenset({institution.id}))
        serial = next(self._numbers)
        born = datetime(1990, 1, 1, tzinfo=now.tzinfo) + timedelta(days=serial // 900)
        number = f"{born:%Y%m%d}2095061{serial % 900 + 100:03d}"
        added = add_staff(
            scope,
            institution,
            f"Rahmat Pengukur {serial}, S.Sos.",
            f"pengukur-{serial}@contoh.example",
            read_employee_number(number),
            link_address,
            now=now,
        )
        account = get_account(added.account_id)
        account.password_hash = self._password_hash
        account.activated_at = now
        db.session.flush()
        cookie = open_device(account.id, AGENT, now=now).token
        return Learner(account.id, number, cookie)


def _institution() -> Institution:
    return save_institution("UKUR", "Kementerian Pengukuran", InstitutionKind.MINISTRY)


def _right_choices(token: str) -> dict[int, list[int]]:
    statement = select(Attempt.release_id, Attempt.questions).filter_by(token=token)
    release_id, questions = current_connection().execute(statement).one()
    keys = list_keys(release_id)
    return {
        position: [
            shown
            for shown, index in enumerate(question["order"])
            if index in keys[question["question_id"]].right
        ]
        for position, question in enumerate(questions, start=1)
    }
