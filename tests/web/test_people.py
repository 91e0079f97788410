"""Pages about single people: activating by a code, noting what happened, merging."""

from datetime import timedelta

from sqlalchemy import select

from lms.accounts.activation import issue_codes, show_code
from lms.accounts.models import Account
from lms.clock import utc_now
from lms.days import local_day
from lms.db import db
from lms.institutions.models import Posting
from lms.jobs.kind import Run
from lms.web.people.jobs import make_code_sheet, search_duplicates
from tests.browser import Browser
from tests.factories import PASSWORD, Factory, Person

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


def test_the_sheet_of_codes_can_be_printed_and_holds_no_whole_number(make: Factory) -> None:
    ours = make.institution("Kota Contoh")
    person = make.learner("Ayu Lestari", at=ours)
    officer = make.officer(at=ours)
    with make.inside():
        db.session.get_one(Account, person.id).email = None
        db.session.commit()
        made = make_code_sheet(run_of(make, officer, posting_ids=[], unit_id=None, language="id"))
    assert made.file is not None
    page = bytes(made.file.content).decode()  # type: ignore[arg-type]  # it is bytes here
    assert "Ayu Lestari" in page
    assert person.number not in page
    assert "https://sakuham.example/aktivasi" in page
    assert "<svg" in page


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
