"""The people of one institution with all that they have, as rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final, NamedTuple

from lms.accounts.enums import Role
from lms.accounts.models import Account, EmployeeNumber, RoleGrant
from lms.certificates.enums import CauseKind, RevocationGround
from lms.certificates.models import Certificate, CertificateSerial, LedgerEntry
from lms.certificates.numbers import NumberPattern
from lms.certificates.service import TEMPLATE_VERSION
from lms.fiction.calendar import Calendar, end_of_term
from lms.fiction.codes import Codes
from lms.fiction.names import draw_name, draw_number
from lms.fiction.places import Place
from lms.fiction.storing import Rows
from lms.institutions.models import OfficerNotice, Posting, PostingSource
from lms.learning.models import Attempt, ChapterRead, Enrolment, Verdict
from lms.pocketbooks.queries import ReleaseView
from lms.programmes.models import Standing, TallyEntry

# Nobody knows a password that it is of: the bytes were drawn, and not hashed from anything.
_LOCKED: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$c2FrdWhhbS1yZWthYW4hIQ"
    "$Wm9uNHJhMnNrVzFxbkY0Y2hVYlBrUmVrYWFuU2FrdUhBTSE"
)
REASON: Final = "Contoh pencabutan di negeri rekaan."
WAITING, ACTIVE, REVOKED, REPLACED = 0.03, 0.5, 0.003, 0.004
_LONGEST_STUDY: Final = 20


@dataclass(frozen=True, slots=True)
class Counting:
    """What a programme counts, from when to when."""

    programme_id: int
    module_ids: frozenset[int]
    starts_on: str
    ends_on: str | None


@dataclass(frozen=True, slots=True)
class World:
    """What is the same for everybody."""

    random: Random
    calendar: Calendar
    books: Sequence[ReleaseView]
    programmes: Sequence[Counting]
    pattern: NumberPattern
    codes: Codes
    now: str


@dataclass(frozen=True, slots=True)
class _Person:
    account_id: int
    name: str
    number: str
    confirmed_at: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class _Pass:
    """That a person has passed a book's quiz on a day."""

    person: _Person
    book: ReleaseView
    day: date
    on: str
    at: str
    started_on: str
    attempt_id: int


class _Held(NamedTuple):
    """A certificate in force: its day, key, module and hours."""

    on: str
    certificate_id: int
    module_id: int
    credit_hours: int


