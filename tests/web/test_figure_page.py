"""The page of the national figure: the first institutions, those looked for, and all as files."""

import csv
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from lms.db import db
from lms.institutions.models import Institution, InstitutionKind
from tests.browser import Browser
from tests.factories import Factory

LARGEST_KB = 60


@pytest.fixture
def _country(make: Factory) -> None:
    """A province and many regencies, two of which have somebody; of one it is known how many."""
    book = make.book()
    with make.at_once():
        for number in range(60):
            make.institution(f"Pemerintah Kabupaten Contoh {number:02}")
        utara = make.institution("Pemerintah Provinsi Contoh Utara")
        jaya = make.institution("Pemerintah Kota Contoh Jaya")
    for ref, kind, region in (
        (utara, InstitutionKind.PROVINCE, "91"),
        (jaya, InstitutionKind.CITY, "91.71"),
    ):
        with make.inside():
            db.session.execute(
                update(Institution)
                .where(Institution.id == ref.id)
                .values(kind=kind, region_code=region, head_count=8)
            )
            db.session.commit()
        make.certificate(make.learner(at=ref), book)
    make.certificate(make.learner(at=jaya), book)


@pytest.mark.usefixtures("_country")
def test_the_first_institutions_stand_on_the_page_with_their_share(browser: Browser) -> None:
    page = browser.get("/capaian")
    assert "Per instansi 2" in page.words
    assert page.words.index("Kota Contoh Jaya") < page.words.index("Provinsi Contoh Utara")
    assert "2 25,0% dari 8" in page.words
    assert "Kabupaten Contoh 00" not in page.words


@pytest.mark.usefixtures("_country")
def test_an_institution_is_found_that_has_nobody_yet_and_pages_lead_on(browser: Browser) -> None:
    page = browser.get("/capaian?cari=kabupaten&jenis=kabupaten-kota")
    assert "Per instansi 60" in page.words
    assert "Halaman 1 dari 3" in page.words
    following = next(link for link in page.links if "halaman=2" in link)
    assert "cari=kabupaten" in following
    assert "jenis=kabupaten-kota" in following
    second = browser.get(following)
    assert "Kabupaten Contoh 20" in second.words
    assert "Kabupaten Contoh 19" not in second.words
    assert "Halaman 3 dari 3" in browser.get("/capaian?cari=kabupaten&halaman=99").words
    assert "Per instansi 2" in browser.get("/capaian?provinsi=91").words
    nothing = browser.get("/capaian?cari=tidak-ada")
    assert "Tidak ada instansi yang cocok." in nothing.words
    assert "/capaian#per-instansi" in nothing.links


@pytest.mark.usefixtures("_country")
@pytest.mark.parametrize(
    "query", ["jenis=x", "provinsi=3%25", "halaman=-1", "halaman=9e9", "cari=%25"]
)
def test_a_query_that_means_nothing_is_answered(browser: Browser, query: str) -> None:
    browser.get(f"/capaian?{query}")


@pytest.mark.usefixtures("_country")
def test_everything_is_there_as_files(browser: Browser) -> None:
    page = browser.get("/capaian?provinsi=91&jenis=provinsi")
    for link in (each for each in page.links if each.startswith("/capaian/")):
        browser.get(link)
    answer = browser.get("/capaian/instansi.csv?jenis=provinsi")
    rows = list(csv.reader(StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows == [
        [
            *("Instansi", "Jenis", "Tercapai", "Jumlah pegawai", "Persen tercapai"),
            *("Target", "JP tercapai", "Target JP"),
        ],
        ["Pemerintah Provinsi Contoh Utara", "pemerintah provinsi", "1", "8", "12,5", "", "2", ""],
    ]
    book = CalamineWorkbook.from_filelike(BytesIO(browser.get("/capaian/hari.xlsx").data))
    head, day = book.get_sheet_by_index(0).to_python()
    assert head == ["Tanggal", "Bertambah", "Jumlah"]
    assert day[1:] == [3, 3]


@pytest.mark.usefixtures("_country")
def test_the_page_is_small_however_many_there_are(browser: Browser) -> None:
    page = browser.get("/capaian?cari=contoh")
    assert "Halaman 1 dari 4" in page.words
    assert len(page.data) < LARGEST_KB * 1024
