"""A sheet of paper and a phone without a network: true, revoked, changed, and somebody else's."""

import shutil
from base64 import b32decode, b32encode
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from lms.accounts.models import Account
from lms.certificates.codes import show_code
from lms.certificates.enums import RevocationGround
from lms.certificates.queries import find_certificate
from lms.certificates.service import revoke_certificate
from lms.clock import utc_now
from lms.db import db, transaction
from lms.printing.qr import qr_png
from tests.journeys.conftest import ARGUMENTS
from tests.journeys.papers import qr_of
from tests.journeys.people import COORDINATOR
from tests.journeys.site import Site
from tests.journeys.walking import button
from tests.journeys.windows import HANG_MILLISECONDS, PHONE, OpenWindow
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.server]

VERDICT = "[data-result] .verdict-word"
DPI_150 = 150 / 72
KEPT = """
async () => {
  const names = await caches.keys();
  const kept = await Promise.all(
    names.map(async (name) => (await (await caches.open(name)).keys()).map((each) => each.url)),
  );
  return kept.flat();
}
"""
# What the list on the device says to be out of force.
ENDED = """
async () => (await (await caches.match("/verifikasi/luring.json"))?.json())?.out_of_force
"""


class Sheet:
    """A printed certificate, and what can be done to its picture and its code."""

    def __init__(self, site: Site) -> None:
        learner, self.code = site.people.holder()
        self.cookie = learner.cookie
        with site.app.app_context():
            found = find_certificate(self.code)
        assert found is not None
        self.name = found.facts.holder_name
        self.pdf = b""

    def print(self, page: Page) -> None:
        """Fetch the PDF as the holder would."""
        answer = page.request.get(
            f"/sertifikat/{self.code}.pdf", headers={"Cookie": f"masuk={self.cookie}"}
        )
        assert answer.headers["content-type"] == "application/pdf"
        self.pdf = answer.body()

    def scan(self) -> bytes:
        """The whole sheet as an office's scanner takes it."""
        page = pypdfium2.PdfDocument(self.pdf)[0]
        picture: Image.Image = page.render(scale=DPI_150).to_pil().convert("L")
        return as_png(picture)

    @property
    def content(self) -> str:
        """What its code says."""
        return qr_of(self.pdf)

    def with_another_name(self) -> str:
        """Its code with one letter of the name changed."""
        head, _, fragment = self.content.partition("#")
        content = bytearray(b32decode(fragment + "=" * (-len(fragment) % 8)))
        content[content.index(self.name.encode())] ^= 1
        return f"{head}#{b32encode(content).decode().rstrip('=')}"


def as_png(picture: Image.Image) -> bytes:
    """The file of a picture."""
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def picture_of(content: str) -> bytes:
    """A QR code with this content, as large as on a screen."""
    code = Image.open(BytesIO(qr_png(content)))
    return as_png(code.resize((6 * code.width, 6 * code.height), Image.Resampling.NEAREST))


def read(page: Page, picture: bytes) -> None:
    """Give the page a picture to read."""
    file: Any = {"name": "lembar.png", "mimeType": "image/png", "buffer": picture}
    page.locator("[data-scanner] input[type=file]").set_input_files(file)


def prepare(page: Page) -> None:
    """Make a device ready for the time without a network."""
    page.goto("/verifikasi")
    page.get_by_role("link", name="Siapkan untuk dipakai tanpa jaringan").click()
    expect(button(page, "Siapkan perangkat ini")).to_be_in_viewport()
    button(page, "Siapkan perangkat ini").click()
    expect(page.get_by_text("Perangkat ini siap")).to_be_visible()
    expect(page.locator("[data-list-state=kept]")).to_be_visible()


def revoke(site: Site, code: str) -> None:
    """As a coordinator does."""
    with site.app.test_request_context(), transaction():
        actor = db.session.scalars(
            select(Account.id).where(Account.email == COORDINATOR.email)
        ).one()
        reason = "Dibuat untuk memeriksa tanpa jaringan."
        revoke_certificate(code, RevocationGround.MISTAKE, reason, actor, now=utc_now())


def test_a_sheet_is_checked_without_a_network(each_site: Site, open_window: OpenWindow) -> None:
    sheet = Sheet(each_site)
    page = open_window(each_site, width=PHONE)
    sheet.print(page)
    prepare(page)

    page.context.set_offline(True)
    page.goto("/verifikasi")
    expect(page.get_by_role("heading", name="Periksa dengan kode QR")).to_be_visible()
    read(page, sheet.scan())
    result = page.locator("[data-result]")
    expect(page.locator(VERDICT)).to_have_text("Sah")
    expect(result).to_contain_text("Diperiksa luring")
    expect(result).to_contain_text("daftar pencabutan per")
    for fact in (sheet.name, show_code(sheet.code), "Nilai-Nilai Dasar HAM untuk ASN"):
        expect(result).to_contain_text(fact)

    read(page, picture_of(sheet.with_another_name()))
    expect(page.locator(VERDICT)).to_have_text("Palsu")
    expect(result).not_to_contain_text(sheet.name)
    read(page, picture_of(sheet.content.replace(sheet.code, "0" * 12)))
    expect(page.locator(VERDICT)).to_have_text("Palsu")
    read(page, picture_of("https://lain.example/menu"))
    expect(page.locator(VERDICT)).to_have_text("Bukan sertifikat kami")

    page.context.set_offline(False)
    revoke(each_site, sheet.code)
    page.goto("/verifikasi/luring")
    button(page, "Perbarui daftar").click()
    ended = page.request.get("/verifikasi/luring.json").json()["out_of_force"]
    wait_until(lambda: page.evaluate(ENDED) == ended, tell=each_site.log.read_text)
    page.context.set_offline(True)
    read(page, sheet.scan())
    expect(page.locator(VERDICT)).to_have_text("Dicabut")


