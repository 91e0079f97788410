"""Choosing a unit of one's own on an officer's pages: a few at one look, many by typing."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from lms.accounts.enums import Role
from lms.accounts.models import Account
from lms.accounts.people import grant_role
from lms.announcements import announce
from lms.assignments.models import Assignment
from lms.db import db
from lms.institutions.announcements import PostingsChanged
from lms.institutions.models import Posting, Unit
from lms.institutions.staff_models import Invitation, StaffFact
from lms.institutions.units import add_unit
from lms.jobs.models import Job
from lms.web.places import fields
from tests.browser import Browser, Form, Page
from tests.factories import Book, Factory, InstitutionRef, Person


@dataclass(frozen=True)
class Way:
    """A page with such a field: where it is, its form, the field's prefix, what else is sent."""

    page: str
    form: str
    prefix: str
    sent: dict[str, str]


@dataclass(frozen=True)
class Office:
    """An institution of two offices with sections of the same names, and somebody who works there.

    `branch` answers for the first office alone.
    """

    app: Flask
    ours: InstitutionRef
    ayu: Person
    officer: Person
    branch: Person
    book: Book
    ids: dict[str, int]
    ways: dict[str, Way]

    def key(self, name: str) -> str:
        """How forms name a unit."""
        return f"{self.ours.id}-{self.ids[name]}"

    def done(self) -> dict[str, int | None]:
        """Of which unit each page has done something, at last."""
        moved = select(StaffFact.details).order_by(StaffFact.id.desc()).limit(1)
        asked = select(Job.arguments).order_by(Job.id.desc()).limit(1)
        with self.app.app_context():
            fact, job = db.session.scalar(moved), db.session.scalar(asked)
            assignment = db.session.scalar(select(Assignment.unit_id).order_by(Assignment.id))
            invited = db.session.scalar(select(func.count()).select_from(Invitation))
            return {
                "person": fact and fact.get("unit_id"),
                "many": fact and fact.get("unit_id"),
                "assignment": assignment,
                "codes": job and job.get("unit_id"),
                "invitation": self.ids["Bidang SD"] if invited else None,
            }


WAYS = ("person", "many", "assignment", "codes", "invitation")
NEEDED = ("person", "many", "assignment")


@pytest.fixture
def office(app: Flask, make: Factory) -> Office:
    """Ayu works in the section of the first office to which nobody moves her."""
    ours = make.institution("Kota Contoh")
    ayu, officer, book = make.learner("Ayu", at=ours), make.officer(at=ours), make.book()
    branch = make.learner("Utami", password="jendela-batu-sawah-9")
    ids = {}
    with make.inside():
        for office, section in (("Dinas Pendidikan", "Bidang SD"), ("Dinas Kesehatan", "Gizi")):
            unit = add_unit(ours.id, office)
            ids[office] = unit.id
            ids[section] = add_unit(ours.id, section, parent=unit).id
            ids[f"Umum {office}"] = add_unit(ours.id, "Subbagian Umum", parent=unit).id
        account = db.session.get_one(Account, branch.id)
        grant_role(account, Role.HR_OFFICER, ours.id, unit_id=ids["Dinas Pendidikan"], now=make.now)
        at = Posting.id == ayu.posting_id
        db.session.execute(update(Posting).where(at).values(unit_id=ids["Bidang SD"]))
        announce(PostingsChanged(account_ids=(ayu.id,), now=make.now))
        db.session.commit()
    day = make.today.isoformat()
    wish = {"module": str(book.module_id), "due_on": (make.today + timedelta(days=9)).isoformat()}
    ways = {
        "person": Way(f"/kepegawaian/{ayu.posting_id}", "/catat", "", {"kind": "unit", "day": day}),
        "many": Way(
            f"/kepegawaian/pindah-unit?daftar=ya&orang={ayu.posting_id}",
            *("/pindah-unit", "ke-", {"ke-day": day}),
        ),
        "assignment": Way("/kepegawaian/penugasan/baru", "/penugasan/baru", "", wish),
        "codes": Way("/kepegawaian/aktivasi", "/aktivasi/kode", "kode-", {}),
        "invitation": Way("/kepegawaian/aktivasi", "/aktivasi/undang", "undangan-", {}),
    }
    return Office(app, ours, ayu, officer, branch, book, ids, ways)


@pytest.fixture
def few(browser: Browser, office: Office) -> Browser:
    """The browser of who answers for all of it."""
    browser.sign_in(office.officer)
    return browser


