"""Staff lists by sheet in the browser: sent, looked at, checked, put in force, and mended."""

import pytest

from lms.accounts.models import Account
from lms.mail import OutboxMessage
from tests.browser import Browser, Page
from tests.factories import Factory, InstitutionRef, Person
from tests.sheets import xlsx
from tests.web.test_bulk import work

PLACE = "/kepegawaian/impor"
HEAD = ["Nama", "NIP", "Surel"]

pytestmark = pytest.mark.both


@pytest.fixture
def ours(make: Factory) -> InstitutionRef:
    return make.institution("Kota Contoh")


@pytest.fixture
def officer(browser: Browser, make: Factory, ours: InstitutionRef) -> Person:
    """The officer, signed in."""
    officer = make.officer("Ratna", at=ours)
    browser.sign_in(officer)
    return officer


def upload(browser: Browser, content: bytes, *, name: str = "d.xlsx", expect: int = 200) -> Page:
    browser.get(PLACE)
    return browser.upload(PLACE, [(name, content)], field="berkas", expect=expect)


def check(browser: Browser, content: bytes, **chosen: str) -> Page:
    """Send a list, confirm its columns, and see what it calls for."""
    page = upload(browser, content)
    assert page.path.endswith("/kolom"), page.words
    page = browser.submit(page.forms[-1], chosen)
    work(browser.app)
    return browser.get(page.path)


def put_in_force(browser: Browser, page: Page, **chosen: str) -> Page:
    form = next(form for form in page.forms if form.action.endswith("/terapkan"))
    page = browser.submit(form, chosen)
    work(browser.app)
    return browser.get(page.path)


def test_a_list_is_checked_first_and_then_put_in_force(
    browser: Browser, make: Factory, officer: Person
) -> None:
    number, other = make.employee_number(), make.employee_number()
    rows = [HEAD, ["Sri Uji, S.Pd.", number, "sri@contoh.example"], ["Budi", other[:-1], ""]]
    before = make.count(Account)
    page = check(browser, xlsx(rows))
    assert "Belum ada yang diubah" in page.words
    assert "1 baris perlu diperbaiki" in page.words
    assert "yang Anda ketik 17 angka" in page.words
    assert make.count(Account) == before
    page = put_in_force(browser, page)
    assert "Daftar sudah diterapkan" in page.words
    assert make.count(Account) == before + 1
    assert "Sri Uji, S.Pd." in browser.get("/kepegawaian").words
    assert make.count(OutboxMessage) == 0
