"""The coordinator's page: where it stands still, whom to ring, and nothing of few people."""

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

from lms.accounts.enums import Role
from lms.accounts.models import RoleGrant
from lms.clock import utc_now
from lms.days import write_day
from lms.db import db, transaction
from lms.institutions.models import Institution, InstitutionKind, Posting
from lms.institutions.registry.rules import Editor
from lms.institutions.registry.tree import found_unit
from lms.programmes.models import Programme, ProgrammeTarget
from lms.programmes.queries import NATIONAL
from lms.programmes.service import open_programme
from lms.programmes.versions import close_programme
from lms.progress.refresh import refresh_progress
from tests.browser import Browser
from tests.factories import PASSWORD, REASON, Book, Factory, InstitutionRef, Person

LARGEST_KB = 60
LISTS = "/koordinator/capaian/instansi"


def say(make: Factory, ref: InstitutionRef, **facts: object) -> None:
    """Say something of an institution, as the registry would."""
    with make.inside():
        db.session.execute(update(Institution).where(Institution.id == ref.id).values(**facts))
        db.session.commit()


def reach(make: Factory, ref: InstitutionRef, book: Book, days_ago: int) -> Person:
    """Have somebody of an institution earn a certificate so many days ago."""
    person = make.learner(at=ref)
    make.certificate(person, book, at=utc_now() - timedelta(days_ago))
    return person


@pytest.fixture
def places(make: Factory) -> dict[str, InstitutionRef]:
    """A ministry that moves, a province that stopped, a city with nobody, and one unknown."""
    book = make.book()
    with make.at_once():
        found = {
            "ministry": make.institution("Kementerian Contoh Bergerak"),
            "province": make.institution("Pemerintah Provinsi Contoh Berhenti"),
            "city": make.institution("Pemerintah Kota Contoh Kosong"),
            "unknown": make.institution("Pemerintah Kabupaten Contoh Tanpa Jumlah"),
        }
    say(make, found["ministry"], kind=InstitutionKind.MINISTRY, head_count=40)
    say(
        make,
        found["province"],
        kind=InstitutionKind.PROVINCE,
        region_code="94",
        head_count=50,
        hr_contact="BKD, 0911-555-0100 atau bkd@contoh-b.example",
    )
    say(make, found["city"], kind=InstitutionKind.CITY, region_code="94.71", target_count=90)
    say(make, found["unknown"], region_code="31.01")
    make.officer("Ratna Rekaan", at=found["ministry"])
    make.officer("Oki Rekaan", at=found["province"], email="oki@contoh-b.example")
    reach(make, found["ministry"], book, 3)
    reach(make, found["province"], book, 45)
    return found


def sign_in(browser: Browser, make: Factory) -> None:
    """Come as a coordinator."""
    browser.sign_in(make.coordinator())


@pytest.mark.usefixtures("places")
def test_the_first_thing_is_the_figure_and_whom_to_ring(browser: Browser, make: Factory) -> None:
    sign_in(browser, make)
    page = browser.get("/koordinator")
    words = page.words
    assert "2 dari 1.000.000 ASN" in words
    assert "30 hari terakhir bertambah 1 ASN" in words
    ring = words[words.index("Yang perlu dihubungi") : words.index("Mengapa mereka?")]
    city, province, unknown = (
        ring.index(name) for name in ("Kota Contoh Kosong", "Contoh Berhenti", "Tanpa Jumlah")
    )
    assert city < province < unknown
    assert "Contoh Bergerak" not in ring
    assert "90 dari 90 belum tercapai · belum pernah bertambah" in ring
    assert "Belum ada pengelola" in ring
    assert "mailto:oki@contoh-b.example" in page.links
    assert "tel:+629115550100" in page.links
    assert "mailto:bkd@contoh-b.example" in page.links
    assert len(page.data) < LARGEST_KB * 1024


