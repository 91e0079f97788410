"""The file of a certificate as its holder fetches it: sealed, with its credential."""

import re
from io import BytesIO
from zipfile import ZipFile

import pikepdf
import pytest
from flask import Flask
from pypdf import PdfReader

from lms.exports.sheets import AT_ONCE
from lms.keys.enums import Purpose
from lms.keys.queries import list_public_keys
from lms.printing.seals import SealState, examine_seal
from tests.browser import Browser
from tests.factories import Factory, Person
from tests.web.test_jobs import file_of, work

pytestmark = pytest.mark.slow
SHEETS = "/kepegawaian/ekspor/sertifikat"


def roots(app: Flask) -> list[bytes]:
    with app.app_context():
        found = [key.certificate for key in list_public_keys(Purpose.ROOT)]
    return [certificate for certificate in found if certificate is not None]


@pytest.mark.usefixtures("keys")
def test_a_holder_fetches_the_same_sealed_file_each_time(
    app: Flask, browser: Browser, make: Factory
) -> None:
    issued = make.certificate()
    browser.sign_in(issued.person)
    file = browser.get(f"/sertifikat/{issued.code}.pdf")
    assert file.data == browser.get(f"/sertifikat/{issued.code}.pdf").data
    finding = examine_seal(file.data, roots(app))
    assert finding.state is SealState.WHOLE
    (credential,) = PdfReader(BytesIO(file.data)).attachments["kredensial.jwt"]
    assert re.fullmatch(rb"[\w-]+\.[\w-]+\.[\w-]+", credential)


@pytest.mark.usefixtures("keys")
def test_a_revoked_one_says_so_and_is_sealed_too(
    app: Flask, browser: Browser, make: Factory
) -> None:
    issued = make.certificate()
    make.revoke(issued)
    browser.sign_in(issued.person)
    file = browser.get(f"/sertifikat/{issued.code}.pdf").data
    assert examine_seal(file, roots(app)).state is SealState.WHOLE
    assert "DICABUT" in PdfReader(BytesIO(file)).pages[0].extract_text()
    assert not PdfReader(BytesIO(file)).attachments


@pytest.fixture
def officer(make: Factory) -> Person:
    """An HR officer with two people who have a certificate, and one who has none in force."""
    ours, theirs = make.institution(), make.institution()
    book = make.book(chapters=1)
    for name, institution in (
        ("Dewi Lestari, S.H.", ours),
        ("Ayu/Ratna: S.Sos.", ours),
        ("Orang Lain", theirs),
    ):
        make.certificate(make.learner(name, at=institution, confirmed=True), book)
    make.revoke(make.certificate(make.learner("Citra", at=ours, confirmed=True), book))
    return make.officer(at=ours)


@pytest.mark.usefixtures("keys")
def test_an_officer_takes_all_sheets_of_their_people_along(
    app: Flask, browser: Browser, officer: Person
) -> None:
    browser.sign_in(officer)
    page = browser.get("/kepegawaian")
    page = browser.submit(page.form(SHEETS), {}, button="ZIP")
    assert "Sertifikat sedang disiapkan." in page.words
    work(app)
    page = browser.get("/pekerjaan")
    file = browser.get(file_of(page))
    assert file.headers["Content-Type"] == "application/zip"
    with ZipFile(BytesIO(file.data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        sheets = [archive.read(name) for name in names]
    assert [name.split(" - sertifikat-")[0] for name in names] == [
        "Ayu Ratna S.Sos.",
        "Dewi Lestari, S.H.",
    ]
    for sheet in sheets:
        assert examine_seal(sheet, roots(app)).state is SealState.WHOLE


@pytest.mark.usefixtures("keys")
def test_the_same_sheets_make_the_same_archive(
    app: Flask, browser: Browser, officer: Person
) -> None:
    browser.sign_in(officer)
    for _ in range(2):
        browser.submit(browser.get("/kepegawaian").form(SHEETS), {}, button="ZIP")
    work(app)
    links = [it for it in browser.get("/pekerjaan").links if it.endswith("/berkas")]
    first, second = (browser.get(link).data for link in links)
    assert first == second


def test_many_sheets_come_in_parts(
    app: Flask, browser: Browser, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(AT_ONCE, "zip", 1)
    browser.sign_in(officer)
    page = browser.get("/kepegawaian/ekspor?urut=nama")
    browser.submit(page.form(SHEETS), {"bagian": "2"})
    work(app)
    file = browser.get(file_of(browser.get("/pekerjaan")))
    assert "-bagian-2-dari-2-" in file.headers["Content-Disposition"]
    with ZipFile(BytesIO(file.data)) as archive:
        assert [name[:4] for name in archive.namelist()] == ["Dewi"]


def test_an_officer_without_certificates_is_told_so(
    app: Flask, browser: Browser, make: Factory
) -> None:
    browser.sign_in(make.officer(at=make.institution()))
    page = browser.get("/kepegawaian")
    assert "Sertifikat (ZIP)" not in page.words
    browser.post(SHEETS, expect=302)
    work(app)
    assert "Tidak ada sertifikat yang cocok" in browser.get("/pekerjaan").words


def test_where_there_are_no_keys_the_file_is_plain(
    app: Flask, browser: Browser, make: Factory
) -> None:
    issued = make.certificate()
    browser.sign_in(issued.person)
    file = browser.get(f"/sertifikat/{issued.code}.pdf").data
    assert examine_seal(file, roots(app)).state is SealState.NONE
    with pikepdf.open(BytesIO(file)) as document:
        assert "/AcroForm" not in document.Root
        assert "/AF" not in document.Root
