"""Pages about single people: activating by a code, noting what happened, merging."""

import re
import subprocess
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from pypdfium2 import PdfDocument
from sqlalchemy import select, update

from lms.accounts import passwords
from lms.accounts.activation import issue_codes, show_code
from lms.accounts.addresses import mail_way_back
from lms.accounts.models import Account
from lms.clock import utc_now
from lms.days import local_day
from lms.db import db
from lms.institutions.models import Posting
from lms.institutions.people import codes
from lms.institutions.people.codes import Chosen, CodeLine
from lms.institutions.units import add_unit
from lms.jobs.kind import Run
from lms.letters import Letter
from lms.web.people.jobs import make_code_sheet, search_duplicates
from lms.web.people.slips import A_PAGE, PAGES_AT_ONCE, SlipWords, print_slips
from tests.browser import Browser, Page, Tag
from tests.factories import PASSWORD, Factory, Person
from tests.pdf_judges import ask_outloud, ask_pdfua
from tests.pdf_ua import faults_of
from tests.read_aloud import read_aloud
from tests.web.conftest import World

STRONG = "empat benda di sekitar meja"


def run_of(make: Factory, officer: Person, **arguments: object) -> Run:
    """A run of a job that the officer asked for."""
    return Run(1, "x", arguments, officer.id, officer.scope.keys, 1, "me")


