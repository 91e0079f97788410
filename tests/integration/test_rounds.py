"""The rounds of the scheduler: what stops one person's, programme's or book's part stops no other.

What each part does is tested where it is at home.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import current_app
from pypdf import PdfReader
from sqlalchemy import Engine, event, select, update

from config import Settings
from lms.accounts.models import SignInFailure
from lms.accounts.requests import ask_for_link
from lms.clock import utc_now
from lms.db import Base, db
from lms.editions.models import FileKind
from lms.editions.queries import get_file, list_files
from lms.job_kinds import job_kinds
from lms.jobs.kind import Lane
from lms.jobs.models import Job, JobState
from lms.jobs.rules import PAUSES
from lms.mail import OutboxMessage, write_mail
from lms.pocketbooks.models import Chapter, Module, Release
from lms.programmes.models import Programme
from lms.programmes.queries import NATIONAL
from lms.programmes.service import open_programme
from lms.transparency.queries import find_place
from lms.worker.runner import Runner
from lms.worker.scheduler import Queue, Scheduler
from tests.conftest import SETTINGS
from tests.factories import PASSWORD, Book, Factory, later
from tests.pocketbooks import Source

LEASE = timedelta(minutes=1)
SOURCE = Source(chapters=1, bank=4)


def make_a_round(settings: Settings = SETTINGS) -> None:
    """What `flask jobs run` does in its first second, one job after the other; failures are due."""
    db.session.execute(update(Job).values(due_at=utc_now(), sent_at=None))
    db.session.commit()
    db.session.remove()
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    kinds = {kind.name: kind for kind in job_kinds(settings)}
    queue = Queue(Runner(app, kinds, LEASE).run_job, lambda: 0)
    Scheduler(kinds, dict.fromkeys(Lane, queue), LEASE).tick()


@pytest.fixture
def now() -> datetime:
    """The rounds ask the clock themselves."""
    return utc_now().replace(microsecond=0)


@contextmanager
def failing(
    kind: type[Base], is_worst: Callable[[Any], bool], at: str = "before_insert"
) -> Iterator[None]:
    """Meanwhile one row of a kind meets an accident whenever it is to be stored."""

    def fail(_mapper: object, _connection: object, row: object) -> None:
        if is_worst(row):
            raise ValueError("the worst item")

    event.listen(kind, at, fail)
    try:
        yield
    finally:
        event.remove(kind, at, fail)


@contextmanager
def failing_to_write(recipient: str) -> Iterator[None]:
    """Meanwhile no message to somebody can be put into the outbox."""

    def fail(_conn: object, _cursor: object, statement: str, given: object, *_: object) -> None:
        if statement.startswith("INSERT INTO outbox_messages") and recipient in str(given):
            raise ValueError("the worst item")

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", fail)


def accidents(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was told with a traceback."""
    return [record.getMessage().split()[0] for record in caplog.records if record.exc_info]


def test_an_officer_whose_message_fails_keeps_no_other_from_theirs(
    make: Factory, caplog: pytest.LogCaptureFixture
) -> None:
    officers = []
    for _ in range(3):
        institution = make.institution()
        officers.append(make.officer(at=institution, password=PASSWORD))
        make.learner(at=institution, confirmed=False, password=PASSWORD)
    with failing_to_write(officers[0].email):
        make_a_round()
    written = db.session.scalars(select(OutboxMessage.recipient).order_by(OutboxMessage.id)).all()
    assert written == [each.email for each in officers[1:]]
    assert accidents(caplog) == ["officers"]
    make_a_round()
    assert make.count(OutboxMessage) == len(officers)


def test_a_programme_that_cannot_be_folded_keeps_no_other_from_it(
    make: Factory, caplog: pytest.LogCaptureFixture
) -> None:
    book = make.book()
    module = db.session.scalars(select(Module)).one()
    open_programme("uji", "Uji", 10, [module], starts_on=date(2025, 1, 1), now=make.now)
    db.session.commit()
    make.certificate(make.learner(at=make.institution()), book)
    worst_id = db.session.scalar(select(Programme.id).where(Programme.slug == NATIONAL))
    with failing(Programme, lambda each: bool(each.id == worst_id), "before_update"):
        make_a_round()
    folded = dict(db.session.execute(select(Programme.slug, Programme.folded_count)).all())
    assert folded == {NATIONAL: 0, "uji": 1}
    assert accidents(caplog) == ["fold"]


def test_guesses_of_the_day_before_are_forgotten_at_any_hour(make: Factory, now: datetime) -> None:
    for key, days in ((b"old", 2), (b"young", 0)):
        db.session.add(
            SignInFailure(whose=key, failed_count=1, paused_until=later(now, days=-days))
        )
    db.session.commit()
    make_a_round()
    assert db.session.scalars(select(SignInFailure.whose)).all() == [b"young"]


