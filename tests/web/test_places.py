"""Choosing an institution: typed in any form, picked among a few, or not listed at all."""

import pytest
from flask import Flask
from sqlalchemy import select

from lms.accounts.models import Registration
from lms.db import db, transaction
from lms.institutions.registry.rules import Editor
from lms.institutions.registry.tree import found_unit
from tests.browser import Browser, Page
from tests.factories import Factory, InstitutionRef

FIELDS = {
    "name": "Ayu Lestari",
    "employee_number": "190501172099031001",
    "email": "ayu@banyumas.example",
}


@pytest.fixture
def banyumas(make: Factory) -> InstitutionRef:
    """One of three institutions, with an office of which there is another of a like name."""
    make.institution("Kementerian Contoh")
    make.institution("Pemerintah Kota Banyuwangi")
    banyumas = make.institution("Pemerintah Kabupaten Banyumas")
    with make.inside(), transaction():
        for name in ("Dinas Kesehatan", "Dinas Kearsipan"):
            found_unit(Editor(None), banyumas.id, name, parent_id=None, now=make.now)
    return banyumas


def unit_id(app: Flask, name: str) -> int:
    """The key of a unit."""
    from lms.institutions.models import Unit

    with app.app_context():
        return db.session.scalars(select(Unit.id).where(Unit.name == name)).one()


def registered(app: Flask) -> Registration | None:
    """What was written down."""
    with app.app_context():
        return db.session.scalars(select(Registration)).one_or_none()


def send(browser: Browser, page: Page, expect: int = 422, **fields: str) -> Page:
    """Send the form as it stands on a page, with some fields typed anew."""
    return browser.submit(page.form("/daftar"), {**FIELDS, **fields}, expect=expect)


@pytest.mark.parametrize(
    "written", ["pemerintah kabupaten banyumas", "Pemkab Banyumas", "  kab.  banyumas "]
)
def test_a_name_in_any_form_is_enough(
    browser: Browser, app: Flask, banyumas: InstitutionRef, written: str
) -> None:
    send(browser, browser.get("/daftar"), 200, institution=written)
    found = registered(app)
    assert found is not None
    assert (found.institution_id, found.unit_id) == (banyumas.id, None)


def test_what_is_meant_is_picked_among_a_few_and_everything_wrong_is_told_at_once(
    browser: Browser, app: Flask, banyumas: InstitutionRef
) -> None:
    page = send(
        browser,
        browser.get("/daftar"),
        institution="Dinas Kesehatn Kab Banyumas",
        email="salah",
        unit="bidang apa saja",
    )
    assert "Maksud Anda" in page.words
    assert "tidak lengkap" in page.words
    assert page.form("/daftar").fields["institution"] == ["Dinas Kesehatn Kab Banyumas"]
    key = f"{banyumas.id}-{unit_id(app, 'Dinas Kesehatan')}"
    assert key in page.text
    page = send(browser, page, institution_key=key, email="salah", unit="")
    assert "Maksud Anda" not in page.words
    page = send(browser, page, 200, unit="")
    found = registered(app)
    assert found is not None
    assert (found.institution_id, found.unit_id) == (
        banyumas.id,
        unit_id(app, "Dinas Kesehatan"),
    )


def test_what_was_picked_for_one_text_says_nothing_of_another(
    browser: Browser, app: Flask, banyumas: InstitutionRef
) -> None:
    page = send(browser, browser.get("/daftar"), institution="banyu")
    page = send(browser, page, institution_key=str(banyumas.id), institution="kementerian")
    assert "Maksud Anda" in page.words
    assert registered(app) is None


def test_who_finds_nothing_goes_on_and_is_kept(
    browser: Browser, app: Flask, banyumas: InstitutionRef
) -> None:
    page = send(browser, browser.get("/daftar"), institution="Badan Anu", unit="Bagian Itu")
    assert "Instansi saya tidak ada dalam daftar" in page.words
    send(browser, page, 200, institution_key="tidak-ada")
    found = registered(app)
    assert found is not None
    assert (found.institution_id, found.institution_words) == (None, "Bagian Itu, Badan Anu")


def test_a_unit_is_found_among_its_institutions_and_may_be_left_out(
    browser: Browser, app: Flask, banyumas: InstitutionRef
) -> None:
    page = send(
        browser, browser.get("/daftar"), institution="Pemkab Banyumas", unit="Dinas Pertanian"
    )
    assert "Unit kerja saya tidak ada dalam daftar" in page.words
    page = send(browser, page, 200, unit="dinkes")
    found = registered(app)
    assert found is not None
    assert found.unit_id == unit_id(app, "Dinas Kesehatan")


@pytest.mark.parametrize("key", ["999", "tidak", "1-2-3", "' OR 1=1", "1" * 400])
def test_a_key_that_nobody_was_offered_is_not_taken(
    browser: Browser, app: Flask, banyumas: InstitutionRef, key: str
) -> None:
    page = send(browser, browser.get("/daftar"), institution="banyu")
    send(browser, page, institution_key=key)
    assert registered(app) is None


def test_the_script_is_told_what_fits(
    browser: Browser, app: Flask, banyumas: InstitutionRef
) -> None:
    unit = unit_id(app, "Dinas Kesehatan")
    found = browser.get("/instansi/cari?q=dinkes").json["places"]
    assert found == [
        {
            "key": f"{banyumas.id}-{unit}",
            "label": "Dinas Kesehatan, Pemerintah Kabupaten Banyumas",
            "name": "Dinas Kesehatan",
            "under": "Pemerintah Kabupaten Banyumas",
        }
    ]
    (only,) = browser.get(f"/instansi/cari?q=keseh&instansi={banyumas.id}").json["places"]
    assert only["label"] == "Dinas Kesehatan"
    for query in ("q=d", "q=", "", "q=dinkes&instansi=999", "q=dinkes&instansi=x"):
        answer = browser.get(f"/instansi/cari?{query}").json["places"]
        assert (answer == []) is (query != "q=dinkes&instansi=x")
