"""An officer's desk in the browser: many decided at once and undone, filters, lists by name."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from importlib import import_module
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from lms.accounts.enums import Role
from lms.accounts.models import Account
from lms.db import db, is_storing
from lms.http.rate_limits import count_action
from lms.institutions.decisions import matching
from lms.institutions.decisions.matching import Compared
from lms.institutions.decisions.models import StaffDecision
from lms.institutions.decisions.service import UNDO_FOR
from lms.institutions.people.facts import move_out
from lms.institutions.scope import Scope
from lms.institutions.staff_lists.applying import apply_list
from lms.institutions.staff_lists.checking import check_list
from lms.institutions.staff_lists.models import StaffImport
from lms.institutions.staff_lists.pacing import Pace
from lms.institutions.staff_lists.previews import preview_of
from lms.institutions.staff_lists.sheets import read_list
from lms.institutions.units import add_unit
from lms.institutions.unreached import note_unreached
from lms.progress import staff
from lms.web.staff import decisions
from tests.browser import Browser
from tests.factories import Factory, InstitutionRef, Person


def enter(browser: Browser, make: Factory, *institutions: InstitutionRef) -> Person:
    """Sign the officer of some institutions in."""
    officer = make.officer("Ratna", at=institutions[0])
    browser.sign_in(officer)
    return officer


def test_those_ticked_are_confirmed_and_undone_from_the_notice(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    dewi, _eko = (make.learner(name, at=ours, confirmed=False) for name in ("Dewi", "Eko"))
    page = browser.get("/kepegawaian")
    assert "2 orang menunggu konfirmasi Anda" in page.words
    form = page.form("/tindakan")
    page = browser.submit(form, {"tindakan": "konfirmasi"})
    assert "Belum ada yang dipilih" in page.words
    page = browser.submit(form, {"tindakan": "konfirmasi", "pegawai": str(dewi.posting_id)})
    assert "1 orang terkonfirmasi." in page.words
    assert "1 orang menunggu konfirmasi Anda" in page.words
    page = browser.submit(page.form("/urungkan"))
    assert "Diurungkan: 1 orang kembali seperti semula." in page.words
    assert "2 orang menunggu konfirmasi Anda" in browser.get("/kepegawaian").words
    assert not [form for form in browser.get("/kepegawaian").forms if "urungkan" in form.action]


def test_all_that_a_filter_leaves_and_nobody_else(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    for name in ("Dewi Satu", "Dewi Dua", "Eko"):
        make.learner(name, at=ours, confirmed=False)
    page = browser.get("/kepegawaian?cari=dewi")
    fields = {"tindakan": "konfirmasi", "lingkup": "semua"}
    page = browser.submit(page.form("/tindakan"), fields)
    assert "2 orang terkonfirmasi." in page.words
    words = browser.get("/kepegawaian?konfirmasi=belum").words
    assert "Eko" in words
    assert "Dewi" not in words


def test_when_nobody_waits_any_more_the_list_says_so_and_leads_on(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    make.learner("Ayu", at=ours)
    for name in ("Dewi Satu", "Dewi Dua", "Eko"):
        make.learner(name, at=ours, confirmed=False)
    fields = {"tindakan": "konfirmasi", "lingkup": "semua"}
    form = browser.get("/kepegawaian?konfirmasi=belum&cari=dewi").form("/tindakan")
    page = browser.submit(form, fields)
    assert "Dalam saringan ini tidak ada lagi yang menunggu" in page.words
    form = browser.get("/kepegawaian?konfirmasi=belum").form("/tindakan")
    page = browser.submit(form, fields)
    assert "Tidak ada lagi yang menunggu konfirmasi Anda." in page.words
    assert "/kepegawaian?urut=menunggu" in page.links
    (url,) = (link for link in page.links if "orang=" in link)
    words = browser.get(url).words
    assert "Eko" in words
    assert "Ayu" not in words
    with make.inside():
        db.session.execute(update(StaffDecision).values(done_at=make.now - 2 * UNDO_FOR))
        db.session.commit()
    page = browser.get("/kepegawaian?konfirmasi=belum")
    assert "Lihat yang terkonfirmasi" in page.words
    assert "/kepegawaian?konfirmasi=ya" in page.links


def test_a_filter_is_a_chip_that_is_taken_off_and_a_list_by_name(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    make.learner("Ayu", at=ours)
    make.learner("Dewi", at=ours, confirmed=False)
    page = browser.get("/kepegawaian?konfirmasi=belum&jenis=pns")
    assert "Ayu" not in page.words
    assert "/kepegawaian?konfirmasi=belum" in page.links
    page = browser.submit(page.form("/daftar-tersimpan"), {"nama": "Yang menunggu"})
    assert "Daftar “Yang menunggu” tersimpan." in page.words
    page = browser.get("/kepegawaian/daftar-tersimpan")
    browser.submit(page.forms[-1], {"tindakan": "utama"})
    assert "Ayu" not in browser.get("/kepegawaian").words
    assert "Ayu" in browser.get("/kepegawaian?urut=nama").words


def test_the_figure_is_a_sentence_to_be_copied(browser: Browser, make: Factory) -> None:
    ours = make.institution("Kota Contoh")
    enter(browser, make, ours)
    make.certificate(make.learner("Ayu", at=ours))
    for url in ("/kepegawaian", "/kepegawaian/angka"):
        (sentence,) = [
            tag.text for tag in browser.get(url).document.all("textarea") if tag.get("id")
        ]
        assert sentence.startswith("Kota Contoh per ")
        assert "1 dari 2 pegawai terkonfirmasi (50%)" in sentence


def test_columns_are_chosen(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    page = browser.get("/kepegawaian")
    page = browser.submit(page.form("/kolom"), {"kolom": ["status", "surel"]})
    heads = {
        " ".join(tag.text.split()) for tag in page.document.all("th") if tag.get("scope") == "col"
    }
    assert heads == {"Nama dan NIP", "Surel", "Status", "Tindakan"}


def test_those_ticked_and_nobody_else_are_exported(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    ayu, budi = make.learner("Ayu", at=ours), make.learner("Budi", at=ours)
    form = browser.get("/kepegawaian").form("/tindakan")
    page = browser.submit(form, {"tindakan": "ekspor", "pegawai": str(ayu.posting_id)})
    assert "1 pegawai, menurut saringan daftar." in page.words
    page = browser.get(f"/kepegawaian?orang={ayu.posting_id}")
    assert "Budi" not in page.words
    assert "1 orang terpilih" in page.words
    answer = browser.get(f"/kepegawaian/ekspor/berkas.csv?orang={ayu.posting_id}").text
    assert ayu.number in answer
    assert budi.number not in answer


def test_everybody_of_a_filter_is_assigned_after_their_number_was_shown(
    browser: Browser, make: Factory
) -> None:
    ours, book = make.institution(), make.book()
    enter(browser, make, ours)
    for name in ("Dewi Satu", "Dewi Dua", "Eko"):
        make.learner(name, at=ours)
    make.learner("Dewi Tiga", at=ours, confirmed=False)
    page = browser.get("/kepegawaian?cari=dewi")
    page = browser.submit(page.form("/tindakan"), {"tindakan": "tugaskan", "lingkup": "semua"})
    assert "2 pegawai terkonfirmasi" in page.words
    assert "Mengandung “dewi”" in page.words
    wish = {"module": str(book.module_id), "due_on": (make.today + timedelta(days=9)).isoformat()}
    page = browser.submit(page.form("/penugasan/baru"), wish)
    assert "Dewi Satu" in page.words
    assert "Eko" not in page.words
    assert "Dewi Tiga" not in page.words


def test_only_those_chosen_whom_the_filter_leaves_are_assigned_and_decided_about(
    browser: Browser, make: Factory
) -> None:
    ours, book = make.institution(), make.book()
    enter(browser, make, ours)
    people = [make.learner(name, at=ours) for name in ("Ayu", "Budi")]
    waiting = [make.learner(name, at=ours, confirmed=False) for name in ("Dewi", "Eko")]
    chosen = ",".join(str(person.posting_id) for person in people)
    page = browser.get(f"/kepegawaian/penugasan/baru?daftar=ya&cari=ayu&orang={chosen}")
    assert "1 pegawai terkonfirmasi" in page.words
    wish = {"module": str(book.module_id), "due_on": (make.today + timedelta(days=9)).isoformat()}
    page = browser.submit(page.form("/penugasan/baru"), wish)
    assert "Ayu" in page.words
    assert "Budi" not in page.words
    fields = {
        "tindakan": "konfirmasi",
        "lingkup": "semua",
        "orang": ",".join(str(person.posting_id) for person in waiting),
    }
    page = browser.post("/kepegawaian/tindakan", {**fields, "konfirmasi": "ya"})
    assert "0 orang terkonfirmasi." in page.words
    page = browser.post("/kepegawaian/tindakan", {**fields, "cari": "dewi"})
    assert "1 orang terkonfirmasi." in page.words
    assert "Eko" in browser.get("/kepegawaian?konfirmasi=belum").words


def test_those_who_wait_are_assigned_nothing(browser: Browser, make: Factory) -> None:
    ours, book = make.institution(), make.book()
    enter(browser, make, ours)
    make.learner("Dewi", at=ours, confirmed=False)
    page = browser.get("/kepegawaian/penugasan/baru?daftar=ya&konfirmasi=belum")
    assert "0 pegawai terkonfirmasi" in page.words
    wish = {"module": str(book.module_id), "due_on": (make.today + timedelta(days=9)).isoformat()}
    page = browser.submit(page.form("/penugasan/baru"), wish, expect=422)
    assert "Tidak ada yang ditugasi" in page.words


def test_a_list_by_name_is_assigned_from_the_page_of_a_new_assignment(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    make.learner("Dewi", at=ours)
    page = browser.get("/kepegawaian?cari=dewi")
    browser.submit(page.form("/daftar-tersimpan"), {"nama": "Para Dewi"})
    page = browser.get("/kepegawaian/penugasan/baru")
    (url,) = [url for url in page.links if "daftar=ya" in url]
    assert "1 pegawai terkonfirmasi" in browser.get(url).words


def test_those_ticked_are_invited_who_need_it(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    ayu = make.learner("Ayu", at=ours)
    dewi = make.learner("Dewi", at=ours, confirmed=False)
    form = browser.get("/kepegawaian").form("/tindakan")
    page = browser.submit(form, {"tindakan": "undang", "pegawai": str(dewi.posting_id)})
    assert "Tidak ada yang perlu" in page.words
    page = browser.submit(form, {"tindakan": "undang", "pegawai": str(ayu.posting_id)})
    assert "Undangan dikirim berangsur-angsur" in page.words
    assert "1 menunggu" in browser.get("/kepegawaian/aktivasi").words


def test_of_more_people_than_are_counted_it_is_said_that_they_are_more(
    browser: Browser, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    for name in ("Ayu Satu", "Ayu Dua"):
        make.learner(name, at=ours)
    monkeypatch.setattr(staff, "MOST_COUNTED", 1)
    monkeypatch.setattr(decisions, "INVITED_AT_ONCE", 0)
    fields = {"tindakan": "undang", "lingkup": "semua", "cari": "ayu"}
    page = browser.post("/kepegawaian/tindakan", fields)
    assert "Lebih dari 1 orang sedang diproses." in page.words
    fields |= {"cari": "ayu satu"}
    assert "1 orang sedang diproses." in browser.post("/kepegawaian/tindakan", fields).words


def test_nobody_of_an_empty_list_is_invited(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    make.learner("Ayu", at=ours)
    fields = {"tindakan": "undang", "lingkup": "semua", "cari": "tidak ada orangnya"}
    page = browser.submit(browser.get("/kepegawaian").form("/tindakan"), fields)
    assert "Tidak ada yang perlu" in page.words
    assert "menunggu" not in browser.get("/kepegawaian/aktivasi").words


def test_those_ticked_are_moved_to_a_unit(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    ayu, _budi = make.learner("Ayu", at=ours), make.learner("Budi", at=ours)
    with make.inside():
        unit_id = add_unit(ours.id, "Dinas Contoh").id
        db.session.commit()
    form = browser.get("/kepegawaian").form("/tindakan")
    page = browser.submit(form, {"tindakan": "pindah", "pegawai": str(ayu.posting_id)})
    assert "1 pegawai terkonfirmasi" in page.words
    form = page.form("/pindah-unit")
    page = browser.submit(form, {"ke-unit_key": "9999", "ke-day": "2026-13-45"}, expect=422)
    assert "bukan unit Anda" in page.words
    for day in ("0001-01-01", "9999-12-31"):
        browser.submit(form, {"ke-unit_key": f"{ours.id}-{unit_id}", "ke-day": day}, expect=422)
    wanted = {"ke-unit_key": f"{ours.id}-{unit_id}", "ke-day": make.today.isoformat()}
    page = browser.submit(form, wanted)
    assert "1 orang tercatat pindah unit kerja." in page.words
    page = browser.get(f"/kepegawaian?unit={unit_id}")
    assert "Ayu" in page.words
    assert "Budi" not in page.words


def test_units_of_several_institutions_are_named_with_theirs(
    app: Flask, browser: Browser, make: Factory
) -> None:
    places = make.institution("Kota Contoh"), make.institution("Kabupaten Contoh")
    browser.sign_in(make.learner(roles=tuple((Role.HR_OFFICER, place) for place in places)))
    with make.inside():
        for place in places:
            add_unit(place.id, "Sekretariat")
        db.session.commit()
    page = browser.get("/kepegawaian/pindah-unit?daftar=ya&instansi=semua")
    names = {tag.text.strip() for tag in page.document.all("option")}
    assert names == {
        *("Pilih unit kerja", "Sekretariat (Kota Contoh)", "Sekretariat (Kabupaten Contoh)")
    }
    page = browser.get(f"/kepegawaian/pindah-unit?daftar=ya&instansi={places[0].id}")
    names = {tag.text.strip() for tag in page.document.all("option")}
    assert names == {"Pilih unit kerja", "Sekretariat"}
    with app.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        count_action("240 per hour", "staff_decisions.move", times=240)
    browser.post("/kepegawaian/pindah-unit", {}, expect=429)


def test_what_waits_leads_to_the_list_of_just_these(browser: Browser, make: Factory) -> None:
    ours, theirs = make.institution(), make.institution()
    enter(browser, make, ours)
    moved, lost = make.learner("Ayu", at=theirs), make.learner("Budi", at=ours)
    make.learner("Dewi Lestari", at=ours)
    make.learner("Dewi Lestari", at=ours)
    with make.inside():
        scope = Scope(None, frozenset({theirs.id}))
        move_out(scope, moved.posting_id or 0, ours.id, make.today, now=make.now)
        note_unreached(lost.email, now=make.now)
        db.session.commit()
    page = browser.get("/kepegawaian")
    for words in (
        "1 orang pindah masuk dalam 30 hari terakhir",
        "1 orang yang surelnya tidak sampai",
        "1 pasang akun yang mungkin milik satu orang",
    ):
        assert words in page.words
    assert "/kepegawaian/ganda" in page.links
    for group, name in (("pindahan", "Ayu"), ("surel-gagal", "Budi")):
        url = f"/kepegawaian?kelompok={group}"
        assert url in page.links
        rows = browser.get(url).document.all("tbody")[0].text
        shown = {each for each in ("Ayu", "Budi", "Dewi Lestari") if each in rows}
        assert shown == {name}


def test_those_who_are_as_the_list_has_them_are_shown_and_confirmed_and_undone(
    browser: Browser, make: Factory
) -> None:
    ours, theirs = make.institution(), make.institution()
    officer = enter(browser, make, ours)
    page = browser.get("/kepegawaian/cocok")
    assert "Tidak ada daftar yang dapat dibandingkan" in page.words
    siti, budi = make.learner("Siti Aminah", at=theirs), make.learner("Budi Utomo", at=theirs)
    lines = [f"Siti Aminah;{siti.number};{siti.email}", f"Budi;{budi.number};{budi.email}"]
    content = "\n".join(["Nama;NIP;Surel", *lines]).encode()
    import_id = make.staff_list(officer, content)
    with make.inside():
        columns = preview_of_file(content)
        db.session.execute(
            update(StaffImport).where(StaffImport.id == import_id).values(columns=columns)
        )
        db.session.execute(update(Account).values(address_proved_at=make.now))
        db.session.commit()
    with make.inside():
        check_list(import_id, officer.scope, BytesIO(content), lambda *_: None, now=make.now)
        apply_list(import_id, officer.scope, lambda *_: None, now=make.now, pace=Pace(9, 0))
    with make.inside():
        scope = Scope(None, frozenset({theirs.id}))
        for person in (siti, budi):
            move_out(scope, person.posting_id or 0, ours.id, make.today, now=make.now)
        db.session.commit()
    (url,) = [url for url in browser.get("/kepegawaian").links if "/cocok" in url]
    page = browser.get(url)
    assert "Konfirmasi 1 orang yang cocok" in page.words
    assert "Nama berbeda" in page.words
    page = browser.submit(page.form("/cocok"))
    assert "1 orang terkonfirmasi." in page.words
    assert "1 orang menunggu konfirmasi Anda" in page.words
    assert "Tidak ada yang cocok" in browser.get(url).words
    page = browser.submit(page.form("/urungkan"))
    assert "Diurungkan: 1 orang" in page.words


def test_lists_are_compared_while_others_may_write_and_of_nobody_no_decision_is_kept(
    browser: Browser, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(browser, make, make.institution())
    stores: list[bool] = []

    def compare(*_: object) -> Iterator[Compared]:
        stores.append(is_storing())
        return iter(())

    monkeypatch.setattr(matching, "compare_waiting", compare)
    page = browser.post("/kepegawaian/cocok", {})
    assert "Tidak ada yang cocok dalam ketiganya." in page.words
    assert stores == [False]
    assert make.count(StaffDecision) == 0


def preview_of_file(content: bytes) -> dict[str, Any]:
    """The columns of a list as they are guessed."""
    with closing(read_list(BytesIO(content))) as sheet:
        return preview_of(sheet).columns.to_json()


def test_enter_in_a_box_decides_about_nobody(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    make.learner("Dewi", at=ours, confirmed=False)
    page = browser.get("/kepegawaian")
    # It presses the first button of a form that is not disabled, hidden or not.
    first = next(
        tag
        for tag in page.document.all("button")
        if (form := tag.inside("form")) and form.get("action").endswith("/tindakan")
    )
    assert set(first.attributes) == {"type", "hidden"}
    page = browser.submit(page.form("/tindakan"), {"lingkup": "halaman"})
    assert "Tidak ada yang dilakukan" in page.words
    assert "1 orang menunggu konfirmasi Anda" in browser.get("/kepegawaian").words


def test_what_is_no_deed_is_not_taken_for_a_confirmation(browser: Browser, make: Factory) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    dewi = make.learner("Dewi", at=ours, confirmed=False)
    for fields in ({"lingkup": "semua"}, {"pegawai": str(dewi.posting_id), "tindakan": "lain"}):
        page = browser.post("/kepegawaian/tindakan", fields)
        assert "Tidak ada yang dilakukan" in page.words
        assert "1 orang menunggu konfirmasi Anda" in browser.get("/kepegawaian").words


@pytest.mark.parametrize(
    ("deed", "said"), [("konfirmasi", "Dewi terkonfirmasi"), ("tolak", "Dewi dikeluarkan")]
)
def test_who_waits_is_decided_about_on_their_own_page(
    browser: Browser, make: Factory, deed: str, said: str
) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    dewi = make.learner("Dewi", at=ours, confirmed=False)
    address = f"/kepegawaian/{dewi.posting_id}"
    page = browser.get(address)
    assert said in browser.submit(page.form(f"{address}/{deed}")).words
    assert "Menunggu konfirmasi" not in browser.get(address).words


def test_news_lead_to_the_people_and_say_when_there_are_more(
    browser: Browser, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = make.institution()
    enter(browser, make, ours)
    dewi = make.learner("Dewi", at=ours)
    address = f"/kepegawaian/kabar?sejak={make.today:%Y-%m-%d}"
    page = browser.get(address)
    assert f"/kepegawaian/{dewi.posting_id}" in page.links
    assert "yang pertama diperlihatkan" not in page.words
    for module in ("lms.desk.visits", "lms.web.staff.desk"):
        monkeypatch.setattr(import_module(module), "MOST_SHOWN", 1)
    assert "1 yang pertama diperlihatkan" in browser.get(address).words


def test_a_file_that_is_needed_is_not_called_optional(browser: Browser, make: Factory) -> None:
    enter(browser, make, make.institution())
    page = browser.get("/kepegawaian/impor")
    (field,) = [tag for tag in page.document.all("input") if tag.get("type") == "file"]
    assert "required" in field.attributes
    assert "opsional" not in page.words