def test_who_has_a_code_chooses_a_password_without_mail_or_script(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution("Kota Contoh")
    person = make.learner("Ayu Lestari", at=ours)
    with make.inside():
        db.session.get_one(Account, person.id).email = None
        code = issue_codes([person.id], issuer_id=None, now=utc_now())[person.id]
        db.session.commit()
    wrong = browser.post("/aktivasi", {"identifier": person.number, "code": "AAAA"}, expect=403)
    assert "NIP dan kode tidak cocok" in wrong.words
    assert person.number in wrong.text
    sent = {"identifier": person.number, "code": show_code(code), "next": "/akun"}
    page = browser.post("/aktivasi", sent)
    assert "Ayu Lestari" in page.words
    done = browser.post(page.path, {"password": STRONG, "again": STRONG})
    assert "Anda sudah masuk" in done.words
    assert done.path == "/akun"


def test_an_officer_notes_a_retirement_and_takes_it_back(browser: Browser, make: Factory) -> None:
    ours = make.institution("Kota Contoh")
    person = make.learner("Ayu Lestari", at=ours, password=PASSWORD)
    browser.sign_in(make.officer(at=ours))
    address = f"/kepegawaian/{person.posting_id}"
    day = local_day(utc_now()) + timedelta(days=40)
    noted = browser.post(f"{address}/catat", {"kind": "pensiun", "day": day.isoformat()})
    assert "menunggu harinya" in noted.words
    undone = browser.post("/kepegawaian/catatan/1/batal")
    assert "Catatan itu dibatalkan" in undone.words


def test_a_move_needs_to_know_where_to(browser: Browser, make: Factory) -> None:
    ours = make.institution("Kota Contoh")
    person = make.learner("Ayu Lestari", at=ours)
    browser.sign_in(make.officer(at=ours))
    sent = {"kind": "instansi", "day": local_day(utc_now()).isoformat()}
    page = browser.post(f"/kepegawaian/{person.posting_id}/catat", sent, expect=422)
    assert "Tulis instansinya." in page.words
    with make.inside():
        assert db.session.get_one(Posting, person.posting_id).ended_on is None


ON_PAPER = ("TBL-014", "LNK-010", "PAG-001")
"""Lines to be cut along are no table, nobody presses an address on a slip of paper, and what every
slip says is no running foot."""


def faults_told(pdf: bytes, folder: Path) -> list[str]:
    """What the judges of PDF/UA find."""
    heard = [
        each for each in ask_outloud(pdf, folder) if not any(rule in each for rule in ON_PAPER)
    ]
    return [*faults_of(pdf), *heard, *ask_pdfua(pdf, folder)]


def words_of(pdf: bytes) -> list[str]:
    """What a screen reader says, page by page."""
    with PdfDocument(pdf) as document:
        return [read_aloud(page) for page in document]


@pytest.mark.slow
def test_the_sheets_of_codes_are_a_pdf_eight_slips_a_page_without_a_whole_number(
    make: Factory, tmp_path: Path
) -> None:
    ours = make.institution("Kota Contoh")
    names = [f"Rekaan {letter}" for letter in "ABCDEFGHI"]
    people = [make.learner(name, at=ours) for name in names]
    officer = make.officer(at=ours)
    with make.inside():
        for person in people:
            db.session.get_one(Account, person.id).email = None
        db.session.commit()
        run = run_of(make, officer, posting_ids=[], unit_id=None, language="id")
        made = make_code_sheet(run)
    assert made.file is not None
    assert made.file.media_type == "application/pdf"
    assert not isinstance(made.file.content, bytes)
    with made.file.content as file:
        file.seek(0)
        pdf = file.read()
    pages = words_of(pdf)
    assert [sum(name in page for name in names) for page in pages] == [8, 1]
    assert "https://sakuham.example/aktivasi" in pages[0]
    assert not any(person.number in page for person in people for page in pages)
    assert len(re.findall(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", " ".join(pages))) == 9
    assert faults_told(pdf, tmp_path) == []


def test_of_more_people_than_a_sheet_has_room_for_the_next_sheet_has_the_others(
    make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "MOST_CODES", 2)
    ours = make.institution("Kota Contoh")
    people = [make.learner(name, at=ours) for name in ("Ayu", "Budi", "Citra")]
    officer = make.officer(at=ours)
    sheets = []
    with make.inside():
        for person in people:
            db.session.get_one(Account, person.id).email = None
        db.session.flush()
        for _ in range(2):
            lines = codes.make_codes(officer.scope, Chosen(), now=utc_now())
            sheets.append([line.name for line in lines])
        db.session.commit()
    assert sheets == [["Ayu", "Budi"], ["Ayu", "Citra"]]


def test_who_is_in_no_unit_comes_last_on_a_sheet(make: Factory) -> None:
    ours = make.institution("Kota Contoh")
    _ayu, budi = make.learner("Ayu", at=ours), make.learner("Budi", at=ours)
    officer = make.officer(at=ours)
    with make.inside():
        db.session.execute(update(Account).values(email=None))
        unit_id = add_unit(ours.id, "Dinas Contoh").id
        db.session.get_one(Posting, budi.posting_id).unit_id = unit_id
        db.session.commit()
        lines = codes.list_without_way_in(officer.scope, Chosen(), now=make.now)
    assert [line[1] for line in lines] == ["Budi", "Ayu"]


@pytest.mark.slow
def test_many_sheets_of_codes_are_set_some_at_a_time_and_are_one_document(tmp_path: Path) -> None:
    longest = ("Raden Ayu " * 20).strip()
    lines = [
        CodeLine(longest if at % 8 == 0 else "<b>Ayu</b>", "•••001", "Bidang " * 28, f"{at:012}")
        for at in range(A_PAGE * PAGES_AT_ONCE + 1)
    ]
    words = SlipWords("en", "https://sakuham.example/aktivasi", *("Words",) * 6)
    told: list[tuple[int, int]] = []
    with print_slips(lines, words, report=lambda *so_far: told.append(so_far)) as file:
        file.seek(0)
        pdf = file.read()
    pages = words_of(pdf)
    assert len(pages) == PAGES_AT_ONCE + 1
    assert told == [(0, 161), (160, 161)]
    for at, page in enumerate(pages):  # nothing runs over to the next page
        assert [each.code for each in lines if show_code(each.code) in page] == [
            each.code for each in lines[at * A_PAGE : (at + 1) * A_PAGE]
        ]
    assert "<b>Ayu</b>" in pages[0]
    reader = PdfReader(BytesIO(pdf))
    assert [str(mark["/Title"]) for mark in reader.outline] == ["Words", "Words 21"]  # type: ignore[call-overload]  # none is within another
    assert faults_told(pdf, tmp_path) == []
    picture = tmp_path / "first.png"
    with PdfDocument(pdf) as document:
        document[0].render(scale=150 / 72).to_pil().save(picture)
    seen = subprocess.run(
        ["zbarimg", "--quiet", "--raw", str(picture)], capture_output=True, text=True, check=True
    )
    assert seen.stdout.split() == ["https://sakuham.example/aktivasi"] * A_PAGE


def test_the_search_of_a_large_list_names_postings_only(make: Factory) -> None:
    ours = make.institution("Kota Contoh")
    one = make.learner("Ayu Lestari", at=ours, number="198504122022211001")
    other = make.learner("Ayu Lestari", at=ours, number="198504122023212001")
    officer = make.officer(at=ours)
    with make.inside():
        made = search_duplicates(run_of(make, officer))
    assert made.result == {"pairs": [[one.posting_id, other.posting_id]]}


def test_two_accounts_are_merged_and_parted_on_the_page(browser: Browser, make: Factory) -> None:
    ours = make.institution("Kota Contoh")
    make.learner("Ayu Lestari, S.H.", at=ours, number="198504122022211001")
    make.learner("Ayu Lestari", at=ours, number="198504122023212001")
    browser.sign_in(make.officer(at=ours))
    page = browser.get("/kepegawaian/ganda")
    assert "198504122022211001" in page.words
    assert "198504122023212001" in page.words
    reason = {"reason": "Kontraknya diperbarui."}
    with make.inside():
        kept, other, _ = db.session.scalars(select(Posting.id).order_by(Posting.id))
    merged = browser.post(
        "/kepegawaian/ganda/gabung", {"kept": str(kept), "other": str(other), **reason}
    )
    assert "Kedua akun digabung" in merged.words
    assert "Tidak ada akun yang tampaknya" in merged.words
    parted = browser.post("/kepegawaian/ganda/1/pisahkan", reason)
    assert "Kedua akun dipisahkan lagi" in parted.words


def test_of_two_with_like_addresses_alone_the_page_asks_whether_one_is_sure(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution("Kota Contoh")
    for number, email in (
        ("198504122022211001", "ayu@contoh.example"),
        ("199001012015031002", "ayu+2@contoh.example"),
    ):
        make.learner("Ayu Lestari", at=ours, number=number, email=email)
    browser.sign_in(make.officer(at=ours))
    form = browser.get("/kepegawaian/ganda").form("/ganda/gabung")
    sent = {**form.fields, "reason": "Menikah dan pindah surel; KTP sudah saya lihat."}
    sent.pop("is_sure", None)
    refused = browser.post("/kepegawaian/ganda/gabung", sent, expect=422)
    assert "tidak menunjukkan satu orang" in refused.words
    assert "KTP sudah saya lihat" in refused.text
    merged = browser.post("/kepegawaian/ganda/gabung", {**sent, "is_sure": "y"})
    assert "Kedua akun digabung" in merged.words


def tagged(page: Page, key: str) -> Tag:
    """The tag of a page that has this `id`."""
    return next(tag for tag in page.document.tags if tag.get("id") == key)


def test_a_refused_merge_is_told_in_its_own_pair_and_keeps_what_was_typed(
    browser: Browser, make: Factory
) -> None:
    """Of several pairs a reason, a tick and an error stand where they were given."""
    ours = make.institution("Kota Contoh")
    for name, number, email in (
        ("Ayu Lestari", "198504122022211001", "ayu@contoh.example"),
        ("Ayu Lestari", "198504122023212001", "lestari@contoh.example"),
        ("Budi Santoso", "199001012015031002", "budi@contoh.example"),
        ("Budi Santoso", "197203042000031001", "budi+2@contoh.example"),
    ):
        make.learner(name, at=ours, number=number, email=email)
    browser.sign_in(make.officer(at=ours))
    page = browser.get("/kepegawaian/ganda")
    ayu, budi = (form for form in page.forms if form.action.endswith("/ganda/gabung"))
    short = browser.submit(budi, {"reason": "Orang yang sama", "is_sure": "y"}, expect=422)
    assert short.values("reason") == ["", "Orang yang sama"]
    key = f"{budi.fields['kept'][0]}-{budi.fields['other'][0]}"
    tick, field = (tagged(short, f"{name}-{key}") for name in ("is_sure", "reason"))
    assert "checked" in tick.attributes
    assert field.get("aria-invalid") == "true"
    assert f"#reason-{key}" in short.links
    assert "Belum digabung atau dipisahkan: Budi Santoso" in short.words
    assert "paling sedikit 20 huruf" in tagged(short, f"reason-{key}-galat").text
    sent = {"reason": "Menikah dan pindah surel; KTP sudah saya lihat."}
    unsure = browser.submit(budi, sent, expect=422)
    assert f"#is_sure-{key}" in unsure.links
    assert "tidak menunjukkan satu orang" in tagged(unsure, f"is_sure-{key}-galat").text
    key = f"{ayu.fields['kept'][0]}-{ayu.fields['other'][0]}"
    few = browser.submit(ayu, {"reason": "sama"}, expect=422)
    assert few.values("reason") == ["sama", ""]
    assert "beberapa kata" in tagged(few, f"reason-{key}-galat").text
    gone = browser.post(
        "/kepegawaian/ganda/gabung", {**sent, "kept": "x", "reason": ""}, expect=422
    )
    assert "tidak ada lagi di halaman ini" in gone.words
    assert not any(link.startswith("#reason") for link in gone.links)


def test_a_refused_parting_is_told_beside_its_merge(browser: Browser, make: Factory) -> None:
    ours = make.institution("Kota Contoh")
    for name, born in (("Ayu Lestari", "19850412"), ("Budi Santoso", "19900101")):
        make.learner(name, at=ours, number=f"{born}2022211001")
        make.learner(name, at=ours, number=f"{born}2023211001")
    browser.sign_in(make.officer(at=ours))
    for _ in range(2):
        form = browser.get("/kepegawaian/ganda").form("/ganda/gabung")
        browser.submit(form, {"reason": "Kontraknya diperbarui."})
    page = browser.post("/kepegawaian/ganda/1/pisahkan", {"reason": "x"}, expect=422)
    assert page.values("reason") == ["", "x"]
    assert "beberapa kata" in tagged(page, "reason-pisah-1-galat").text
    assert "#reason-pisah-1" in page.links


def test_what_differs_between_two_accounts_is_said_and_marked(
    browser: Browser, make: Factory
) -> None:
    ours = make.institution("Kota Contoh")
    for number in ("198504122022211001", "198504122023211001"):
        make.learner("Ayu Lestari", at=ours, number=number)
    browser.sign_in(make.officer(at=ours))
    page = browser.get("/kepegawaian/ganda")
    rows = [tag for tag in page.document.all("th") if tag.get("scope") == "row"]
    said = {" ".join(tag.text.split()) for tag in rows}
    assert {"Nama", "NIP atau NI PPPK Berbeda", "Surel Berbeda"} <= said
    assert [tag.text for tag in page.document.all("mark")] == ["2", "3"]


def test_the_way_back_says_what_follows_from_it(browser: Browser, make: Factory) -> None:
    ours = make.institution("Kota Contoh")
    ayu = make.learner("Ayu Lestari", at=ours, password=PASSWORD)
    with make.inside():
        account = db.session.get_one(Account, ayu.id)
        account.email, account.address_proved_at = "baru@contoh.example", None
        letter = Letter(subject="Diganti", parts=("Diganti.",), why="Diganti.")
        mail_way_back(ayu.id, ayu.email, letter, "kembali", now=make.now)
        db.session.commit()
    page = browser.get("/tautan/kembali")
    assert "akun ini kembali ke surel Anda" in page.words
    sent = {"password": "hutan-susu-perahu-4", "again": "hutan-susu-perahu-4"}
    assert "Anda sudah masuk" in browser.post("/tautan/kembali", sent).words
    assert ayu.email in browser.get("/akun").words


def test_a_way_back_to_a_mailbox_with_a_newer_account_says_what_to_do_and_stays_good(
    browser: Browser, make: Factory
) -> None:
    ayu = make.learner("Ayu Lestari", at=make.institution("Kota Contoh"), password=PASSWORD)
    with make.inside():
        account = db.session.get_one(Account, ayu.id)
        account.email, account.address_proved_at = "baru@contoh.example", None
        letter = Letter(subject="Diganti", parts=("Diganti.",), why="Diganti.")
        mail_way_back(ayu.id, ayu.email, letter, "kembali", now=make.now)
        db.session.commit()
    anew = make.learner("Ayu Lestari", email=ayu.email, password=PASSWORD)
    with make.inside():
        db.session.get_one(Account, anew.id).address_proved_at = make.now
        db.session.commit()
    page = browser.get("/tautan/kembali")
    sent = {"password": "hutan-susu-perahu-4", "again": "hutan-susu-perahu-4"}
    refused = browser.submit(page.form("/tautan/kembali"), sent, expect=409)
    assert "ganti surelnya lewat Akun" in refused.words
    assert "layanan bantuan" in refused.words
    with make.inside():
        db.session.get_one(Account, anew.id).email = "lain@contoh.example"
        db.session.commit()
    assert "Anda sudah masuk" in browser.submit(refused.form("/tautan/kembali"), sent).words


def test_who_waits_at_the_gate_keeps_the_page_where_the_password_is_chosen(
    app: Flask,
    browser: Browser,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = world.address("/tautan/{link}")
    form = browser.get(address).form(address)
    sent = {"password": STRONG, "again": STRONG}
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0.02)
    passwords.set_hashing_slots(1)
    try:
        with passwords._Slot():  # noqa: SLF001 - holding the gate is what a busy machine does
            page = browser.submit(form, sent, expect=503)
    finally:
        passwords.set_hashing_slots(app.config["SAKUHAM"].hashing_slots)
    assert page.headers["Retry-After"] == "30"
    assert "Banyak orang sedang masuk" in page.words
    assert "Anda sudah masuk" in browser.submit(page.form(address), sent).words


@pytest.mark.parametrize(
    ("link", "asks"),
    [("/tautan/tidak-ada", "/lupa-kata-sandi"), ("/alamat-baru/tidak-ada", "/akun/ganti-surel")],
)
def test_a_link_that_is_spent_leads_to_where_another_is_asked_for(
    browser: Browser, link: str, asks: str
) -> None:
    page = browser.get(link, expect=404)
    assert "Minta tautan baru" in page.words
    assert asks in page.links


def test_somebody_without_mail_is_put_on_the_list(browser: Browser, make: Factory) -> None:
    ours = make.institution("Kota Contoh")
    browser.sign_in(make.officer(at=ours))
    number = make.employee_number()
    sent = {
        "name": "Ayu Lestari",
        "employee_number": number,
        "email": "",
        "institution": "Kota Contoh",
    }
    page = browser.post("/kepegawaian/tambah", sent)
    assert "tanpa surel" in page.words
    with make.inside():
        account = db.session.scalars(select(Account).where(Account.name == "Ayu Lestari")).one()
        assert account.email is None
