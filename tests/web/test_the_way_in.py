"""The way in: reading before signing in is kept, and one arrives where one was going."""

import re

import pytest

from lms.accounts.requests import answer_requests
from lms.addresses import link_address
from lms.clock import utc_now
from lms.mail import list_recent_mail
from tests.browser import Browser
from tests.factories import PASSWORD, Book, Factory
from tests.pocketbooks import Source

NUMBER = "190501172099031991"


def last_link(make: Factory) -> str:
    """The path of the one-time link that was mailed last."""
    with make.inside():
        answer_requests(link_address, now=utc_now())
        found = re.search(r"/tautan/\S+", list_recent_mail()[0].body)
    assert found is not None
    return found.group()


def read_as_a_visitor(browser: Browser, book: Book, *numbers: int) -> None:
    """Press the button at the end of these chapters."""
    for number in numbers:
        page = browser.get(f"/buku/{book.slug}/{number}")
        (address,) = {link for link in page.links if link.endswith("/selesai")}
        browser.get(address, expect=302)


def test_the_quiz_says_why_it_asks_to_sign_in(browser: Browser, make: Factory) -> None:
    book = make.book()
    words = browser.get(f"/modul/{book.slug}/kuis", expect=401).words
    assert "Kuis akhir UJI-01 memerlukan akun, supaya sertifikat memuat nama Anda." in words
    assert "Bacaan Anda tetap tersimpan." in words
    assert "Masuk dahulu untuk membuka halaman ini." in browser.get("/akun", expect=401).words
    assert "memerlukan akun" not in browser.get("/masuk").words


@pytest.mark.parametrize(
    "target", ["/modul/tidak-ada/kuis", "/tidak/ada", "/%2e%2e/", "/modul//kuis", "/keluar"]
)
def test_a_target_that_leads_nowhere_gives_no_reason(browser: Browser, target: str) -> None:
    assert "memerlukan akun" not in browser.get(f"/masuk?lanjut={target}").words


@pytest.mark.parametrize("door", ["/daftar", "/lupa-kata-sandi"])
def test_where_one_was_going_survives_the_mailed_link(
    browser: Browser, make: Factory, door: str
) -> None:
    book, place = make.book(), make.institution("Kota Contoh Asri")
    quiz = f"/modul/{book.slug}/kuis"
    if door != "/daftar":
        make.learner(number=NUMBER, at=place)
    read_as_a_visitor(browser, book, 1, 2)
    (way,) = {
        link
        for link in browser.get(quiz, expect=401).links
        if link.startswith("/daftar" if door == "/daftar" else "/lupa-kata-sandi")
    }
    page = browser.get(way)
    assert "Kuis akhir UJI-01 memerlukan akun" in page.words
    (form,) = [form for form in page.forms if "next" in form.fields]
    browser.submit(
        form,
        {
            "identifier": NUMBER,
            "name": "Dewi Anggraini, S.Pd.",
            "employee_number": NUMBER,
            "email": "dewi@contoh-a.example",
            "institution": "Kota Contoh Asri",
        },
    )
    link = last_link(make)
    elsewhere = browser.another()
    assert "Kuis akhir UJI-01" in elsewhere.get(link).words
    browser.get(link)
    arrived = browser.post(link, {"password": PASSWORD, "again": PASSWORD})
    assert arrived.url == quiz
    assert "Mulai kuis" in arrived.words


def test_whose_number_was_taken_meanwhile_is_told_so_on_the_page_of_the_link(
    browser: Browser, make: Factory
) -> None:
    make.institution("Kota Contoh Asri")
    sent = {
        "name": "Dewi Anggraini, S.Pd.",
        "employee_number": NUMBER,
        "email": "dewi@contoh-a.example",
        "institution": "Kota Contoh Asri",
    }
    browser.submit(browser.get("/daftar").form("/daftar"), sent)
    link = last_link(make)
    make.learner(number=NUMBER, password=PASSWORD)
    form = browser.get(link).form(link)
    refused = browser.submit(form, {"password": PASSWORD, "again": PASSWORD}, expect=409)
    assert "Kata sandi belum tersimpan" in refused.words
    assert "kini sudah tercatat pada akun lain" in refused.words
    assert refused.form(link)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/" + "x" * 300])
def test_a_mailed_link_leads_to_no_other_site(browser: Browser, make: Factory, target: str) -> None:
    person = make.learner()
    browser.get("/lupa-kata-sandi")
    browser.post("/lupa-kata-sandi", {"identifier": person.number, "next": target})
    link = last_link(make)
    browser.get(link)
    arrived = browser.post(link, {"password": PASSWORD, "again": PASSWORD}, expect=302)
    assert arrived.headers["Location"] == "/"