@pytest.mark.usefixtures("places")
def test_the_map_and_its_table_say_the_same(browser: Browser, make: Factory) -> None:
    sign_in(browser, make)
    page = browser.get("/koordinator")
    links = [link for link in page.links if link.startswith("/koordinator/capaian/provinsi/")]
    assert len(links) == 2 * 38
    assert len(set(links)) == 38
    assert "<title>Papua Tengah: 0,7%, 1 dari 140</title>" in page.text
    assert "<title>DKI Jakarta: –, jumlah pegawai belum tercatat</title>" in page.text
    assert "Papua Tengah 0,7% 1 139" in page.words
    assert "Instansi pusat 2,5% 1 39" in page.words
    first = re.search(r"Per provinsi.*?Terakhir (.*?) ", page.words)
    assert first is not None
    by_name = browser.get("/koordinator?urut=nama").words
    assert by_name.index("Aceh") < by_name.index("Papua Tengah 0,7%")
    assert page.words.index("Papua Tengah 0,7%") < page.words.index("Aceh – 0")


@pytest.mark.usefixtures("places")
def test_a_day_tells_how_fast_it_has_to_go(browser: Browser, make: Factory) -> None:
    sign_in(browser, make)
    ahead = (utc_now() + timedelta(1000)).date().isoformat()
    page = browser.get(f"/koordinator?sampai={ahead}")
    assert re.search(r"Perlu (999|1\.00\d) ASN per hari sampai", page.words)
    assert "Laju belum cukup" in page.words
    assert "jalan menuju 1.000.000" in page.words or "di atas skala gambar ini" in page.words
    assert any(f"sampai={ahead}" in link and "urut=" in link for link in page.links)


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    "typed", ["2020-01-01", "besok", "9999-12-31", "2026-02-31", "%F0%9F%98%80"]
)
def test_a_day_that_is_none_is_refused_beside_its_field(
    browser: Browser, make: Factory, typed: str
) -> None:
    sign_in(browser, make)
    page = browser.get(f"/koordinator?sampai={typed}", expect=422)
    assert "Tulis hari sesudah hari ini, dengan tahunnya." in page.words
    assert 'aria-describedby="sampai-galat"' in page.text
    assert "Yang perlu dihubungi" in page.words


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Kota Contoh Kosong", "Contoh Berhenti", "Contoh Bergerak", "Tanpa Jumlah"]),
        ("keadaan=belum", ["Kota Contoh Kosong", "Tanpa Jumlah"]),
        ("keadaan=berhenti", ["Contoh Berhenti"]),
        ("keadaan=bergerak&jenis=pusat", ["Contoh Bergerak"]),
        ("keadaan=tercapai", []),
        ("provinsi=94&urut=nama", ["Kota Contoh Kosong", "Contoh Berhenti"]),
        ("cari=KÓTA", ["Kota Contoh Kosong"]),
        ("cari=%25", []),
        ("keadaan=x&urut=y&jenis=z&halaman=-3", ["Kota Contoh Kosong", "Contoh Berhenti"]),
    ],
)
def test_institutions_are_found_by_where_they_stand(
    browser: Browser, make: Factory, query: str, names: list[str]
) -> None:
    sign_in(browser, make)
    page = browser.get(f"{LISTS}?{query}")
    words = page.words[page.words.index("Daftar ") :]
    places = [words.index(name) for name in names]
    assert places == sorted(places)
    if not names:
        assert "Tidak ada instansi yang cocok." in words


def test_long_lists_page(browser: Browser, make: Factory) -> None:
    with make.at_once():
        for number in range(45):
            make.institution(f"Pemerintah Kabupaten Contoh {number:02}")
    make.book()
    sign_in(browser, make)
    page = browser.get(f"{LISTS}?cari=contoh&urut=nama")
    assert "Halaman 1 dari 3" in page.words
    following = next(link for link in page.links if "halaman=2" in link)
    assert {"cari=contoh", "urut=nama"} <= set(following.partition("?")[2].split("#")[0].split("&"))
    assert "Contoh 20" in browser.get(following).words
    assert "Halaman 3 dari 3" in browser.get(f"{LISTS}?halaman=99&urut=nama").words