class Crowd:
    """Some people of one place, made into rows."""

    def __init__(self, world: World, place: Place, rows: Rows) -> None:
        self._world = world
        self._place = place
        self._rows = rows
        self._tally: Counter[tuple[int, str]] = Counter()
        self._hours: Counter[tuple[int, str]] = Counter()
        self._last_waiting = 0

    def settle(self, serials: range, *, has_officer: bool) -> None:
        """Make a person for each serial; the first may be the institution's HR officer."""
        keenness = self._world.random.uniform(0.15, 0.75)
        for serial in serials:
            is_officer = has_officer and serial == serials.start
            person = self._settle(serial, keenness, is_officer=is_officer)
            if is_officer:
                officer = person
        if has_officer:
            self._appoint(officer)
        for (programme_id, on), step in sorted(self._tally.items()):
            self._rows.add(
                TallyEntry,
                id=self._rows.key(TallyEntry),
                programme_id=programme_id,
                institution_id=self._place.institution_id,
                counted_on=on,
                step=step,
                hours_step=self._hours[programme_id, on],
                # When it was counted, so that former months have their figures.
                entered_at=min(f"{on} 04:00:00.000000", self._world.now),
            )

    def _settle(self, serial: int, keenness: float, *, is_officer: bool) -> _Person:
        world, random, rows = self._world, self._world.random, self._rows
        drawn = random.random()
        book_count = 0
        if drawn < keenness:
            book_count = min(
                len(world.books), 1 + (random.random() < 0.3) + (random.random() < 0.1)
            )
        is_started = drawn < keenness + 0.15
        is_waiting = not is_officer and random.random() < WAITING
        is_active = is_started or is_waiting or is_officer or random.random() < ACTIVE
        begun = world.calendar.draw(random) if is_started else random.randrange(365)
        joined = world.calendar.days[max(0, begun - random.randrange(60))].isoformat()
        created_at = f"{joined} 02:00:00.000000"
        name, address = draw_name(random)
        number, kind = draw_number(random, serial)
        account_id = rows.key(Account)
        rows.add(
            Account,
            id=account_id,
            name=name,
            email=None
            if not is_active and random.random() < 0.05
            else f"{address}.{serial}@{self._place.code.lower()}.example",
            created_at=created_at,
            password_hash=_LOCKED if is_active else None,
            activated_at=created_at if is_active else None,
        )
        rows.add(
            EmployeeNumber,
            id=rows.key(EmployeeNumber),
            account_id=account_id,
            number=number,
            kind=kind.value,
            started_on=joined,
        )
        posting_id = rows.key(Posting)
        units = self._place.unit_ids
        rows.add(
            Posting,
            id=posting_id,
            account_id=account_id,
            institution_id=self._place.institution_id,
            unit_id=random.choice(units) if units and random.random() < 0.97 else None,
            source=(PostingSource.SELF if is_waiting else PostingSource.STAFF_LIST).value,
            started_on=joined,
            confirmed_at=None if is_waiting else created_at,
        )
        if is_waiting:
            self._last_waiting = posting_id
        person = _Person(account_id, name, number, None if is_waiting else created_at, self._place)
        if book_count:
            self._finish(person, random.sample(world.books, book_count), begun)
        elif is_started:
            self._start(person, random.choice(world.books), begun)
        return person

    def _appoint(self, officer: _Person) -> None:
        """Make somebody the HR officer, who has been told of everybody who waits."""
        self._rows.add(
            RoleGrant,
            id=self._rows.key(RoleGrant),
            account_id=officer.account_id,
            role=Role.HR_OFFICER.value,
            granted_at=officer.confirmed_at,
            institution_id=officer.place.institution_id,
        )
        self._rows.add(
            OfficerNotice,
            account_id=officer.account_id,
            posting_id=self._last_waiting,
            told_at=self._world.now,
        )

    def _start(self, person: _Person, book: ReleaseView, begun: int) -> None:
        chapters = self._world.random.randint(1, max(1, len(book.chapters) - 1))
        at = f"{self._world.calendar.written[begun]} 03:10:00.000000"
        self._enrol(person, book, at, chapters, at)

    def _enrol(
        self,
        person: _Person,
        book: ReleaseView,
        since: str,
        chapters: int,
        at: str,
        completed_at: str | None = None,
        completed_until: str | None = None,
    ) -> int:
        enrolment_id = self._rows.key(Enrolment)
        self._rows.add(
            Enrolment,
            id=enrolment_id,
            account_id=person.account_id,
            module_id=book.module_id,
            edition_id=book.edition_id,
            started_at=since,
            last_activity_at=at,
            chapter_number=min(chapters + 1, len(book.chapters)),
            anchor="",
            completed_at=completed_at,
            completed_until=completed_until,
        )
        for number in range(1, chapters + 1):
            self._rows.add(
                ChapterRead, enrolment_id=enrolment_id, chapter_number=number, read_at=at
            )
        return enrolment_id

    def _finish(self, person: _Person, books: Sequence[ReleaseView], begun: int) -> None:
        world, random = self._world, self._world.random
        place, held = begun, []
        for book in books:
            since = place
            place = min(since + random.randrange(_LONGEST_STUDY), len(world.calendar.days) - 1)
            while place > since and world.calendar.days[place].weekday() >= 5:
                place -= 1
            on, day = world.calendar.written[place], world.calendar.days[place]
            at = f"{on} {random.randint(2, 8):02}:{random.randrange(60):02}:00.000000"
            start = f"{world.calendar.written[since]} 01:{random.randrange(60):02}:00.000000"
            until = end_of_term(day, book.valid_months)
            enrolment_id = self._enrol(person, book, start, len(book.chapters), at, at, until)
            attempt_id = self._attempt(person, book, enrolment_id, at)
            passed = _Pass(person, book, day, on, at, start[:10], attempt_id)
            held += self._certify(passed, until)
        self._count(person, held)

    def _attempt(self, person: _Person, book: ReleaseView, enrolment_id: int, at: str) -> int:
        """A passed attempt, of which no question is kept."""
        attempt_id = self._rows.key(Attempt)
        self._rows.add(
            Attempt,
            id=attempt_id,
            token=self._world.codes.token(),
            account_id=person.account_id,
            module_id=book.module_id,
            release_id=book.release_id,
            enrolment_id=enrolment_id,
            number=1,
            questions="[]",
            pass_mark=book.pass_mark,
            wait_minutes=book.wait_minutes,
            started_at=at,
            submitted_at=at,
            right_count=0,
            verdict=Verdict.PASSED.value,
        )
        return attempt_id

    def _certify(self, passed: _Pass, until: str | None) -> list[_Held]:
        """Issue a certificate; gives what is in force of it."""
        drawn = self._world.random.random()
        name = passed.person.name
        if drawn < REPLACED:
            first, issue = self._issue(passed, name.upper(), until, None)
            second, _ = self._issue(passed, name, until, first)
            self._enter("replaced", first, issue, replacement_id=second)
            return [_Held(passed.on, second, passed.book.module_id, passed.book.credit_hours)]
        certificate_id, issue = self._issue(passed, name, until, None)
        if drawn < REPLACED + REVOKED:
            self._enter("revoked", certificate_id, issue, ground=RevocationGround.MISTAKE.value)
            return []
        book = passed.book
        return [_Held(passed.on, certificate_id, book.module_id, book.credit_hours)]

    def _issue(
        self, passed: _Pass, name: str, until: str | None, replaces_id: int | None
    ) -> tuple[int, int]:
        rows, book, person = self._rows, passed.book, passed.person
        serial = rows.key(CertificateSerial)
        rows.add(CertificateSerial, id=serial, issued_at=passed.at)
        certificate_id = rows.key(Certificate)
        rows.add(
            Certificate,
            id=certificate_id,
            account_id=person.account_id,
            edition_id=book.edition_id,
            module_id=book.module_id,
            attempt_id=passed.attempt_id,
            institution_id=person.place.institution_id,
            code=self._world.codes.code(),
            number=self._world.pattern.number(book.code, serial, passed.day.year),
            holder_name=name,
            employee_number=person.number,
            institution_name=person.place.name,
            was_confirmed=int(person.confirmed_at is not None),
            cause_kind=CauseKind.PASSED_ATTEMPT.value,
            title=book.title,
            theme=book.theme,
            pocketbook_code=book.code,
            edition_name=book.edition_name,
            release_name=book.release_name,
            release_sha256=book.sha256,
            credit_hours=book.credit_hours,
            completed_on=passed.on,
            issued_at=passed.at,
            template_version=TEMPLATE_VERSION,
            saw_key=0,
            started_on=passed.started_on,
            pass_mark=book.pass_mark,
            valid_until=until,
            replaces_id=replaces_id,
        )
        return certificate_id, self._enter("issued", certificate_id, None, at=passed.at)

    def _enter(
        self,
        kind: str,
        certificate_id: int,
        follows_id: int | None,
        *,
        at: str | None = None,
        replacement_id: int | None = None,
        ground: str | None = None,
    ) -> int:
        entry_id = self._rows.key(LedgerEntry)
        self._rows.add(
            LedgerEntry,
            id=entry_id,
            kind=kind,
            certificate_id=certificate_id,
            entered_at=at or self._world.now,
            reason=None if kind == "issued" else REASON,
            replacement_id=replacement_id,
            ground=ground,
            follows_id=follows_id,
        )
        return entry_id

    def _count(self, person: _Person, held: list[_Held]) -> None:
        """Have the person stand in each programme by their first certificate that counts."""
        if person.confirmed_at is None:
            return
        for programme in self._world.programmes:
            counted = [
                each
                for each in held
                if each.module_id in programme.module_ids
                and each.on >= programme.starts_on
                and (programme.ends_on is None or each.on <= programme.ends_on)
            ]
            if counted:
                on, certificate_id, *_ = min(counted)
                hours = sum(each.credit_hours for each in counted)
                self._tally[programme.programme_id, on] += 1
                self._hours[programme.programme_id, on] += hours
                self._rows.add(
                    Standing,
                    programme_id=programme.programme_id,
                    account_id=person.account_id,
                    certificate_id=certificate_id,
                    institution_id=person.place.institution_id,
                    counted_on=on,
                    credit_hours=hours,
                )
