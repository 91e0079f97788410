"""The register of certificates: what a replacement prints, and refusals that keep the reason."""

from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from flask import Flask

from lms.certificates.letterhead_versions import add_letterhead
from lms.certificates.letterheads import Letterhead
from lms.db import transaction
from tests.browser import Browser
from tests.factories import Factory, Issued

REASON = "Instansi keliru dipilih waktu mendaftar."


@pytest.fixture
def unconfirmed(make: Factory) -> Issued:
    """A certificate of somebody whom nobody had confirmed when it was issued."""
    return make.certificate(
        make.learner("Siti Aminah", at=make.institution("Kota Contoh"), confirmed=False)
    )


def test_status_stands_on_the_page_and_never_on_the_sheet(
    browser: Browser, make: Factory, unconfirmed: Issued
) -> None:
    browser.sign_in(unconfirmed.person)
    url = f"/sertifikat/{unconfirmed.code}"
    assert "Belum dikonfirmasi instansi" in browser.get(url).words
    pdf = browser.get(f"{url}.pdf").data
    make.confirm(unconfirmed.person)
    assert "ASN terkonfirmasi" in browser.get(url).words
    assert browser.get(f"{url}.pdf").data == pdf


def test_the_keeper_sees_the_new_sheet_beside_the_old_before_anything_is_issued(
    browser: Browser, make: Factory, unconfirmed: Issued
) -> None:
    browser.sign_in(make.coordinator())
    url = f"/koordinator/sertifikat/{unconfirmed.code}"
    assert "pengganti akan sama" in browser.get(url).words
    assert "pengganti akan sama" in browser.get(f"{url}/ganti").words
    make.move(unconfirmed.person, make.institution("Kota Benar"))
    make.rename(unconfirmed.person, "Siti Aminah, S.H.")
    assert f"{url}/ganti" in browser.get(url).text
    page = browser.get(f"{url}/ganti")
    for marked in ("Siti Aminah, S.H.", "Kota Benar"):
        assert f"<mark><bdi>{marked}</bdi></mark>" in page.text
    assert page.text.count("<mark>") == 2
    assert page.text.count('class="certificate-picture"') == 2
    assert "Pengganti (pratinjau)" in page.words
    assert ">PRATINJAU</text>" in page.text
    page = browser.submit(page.form("/ganti"), {"reason": REASON})
    assert "Sertifikat pengganti terbit" in page.words
    assert "Kota Benar" in page.words


def test_a_preview_that_is_out_of_date_is_shown_anew(
    browser: Browser, make: Factory, unconfirmed: Issued
) -> None:
    browser.sign_in(make.coordinator())
    make.rename(unconfirmed.person, "Siti Aminah, S.H.")
    form = browser.get(f"/koordinator/sertifikat/{unconfirmed.code}/ganti").form("/ganti")
    make.rename(unconfirmed.person, "Siti Aminah, M.H.")
    page = browser.submit(form, {"reason": REASON}, expect=409)
    assert "berubah setelah pratinjau ini dibuka" in page.words
    assert "<mark><bdi>Siti Aminah, M.H.</bdi></mark>" in page.text
    assert page.form("/ganti").fields["reason"] == [REASON]
    page = browser.submit(page.form("/ganti"))
    assert "Siti Aminah, M.H." in page.words


