"""Deeds are noted, in the transaction in which they are done."""

import pytest
from flask import Flask
from sqlalchemy import select

from lms.audit import AuditEntry
from lms.db import db, read_only
from tests.browser import Browser
from tests.factories import PASSWORD, Factory, Person
from tests.pocketbooks import Source

pytestmark = pytest.mark.both


def actions(app: Flask, actor_id: int | None) -> list[str]:
    """What was done, by a person or by an operator, in the order in which it was noted."""
    with app.app_context(), read_only():
        statement = select(AuditEntry.action).where(AuditEntry.actor_id == actor_id)
        return list(db.session.scalars(statement.order_by(AuditEntry.id)))


def come_and_go(browser: Browser, person: Person) -> None:
    """Sign in and out, and again everywhere."""
    browser.sign_in_by_form(person)
    browser.post("/keluar", {})
    browser.sign_in_by_form(person)
    browser.post("/akun/perangkat/keluar-semua", {})


def test_when_an_officer_comes_and_goes_is_noted(
    app: Flask, browser: Browser, make: Factory
) -> None:
    ratna = make.officer(at=make.institution(), password=PASSWORD)
    come_and_go(browser, ratna)
    assert actions(app, ratna.id) == [
        "device.opened", "device.closed", "device.opened", "devices.closed",
    ]  # fmt: skip


def test_when_a_learner_comes_and_goes_is_not(app: Flask, browser: Browser, make: Factory) -> None:
    ayu = make.learner(password=PASSWORD)
    come_and_go(browser, ayu)
    assert actions(app, ayu.id) == []


def test_a_wrong_password_opens_nothing(app: Flask, browser: Browser, make: Factory) -> None:
    ratna = make.officer(at=make.institution(), password=PASSWORD)
    browser.get("/masuk")
    browser.post("/masuk", {"identifier": ratna.number, "password": "salah"}, expect=403)
    assert actions(app, ratna.id) == []


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_who_takes_a_list_away_is_noted(
    app: Flask, browser: Browser, make: Factory, form: str
) -> None:
    institution = make.institution()
    officer = make.officer(at=institution)
    browser.sign_in(officer)
    browser.get("/kepegawaian")
    browser.get(f"/kepegawaian/ekspor/berkas.{form}")
    browser.client.head(f"/kepegawaian/ekspor/berkas.{form}")
    with app.app_context(), read_only():
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "staff.exported")
        ).one()
        assert (entry.actor_id, entry.subject) == (officer.id, "staff")
        assert entry.details == {"form": form, "institution_ids": [institution.id]}


def test_a_publication_is_noted_once(app: Flask, make: Factory) -> None:
    source = Source()
    book = make.book(source=source)
    make.book(source=source)
    with app.app_context(), read_only():
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "release.published")
        ).one()
        assert entry.subject == f"release:{book.release_id}"
        assert len(entry.details["sha256"]) == 64
