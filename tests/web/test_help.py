"""Whom to turn to: from every page, and from every error with its number."""

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from flask import Flask

from config import Settings
from lms.clock import utc_now
from lms.version import VERSION
from tests.browser import Browser
from tests.factories import Factory
from tests.web.conftest import World

WAYS = {
    "help_email": "bantuan@sakuham.example",
    "help_whatsapp": "+62 812-0000-0000",
    "help_hours": "Senin–Jumat, 08.00–16.00 WIB",
}


@pytest.fixture
def reachable(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A site whose operator has named the help desk, and nobody else."""
    settings = replace(app.config["SAKUHAM"], privacy_contact="", **WAYS)
    monkeypatch.setitem(app.config, "SAKUHAM", settings)
    return app


def test_help_answers_ten_questions_and_says_whom_to_turn_to(
    browser: Browser, reachable: Flask
) -> None:
    page = browser.get("/bantuan")
    assert len(page.document.all("summary")) == 10 + 2  # the menu, and how pages look
    for words in WAYS.values():
        assert words in page.words
    assert "https://wa.me/6281200000000?text=SakuHAM" in page.links
    assert "mailto:bantuan@sakuham.example?subject=SakuHAM" in page.links
    assert "tel:129" in page.links


def test_without_a_help_desk_nobody_reads_that_something_is_missing(browser: Browser) -> None:
    for address in ("/bantuan", "/tentang", "/privasi"):
        assert "belum diisi" not in browser.get(address).words
    assert "Sampaikan kepada pengelola kepegawaian instansi Anda." in browser.get("/bantuan").words


def test_the_privacy_notice_names_the_help_desk_where_nobody_else_is_named(
    browser: Browser, reachable: Flask
) -> None:
    assert WAYS["help_email"] in browser.get("/privasi").words


def test_every_page_leads_to_help_and_about(browser: Browser, world: World) -> None:
    for address in ("/", "/capaian", "/verifikasi", "/masuk", f"/buku/{world.book.slug}"):
        links = browser.get(address).links
        assert "/bantuan" in links, address
        assert "/tentang" in links, address


def test_an_error_leads_to_help_with_its_number(browser: Browser, reachable: Flask) -> None:
    page = browser.get("/tidak-ada", expect=404)
    number = page.words.split("Nomor rujukan:")[1].split()[0]
    assert f"/bantuan?rujukan={number}" in page.links
    help_page = browser.get(f"/bantuan?rujukan={number}")
    assert f"Sebutkan nomor rujukan ini: {number}" in help_page.words
    assert any(f"text=SakuHAM%20{number}" in link for link in help_page.links)


@pytest.mark.parametrize("word", ["<b>", "abcdef", "1234567", "Hubungi 0812 sekarang"])
def test_help_repeats_no_strangers_words(browser: Browser, word: str) -> None:
    assert "Sebutkan nomor" not in browser.get(f"/bantuan?rujukan={quote(word)}").words


def test_a_page_that_is_not_there_does_not_call_back_after_signing_in(browser: Browser) -> None:
    assert "/masuk" in browser.get("/tidak-ada", expect=404).links
    assert "/masuk?lanjut=/verifikasi" in browser.get("/verifikasi").links


def test_a_chapter_that_is_not_there_leads_to_its_pocketbook(
    browser: Browser, make: Factory
) -> None:
    book = make.book()
    assert f"/buku/{book.slug}" in browser.get(f"/buku/{book.slug}/9", expect=404).links


def test_about_says_who_vouches_and_how_everybody_can_use_it(browser: Browser) -> None:
    words = browser.get("/tentang").words
    for sentence in (
        "Kementerian Hak Asasi Manusia",
        "Yang dihitung adalah orang, bukan sertifikat",
        "WCAG 2.2 tingkat AA",
        "CC BY-SA 4.0",
        "EUPL-1.2",
    ):
        assert sentence in words


def test_about_says_of_books_what_the_operator_says(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for licence, told in (
        ("Boleh disalin utuh.", "Boleh disalin utuh."),
        ("", "mintalah izin kepada Kementerian Hak Asasi Manusia"),
    ):
        settings = replace(app.config["SAKUHAM"], book_licence=licence)
        monkeypatch.setitem(app.config, "SAKUHAM", settings)
        words = browser.get("/tentang").words
        assert told in words
        assert "CC BY-SA" not in words


def test_about_says_which_version_runs(browser: Browser) -> None:
    assert f"SakuHAM versi {VERSION}," in browser.get("/tentang").words


def test_whom_to_tell_of_a_hole_stands_where_it_is_looked_for(
    browser: Browser, reachable: Flask
) -> None:
    page = browser.client.get("/.well-known/security.txt")
    assert page.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in page.text.splitlines())
    assert fields.pop("Contact") == "mailto:bantuan@sakuham.example"
    assert fields.pop("Canonical") == "https://sakuham.example/.well-known/security.txt"
    assert fields.pop("Preferred-Languages") == "id, en"
    left = datetime.fromisoformat(fields.pop("Expires")) - utc_now()
    assert timedelta(days=30) < left < timedelta(days=365)
    assert fields == {}


def test_where_nobody_is_named_nobody_is_to_be_told(browser: Browser) -> None:
    browser.get("/.well-known/security.txt", expect=404)


def test_staff_find_their_own_offices_contact_and_nobody_else_does(
    browser: Browser, world: World
) -> None:
    officer = browser.another()
    officer.sign_in(world.person("officer"))
    page = officer.get("/kepegawaian/kontak")
    (form,) = [form for form in page.forms if "/kontak/" in form.action]
    (name,) = [name for name in form.fields if name.endswith("contact")]
    officer.submit(form, {name: "kepegawaian@kota-asri.example"})
    for who, finds in (("learner", True), ("unconfirmed", True), ("other officer", False)):
        visitor = browser.another()
        visitor.sign_in(world.person(who))
        for address in ("/bantuan", "/akun"):
            shown = "kepegawaian@kota-asri.example" in visitor.get(address).words
            assert shown == finds, (who, address)
    assert "kepegawaian@kota-asri.example" not in browser.get("/bantuan").words


def test_an_officer_sets_no_other_institutions_contact(browser: Browser, world: World) -> None:
    browser.sign_in(world.person("other officer"))
    key = world.ours.id
    browser.post(f"/kepegawaian/kontak/{key}", {f"i{key}-contact": "a@b.example"}, expect=404)


def test_the_menu_names_the_person_and_keeps_signing_out_apart(
    browser: Browser, make: Factory
) -> None:
    people = [make.learner("Ayu Lestari"), make.learner("Budi Santoso")]
    visitors = [browser.another() for _ in people]
    for visitor, person in zip(visitors, people, strict=True):
        visitor.sign_in(person)
    for number, visitor in enumerate(visitors):
        words = visitor.get("/verifikasi").words
        assert people[number].name in words
        assert people[1 - number].name not in words
    menus = [tag for tag in visitors[0].get("/").document.all("ul") if "menu" in tag.get("class")]
    assert ["Keluar" in tag.text for tag in menus] == [False, True]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HELP_EMAIL", "bantuan"),
        ("HELP_EMAIL", "a@b.example, c@d.example"),
        ("HELP_WHATSAPP", "0812 0000 0000"),
        ("HELP_WHATSAPP", "+62 seratus"),
    ],
)
def test_a_way_that_nobody_could_use_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=name):
        Settings.from_environment()
