"""What is on a printed certificate: its text, and what its QR code says."""

from io import BytesIO

import pypdfium2
import zxingcpp
from PIL import Image
from playwright.sync_api import Page
from pypdf import PdfReader


def download(page: Page, code: str) -> bytes:
    """The PDF that the certificate's page links to, asked for as the signed-in person."""
    address = page.get_by_role("link", name="Unduh PDF").get_attribute("href")
    assert address == f"/sertifikat/{code}.pdf"
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def text_of(pdf: bytes) -> str:
    """The words of its only page, with single spaces."""
    (page,) = PdfReader(BytesIO(pdf)).pages
    return " ".join(page.extract_text().split())


def qr_of(pdf: bytes) -> str:
    """What a telephone reads from the printed page."""
    document = pypdfium2.PdfDocument(pdf)
    picture: Image.Image = document[0].render(scale=3).to_pil()
    document.close()
    (code,) = zxingcpp.read_barcodes(picture)
    return code.text
