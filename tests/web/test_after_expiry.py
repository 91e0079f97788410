"""A certificate that has expired: every page of its holder says so, and the quiz is open again."""

import csv
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from flask import Flask

from lms.certificates.queries import get_any_certificate
from lms.clock import utc_now
from lms.days import local_day, write_day
from lms.db import transaction
from lms.learning.service import reopen_lapsed
from tests.browser import Browser
from tests.factories import Factory, Issued, Sitting
from tests.pocketbooks import Source

MONTHS_AGO = timedelta(days=40)


@pytest.fixture
def sitting(make: Factory, now: datetime) -> Sitting:
    """A quiz passed forty days ago, of a book whose certificates are in force for a month."""
    book = make.book(source=Source(term="1 bulan"))
    person = make.learner("Ayu", at=make.institution("Kota Contoh"))
    return make.passed(person, book, at=now - MONTHS_AGO)


@pytest.fixture
def issued(make: Factory, sitting: Sitting) -> Issued:
    """Its certificate."""
    return make.issued(sitting)


@pytest.fixture
def last(app: Flask, issued: Issued) -> date:
    """Its last day."""
    with app.app_context():
        until = get_any_certificate(issued.code).facts.valid_until
    assert until is not None
    return until


def open_again(app: Flask) -> None:
    """What the rounds do a few seconds after midnight."""
    with app.app_context(), transaction():
        assert reopen_lapsed(today=local_day(utc_now())) == 1


def pages_of(sitting: Sitting, issued: Issued) -> list[str]:
    """Every page of the holder that speaks of the certificate."""
    slug = issued.book.slug
    return [
        "/belajar",
        f"/buku/{slug}",
        f"/modul/{slug}/kuis",
        f"/percobaan/{sitting.token}/hasil",
        f"/sertifikat/{issued.code}",
    ]


def test_every_page_of_the_holder_says_since_when_and_what_to_do_now(
    app: Flask, browser: Browser, sitting: Sitting, issued: Issued, last: date
) -> None:
    browser.sign_in(issued.person)
    open_again(app)
    for url in pages_of(sitting, issued):
        words = browser.get(url).words
        assert f"Sertifikat kedaluwarsa sejak {write_day(last + timedelta(days=1))}" in words, url
        assert f"Sertifikat ini berlaku sampai {write_day(last)}" in words, url
        assert "Anda dapat mengerjakan kuisnya lagi" in words, url
        assert "dicabut pada" not in words, url
        assert "Sertifikat Anda sudah terbit" not in words, url
    assert (
        "Kuis akhir dan sertifikat Kedaluwarsa" in browser.get(pages_of(sitting, issued)[1]).words
    )


def test_before_the_rounds_have_opened_the_quiz_no_page_leads_astray(
    browser: Browser, sitting: Sitting, issued: Issued
) -> None:
    browser.sign_in(issued.person)
    for url in pages_of(sitting, issued):
        words = browser.get(url).words
        assert "Sertifikat kedaluwarsa sejak" in words, url
        assert "Anda sudah lulus" not in words.replace("Anda sudah lulus lagi", ""), url
    assert "sedang dibuka kembali" in browser.get(pages_of(sitting, issued)[2]).words
    home = browser.get("/").words
    assert "kedaluwarsa sejak" in home
    assert "Lihat keterangannya" in home


def test_home_leads_to_the_quiz_and_the_cover_says_it(
    app: Flask, browser: Browser, issued: Issued, last: date
) -> None:
    browser.sign_in(issued.person)
    open_again(app)
    page = browser.get("/")
    since = write_day(last + timedelta(days=1))
    assert f"Sertifikat buku saku ini kedaluwarsa sejak {since}" in page.words
    assert "Ke kuis akhir" in page.words
    assert "Sertifikat kedaluwarsa" in page.words


def test_the_card_of_another_book_leads_to_the_one_that_has_expired(
    app: Flask, browser: Browser, make: Factory, issued: Issued
) -> None:
    make.reading(issued.person, make.book("tema-tiga", chapters=2), 1)
    browser.sign_in(issued.person)
    assert "Sertifikat UJI-01 kedaluwarsa sejak" in browser.get("/").words


