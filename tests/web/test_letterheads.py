"""The page of letterheads, and the command: seen before it is set, and nothing typed is lost."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.audit import AuditEntry
from lms.certificates.letterhead_versions import find_letterhead_on, list_letterheads
from lms.certificates.models import EmblemFile
from lms.clock import utc_now
from lms.days import local_day
from lms.db import db
from tests.browser import Browser, Page
from tests.factories import Factory
from tests.web.test_commands import run

PAGE = "/koordinator/kop-sertifikat"
TYPED = {
    "unit_name": "Pusat Pengembangan Contoh",
    "place": "Kota Contoh",
    "office": "Kepala Pusat",
    "signatory_name": "Dr. Ratna Rekaan, S.H.",
    "rank": "Pembina (IV/a)",
    "employee_number": "",
    "valid_from": "2026-01-01",
    "valid_until": "",
}
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><path d="M0 0h2v1z"/></svg>'
SCRIPT = DRAWING.replace(b"<path", b"<script>alert(1)</script><path")


@pytest.fixture
def admin(browser: Browser, make: Factory) -> Browser:
    """A browser in which an administrator is signed in."""
    browser.sign_in(make.admin())
    return browser


def send(browser: Browser, button: str, expect: int = 200, **fields: Any) -> Page:
    """Fill in the form of the page, and press a button."""
    page = browser.page or browser.get(PAGE)
    return browser.submit(page.form(PAGE), {**TYPED, **fields}, button=button, expect=expect)


def drawing(content: bytes = DRAWING, name: str = "lambang.svg") -> tuple[BytesIO, str]:
    return BytesIO(content), name


def test_a_letterhead_is_seen_before_it_is_set_and_then_in_use(admin: Browser) -> None:
    assert "Belum ada kop" in admin.get(PAGE).words
    page = send(admin, "Lihat pratinjau", emblem=drawing())
    assert "Belum disimpan" in page.words
    assert "Pusat Pengembangan Contoh" in page.words
    assert [tag.get("href")[:26] for tag in page.document.all("image")] == [
        "data:image/svg+xml;base64,"
    ]
    with admin.app.app_context():
        assert list_letterheads() == []
    page = admin.submit(page.form(PAGE), button="Simpan kop")
    assert "Kop ditetapkan" in page.words
    assert page.values("office") == ["Kepala Pusat"]
    with admin.app.app_context():
        (version,) = list_letterheads()
        assert version.id == find_letterhead_on(date(2026, 1, 1))
        assert version.letterhead.emblem is not None
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "letterhead.set")
        ).one()
        assert entry.actor_id is not None


def test_a_refused_form_keeps_what_was_typed_and_brought(admin: Browser) -> None:
    admin.get(PAGE)
    page = send(
        admin, "Simpan kop", expect=422, emblem=drawing(), office="", valid_until="2025-01-01"
    )
    assert "Tulis jabatan penanda tangan." in page.words
    assert page.values("signatory_name") == [TYPED["signatory_name"]]
    assert page.values("valid_until") == ["2025-01-01"]
    page = admin.submit(page.form(PAGE), {"office": "Kepala Pusat"}, button="Simpan", expect=422)
    assert "Masa berlaku berakhir sebelum dimulai." in page.words
    page = admin.submit(page.form(PAGE), {"valid_until": ""}, button="Simpan")
    with admin.app.app_context():
        assert [bool(each.letterhead.emblem) for each in list_letterheads()] == [True]


def test_an_emblem_that_does_more_than_show_is_refused_at_its_field(admin: Browser) -> None:
    admin.get(PAGE)
    page = send(admin, "Simpan kop", expect=422, emblem=drawing(SCRIPT))
    assert "memuat lebih dari gambar: <script>" in page.words
    assert page.values("office") == [TYPED["office"]]
    with admin.app.app_context():
        assert db.session.scalars(select(EmblemFile)).all() == []


def test_the_emblem_stays_until_another_comes_or_none_is_wanted(admin: Browser) -> None:
    admin.get(PAGE)
    send(admin, "Simpan kop", emblem=drawing())
    send(admin, "Simpan kop", place="Kota Lain")
    send(admin, "Simpan kop", has_no_emblem="y")
    with admin.app.app_context():
        kept = [bool(each.letterhead.emblem) for each in list_letterheads()]
    assert kept == [False, True, True]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 64, "\u0000"])
def test_an_invented_emblem_is_none(admin: Browser, name: str) -> None:
    admin.get(PAGE)
    expect = 400 if "\u0000" in name else 200
    send(admin, "Lihat pratinjau", expect=expect, emblem_name=name)


def test_what_is_issued_then_bears_it(admin: Browser, make: Factory) -> None:
    admin.get(PAGE)
    send(admin, "Simpan kop", valid_from="2020-01-01")
    ayu = make.learner("Ayu Lestari", at=make.institution())
    issued = make.certificate(ayu)
    browser = admin.another()
    browser.sign_in(ayu)
    words = browser.get(f"/sertifikat/{issued.code}").words
    assert "Dr. Ratna Rekaan, S.H." in words
    assert "Kepala Pusat," in words


def test_the_command_sets_one_lists_them_and_keeps_what_is_not_given(
    app: Flask, tmp_path: Path
) -> None:
    assert "without a letterhead" in run(app, "certificates", "letterhead").output
    emblem = tmp_path / "lambang.svg"
    emblem.write_bytes(DRAWING)
    run(
        app, "certificates", "letterhead", "--unit", "Pusat Contoh", "--office", "Kepala",
        "--signatory", "Ratna Rekaan", "--place", "Kota Contoh", "--emblem", str(emblem),
    )  # fmt: skip
    run(app, "certificates", "letterhead", "--signatory", "Budi Rekaan", "--rank", "Pembina (IV/a)")
    with app.app_context():
        newest, _ = list_letterheads()
        assert newest.valid_from <= local_day(utc_now())
    head = newest.letterhead
    assert (head.signatory_name, head.office, head.rank) == (
        "Budi Rekaan", "Kepala", "Pembina (IV/a)",
    )  # fmt: skip
    assert head.emblem is not None
    listed = run(app, "certificates", "letterhead").output.splitlines()
    assert [line[0] for line in listed] == ["*", " "]
    emblem.write_bytes(SCRIPT)
    refused = run(app, "certificates", "letterhead", "--emblem", str(emblem), expect=1)
    assert "emblem: " in refused.output
    refused = run(app, "certificates", "letterhead", "--office", " ", expect=1)
    assert "office: " in refused.output
