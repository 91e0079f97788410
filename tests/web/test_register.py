"""The register of certificates: what a replacement prints, and refusals that keep the reason."""

import pytest

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


def test_the_keeper_sees_what_a_replacement_would_print(
    browser: Browser, make: Factory, unconfirmed: Issued
) -> None:
    browser.sign_in(make.coordinator())
    url = f"/koordinator/sertifikat/{unconfirmed.code}"
    assert "pengganti akan sama" in browser.get(url).words
    make.move(unconfirmed.person, make.institution("Kota Benar"))
    make.rename(unconfirmed.person, "Siti Aminah, S.H.")
    words = browser.get(url).words
    assert "Siti Aminah, S.H. (semula: Siti Aminah)" in words
    assert "Kota Benar (semula: Kota Contoh)" in words
    assert browser.page is not None
    page = browser.submit(browser.page.form("/ganti"), {"reason": REASON})
    assert "Sertifikat pengganti terbit" in page.words
    assert "Kota Benar" in page.words


def test_a_replacement_that_changes_nothing_is_refused_on_the_form_with_its_reason(
    browser: Browser, make: Factory, unconfirmed: Issued
) -> None:
    browser.sign_in(make.coordinator())
    page = browser.get(f"/koordinator/sertifikat/{unconfirmed.code}")
    page = browser.submit(page.form("/ganti"), {"reason": REASON}, expect=409)
    assert "Perbaiki data pegawai dahulu" in page.words
    assert page.form("/ganti").fields["reason"] == [REASON]
    assert page.form("/cabut").fields["reason"] == [""]


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


@pytest.mark.parametrize("deed", ["cabut", "ganti"])
def test_a_deed_that_comes_too_late_is_told_on_the_page_with_its_reason(
    browser: Browser, make: Factory, unconfirmed: Issued, deed: str
) -> None:
    browser.sign_in(make.coordinator())
    make.rename(unconfirmed.person, "Siti Aminah, S.H.")
    page = browser.get(f"/koordinator/sertifikat/{unconfirmed.code}")
    form = page.form(f"/{deed}")
    make.revoke(unconfirmed)
    page = browser.submit(form, {"ground": "mistake", "reason": REASON}, expect=409)
    assert "sudah dicabut atau diganti sebelumnya" in page.words
    assert REASON in page.words


@pytest.mark.parametrize("deed", ["cabut", "ganti"])
def test_a_reason_that_is_too_short_stands_beside_its_own_field(
    browser: Browser, make: Factory, unconfirmed: Issued, deed: str
) -> None:
    browser.sign_in(make.coordinator())
    page = browser.get(f"/koordinator/sertifikat/{unconfirmed.code}")
    page = browser.submit(
        page.form(f"/{deed}"), {"ground": "mistake", "reason": "salah"}, expect=422
    )
    assert page.form(f"/{deed}").fields["reason"] == ["salah"]
    assert f'id="alasan-{deed}-galat"' in page.text
    other = {"cabut": "ganti", "ganti": "cabut"}[deed]
    assert f'id="alasan-{other}-galat"' not in page.text
