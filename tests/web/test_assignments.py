"""Pages of assignments: the officer's, the learner's, and the way out of reminders."""

from datetime import timedelta

import pytest
from flask import Flask

from lms.accounts.enums import Digest
from lms.accounts.mail_preferences import get_mail_wishes
from lms.db import transaction
from lms.http.stop_links import MailTopic, sign_stop
from tests.browser import Browser
from tests.factories import Book, Factory, InstitutionRef, Person
from tests.patience import ends

LIST = "/kepegawaian/penugasan"


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    """Where everybody works."""
    return make.institution("Kota Contoh Asri")


@pytest.fixture
def officer(make: Factory, ours: InstitutionRef) -> Person:
    """Who assigns."""
    return make.officer("Ratna", at=ours)


@pytest.fixture
def ayu(make: Factory, ours: InstitutionRef) -> Person:
    """Who is asked."""
    return make.learner("Ayu", at=ours)


@pytest.fixture
def book(make: Factory) -> Book:
    """What is asked."""
    return make.book()


def fields(make: Factory, book: Book, **others: str) -> dict[str, str]:
    """A form as an officer fills it in."""
    due_on = make.today + timedelta(days=10)
    return {
        "module": str(book.module_id),
        "due_on": due_on.isoformat(),
        "words": "Demi akreditasi.",
        "whom": "numbers",
        **others,
    }


def test_an_officer_assigns_by_numbers_and_the_person_sees_it_first(
    browser: Browser, make: Factory, officer: Person, ayu: Person, book: Book
) -> None:
    browser.sign_in(officer)
    form = fields(make, book, numbers=f"{ayu.number[:8]} {ayu.number[8:]}\n\n")
    page = browser.post(f"{LIST}/baru", form)
    assert "Ayu" in page.words
    assert "Belum dibuka" in page.words
    assert "Menunggu" not in page.words.replace("menunggu", "")
    browser.sign_in(ayu)
    for path in ("/", "/belajar"):
        page = browser.get(path)
        assert "Ditugaskan kepada Anda" in page.words
        assert "10 hari lagi" in page.words
        assert "Demi akreditasi." in page.words
        assert page.words.index("Ditugaskan") < page.words.index("JP Anda")


def test_numbers_that_are_none_or_not_ours_are_named_and_all_is_kept(
    browser: Browser, make: Factory, officer: Person, ayu: Person, book: Book
) -> None:
    stranger = make.learner("Oki", at=make.institution())
    browser.sign_in(officer)
    for bad, words in (("12345", "2: 12345"), (stranger.number, stranger.number)):
        form = fields(make, book, numbers=f"{ayu.number}\n{bad}")
        page = browser.post(f"{LIST}/baru", form, expect=422)
        assert words in page.words
        assert ayu.number in page.text
        assert "Demi akreditasi." in page.text
        assert "Oki" not in page.words
    assert "akan tampil di sini" in browser.get(LIST).words


def test_chosen_rows_of_the_staff_list_are_assigned(
    browser: Browser, make: Factory, officer: Person, ayu: Person, book: Book
) -> None:
    browser.sign_in(officer)
    page = browser.get(f"{LIST}/baru?daftar=ya&orang={ayu.posting_id}")
    assert "1 pegawai terkonfirmasi" in page.words
    form = fields(make, book) | {"daftar": "ya", "orang": str(ayu.posting_id)}
    assert "Ayu" in browser.post(f"{LIST}/baru", form).words


@pytest.mark.parametrize("way", ["place", "orang"])
def test_a_forged_form_reaches_nobody_of_others(
    browser: Browser, make: Factory, officer: Person, book: Book, way: str
) -> None:
    theirs = make.institution()
    stranger = make.learner("Oki", at=theirs)
    browser.sign_in(officer)
    form = fields(make, book, whom="place", unit_key=str(theirs.id))
    if way == "orang":
        form |= {"daftar": "ya", "orang": str(stranger.posting_id)}
    page = browser.post(f"{LIST}/baru", form, expect=422)
    assert "Oki" not in page.words


@pytest.mark.parametrize(
    "hostile",
    [
        {"module": "1e9"},
        {"module": "9" * 40},
        {"due_on": "2026-13-45"},
        {"due_on": "0001-01-01"},
        {"due_on": "9999-12-31"},
        {"words": "x" * 501},
        {"unit_key": "1-" + "9" * 30, "whom": "place"},
        {"unit_key": "', 1) --", "whom": "place"},
        {"whom": "everybody"},
        {"numbers": "\n" * 19_000},
        {"numbers": "1" * 20_001},
    ],
)
def test_hostile_forms_are_refused_with_a_page(
    browser: Browser, make: Factory, officer: Person, book: Book, hostile: dict[str, str]
) -> None:
    browser.sign_in(officer)
    with ends():
        browser.post(f"{LIST}/baru", fields(make, book) | hostile, expect=422)