def test_a_province_leads_to_its_institutions(
    browser: Browser, make: Factory, places: dict[str, InstitutionRef]
) -> None:
    sign_in(browser, make)
    page = browser.get("/koordinator/capaian/provinsi/94")
    assert page.words.count("Papua Tengah") >= 1
    assert "1 dari 140 ASN tercapai, 0,7%." in page.words
    assert f"{LISTS}/{places['city'].id}" in page.links
    assert f"{LISTS}/{places['ministry'].id}" not in page.links
    empty = browser.get("/koordinator/capaian/provinsi/11")
    assert "Belum ada pemerintah daerah yang terdaftar" in empty.words
    for code in ("00", "94.71", "zz"):
        browser.get(f"/koordinator/capaian/provinsi/{code}", expect=404)


def test_targets_of_the_programme_are_shown_where_they_were_set(
    browser: Browser, make: Factory, places: dict[str, InstitutionRef]
) -> None:
    with make.inside():
        programme_id = db.session.scalars(select(Programme.id)).one()
        for place, people, hours in (
            ({"province_code": "94"}, 5000, 8000),
            ({"institution_id": places["province"].id}, 10, 60),
        ):
            row = ProgrammeTarget(
                programme_id=programme_id, people_count=people, credit_hours=hours, **place
            )
            db.session.add(row)
        db.session.commit()
    sign_in(browser, make)
    province = browser.get("/koordinator/capaian/provinsi/94").words
    assert re.search(r"1 dari 5\.000 ASN tercapai, 0,0\d*%\. .* \d dari 8\.000 JP", province)
    page = browser.get("/koordinator")
    assert re.search(r"<title>Papua Tengah: 0,0\d*%, 1 dari 5\.000</title>", page.text)
    assert re.search(r"Papua Tengah 0,0\d*% 1 4\.999", page.words)
    text = browser.get("/koordinator/capaian/provinsi.csv").text
    columns = next(line for line in text.splitlines() if "Papua Tengah" in line).split(";")
    assert columns[3:5] == ["1", "5000"]
    assert columns[-1] == "8000"
    institution = browser.get(f"{LISTS}/{places['province'].id}").words
    assert "1 dari 10 ASN, 10,0%" in institution
    assert re.search(r"\d dari 60 JP", institution)
    assert re.search(r"target 10 ASN \d dari 60 JP", browser.get("/capaian").words)
    public = browser.get("/capaian/instansi.csv").text
    assert re.search(r";10;\d;60\s", public)


def test_an_institution_has_its_figure_its_officers_and_who_waits(
    browser: Browser, make: Factory, places: dict[str, InstitutionRef]
) -> None:
    make.learner(at=places["province"], confirmed=False)
    sign_in(browser, make)
    page = browser.get(f"{LISTS}/{places['province'].id}")
    assert "1 dari 50 ASN, 2,0%" in page.words
    assert "1 orang menunggu konfirmasi pengelolanya." in page.words
    assert "Oki Rekaan" in page.words
    assert "tel:+629115550100" in page.links
    assert "Garis putus-putus: target 50" in page.words or "di atas skala" in page.words
    browser.get(f"{LISTS}/999999", expect=404)


def test_units_of_few_people_stay_hidden(
    browser: Browser, make: Factory, places: dict[str, InstitutionRef]
) -> None:
    with make.inside():
        unit = found_unit(
            Editor(None), places["province"].id, "Bidang Kecil", parent_id=None, now=make.now
        )
        people = list(
            db.session.scalars(
                select(Posting).where(Posting.institution_id == places["province"].id)
            )
        )
        for posting in people:
            posting.unit_id = unit
        db.session.commit()
        refresh_progress([posting.account_id for posting in people], now=make.now)
        db.session.commit()
    sign_in(browser, make)
    units = f"{LISTS}/{places['province'].id}/unit"
    assert units in browser.get(f"{LISTS}/{places['province'].id}").links
    page = browser.get(units)
    assert "Bidang Kecil kurang dari 5 2" in page.words


