"""A new officer with 300 people in a spreadsheet and 80 waiting: all done in 25 clicks."""

import re
from datetime import date, timedelta
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select

from lms.accounts.enums import Role
from lms.accounts.people import create_account
from lms.accounts.rules import read_employee_number
from lms.assignments.models import Assignee, Assignment
from lms.clock import utc_now
from lms.days import local_day
from lms.db import db, transaction
from lms.institutions.models import Institution, InstitutionKind, Posting, PostingSource
from lms.institutions.postings import add_posting
from lms.institutions.service import save_institution
from tests.journeys.people import Someone, invent, settle
from tests.journeys.site import Site
from tests.journeys.walking import button, fill_sign_in, link
from tests.journeys.windows import OpenWindow
from tests.sheets import Cell, xlsx
from tests.waiting import HANG_SECONDS, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.server]

MOST_CLICKS = 25
BUSY_SECONDS = 3 * HANG_SECONDS
"""A site that has just begun makes the files of its book first; this one has a single book."""

LISTED, WAITING = 300, 80


UNITS = ("Pendidikan", "Kesehatan", "Sosial", "Perhubungan", "Pertanian", "Kependudukan")


def named(first: str, place: int) -> str:
    """A name without figures, which no two places have in common."""
    large, small = divmod(place, len(ascii_lowercase))
    return f"{first} {ascii_uppercase[large]}{ascii_lowercase[small]}"


class Hand:
    """Who sits at the desk, and how often they have clicked, chosen or sent something."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, where: Locator) -> None:
        """Click a link, a button or a box."""
        self.clicks += 1
        where.click()

    def choose(self, where: Locator, index: int) -> None:
        """Choose from a list."""
        self.clicks += 1
        where.select_option(index=index)

    def upload(self, where: Locator, file: Path) -> None:
        """Pick a file."""
        self.clicks += 1
        where.set_input_files(file)

    def fill_day(self, where: Locator, day: date) -> None:
        """Type a day, or pick it from a calendar."""
        self.clicks += 1
        where.fill(day.isoformat())

    def look_again(self, words: str) -> None:
        """Load the page until it says so: pressed once, since it takes no longer than reading."""
        self.clicks += 1

        def is_said() -> bool:
            self.page.reload()
            return self.page.get_by_text(words).count() > 0

        wait_until(is_said, tell=self._read, within=BUSY_SECONDS)

    def wait_for(self, heading: str) -> None:
        """Wait for a page that comes by itself once a job is done."""
        top = self.page.get_by_role("heading", level=1)
        wait_until(lambda: top.inner_text() == heading, tell=self._read, within=BUSY_SECONDS)

    def _read(self) -> str:
        return self.page.inner_text("main")


def found_institution(site: Site, name: str) -> None:
    """An institution in which nobody works yet."""
    with site.app.app_context(), transaction():
        save_institution(f"UJI-{name[-12:]}", name, InstitutionKind.REGENCY)


def register_many(site: Site, institution: str, number: int) -> None:
    """People who have registered themselves there, one after the other."""
    now = utc_now()
    found = select(Institution).where(Institution.name == institution)
    with site.app.app_context():
        for count in range(number):
            with transaction():
                person = invent(named("Pendaftar", count))
                facts = read_employee_number(person.number)
                account = create_account(person.name, person.email, facts, now=now)
                account.activated_at = now
                add_posting(account, db.session.scalars(found).one(), PostingSource.SELF, now=now)


def write_sheet(folder: Path) -> Path:
    """A spreadsheet as people write them: a title, odd headings, numbers with spaces."""
    rows: list[list[Cell]] = [
        [None] * 5,
        [None] * 5,
        ["No.", "Nama Lengkap Pegawai", "NIP / NI PPPK", "OPD / Unit Kerja", "Alamat E-mail"],
    ]
    for place in range(LISTED):
        person = invent()
        born, rest = person.number[:8], person.number[8:]
        number = f"{born} {rest[:6]} {rest[6]} {rest[7:]}"
        unit = f"Dinas {UNITS[place % len(UNITS)]}"
        rows.append([place + 1, named("Pegawai", place), number, unit, person.email])
    file = folder / "daftar pegawai.xlsx"
    title = "DAFTAR PEGAWAI KEADAAN AKHIR BULAN"
    file.write_bytes(xlsx(rows, merged=[(0, 0, 4, title)]))
    return file


def test_from_a_spreadsheet_to_everybody_assigned_in_25_clicks(
    killable_site: Site, open_window: OpenWindow, tmp_path: Path
) -> None:
    name = f"Kabupaten Contoh {invent().number}"
    found_institution(killable_site, name)
    register_many(killable_site, name, WAITING)
    officer = invent("Ratna Pengelola")
    officer = Someone(officer.name, officer.number, officer.email, officer.password, name)
    settle(killable_site, officer, role=Role.HR_OFFICER)
    page = open_window(killable_site)
    hand = Hand(page)
    page.goto("/masuk")
    fill_sign_in(page, officer)
    hand.clicks += 1  # Masuk

    hand.click(page.get_by_role("link", name="Kepegawaian").first)
    expect(page.locator(".desk-share b")).to_have_text("0%")
    assert hand.clicks == 2  # the figure of Friday is one click from the sign-in
    hand.click(link(page, "Muat daftar pegawai"))
    hand.upload(page.locator("input[type=file]"), write_sheet(tmp_path))
    hand.click(button(page, "Unggah dan lihat kolomnya"))
    hand.click(page.get_by_label("Tambahkan unit kerja yang belum ada"))
    hand.click(button(page, "Periksa daftar"))
    hand.wait_for("Hasil pemeriksaan daftar")
    expect(page.get_by_role("main")).not_to_contain_text("perlu diperbaiki")
    hand.click(button(page, "Terapkan daftar ini"))
    hand.wait_for("Daftar sudah diterapkan")
    hand.click(link(page, "Lihat daftar pegawai"))

    hand.click(link(page, f"{WAITING} orang menunggu konfirmasi Anda"))
    hand.click(page.get_by_label("Semua yang cocok"))
    hand.click(button(page, "Konfirmasi").last)
    expect(page.locator("body")).to_contain_text(f"{WAITING} orang sedang diproses")
    hand.look_again(f"{WAITING} orang Anda konfirmasi")

    hand.click(page.get_by_role("link", name="Kepegawaian").first)
    hand.click(page.get_by_label("Semua yang cocok"))
    hand.click(button(page, "Tugaskan modul"))
    # And the officer, of whom the list knows once it was compared with what it is made of.
    everybody = re.compile(f"({LISTED + WAITING}|{LISTED + WAITING + 1}) pegawai terkonfirmasi")
    expect(page.get_by_role("main")).to_contain_text(everybody)
    hand.choose(page.get_by_label("Modul", exact=True), 0)
    hand.fill_day(page.get_by_label("Tenggat"), local_day(utc_now()) + timedelta(days=30))
    hand.click(button(page, "Tugaskan"))
    expect(page.locator("body")).to_contain_text("Penugasan tersimpan.")

    assert hand.clicks <= MOST_CLICKS
    with killable_site.rows() as session:
        place_id = session.scalars(select(Institution.id).where(Institution.name == name)).one()
        confirmed = select(func.count()).where(
            Posting.institution_id == place_id, Posting.confirmed_at.is_not(None)
        )
        assert session.scalar(confirmed) == LISTED + WAITING + 1
        asked = select(func.count()).where(
            Assignee.assignment_id == Assignment.id, Assignment.institution_id == place_id
        )
        assert (session.scalar(asked) or 0) >= LISTED + WAITING