def test_who_waits_for_a_link_gets_it_in_the_first_round(make: Factory) -> None:
    person = make.learner(password=PASSWORD)
    ask_for_link(person.email, now=utc_now())
    db.session.commit()
    make_a_round()
    assert db.session.scalars(select(OutboxMessage.recipient)).all() == [person.email]


def test_a_mail_server_that_is_away_is_told_once_and_tried_again_later(
    make: Factory, caplog: pytest.LogCaptureFixture
) -> None:
    write_mail("ayu@contoh.example", "Salam", "Isi.\n", now=utc_now())
    db.session.commit()
    away = replace(SETTINGS, mail_server="127.0.0.1:9")
    for _ in range(3):
        make_a_round(away)
    assert accidents(caplog) == ["mail"]
    job = db.session.scalars(select(Job).where(Job.kind == "mail")).one()
    assert (job.state, job.tried_count) == (JobState.WAITING, 3)
    assert "ConnectionRefusedError" in (job.error or "")


def test_without_a_mail_server_any_more_no_message_has_been_tried(make: Factory) -> None:
    write_mail("ayu@contoh.example", "Salam", "Isi.\n", now=utc_now())
    db.session.commit()
    make_a_round(replace(SETTINGS, mail_server="127.0.0.1:9"))
    make_a_round(replace(SETTINGS, mail_server=""))
    message = db.session.scalars(select(OutboxMessage)).one()
    assert (message.tried_count, message.failure) == (0, None)
    assert message.due_at is not None
    assert db.session.scalars(select(Job.state).where(Job.kind == "mail")).one() is JobState.DONE


def test_a_book_in_the_making_holds_up_no_mail(make: Factory) -> None:
    make.book(source=SOURCE)
    write_mail("ayu@contoh.example", "Salam", "Isi.\n", now=utc_now())
    db.session.commit()
    sent: dict[Lane, list[int]] = {lane: [] for lane in Lane}
    kinds = {kind.name: kind for kind in job_kinds(replace(SETTINGS, mail_server="127.0.0.1:9"))}
    queues = {lane: Queue(sent[lane].append, lambda: 0) for lane in Lane}
    Scheduler(kinds, queues, LEASE).tick()
    by_lane = {
        lane: set(db.session.scalars(select(Job.kind).where(Job.id.in_(ids))))
        for lane, ids in sent.items()
    }
    assert "mail" in by_lane[Lane.QUICK]
    assert "book" in by_lane[Lane.SLOW] - by_lane[Lane.QUICK]


@pytest.mark.slow
def test_a_book_that_cannot_be_made_stops_none_of_the_others(
    make: Factory, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = make.book(source=SOURCE), make.book("nilai-lain")
    poison(first)
    for _ in range(len(PAUSES) + 2):
        make_a_round()
    assert get_file(second.release_id, FileKind.BOOK).startswith(b"%PDF")
    assert list_files(first.release_id) == []
    job = db.session.scalars(select(Job).where(Job.state == JobState.FAILED)).one()
    assert job.arguments == {"release_id": first.release_id}
    assert job.tried_count == len(PAUSES) + 1
    told = [words for words in caplog.messages if words.startswith("book")]
    assert [words.split(") ")[1] for words in told] == [
        "failed and is tried again, later each time",
        "is given up",
    ]


@pytest.mark.slow
def test_a_round_makes_the_book_with_its_publisher_and_terms(make: Factory) -> None:
    book = make.book(source=SOURCE)
    db.session.commit()
    make_a_round(
        replace(SETTINGS, issuer_name="Kementerian Contoh", book_licence="Boleh disalin utuh.")
    )
    words = words_of(get_file(book.release_id, FileKind.BOOK))
    assert "Diterbitkan oleh Kementerian Contoh." in words
    assert "Boleh disalin utuh." in words


def poison(book: Book) -> None:
    """Have a release hold what no page can be set of, as releases of former days may."""
    release = db.session.get_one(Release, book.release_id)
    db.session.add(
        Chapter(
            release=release,
            number=9,
            slug="dalam",
            title="Terlalu dalam",
            html="<blockquote>" * 3_000 + "<p>x</p>" + "</blockquote>" * 3_000,
            word_count=1,
            minutes=1,
        )
    )
    db.session.commit()


def words_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_a_round_logs_what_the_ledger_has_entered(make: Factory, keys: None) -> None:
    issued = make.certificate(make.learner(at=make.institution()), make.book())
    make_a_round()
    place = find_place(issued.id)
    assert place is not None
    assert place.checkpoint.origin == "sakuham.example/log"
    make.revoke(issued)
    db.session.execute(update(Job).values(slot_at=later(utc_now(), days=-1)))
    db.session.commit()
    make_a_round()
    place = find_place(issued.id)
    assert place is not None
    assert place.checkpoint.size == 2
