"""A new coordinator with a phone: from signing in to the three to ring and their officers."""

import pytest
from playwright.sync_api import expect

from lms.accounts.enums import Role
from lms.accounts.people import create_account, grant_role
from lms.accounts.rules import read_employee_number
from lms.clock import utc_now
from lms.db import db, transaction
from lms.institutions.models import InstitutionKind
from lms.institutions.service import save_institution
from tests.journeys.people import COORDINATOR, invent
from tests.journeys.site import Site
from tests.journeys.walking import fill_sign_in, link
from tests.journeys.windows import PHONE, OpenWindow

pytestmark = [pytest.mark.browser, pytest.mark.server]

# More people than any other institution of the tests has.
QUIET = {"Contoh Sunyi": 930_000, "Contoh Senyap": 920_000, "Contoh Lengang": 910_000}


def fall_silent(site: Site) -> dict[str, str]:
    """Three large regencies in which nothing has happened; the address of each one's officer."""
    addresses, now = {}, utc_now()
    with site.app.app_context(), transaction():
        for number, (name, people) in enumerate(QUIET.items()):
            place = save_institution(
                f"UJI-K{number}", f"Pemerintah Kabupaten {name}", InstitutionKind.REGENCY
            )
            place.head_count = people
            person = invent(f"Pengelola {name}")
            account = create_account(
                person.name, person.email, read_employee_number(person.number), now=now
            )
            grant_role(account, Role.HR_OFFICER, place.id, now=now)
            db.session.flush()
            addresses[name] = person.email
    return addresses


def test_the_three_to_ring_are_a_click_away(site: Site, open_window: OpenWindow) -> None:
    addresses = fall_silent(site)
    page = open_window(site, width=PHONE)
    page.goto("/masuk")
    fill_sign_in(page, COORDINATOR)  # the first click, and the last one until somebody is rung

    expect(page).to_have_url("/koordinator")
    ring = page.locator(".ring > li")
    expect(ring).to_have_count(3)
    for item, (name, address) in zip(ring.all(), addresses.items(), strict=True):
        expect(item).to_contain_text(name)
        expect(item).to_contain_text("belum pernah bertambah")
        expect(item.locator(f"a[href='mailto:{address}']")).to_be_visible()
    # Where it stands still is said in the first screen of a phone.
    expect(page.locator(".figure-number")).to_be_in_viewport()
    expect(ring.nth(1)).to_be_in_viewport(ratio=1)

    link(page, "Pemerintah Kabupaten Contoh Sunyi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pemerintah Kabupaten Contoh Sunyi")
    expect(page.get_by_role("main")).to_contain_text("Pengelola Contoh Sunyi")
    expect(page.locator(f"a[href='mailto:{addresses['Contoh Sunyi']}']")).to_be_visible()