@pytest.fixture
def many(few: Browser, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """The same, where there are more units than are looked through."""
    monkeypatch.setattr(fields, "MOST_AT_ONE_LOOK", 2)
    return few


def form_of(page: Page, way: Way) -> Form:
    """The form on a page."""
    return page.form(way.form)


def send(browser: Browser, page: Page, way: Way, *, expect: int = 200, **unit: str) -> Page:
    """Send the form as it stands there with the field filled in: `text`, `key` and `typed_for`."""
    names = {"text": "unit", "key": "unit_key", "typed_for": "unit_for"}
    given = {f"{way.prefix}{names[name]}": value for name, value in unit.items()}
    return browser.submit(form_of(page, way), {**way.sent, **given}, expect=expect)


def target(way: str) -> str:
    """A unit for which the page can do something: Ayu is moved elsewhere than where she is."""
    return "Gizi" if way in {"person", "many"} else "Bidang SD"


@pytest.mark.parametrize("way", WAYS)
def test_few_are_all_offered_and_one_is_chosen(few: Browser, office: Office, way: str) -> None:
    of = office.ways[way]
    page = few.get(of.page)
    assert "– Subbagian Umum" in page.words
    assert "js/places" not in page.text or way == "person"
    send(few, page, of, key=office.key(target(way)))
    assert office.done()[way] == office.ids[target(way)]


@pytest.mark.parametrize("way", WAYS)
def test_many_are_typed_and_none_is_on_the_page(many: Browser, office: Office, way: str) -> None:
    of = office.ways[way]
    page = many.get(of.page)
    assert "Subbagian Umum" not in page.text
    assert "js/places" in page.text
    assert f"instansi={office.ours.id}" in page.text
    send(many, page, of, text=target(way).upper())
    assert office.done()[way] == office.ids[target(way)]


@pytest.mark.parametrize("way", WAYS)
def test_without_a_script_what_is_meant_is_picked_among_a_few(
    many: Browser, office: Office, way: str
) -> None:
    of, meant = office.ways[way], "Umum Dinas Kesehatan"
    page = send(many, many.get(of.page), of, expect=422, text="subbag umum")
    assert "Maksud Anda" in page.words
    assert "Dinas Kesehatan, Kota Contoh" in page.words
    assert form_of(page, of).fields[f"{of.prefix}unit"] == ["subbag umum"]
    for name, value in of.sent.items():
        assert form_of(page, of).fields[name] == [value]
    assert office.key("Umum Dinas Pendidikan") in page.text
    if way == "invitation":  # nobody works there
        return
    send(many, page, of, key=office.key(meant))
    assert office.done()[way] == office.ids[meant]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", ["", "Gizi", "tidak ada yang begini"])
def test_a_key_that_is_none_of_ones_own_is_refused_and_all_is_kept(
    make: Factory,
    few: Browser,
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
    text: str,
) -> None:
    of, theirs = office.ways[way], make.institution("Kota Lain")
    with make.inside():
        foreign = add_unit(theirs.id, "Kantor").id
        db.session.get_one(Unit, office.ids["Gizi"]).ended_on = make.today
        db.session.commit()
    if text:
        monkeypatch.setattr(fields, "MOST_AT_ONE_LOOK", 2)
    for key in (
        *(office.key("Gizi"), f"{theirs.id}-{foreign}", f"{office.ours.id}-{foreign}"),
        *(str(theirs.id), "1-2-3", "' OR 1=1", "9" * 400),
    ):
        page = few.get(of.page)
        page = send(few, page, of, expect=422, text=text, key=key, typed_for=text)
        assert "atau bukan unit Anda" in page.words or "Nama ini tidak ditemukan" in page.words
        sent = form_of(page, of).fields
        assert {name: [value] for name, value in of.sent.items()}.items() <= sent.items()
        if text:
            assert sent[f"{of.prefix}unit"] == [text]
    assert office.done()[way] is None


@pytest.mark.parametrize("way", WAYS)
def test_an_officer_of_a_branch_is_offered_it_alone_and_refused_the_rest(
    browser: Browser, office: Office, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    of = office.ways[way]
    browser.sign_in(office.branch)
    page = browser.get(of.page)
    assert "Dinas Pendidikan" in page.words
    assert "Gizi" not in page.words
    page = send(browser, page, of, expect=422, key=office.key("Gizi"))
    assert "atau bukan unit Anda" in page.words
    monkeypatch.setattr(fields, "MOST_AT_ONE_LOOK", 2)
    for text in ("Gizi", "Dinas Kesehatan"):
        page = send(browser, browser.get(of.page), of, expect=422, text=text)
        assert "atau bukan unit Anda" in page.words
        assert form_of(page, of).fields[f"{of.prefix}unit"] == [text]
    assert office.done()[way] is None
    meant = "Dinas Pendidikan" if way in NEEDED else "Bidang SD"
    send(browser, browser.get(of.page), of, text=meant)
    assert office.done()[way] == office.ids[meant]


@pytest.mark.parametrize("way", NEEDED)
@pytest.mark.parametrize("most", [2, 60])
def test_where_a_unit_is_needed_nothing_is_done_without(
    few: Browser, office: Office, monkeypatch: pytest.MonkeyPatch, way: str, most: int
) -> None:
    monkeypatch.setattr(fields, "MOST_AT_ONE_LOOK", most)
    of = office.ways[way]
    page = send(few, few.get(of.page), of, expect=422)
    assert "Pilih unit kerjanya." in page.words
    assert office.done()[way] is None


@pytest.mark.parametrize("most", [2, 60])
def test_empty_stands_for_everybody_who_is_to_be_activated(
    few: Browser, office: Office, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(fields, "MOST_AT_ONE_LOOK", most)
    page = few.get("/kepegawaian/aktivasi")
    assert "Semua yang belum aktif dan tanpa surel" in page.words
    send(few, page, office.ways["codes"])
    page = send(few, page, office.ways["invitation"])
    assert "1 menunggu" in page.words
    with office.app.app_context():
        (arguments,) = db.session.scalars(select(Job.arguments))
    assert arguments["unit_id"] is None


@pytest.mark.parametrize("most", [2, 60])
def test_an_address_that_names_a_unit_shows_it_chosen(
    few: Browser, office: Office, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(fields, "MOST_AT_ONE_LOOK", most)
    of = office.ways["assignment"]
    page = few.get(f"{of.page}?unit={office.ids['Umum Dinas Kesehatan']}")
    assert form_of(page, of).fields["unit_key"] == [office.key("Umum Dinas Kesehatan")]
    if most == 2:
        assert form_of(page, of).fields["unit"] == ["Subbagian Umum, Dinas Kesehatan"]
    send(few, page, of)
    assert office.done()["assignment"] == office.ids["Umum Dinas Kesehatan"]
    for other in ("999", "x", "9" * 30, ""):
        few.get(f"{of.page}?unit={other}")


@pytest.mark.parametrize("most", [2, 60])
def test_a_module_is_assigned_to_a_whole_institution(
    few: Browser, office: Office, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(fields, "MOST_AT_ONE_LOOK", most)
    of = office.ways["assignment"]
    page = few.get(of.page)
    if most == 2:
        send(few, page, of, text="kota contoh")
    else:
        send(few, page, of, key=str(office.ours.id))
    with office.app.app_context():
        (found,) = db.session.scalars(select(Assignment))
        assert (found.institution_id, found.unit_id) == (office.ours.id, None)


def test_the_only_place_is_chosen_already(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    browser.sign_in(make.officer(at=ours))
    form = browser.get("/kepegawaian/penugasan/baru").form("/penugasan/baru")
    assert form.fields["unit_key"] == [str(ours.id)]


def test_numbers_are_assigned_whatever_stands_in_the_field(many: Browser, office: Office) -> None:
    of = office.ways["assignment"]
    fields_sent = {**of.sent, "whom": "numbers", "numbers": office.ayu.number, "unit": "tidak ada"}
    many.submit(form_of(many.get(of.page), of), fields_sent)
    with office.app.app_context():
        assert db.session.scalar(select(Assignment.is_following)) is False


def test_the_script_is_told_where_a_unit_is(many: Browser, office: Office) -> None:
    (found,) = many.get(f"/instansi/cari?q=umum+dinkes&instansi={office.ours.id}").json["places"]
    assert found == {
        "key": office.key("Umum Dinas Kesehatan"),
        "label": "Subbagian Umum, Dinas Kesehatan",
        "name": "Subbagian Umum",
        "under": "Dinas Kesehatan",
    }
    found = many.get(f"/instansi/cari?q=kota+contoh&utuh=ya&instansi={office.ours.id},999").json
    assert found["places"][0]["key"] == str(office.ours.id)
    assert found["places"][1]["label"].endswith(", Kota Contoh")
