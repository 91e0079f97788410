"""A certificate of another cause than a quiz, on every page that has certificates."""

import pytest

from tests.browser import Browser
from tests.factories import Factory, Person
from tests.unit.certificates.test_printing import words_of


@pytest.fixture
def siti(make: Factory) -> Person:
    """Somebody who was at an event, and has passed nothing."""
    return make.learner("Siti Aminah, S.H.", at=make.institution("Kota Contoh"))


@pytest.fixture
def code(make: Factory, siti: Person) -> str:
    """The code of her certificate."""
    return make.attendance(siti)


def test_anybody_checks_it_and_reads_of_no_text_and_no_quiz(browser: Browser, code: str) -> None:
    words = browser.get(f"/v/{code}").words
    assert "Sertifikat ini tercatat dan berlaku." in words
    assert "Kegiatan Seminar Hak atas Informasi" in words
    assert "3 JP" in words
    for of_books in ("Modul", "Edisi", "SHA-256", "Syarat lulus", "None"):
        assert of_books not in words, of_books


def test_its_holder_finds_it_has_it_as_a_picture_and_prints_it(
    browser: Browser, siti: Person, code: str
) -> None:
    browser.sign_in(siti)
    assert f"/sertifikat/{code}" in browser.get("/belajar").links
    browser.get("/")
    page = browser.get(f"/sertifikat/{code}")
    assert ">yang telah mengikuti kegiatan</text>" in page.text
    assert "Nama pelatihan Seminar Hak atas Informasi" in page.words
    assert "None" not in page.text
    sheet = browser.get(f"/sertifikat/{code}.pdf")
    assert f"sertifikat-{code[:4]}" in sheet.headers["Content-Disposition"]
    printed = words_of(sheet.data)
    assert "yang telah mengikuti kegiatan Seminar Hak atas Informasi pada" in printed
    assert "Diterbitkan pada" in printed
    assert not [of_books for of_books in ("Buku saku", "SHA-256", "None") if of_books in printed]
    assert "Kehadiran dalam kegiatan" in browser.get("/akun/data").words


def test_without_one_there_is_no_word_of_other_certificates(
    browser: Browser, make: Factory, siti: Person
) -> None:
    make.certificate(siti)
    browser.sign_in(siti)
    assert "Sertifikat lain" not in browser.get("/belajar").words


def test_its_holder_reads_of_no_quiz_when_it_is_revoked(
    browser: Browser, make: Factory, siti: Person, code: str
) -> None:
    make.revoke(code)
    browser.sign_in(siti)
    page = browser.get(f"/sertifikat/{code}")
    assert "Sertifikat dicabut" in page.words
    assert "kuis" not in page.words.lower()
    browser.get(f"/sertifikat/{code}.pdf")
    browser.get("/")
    assert "Dicabut" in browser.get("/belajar").words


def test_the_register_has_it_replaces_it_and_revokes_it(
    browser: Browser, make: Factory, siti: Person, code: str
) -> None:
    browser.sign_in(make.coordinator())
    assert "Seminar Hak atas Informasi" in browser.get("/koordinator/sertifikat").words
    make.rename(siti, "Siti Aminah, M.H.")
    page = browser.get(f"/koordinator/sertifikat/{code}")
    assert "Kegiatan Seminar Hak atas Informasi" in page.words
    assert "kuis" not in page.words.lower()
    page = browser.get(f"/koordinator/sertifikat/{code}/ganti")
    page = browser.submit(page.form("/ganti"), {"reason": "Gelarnya keliru tercetak."})
    assert "Sertifikat pengganti terbit" in page.words
    typed = {"ground": "dishonesty", "reason": "Titip absen, kata panitianya."}
    page = browser.submit(page.form("/cabut"), typed)
    assert "Dicabut" in page.words
    assert "Diperoleh dengan tidak jujur" in page.words
    assert "kuis" not in page.words.lower()
