"""An officer of many units: a unit is typed, by finger and by keys, and axe finds nothing there."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms.accounts.enums import Role
from lms.db import db, transaction
from lms.http.principal import COOKIE
from lms.institutions.models import Institution, InstitutionKind
from lms.institutions.units import add_unit
from tests.journeys.axe import violations
from tests.journeys.people import Someone, cookie_of, invent, settle
from tests.journeys.site import Site
from tests.journeys.windows import DESK, PHONE, OpenWindow

pytestmark = [pytest.mark.browser, pytest.mark.server]

PLACE = "Pemerintah Kabupaten Contoh Banyak Unit"


@pytest.fixture(scope="module")
def staff(site: Site) -> tuple[Someone, Someone]:
    """The officer of an institution of a hundred units, and one of its people."""
    with site.app.app_context(), transaction():
        place = Institution(code="CONTOH-BANYAK", name=PLACE, kind=InstitutionKind.REGENCY)
        db.session.add(place)
        db.session.flush()
        for number in range(25):
            office = add_unit(place.id, f"Dinas Contoh {number + 1}")
            for name in ("Sekretariat", "Bidang Tata Usaha", "Bidang Layanan"):
                add_unit(place.id, name, parent=office)
    officer, person = (
        Someone(one.name, one.number, one.email, institution=PLACE)
        for one in (invent("Ratna Petugas"), invent("Ayu Pegawai"))
    )
    return settle(site, officer, role=Role.HR_OFFICER), settle(site, person)


def open_as_officer(page: Page, site: Site, officer: Someone, path: str) -> None:
    """Open a page with the officer's cookie."""
    cookie = {"name": COOKIE, "value": cookie_of(site, officer), "domain": "127.0.0.1", "path": "/"}
    page.context.add_cookies([cookie])  # type: ignore[list-item]  # a plain dict is one
    page.goto(path)


def pages_of(site: Site, person: Someone) -> dict[str, str]:
    """The pages with such a field, by its label."""
    from lms.institutions.models import Posting

    with site.rows() as session:
        wanted = select(Posting.id).where(Posting.account_id == person.account_id)
        posting = session.scalars(wanted).one()
    return {
        f"/kepegawaian/{posting}": "Unit kerja tujuan",
        f"/kepegawaian/pindah-unit?daftar=ya&orang={posting}": "Unit kerja tujuan",
        "/kepegawaian/penugasan/baru": "Unit kerja",
        "/kepegawaian/aktivasi": "Untuk siapa",
    }


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_each_page_offers_what_fits_while_one_types(
    site: Site, open_window: OpenWindow, staff: tuple[Someone, Someone], width: int
) -> None:
    page = open_window(site, width=width)
    for path, label in pages_of(site, staff[1]).items():
        open_as_officer(page, site, staff[0], path)
        field = page.get_by_role("combobox", name=label).first
        field.fill("tata usaha dinas 17")
        option = page.locator(".place-options [role=option]").first
        expect(option).to_have_text("Bidang Tata Usaha Dinas Contoh 17")
        assert violations(page) == []
        field.press("ArrowDown")
        field.press("Enter")
        expect(field).to_have_value("Bidang Tata Usaha, Dinas Contoh 17")


def test_without_a_script_it_is_picked_among_a_few_and_all_else_is_kept(
    site: Site, open_window: OpenWindow, staff: tuple[Someone, Someone]
) -> None:
    page = open_window(site, width=PHONE, javascript=False)
    open_as_officer(page, site, staff[0], "/kepegawaian/aktivasi")
    form = page.locator("form[action$='/aktivasi/undang']")
    form.get_by_label("Untuk siapa").fill("tata usaha contoh 1")
    form.get_by_role("button").click()
    radio = page.get_by_role("radio", name="Bidang Tata Usaha Dinas Contoh 1, ")
    expect(radio).to_have_count(1)