def test_the_phones_own_camera_leads_to_the_kept_page_too(
    site: Site, open_window: OpenWindow
) -> None:
    sheet = Sheet(site)
    page = open_window(site, width=PHONE)
    sheet.print(page)
    prepare(page)
    address = sheet.content[sheet.content.index("/V/") :]
    page.context.set_offline(True)
    page.goto(address)
    expect(page.locator(VERDICT)).to_have_text("Sah")
    expect(page.locator("[data-result]")).to_contain_text(sheet.name)
    page.context.set_offline(False)
    page.goto("/")
    page.goto(address)
    expect(page.get_by_role("heading", name="Hasil pemeriksaan sertifikat")).to_be_visible()


def test_with_a_network_a_scan_leads_to_the_live_verdict(
    site: Site, open_window: OpenWindow
) -> None:
    sheet = Sheet(site)
    page = open_window(site, width=PHONE)
    sheet.print(page)
    page.goto("/verifikasi")
    read(page, sheet.scan())
    expect(page.get_by_role("heading", name="Hasil pemeriksaan sertifikat")).to_be_visible()
    assert f"/V/{sheet.code}" in page.url
    page.goto("/verifikasi")
    read(page, picture_of(sheet.with_another_name()))
    expect(page.locator(VERDICT)).to_have_text("Palsu")


def test_the_device_keeps_nothing_of_anybodys_pages(site: Site, open_window: OpenWindow) -> None:
    sheet = Sheet(site)
    page = open_window(site, width=PHONE)
    page.context.add_cookies(
        [{"name": "masuk", "value": sheet.cookie, "domain": "127.0.0.1", "path": "/"}]
    )
    prepare(page)
    for path in ("/verifikasi", f"/V/{sheet.code}", f"/sertifikat/{sheet.code}", "/belajar"):
        page.goto(path)
    page.goto("/verifikasi/luring")
    kept = [address.removeprefix(site.url) for address in page.evaluate(KEPT)]
    assert "/verifikasi/luring.json" in kept
    others = [
        path
        for path in kept
        if not path.startswith(("/static/", "/verifikasi/luring?", "/verifikasi/luring.json"))
    ]
    assert others == []
    page.context.set_offline(True)
    page.goto("/verifikasi")
    assert sheet.name not in page.content()
    page.context.set_offline(False)

    page.goto("/verifikasi/luring")
    button(page, "Hapus dari perangkat ini").click()
    expect(button(page, "Siapkan perangkat ini")).to_be_visible()
    assert page.evaluate(KEPT) == []


def test_who_does_not_scan_fetches_no_scanner(site: Site, open_window: OpenWindow) -> None:
    page = open_window(site, width=PHONE)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto("/verifikasi")
    page.wait_for_load_state("networkidle")
    assert any("js/scanner" in url for url in fetched)
    assert [url for url in fetched if "camera" in url or "qr_decoder" in url] == []


def test_a_refused_camera_is_told_with_the_other_ways(site: Site, open_window: OpenWindow) -> None:
    page = open_window(site, width=PHONE)
    page.goto("/verifikasi")
    start = button(page, "Pindai dengan kamera")
    start.press("Enter")
    expect(page.locator("[data-problem=refused], [data-problem=no-camera]").first).to_be_attached()
    expect(page.get_by_text("Baca dari foto, atau ketik kodenya").first).to_be_attached()
    expect(start).to_be_focused()


def test_the_camera_reads_the_code_and_is_let_go(
    site: Site, chromium: Browser, tmp_path: Path
) -> None:
    sheet = Sheet(site)
    with site.app.test_request_context():
        code = Image.open(BytesIO(qr_png(f"{site.url}/v/{sheet.code}")))
    view = Image.new("RGB", (1280, 720), "#8a8a80")
    view.paste(code.resize((8 * code.width, 8 * code.height), Image.Resampling.NEAREST), (400, 150))
    film = tmp_path / "kamera.mjpeg"
    view.save(film, "JPEG", quality=90)
    executable = shutil.which("chromium")
    browser = chromium.browser_type.launch(
        executable_path=executable,
        args=[
            *ARGUMENTS,
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ],
    )
    context = browser.new_context(base_url=site.url, permissions=["camera"])
    context.set_default_timeout(HANG_MILLISECONDS)
    page = context.new_page()
    page.goto("/verifikasi")
    button(page, "Pindai dengan kamera").press("Enter")
    expect(page.get_by_role("heading", name="Hasil pemeriksaan sertifikat")).to_be_visible()
    page.go_back()
    expect(page.locator("[data-view]")).to_be_hidden()
    browser.close()
