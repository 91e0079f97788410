"""An officer has many certificates checked in one visit: a ZIP with a forged one among them."""

import csv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from lms.addresses import credential_issuer
from lms.certificates.queries import get_any_certificate
from lms.db import read_only
from lms.http.principal import COOKIE
from lms.sheets.service import make_pdf
from tests.journeys.conftest import NewDatabase, make_site, run_site
from tests.journeys.people import OFFICER, cookie_of
from tests.journeys.site import Site
from tests.journeys.windows import DESK, PHONE, OpenWindow

pytestmark = [pytest.mark.browser, pytest.mark.server]

FORGED = "Unit B/palsu.pdf"


@pytest.fixture(scope="module")
def site(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of this file's own, whose background process has nothing else to do."""
    yield from run_site(make_site(new_database("sqlite"), tmp_path_factory))


def archive(site: Site) -> bytes:
    """Five certificates as they are sent, and one whose name was changed."""
    codes = [site.people.holder()[1] for _ in range(5)]
    packed = BytesIO()
    with site.app.app_context(), read_only(), ZipFile(packed, "w") as files:
        issuer = credential_issuer()
        for number, code in enumerate(codes, start=1):
            certificate = get_any_certificate(code)
            files.writestr(f"Unit A/sertifikat {number}.pdf", make_pdf(certificate, issuer))
        forged = replace(
            certificate, facts=replace(certificate.facts, holder_name="Sinta Palsu, S.H.")
        )
        files.writestr(FORGED, make_pdf(forged, issuer, is_sealed=False))
    return packed.getvalue()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_an_officer_finds_the_forged_one_and_fetches_the_sheet(
    site: Site, open_window: OpenWindow, width: int, *, javascript: bool
) -> None:
    with ThreadPoolExecutor(1) as apart:  # sealing has a loop of its own, as this thread has
        sent = apart.submit(archive, site).result()
    page = open_window(site, width=width, javascript=javascript)
    page.context.add_cookies(
        [{"name": COOKIE, "value": cookie_of(site, OFFICER), "domain": "127.0.0.1", "path": "/"}]
    )
    page.goto("/verifikasi")
    page.get_by_role("link", name="Periksa banyak sekaligus").click()
    page.get_by_label("Pilih berkas", exact=True).set_input_files(
        {"name": "sertifikat.zip", "mimeType": "application/zip", "buffer": sent}
    )
    page.get_by_role("button", name="Unggah dan periksa").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sedang diperiksa")
    result = page.get_by_role("heading", level=1, name="Hasil pemeriksaan")
    while not javascript and result.count() == 0:
        page.get_by_role("link", name="Lihat keadaan terbaru").click()
    expect(result).to_be_visible()
    rows = page.locator(".bulk-row")
    expect(rows).to_have_count(6)
    expect(rows.first).to_contain_text(FORGED)
    expect(rows.first).to_contain_text("data berbeda")
    expect(rows.first).to_contain_text("Sinta Palsu")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Unduh CSV").click()
    lines = list(
        csv.reader(StringIO(fetched.value.path().read_text(encoding="utf-8-sig")), delimiter=";")
    )
    assert [line[0] for line in lines] == [
        "Berkas",
        *(f"Unit A/sertifikat {number}.pdf" for number in range(1, 6)),
        FORGED,
    ]
    assert [line[1] for line in lines[1:]] == [*["sah"] * 5, "data berbeda"]
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Unduh XLSX").click()
    assert fetched.value.path().read_bytes().startswith(b"PK")