def test_another_officer_finds_neither_the_page_nor_its_forms(
    browser: Browser, make: Factory, officer: Person, ayu: Person, book: Book
) -> None:
    key = make.assignment(officer, book)
    browser.sign_in(make.officer("Oki", at=make.institution()))
    browser.get(f"{LIST}/{key}", expect=404)
    later = (make.today + timedelta(days=40)).isoformat()
    browser.post(f"{LIST}/{key}/tenggat", {"due_on": later}, expect=404)
    browser.post(f"{LIST}/{key}/tarik", {}, expect=404)
    browser.post(f"{LIST}/{key}/orang/{ayu.id}/tarik", {}, expect=404)
    assert str(key) not in browser.get(LIST).words


def test_a_date_is_moved_and_shown_with_the_former_one(
    browser: Browser, make: Factory, officer: Person, book: Book
) -> None:
    key = make.assignment(officer, book)
    browser.sign_in(officer)
    later = (make.today + timedelta(days=40)).isoformat()
    page = browser.post(f"{LIST}/{key}/tenggat", {"due_on": later})
    assert "Tenggat diubah" in page.words
    assert "menjadi" in page.words
    browser.post(f"{LIST}/{key}/tenggat", {"due_on": "2020-01-01"}, expect=422)
    page = browser.post(f"{LIST}/{key}/tarik", {})
    assert "Ditarik" in page.words
    browser.post(f"{LIST}/{key}/tarik", {}, expect=409)


def test_lists_cost_the_same_for_two_and_for_twenty(
    browser: Browser,
    make: Factory,
    officer: Person,
    ours: InstitutionRef,
    book: Book,
    statements: object,
) -> None:
    browser.sign_in(officer)
    key = make.assignment(officer, book)

    def cost(path: str) -> int:
        browser.get(path)
        with statements() as seen:  # type: ignore[operator]  # the fixture's type is its own
            browser.get(path)
        return len(seen)

    before = cost(LIST), cost(f"{LIST}/{key}")
    for number in range(20):
        make.learner(f"Pegawai {number}", at=ours)
    other = make.assignment(officer, book)
    for _ in range(10):
        make.assignment(officer, book)
    assert (cost(LIST), cost(f"{LIST}/{other}")) == before


# Mail


def stop_token(app: Flask, person: Person, topic: MailTopic = MailTopic.REMINDERS) -> str:
    """The token of a message's way out."""
    with app.app_context():
        return sign_stop(topic, person.id)


def wants(app: Flask, person: Person) -> bool:
    """Whether somebody is reminded."""
    with app.app_context(), transaction():
        return get_mail_wishes(person.id).reminders


def test_opening_the_link_changes_nothing_and_its_form_ends_reminders(
    app: Flask, browser: Browser, ayu: Person
) -> None:
    path = f"/berhenti/{stop_token(app, ayu)}"
    for method in ("GET", "HEAD"):
        assert browser.client.open(path, method=method).status_code == 200
    assert wants(app, ayu)
    page = browser.get(path)
    assert "•••@" in page.words
    assert ayu.email not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    page = browser.post(path, {}, token=None)
    assert "tidak lagi menerima" in page.words
    assert not wants(app, ayu)
    browser.post(path, {"lagi": "ya"}, token=None)
    assert wants(app, ayu)


def test_a_mail_program_ends_reminders_by_itself(app: Flask, browser: Browser, ayu: Person) -> None:
    """As RFC 8058 has it: a POST without cookies from elsewhere, answered without leading on."""
    answer = browser.client.post(
        f"/berhenti/{stop_token(app, ayu)}",
        data={"List-Unsubscribe": "One-Click"},
        headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 200
    assert not wants(app, ayu)


def test_an_altered_or_foreign_link_ends_nothing(
    app: Flask, browser: Browser, ayu: Person, officer: Person
) -> None:
    token, other = stop_token(app, ayu), stop_token(app, officer)
    payload, _, signature = token.partition(".")
    for forged in (
        f"{other.partition('.')[0]}.{signature}",
        f"{payload}.{signature[:-2]}",
        payload,
        "x",
        "." * 150,
        "A" * 5_000,
    ):
        with ends():
            browser.get(f"/berhenti/{forged}", expect=404)
            browser.post(f"/berhenti/{forged}", {}, token=None, expect=404)
    assert wants(app, ayu)
    assert wants(app, officer)


def test_a_link_opens_nothing_else_of_the_person(app: Flask, browser: Browser, ayu: Person) -> None:
    browser.post(f"/berhenti/{stop_token(app, ayu)}", {}, token=None)
    browser.get("/akun", expect=401)


def test_one_chooses_ones_mail_in_the_account(
    app: Flask, browser: Browser, ayu: Person, officer: Person
) -> None:
    browser.sign_in(ayu)
    page = browser.get("/akun/surel")
    assert "sebagai pengelola" not in page.words
    browser.post("/akun/surel", {})
    assert not wants(app, ayu)
    browser.sign_in(officer)
    browser.post("/akun/surel", {"reminders": "y", "digest": "weekly"})
    with app.app_context(), transaction():
        assert get_mail_wishes(officer.id).digest is Digest.WEEKLY
    browser.post("/akun/surel", {"digest": "hourly"}, expect=422)