@pytest.mark.usefixtures("places")
def test_everything_is_there_as_files(browser: Browser, make: Factory) -> None:
    sign_in(browser, make)
    for address in ("/koordinator", f"{LISTS}?keadaan=belum&urut=nama"):
        page = browser.get(address)
        files = [link for link in page.links if re.search(r"\.(csv|xlsx)(\?|$)", link)]
        assert files
        for link in files:
            browser.get(link)
    text = browser.get(f"{LISTS}.csv?keadaan=berhenti").text.removeprefix("\ufeff")
    _, row = csv.reader(StringIO(text), delimiter=";")
    assert row[:7] == [
        "Pemerintah Provinsi Contoh Berhenti",
        "pemerintah provinsi",
        "94",
        "1",
        "50",
        "2,0",
        "49",
    ]
    assert row[7] == "berhenti"
    book = CalamineWorkbook.from_filelike(
        BytesIO(browser.get("/koordinator/capaian/provinsi.xlsx").data)
    )
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == 1 + 38 + 1
    assert rows[-1][1:5] == ["Instansi pusat", 1, 1, 40]


def test_the_first_day_looks_like_a_first_day(browser: Browser, make: Factory) -> None:
    book, place = make.book(), make.institution()
    sign_in(browser, make)
    page = browser.get("/koordinator")
    assert "0 dari 1.000.000 ASN" in page.words
    assert "30 hari terakhir tidak ada yang bertambah." in page.words
    assert "Pertambahan setiap hari akan tampil di sini" in page.words
    reach(make, place, book, 0)
    page = browser.get("/koordinator")
    assert "1 dari 1.000.000 ASN" in page.words
    assert 'd="M29 0h0.75v1h-0.75z"' in page.text
    assert browser.get(f"{LISTS}/{place.id}").words.count("Bertambah setiap hari") == 1


def test_before_the_programme_is_open_the_page_says_how(browser: Browser, make: Factory) -> None:
    sign_in(browser, make)
    assert "flask programmes open-national" in browser.get("/koordinator").words
    browser.get("/koordinator?program=1-juta-asn", expect=404)
    browser.get(LISTS, expect=404)


@pytest.mark.usefixtures("places")
def test_another_programme_has_its_own_page(browser: Browser, make: Factory) -> None:
    with make.inside():
        programme = open_programme(
            "khusus", "Program Khusus", 10, [], starts_on=make.today, now=utc_now()
        )
        programme.ends_on = make.today + timedelta(10)
        db.session.commit()
    sign_in(browser, make)
    assert "/koordinator?program=khusus" in browser.get("/koordinator").links
    page = browser.get("/koordinator?program=khusus")
    assert "0 dari 10 ASN" in page.words
    assert re.search(r"Perlu 1,\d ASN per hari sampai", page.words)
    lists = [link for link in page.links if link.startswith("/koordinator/capaian/")]
    assert lists
    assert all("program=khusus" in link for link in lists)
    browser.get("/koordinator?program=tidak-ada", expect=404)


def _closed(make: Factory) -> str:
    close_programme(NATIONAL, REASON, actor_id=None, now=utc_now())
    return f"Angka akhir: program ditutup {write_day(make.today)}."


def _past(make: Factory) -> str:
    last_on = make.today - timedelta(1)
    db.session.execute(update(Programme).values(ends_on=last_on))
    return f"Hari terakhir program, {write_day(last_on)}, sudah lewat"