def test_what_a_visitor_read_is_theirs_once_they_sign_in(browser: Browser, make: Factory) -> None:
    book, person = make.book(chapters=3), make.learner(password=PASSWORD)
    read_as_a_visitor(browser, book, 1, 2)
    page = browser.get(f"/buku/{book.slug}")
    assert page.words.count("Dibaca") == 2
    assert "Lanjutkan Bab 3" in page.words
    browser.sign_in(person, password=PASSWORD)
    assert "2 dari 3 bab dibaca" in browser.get("/belajar").words
    assert "Lanjutkan Bab 3" in browser.get(f"/buku/{book.slug}").words


def test_who_signs_in_after_another_on_the_same_device_is_given_nothing_of_theirs(
    browser: Browser, make: Factory
) -> None:
    book, first, second = make.book(), make.learner(password=PASSWORD), make.learner()
    read_as_a_visitor(browser, book, 1)
    browser.sign_in(first, password=PASSWORD)
    browser.sign_in(second)
    assert "Dibaca" not in browser.get(f"/buku/{book.slug}").words


def test_a_visitors_finished_chapter_leads_on_as_a_learners_does(
    browser: Browser, make: Factory
) -> None:
    book = make.book()
    page = browser.get(f"/buku/{book.slug}/1/selesai", expect=302)
    assert page.headers["Location"] == f"/buku/{book.slug}/2"
    page = browser.get(f"/buku/{book.slug}/2/selesai", expect=302)
    assert page.headers["Location"] == f"/modul/{book.slug}/kuis"
    browser.get(f"/buku/{book.slug}/3/selesai", expect=404)


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "x",
        "1",
        "1.",
        "1.x",
        "1.-1",
        "1.99",
        "1._1.1",
        "²._1",
        "9" * 4000,
        "1." + "9." * 900,
        "_" * 900,
    ],
)
def test_a_cookie_that_nobody_wrote_claims_no_chapter(
    browser: Browser, make: Factory, cookie: str
) -> None:
    book, person = make.book(), make.learner(password=PASSWORD)
    browser.cookie("bacaan", cookie)
    browser.get(f"/buku/{book.slug}")
    browser.sign_in(person, password=PASSWORD)
    words = browser.get(f"/buku/{book.slug}").words
    assert words.count("Dibaca") == (1 if cookie == "1._1.1" else 0)


def test_the_cookie_stays_small_and_keeps_what_was_read_last(
    browser: Browser, make: Factory
) -> None:
    with make.at_once():
        books = [
            make.book(source=Source(slug=f"buku-{count}", code=f"UJI-{count + 10}"), counted=False)
            for count in range(14)
        ]
    for book in books:
        read_as_a_visitor(browser, book, 1)
    cookie = browser.find_cookie("bacaan")
    assert cookie is not None
    assert len(cookie) < 200
    assert "Dibaca" in browser.get(f"/buku/{books[-1].slug}").words
    assert "Dibaca" not in browser.get(f"/buku/{books[0].slug}").words


def test_the_first_chapter_offers_a_visitor_to_sign_in(browser: Browser, make: Factory) -> None:
    book, person = make.book(), make.learner()
    offer = "Masuk agar kemajuan dan sertifikat Anda tercatat"
    assert offer in browser.get(f"/buku/{book.slug}/1").words
    assert offer not in browser.get(f"/buku/{book.slug}/2").words
    browser.sign_in(person)
    assert offer not in browser.get(f"/buku/{book.slug}/1").words


def test_the_quiz_that_is_closed_says_what_counts_as_reading(
    browser: Browser, make: Factory
) -> None:
    book = make.book()
    browser.sign_in(make.learner())
    words = browser.get(f"/modul/{book.slug}/kuis").words
    assert "Sebuah bab tercatat dibaca ketika akhirnya terlihat" in words


def test_a_chapter_says_that_it_was_read_and_lists_the_others(
    browser: Browser, make: Factory
) -> None:
    book, person = make.book(), make.learner()
    make.reading(person, book, 1)
    browser.sign_in(person)
    assert "Dibaca" in browser.get(f"/buku/{book.slug}/1").words
    page = browser.get(f"/buku/{book.slug}/2")
    assert "Dibaca" not in page.words
    assert {f"/buku/{book.slug}/1", f"/buku/{book.slug}/2"} <= set(page.links)


def test_each_page_on_the_way_in_says_what_it_leads_to(browser: Browser, make: Factory) -> None:
    book = make.book()
    target = f"/modul/{book.slug}/kuis"
    for path, words in (
        ("/masuk", "Untuk ini Anda perlu masuk"),
        ("/daftar", "Untuk ini Anda perlu akun"),
        ("/lupa-kata-sandi", "Untuk ini Anda perlu kata sandi"),
    ):
        assert words in browser.get(f"{path}?lanjut={target}").words
