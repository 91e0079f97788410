"""Samples of confirmations on pages: a second officer looks, or a coordinator."""

from datetime import timedelta

import pytest

from lms.audit import record
from lms.db import db, transaction
from lms.institutions.samples.drawing import draw_samples
from tests.browser import Browser
from tests.conftest import Statements
from tests.factories import PASSWORD, Factory, InstitutionRef, Person

pytestmark = pytest.mark.both

WHY = "Tidak ada dalam daftar gaji."


def drawn(make: Factory, officer: Person, at: InstitutionRef, many: int) -> list[Person]:
    """People whom an officer confirmed last week, all of whom are drawn."""
    with make.at_once():
        people = [make.learner(at=at) for _ in range(many)]
    with make.inside(), transaction():
        for person in people:
            record(
                "staff.confirmed",
                f"account:{person.id}",
                actor_id=officer.id,
                now=make.now - timedelta(days=7),
                institution_id=at.id,
            )
    with make.inside():
        draw_samples(100, lambda: "benih", now=make.now)
        db.session.remove()
    return people


def links(browser: Browser, path: str) -> list[str]:
    """Where the rows of a list lead."""
    found = browser.get(path).links
    return sorted({each for each in found if each.removeprefix(f"{path}/").isdigit()})


def test_a_second_officer_says_yes_or_no(browser: Browser, make: Factory) -> None:
    ours = make.institution("Kota Contoh")
    ratna = make.officer("Ratna", at=ours, password=PASSWORD)
    oki = make.officer("Oki", at=ours, password=PASSWORD)
    people = drawn(make, ratna, ours, 2)
    browser.sign_in(ratna)
    assert links(browser, "/kepegawaian/sampel") == []
    browser.sign_in(oki)
    assert "konfirmasi dalam sampel acak" in browser.get("/kepegawaian").text
    first, second = links(browser, "/kepegawaian/sampel")
    page = browser.get(first)
    assert not any(person.number in page.text for person in people)
    page = browser.post(first, {}, expect=422)
    assert "Pilih jawabannya." in page.text
    page = browser.post(first, {"answer": "no", "reason": "bukan"}, expect=422)
    assert "Tulis alasannya dalam 10 sampai 500 karakter." in page.text
    assert "bukan</textarea>" in page.text
    page = browser.post(first, {"answer": "no", "reason": WHY})
    assert "kini diragukan" in page.text
    page = browser.post(second, {"answer": "yes"})
    assert "Tidak ada yang menunggu jawaban Anda." in page.text
    browser.post(second, {"answer": "no", "reason": WHY}, expect=409)
    assert "Simpan jawaban" not in browser.get(second).text
    browser.sign_in(ratna)
    browser.get(first, expect=404)
    browser.post(first, {"answer": "yes"}, expect=404)
    browser.sign_in(make.coordinator())
    page = browser.get("/koordinator/konfirmasi/sampel/hasil")
    assert "Kota Contoh" in page.text
    assert "9–91 persen" in page.text
    assert "Pemeriksa sampel menyatakan bukan pegawai" in (
        browser.get("/koordinator/konfirmasi/keraguan").text
    )


def test_where_there_is_no_second_officer_the_coordinator_looks(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution()
    ratna = make.officer(at=ours, password=PASSWORD)
    drawn(make, ratna, ours, 1)
    browser.sign_in(make.coordinator())
    (link,) = links(browser, "/koordinator/konfirmasi/sampel")
    browser.get(link)
    page = browser.post(link, {"answer": "unknown", "reason": "Kantornya belum menjawab."})
    assert "Jawaban tercatat." in page.text
    assert "Kantornya belum menjawab." in browser.get(link).text


def test_many_samples_cost_what_few_cost_and_the_list_pages(
    browser: Browser, make: Factory, statements: Statements
) -> None:
    counts, pages = [], []
    for many in (2, 52):
        ours = make.institution()
        ratna = make.officer(at=ours, password=PASSWORD)
        oki = make.officer(at=ours, password=PASSWORD)
        drawn(make, ratna, ours, many)
        browser.sign_in(oki)
        browser.get("/kepegawaian/sampel")
        with statements() as seen:
            pages.append(browser.get("/kepegawaian/sampel"))
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert "/kepegawaian/sampel?halaman=2" in pages[1].links
    assert len(links(browser, "/kepegawaian/sampel")) == 50
