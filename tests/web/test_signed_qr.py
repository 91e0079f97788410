"""The QR code of a sheet: signed where there is a key, a plain address where there is none."""

from io import BytesIO

import pytest
from flask import Flask
from pypdfium2 import PdfDocument
from zxingcpp import read_barcodes

from lms.keys.enums import Purpose
from lms.keys.queries import list_public_keys
from tests.browser import Browser
from tests.factories import Factory, Issued
from tests.qr_codes import Genuineness, parse_signed_address, verify

DPI_150 = 150 / 72


@pytest.fixture
def issued(make: Factory) -> Issued:
    """A certificate of somebody confirmed."""
    return make.certificate(make.learner("Siti Aminah, S.H.", at=make.institution("Kota Contoh")))


def read_qr(browser: Browser, issued: Issued) -> str:
    """What a scanner sees on the printed sheet."""
    browser.sign_in(issued.person)
    answer = browser.client.get(f"/sertifikat/{issued.code}.pdf")
    page = PdfDocument(BytesIO(answer.data))[0]
    (found,) = read_barcodes(page.render(scale=DPI_150).to_pil().convert("L"))
    return found.text


@pytest.mark.usefixtures("keys")
def test_the_sheet_bears_what_it_says_signed(app: Flask, browser: Browser, issued: Issued) -> None:
    content = read_qr(browser, issued)
    signed = parse_signed_address(content)
    assert signed is not None
    with app.app_context():
        keys = {key.number: key.public_bytes for key in list_public_keys(Purpose.QR)}
    assert verify(signed, keys) is Genuineness.GENUINE
    assert (signed.code, signed.credit_hours) == (issued.code, 2)
    assert signed.is_name(issued.person.name)
    path = content[content.index("/V/") : content.index("#")]
    assert issued.person.name in browser.another().get(path).words


def test_without_a_key_it_bears_the_plain_address(browser: Browser, issued: Issued) -> None:
    assert read_qr(browser, issued).endswith(f"/v/{issued.code}")


@pytest.mark.usefixtures("keys")
def test_what_is_signed_is_led_on_to_no_address_that_a_log_keeps(
    browser: Browser, issued: Issued
) -> None:
    content = read_qr(browser, issued)
    fragment = content.partition("#")[2]
    answer = browser.post("/verifikasi", {"kode": content}, expect=303)
    assert issued.code in answer.headers["Location"]
    assert fragment[:40] not in answer.headers["Location"]