def test_a_preview_has_the_letterhead_of_the_day_in_the_capital(
    app: Flask,
    browser: Browser,
    make: Factory,
    unconfirmed: Issued,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By which a replacement is issued; in Greenwich it is still the day before."""
    moment = datetime(2026, 11, 30, 20, tzinfo=UTC)
    head = Letterhead(
        unit_name="Unit Baru", signatory_name="Ratna Rekaan", office="Kepala", place="Kota Contoh"
    )
    with app.app_context(), transaction():
        add_letterhead(
            head, None, valid_from=date(2026, 12, 1), valid_until=None, actor_id=None, now=moment
        )
    browser.sign_in(make.coordinator())
    make.rename(unconfirmed.person, "Siti Aminah, S.H.")
    # By its module, since lms.web calls the blueprint "register" too.
    monkeypatch.setattr(import_module("lms.web.register.views"), "utc_now", lambda: moment)
    assert "Unit Baru" in browser.get(f"/koordinator/sertifikat/{unconfirmed.code}/ganti").text


def test_a_replacement_that_changes_nothing_is_refused_with_its_reason(
    browser: Browser, make: Factory, unconfirmed: Issued
) -> None:
    browser.sign_in(make.coordinator())
    make.rename(unconfirmed.person, "Siti Aminah, S.H.")
    form = browser.get(f"/koordinator/sertifikat/{unconfirmed.code}/ganti").form("/ganti")
    make.rename(unconfirmed.person, "Siti Aminah")
    page = browser.submit(form, {"reason": REASON}, expect=409)
    assert "Perbaiki dahulu datanya" in page.words
    assert REASON in page.words


def test_a_revocation_is_withdrawn_with_a_reason_and_its_holder_reads_both(
    browser: Browser, make: Factory, unconfirmed: Issued
) -> None:
    browser.sign_in(make.coordinator())
    make.revoke(unconfirmed)
    url = f"/koordinator/sertifikat/{unconfirmed.code}"
    page = browser.get(url)
    page = browser.submit(page.form("/pulihkan"), {"reason": "salah"}, expect=422)
    assert page.form("/pulihkan").fields["reason"] == ["salah"]
    page = browser.submit(page.form("/pulihkan"), {"reason": "Pencabutan itu salah orang."})
    assert "sertifikat berlaku kembali" in page.words
    assert "Berlaku kembali" in page.words
    assert "Sah" in browser.get(f"/v/{unconfirmed.code}").words
    browser.sign_in(unconfirmed.person)
    words = browser.get(f"/sertifikat/{unconfirmed.code}").words
    assert "Sertifikat dicabut" not in words
    assert "Pencabutan itu salah orang." in words
    assert "dicabut" not in browser.get("/belajar").words.lower()


def test_a_withdrawal_that_comes_too_late_says_why(
    browser: Browser, make: Factory, unconfirmed: Issued
) -> None:
    browser.sign_in(make.coordinator())
    make.revoke(unconfirmed)
    form = browser.get(f"/koordinator/sertifikat/{unconfirmed.code}").form("/pulihkan")
    make.certificate(unconfirmed.person, unconfirmed.book)
    page = browser.submit(form, {"reason": REASON}, expect=409)
    assert "sudah memperoleh sertifikat lain" in page.words
    assert REASON in page.words


def test_a_revocation_needs_a_kind_of_reason(
    browser: Browser, make: Factory, unconfirmed: Issued
) -> None:
    browser.sign_in(make.coordinator())
    page = browser.get(f"/koordinator/sertifikat/{unconfirmed.code}")
    page = browser.submit(page.form("/cabut"), {"reason": REASON}, expect=422)
    assert "Pilih jenis alasannya" in page.words
    page = browser.submit(page.form("/cabut"), {"ground": "suka-suka"}, expect=422)
    page = browser.submit(page.form("/cabut"), {"ground": "mistake"})
    assert "Sertifikat dicabut" in page.words
    assert "Terbit karena kekeliruan; kuis boleh diulang" in page.words
    assert REASON in page.words


@pytest.mark.parametrize("deed", ["cabut", "ganti", "pulihkan"])
def test_a_deed_that_comes_too_late_is_told_on_the_page_with_its_reason(
    browser: Browser, make: Factory, unconfirmed: Issued, deed: str
) -> None:
    browser.sign_in(make.coordinator())
    make.rename(unconfirmed.person, "Siti Aminah, S.H.")
    if deed == "pulihkan":
        make.revoke(unconfirmed)
    url = f"/koordinator/sertifikat/{unconfirmed.code}"
    form = browser.get(f"{url}/ganti" if deed == "ganti" else url).form(f"/{deed}")
    (make.reinstate if deed == "pulihkan" else make.revoke)(unconfirmed)
    page = browser.submit(form, {"ground": "mistake", "reason": REASON}, expect=409)
    sentence = "tidak sedang dicabut" if deed == "pulihkan" else "sudah dicabut atau diganti"
    assert sentence in page.words
    assert REASON in page.words


@pytest.mark.parametrize("deed", ["cabut", "ganti"])
def test_a_reason_that_is_too_short_stands_beside_its_own_field(
    browser: Browser, make: Factory, unconfirmed: Issued, deed: str
) -> None:
    browser.sign_in(make.coordinator())
    make.rename(unconfirmed.person, "Siti Aminah, S.H.")
    url = f"/koordinator/sertifikat/{unconfirmed.code}"
    page = browser.get(f"{url}/ganti" if deed == "ganti" else url)
    page = browser.submit(
        page.form(f"/{deed}"), {"ground": "mistake", "reason": "salah"}, expect=422
    )
    assert page.form(f"/{deed}").fields["reason"] == ["salah"]
    assert "field-error" in page.text
