"""Who is signed in stands in the device's cookie alone, and ends when the device is signed out."""

from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_login import encode_cookie

from lms.accounts.queries import find_signed_in
from lms.accounts.service import sign_out_everywhere
from lms.db import db
from lms.http.principal import COOKIE
from tests.browser import Browser
from tests.factories import PASSWORD, Factory, Person


@pytest.fixture
def ayu(make: Factory) -> Person:
    """Somebody with a password."""
    return make.learner("Ayu Lestari", password=PASSWORD)


def contents_of_session(browser: Browser) -> dict[str, Any]:
    """What Flask's own cookie holds."""
    cookie = browser.find_cookie("session")
    return dict(serializer_of(browser.app).loads(cookie)) if cookie else {}


def serializer_of(app: Flask) -> Any:
    """What signs Flask's own cookie."""
    return SecureCookieSessionInterface().get_signing_serializer(app)


def test_signing_in_leaves_nobody_in_the_session(browser: Browser, ayu: Person) -> None:
    browser.sign_in_by_form(ayu)
    assert browser.get("/akun").status == 200
    assert contents_of_session(browser).keys() == {"csrf_token"}


def test_a_device_that_was_signed_out_stays_so_whatever_else_it_brings(
    browser: Browser, make: Factory, ayu: Person
) -> None:
    browser.sign_in_by_form(ayu)
    with make.inside():
        sign_out_everywhere(ayu.id, now=make.now)
        db.session.commit()
        remembered = encode_cookie(str(ayu.id))
    session = {
        **contents_of_session(browser),
        "_user_id": str(ayu.id),
        "_fresh": True,
        "_remember": "set",
    }
    browser.cookie("session", serializer_of(browser.app).dumps(session))
    browser.get("/akun", expect=401)
    for name in ("remember_token", "__Host-remember_token"):
        browser.client.set_cookie(name, remembered)
    browser.get("/akun", expect=401)


@pytest.mark.parametrize("planted", ["", "x", "x|y", "theirs"])
def test_no_cookie_of_a_neighbour_changes_who_is_signed_in(
    browser: Browser, make: Factory, ayu: Person, planted: str
) -> None:
    browser.sign_in(ayu)
    if planted == "theirs":
        with make.inside():
            planted = encode_cookie(str(make.learner("Budi").id))
    browser.client.set_cookie("remember_token", planted)
    assert "Ayu Lestari" in browser.get("/akun").words


def test_a_session_planted_before_somebody_signs_in_sends_no_form_afterwards(
    browser: Browser, ayu: Person
) -> None:
    planted = browser.get("/masuk").token
    session = browser.find_cookie("session")
    browser.sign_in_by_form(ayu)
    browser.post("/keluar", token=planted, expect=400)
    assert browser.find_cookie("session") != session
    assert browser.get("/akun").status == 200


def test_a_form_that_was_carried_along_is_shown_to_the_person_who_signed_in(
    browser: Browser, ayu: Person
) -> None:
    browser.get("/masuk")
    page = browser.post(
        "/masuk",
        {
            "identifier": ayu.number,
            "password": PASSWORD,
            "next": "/akun/perangkat/keluar-semua",
            "isian:x": "y",
        },
    )
    assert "Ayu Lestari" in page.words
    assert browser.submit(page.form("keluar-semua"), expect=302).status == 302


def test_who_signs_their_own_device_out_takes_its_cookie_back(
    browser: Browser, make: Factory, ayu: Person
) -> None:
    token = browser.sign_in(ayu)
    with make.inside():
        principal = find_signed_in(token, now=make.now)
    assert principal is not None
    assert principal.via is not None
    browser.post(f"/akun/perangkat/{principal.via.device_id}/keluar", expect=302)
    assert browser.find_cookie(COOKIE) is None
    browser.get("/akun", expect=401)
