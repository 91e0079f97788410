"""A person changes their own password: who knows the present one, and nobody else."""

from http import HTTPStatus

import pytest
from flask import Flask

from lms.accounts.enums import LinkPurpose
from lms.accounts.models import Account
from lms.accounts.notifications import mail_link
from lms.accounts.queries import find_credentials
from lms.accounts.rules import FREE_GUESSES
from lms.clock import utc_now
from lms.db import db, read_only, transaction
from lms.mail import list_recent_mail
from tests.browser import Browser
from tests.factories import PASSWORD, Factory, Person

pytestmark = pytest.mark.both

NEW = "gunung-teh-sepeda-2"
PAGE = "/akun/kata-sandi"


@pytest.fixture
def ayu(browser: Browser, make: Factory) -> Person:
    """Somebody with a password, signed in."""
    person = make.learner("Ayu Lestari", password=PASSWORD)
    browser.sign_in_by_form(person)
    browser.get(PAGE)
    return person


def sent(present: str = PASSWORD, password: str = NEW, again: str = "") -> dict[str, str]:
    """The form as a person fills it in."""
    return {"present": present, "password": password, "again": again or password}


def stored(app: Flask, person: Person) -> str | None:
    """The hash that a password is checked against."""
    with app.app_context(), read_only():
        known = find_credentials(person.number)
        assert known is not None
        return known.password_hash


def test_the_account_page_leads_there(browser: Browser, ayu: Person) -> None:
    assert PAGE in browser.get("/akun").links


def test_from_then_on_the_new_one_holds_and_only_this_device_is_signed_in(
    browser: Browser, ayu: Person
) -> None:
    elsewhere = browser.another()
    elsewhere.sign_in_by_form(ayu)
    before = browser.find_cookie("masuk")
    page = browser.post(PAGE, sent())
    assert page.url == "/akun"
    assert "Kata sandi Anda diganti dan perangkat lain dikeluarkan." in page.words
    assert browser.find_cookie("masuk") != before
    elsewhere.get("/akun", expect=401)
    elsewhere.get("/masuk")
    elsewhere.post("/masuk", {"identifier": ayu.number, "password": PASSWORD}, expect=403)
    elsewhere.sign_in(ayu, password=NEW)


def test_a_message_says_so_without_any_password(app: Flask, browser: Browser, ayu: Person) -> None:
    browser.post(PAGE, sent())
    with app.app_context():
        message = list_recent_mail()[0]
    assert (message.recipient, message.subject) == (ayu.email, "Kata sandi SakuHAM Anda diganti")
    assert "Bila bukan Anda" in message.body
    assert NEW not in message.body


def test_a_link_that_was_open_opens_nothing_any_more(
    app: Flask, browser: Browser, ayu: Person
) -> None:
    with app.app_context(), transaction():
        account = db.session.get_one(Account, ayu.id)
        mail_link(account, LinkPurpose.RESET, "/tautan/{}".format, now=utc_now())
    with app.app_context():
        body = list_recent_mail()[0].body
    (link,) = [line for line in body.splitlines() if line.startswith("/tautan/")]
    browser.post(PAGE, sent())
    browser.get(link, expect=404)


@pytest.mark.parametrize(
    ("form", "says"),
    [
        (sent(present="bukan-kata-sandi-itu"), "Ini bukan kata sandi Anda yang sekarang."),
        (sent(present=""), "Tulis kata sandi Anda yang sekarang."),
        (sent(password="katasandi1"), "terlalu mudah ditebak"),
        (sent(password="pendek"), "paling sedikit 10 karakter"),
        (sent(again="lain-sama-sekali-7"), "Kedua kata sandi belum sama."),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(
    app: Flask, browser: Browser, ayu: Person, form: dict[str, str], says: str
) -> None:
    before = stored(app, ayu)
    page = browser.post(PAGE, form, expect=422)
    assert says in page.words
    assert "Kata sandi yang sekarang masih berlaku." in page.words
    assert "<title>Galat:" in page.text
    assert stored(app, ayu) == before
    browser.get("/akun")


def test_who_finds_a_device_open_cannot_guess_for_long(browser: Browser, ayu: Person) -> None:
    wrong = sent(present="bukan-kata-sandi-itu")
    for _ in range(FREE_GUESSES + 1):
        browser.post(PAGE, wrong, expect=422)
    refused = browser.post(PAGE, sent(), expect=HTTPStatus.TOO_MANY_REQUESTS)
    assert int(refused.headers["Retry-After"]) > 0
    assert "terlalu sering dicoba" in refused.words