@pytest.mark.parametrize("end", [_closed, _past])
def test_a_programme_that_is_over_has_its_last_figure_and_nobody_to_ring(
    browser: Browser,
    make: Factory,
    places: dict[str, InstitutionRef],
    end: Callable[[Factory], str],
) -> None:
    with make.inside():
        sentence = end(make)
        db.session.commit()
    sign_in(browser, make)
    for address in (
        "/koordinator",
        "/koordinator?sampai=2020-01-01",
        f"/koordinator?sampai={make.today + timedelta(90)}",
        "/koordinator/capaian/provinsi/94",
        LISTS,
        f"{LISTS}/{places['ministry'].id}",
        "/capaian",
    ):
        words = re.sub("Contoh (Bergerak|Berhenti)", "", browser.get(address).words)
        assert sentence in words or address == LISTS, address
        for word in ("terakhir bertambah", "Perlu", "Laju", "Bergerak", "Berhenti"):
            assert not re.search(rf"\b{word}\b", words), (address, word)
        assert "Yang perlu dihubungi" not in words
    rows = csv.reader(StringIO(browser.get(f"{LISTS}.csv").text), delimiter=";")
    assert {row[7] for row in rows} == {"Keadaan", "belum", ""}


@pytest.mark.usefixtures("places")
def test_on_its_last_day_a_programme_is_not_over(browser: Browser, make: Factory) -> None:
    with make.inside():
        db.session.execute(update(Programme).values(ends_on=make.today))
        db.session.commit()
    sign_in(browser, make)
    page = browser.get("/koordinator")
    assert "Yang perlu dihubungi" in page.words
    assert "sudah lewat" not in page.words


@pytest.mark.usefixtures("places")
def test_that_nobody_is_to_be_rung_is_not_said_of_who_has_reached_it(
    browser: Browser, make: Factory, places: dict[str, InstitutionRef]
) -> None:
    make.officer("Siti Rekaan", at=places["city"])
    for ref in places.values():
        say(make, ref, target_count=1, ended_on=None)
    for name in ("city", "unknown"):
        say(make, places[name], ended_on=make.today)
    sign_in(browser, make)
    words = browser.get("/koordinator").words
    assert "Tidak ada yang perlu dihubungi: instansi yang belum mencapai sasarannya" in words
    assert "Tidak ada instansi yang berhenti" not in words


def test_an_institution_without_an_officer_leads_to_naming_one(
    browser: Browser, make: Factory, places: dict[str, InstitutionRef]
) -> None:
    with make.inside(), transaction():
        unit_id = found_unit(
            Editor(None), places["city"].id, "Bidang Kecil", parent_id=None, now=make.now
        )
    officer = make.officer("Siti Rekaan", at=places["city"])
    with make.inside(), transaction():
        own = RoleGrant.account_id == officer.id
        db.session.execute(update(RoleGrant).where(own).values(unit_id=unit_id))
    sign_in(browser, make)
    page = browser.get(f"{LISTS}/{places['city'].id}")
    assert "Belum ada pengelola untuk seluruh instansi" in page.words
    assert "Siti Rekaan" in page.words
    assert "flask" not in page.words
    address = f"/koordinator/peran/beri?instansi={places['city'].id}"
    assert address in page.links
    assert address in browser.get("/koordinator").links
    assert 'value="Pemerintah Kota Contoh Kosong"' in browser.get(address).text
    had = browser.get(f"{LISTS}/{places['province'].id}")
    assert "Tunjuk pengelola" not in had.words


@pytest.mark.usefixtures("places")
def test_a_coordinator_is_led_there(browser: Browser, make: Factory) -> None:
    person = make.learner("Rina Rekaan", password=PASSWORD, roles=((Role.COORDINATOR, None),))
    browser.sign_in_by_form(person)
    assert browser.page is not None
    assert browser.page.path == "/koordinator"
    home = browser.get("/")
    assert home.links.count("/koordinator") >= 2
    browser.sign_in(make.learner())
    assert "/koordinator" not in browser.get("/").links