def test_passing_again_brings_a_certificate_and_the_old_one_leads_to_it(
    app: Flask, browser: Browser, make: Factory, issued: Issued
) -> None:
    browser.sign_in(issued.person)
    open_again(app)
    page = browser.get(f"/modul/{issued.book.slug}/kuis")
    assert browser.submit(page.form("/kuis")).path.startswith("/percobaan/")
    again = make.issued(make.passed(issued.person, issued.book))
    old = browser.get(f"/sertifikat/{issued.code}")
    assert "Anda sudah lulus lagi sesudahnya" in old.words
    assert f"/sertifikat/{again.code}" in old.links
    new = browser.get(f"/sertifikat/{again.code}").words
    assert "kedaluwarsa" not in new.lower()
    assert "Berlaku sampai" in new
    assert "Sertifikat berlaku sampai" in browser.get("/belajar").words


def test_while_it_is_in_force_its_last_day_is_told_before_and_after_the_pass(
    browser: Browser, make: Factory, now: datetime
) -> None:
    book = make.book(source=Source(term="2 tahun"))
    assert "Sertifikat berlaku 24 bulan" in browser.get(f"/buku/{book.slug}").words
    sitting = make.passed(make.learner(at=make.institution()), book, at=now)
    issued = make.issued(sitting)
    browser.sign_in(issued.person)
    assert "24 bulan sejak lulus" in browser.get(f"/modul/{book.slug}/kuis").words
    for url in ("/belajar", f"/percobaan/{sitting.token}/hasil", f"/sertifikat/{issued.code}"):
        words = browser.get(url).words
        assert "erlaku sampai" in words, url
        assert "kedaluwarsa" not in words.lower(), url


def test_a_book_without_a_term_says_nothing_of_one(browser: Browser, make: Factory) -> None:
    issued = make.certificate()
    browser.sign_in(issued.person)
    for url in (f"/buku/{issued.book.slug}", "/belajar", f"/sertifikat/{issued.code}"):
        assert "erlaku sampai" not in browser.get(url).words, url


def test_checks_and_their_proof_say_expired(browser: Browser, issued: Issued, last: date) -> None:
    page = browser.get(f"/v/{issued.code}")
    assert "Kedaluwarsa" in page.words
    assert f"Berlaku sampai {write_day(last)}. Masa berlakunya sudah lewat." in page.words
    assert browser.get(f"/v/{issued.code}/bukti.pdf").data.startswith(b"%PDF")


def test_the_registrar_sees_it_in_the_list_and_on_its_page(
    browser: Browser, make: Factory, issued: Issued
) -> None:
    browser.sign_in(make.coordinator())
    assert "Kedaluwarsa" in browser.get("/koordinator/sertifikat").words
    page = browser.get(f"/koordinator/sertifikat/{issued.code}").words
    assert "Masa berlakunya sudah lewat" in page


def test_the_officer_sees_it_and_finds_it_in_the_file(
    browser: Browser, make: Factory, issued: Issued, last: date
) -> None:
    ours = issued.person.institution
    assert ours is not None
    make.certificate(make.learner("Budi", at=ours), make.book("lain"))
    browser.sign_in(make.officer(at=ours))
    assert "kedaluwarsa" in browser.get("/kepegawaian").words
    file = browser.get("/kepegawaian/ekspor/berkas.csv?tabel=certificates")
    rows = csv.DictReader(StringIO(file.text.removeprefix("\ufeff")), delimiter=";")
    held = {row["Nama"]: (row["Keadaan"], row["Berlaku sampai"]) for row in rows}
    assert held[issued.person.name] == ("kedaluwarsa", last.isoformat())
    assert held["Budi"] == ("berlaku", "")


def test_the_written_definition_says_that_expired_ones_stay_counted(
    browser: Browser, issued: Issued
) -> None:
    assert issued.code
    words = browser.get("/capaian").words
    assert "Sertifikat yang kedaluwarsa tetap dihitung" in words
