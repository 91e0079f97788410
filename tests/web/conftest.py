"""Pages, from outside: a small world of people in which every page has something to show."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import make_url

from lms.accounts.enums import LinkPurpose, Role
from lms.accounts.models import Account, Device
from lms.accounts.notifications import mail_link
from lms.accounts.people import grant_role
from lms.clock import utc_now
from lms.db import db
from lms.desk.saved_filters import save_filter
from lms.http.stop_links import MailTopic, sign_stop
from lms.institutions.decisions.models import DecisionKind
from lms.institutions.decisions.service import decide
from lms.institutions.units import add_unit
from lms.pocketbooks.models import Picture
from tests.factories import Book, Factory, InstitutionRef, Issued, Person, Sitting
from tests.pocketbooks import Source

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20" viewBox="0 0 40 20">'
    '<rect width="40" height="20"/></svg>'
)
LINK = "https://sakuham.example/tautan/"


@dataclass(frozen=True, kw_only=True)
class World:
    """Two institutions, somebody of every kind, and something of everything.

    `holder` works at `ours`, has a certificate of `book`, an open attempt at `other_book`, a second
    device and a mailed link; Dewi and Eko wait there to be confirmed; Citra has a certificate too,
    and asks for its correction.
    """

    ours: InstitutionRef
    book: Book
    other_book: Book
    people: dict[str, Person | None]
    issued: Issued
    citras: Issued
    request_id: int
    staff_list_id: int
    saved_id: int
    decision_id: int
    sitting: Sitting
    dewi: Person
    eko: Person
    device_id: int
    unit_id: int
    link: str
    picture: str
    assignment_id: int
    stop: str
    grant_id: int

    def person(self, who: str) -> Person:
        """Somebody by name, who can sign in."""
        person = self.people[who]
        assert person is not None
        return person

    def address(self, pattern: str) -> str:
        """An address with the world's own keys filled in."""
        return pattern.format(
            slug=self.book.slug,
            code=self.issued.code,
            citras=self.citras.code,
            request=self.request_id,
            staff_list=self.staff_list_id,
            saved=self.saved_id,
            decision=self.decision_id,
            attempt=self.sitting.token,
            posting=self.issued.person.posting_id,
            dewi=self.dewi.posting_id,
            eko=self.eko.posting_id,
            device=self.device_id,
            institution=self.ours.id,
            unit=self.unit_id,
            link=self.link,
            assignment=self.assignment_id,
            lina=self.person("learner").id,
            stop=self.stop,
            grant=self.grant_id,
            picture=self.picture,
        )


def mailed_link(make: Factory, person: Person) -> str:
    """A one-time link's token, as the message has it."""
    sent: list[str] = []

    def address(token: str) -> str:
        sent.append(token)
        return LINK + token

    with make.inside():
        account = db.session.get_one(Account, person.id)
        mail_link(account, LinkPurpose.RESET, address, now=make.now)
        db.session.commit()
    return sent[0]


def stop_link(make: Factory, person: Person) -> str:
    """The token by which a person ends reminders."""
    with make.inside():
        return sign_stop(MailTopic.REMINDERS, person.id)


@dataclass(frozen=True, slots=True)
class SavedWorld:
    """A world that was built once, with its SQLite file, and how much the factory had made."""

    world: World
    content: bytes
    count_made: int


@pytest.fixture(scope="session")
def saved_worlds() -> list[SavedWorld]:
    """The world of this worker, once a test has wanted it: building it takes half a second."""
    return []


@pytest.fixture
def world(app: Flask, make: Factory, saved_worlds: list[SavedWorld]) -> World:
    """Somebody of every kind, and something of everything."""
    address = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if not address.database or address.get_backend_name() != "sqlite":
        return build_world(make)
    file = Path(address.database)
    if not saved_worlds:
        world = build_world(make)
        close_database(app)
        saved_worlds.append(SavedWorld(world, file.read_bytes(), make.count_made))
    saved = saved_worlds[0]
    close_database(app)
    file.write_bytes(saved.content)
    make.count_made = saved.count_made
    return saved.world


def close_database(app: Flask) -> None:
    """Leave no connection open, and nothing of the database outside its file."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def build_world(make: Factory) -> World:
    """The world, through the real services."""
    ours, theirs = make.institution("Kota Contoh Asri"), make.institution("Kota Contoh Jaya")
    book = make.book(
        source=Source(
            extra="![Sebuah kotak](gambar/kotak.svg)", files={"gambar/kotak.svg": PICTURE}
        )
    )
    other_book = make.book("tema-dua")
    holder = make.learner("Sumirah, S.Pd.", at=ours)
    officer = make.officer("Ratna", at=ours)
    people: dict[str, Person | None] = {
        "anonymous": None,
        "learner": make.learner("Lina", at=ours),
        "unconfirmed": make.learner("Umar", at=ours, confirmed=False),
        "holder": holder,
        "officer": officer,
        "other officer": make.officer("Oki", at=theirs),
        "author": make.learner("Nuraini", roles=((Role.AUTHOR, None), (Role.REVIEWER, None))),
        "coordinator": make.coordinator("Baharuddin"),
        "admin": make.admin("Marlina"),
    }
    issued = make.certificate(holder, book)
    make.rename(holder, "Sumirah, M.Pd.")
    make.device(holder)
    with make.inside():
        device_id = db.session.query(Device.id).filter_by(account_id=holder.id).scalar()
        picture = db.session.query(Picture.sha256).scalar()
        db.session.commit()
    citras = make.certificate(make.learner("Citra", at=ours), book)
    with make.inside():
        unit_id = add_unit(ours.id, "Dinas Contoh").id
        db.session.commit()
    utami = make.learner("Utami", at=ours)
    with make.inside():
        account = db.session.get_one(Account, utami.id)
        grant_id = grant_role(account, Role.HR_OFFICER, ours.id, now=make.now, unit_id=unit_id).id
        db.session.commit()
    waiting = make.learner("Fajar", at=ours, confirmed=False)
    with make.inside():
        saved_id = save_filter(officer.id, "Belum mulai", "status=not_started", now=make.now).id
        ids = [waiting.posting_id or 0]
        decision_id = decide(officer.scope, DecisionKind.CONFIRMED, ids, now=utc_now()).id
        db.session.commit()
    return World(
        ours=ours,
        book=book,
        other_book=other_book,
        people=people,
        issued=issued,
        citras=citras,
        request_id=make.correction_request(citras),
        staff_list_id=make.staff_list(officer),
        saved_id=saved_id,
        decision_id=decision_id,
        sitting=make.attempt(holder, other_book),
        dewi=make.learner("Dewi", at=ours, confirmed=False),
        eko=make.learner("Eko", at=ours, confirmed=False),
        device_id=device_id,
        unit_id=unit_id,
        link=mailed_link(make, holder),
        picture=picture,
        assignment_id=make.assignment(officer, other_book),
        stop=stop_link(make, holder),
        grant_id=grant_id,
    )
