"""The file of a certificate as its holder fetches it: sealed, with its credential."""

import re
from io import BytesIO

import pikepdf
import pytest
from flask import Flask
from pypdf import PdfReader

from lms.keys.enums import Purpose
from lms.keys.queries import list_public_keys
from lms.printing.seals import SealState, examine_seal
from tests.browser import Browser
from tests.factories import Factory

pytestmark = pytest.mark.slow


def roots(app: Flask) -> list[bytes]:
    with app.app_context():
        found = [key.certificate for key in list_public_keys(Purpose.ROOT)]
    return [certificate for certificate in found if certificate is not None]


@pytest.mark.usefixtures("keys")
def test_a_holder_fetches_the_same_sealed_file_each_time(
    app: Flask, browser: Browser, make: Factory
) -> None:
    issued = make.certificate()
    browser.sign_in(issued.person)
    file = browser.get(f"/sertifikat/{issued.code}.pdf")
    assert file.data == browser.get(f"/sertifikat/{issued.code}.pdf").data
    finding = examine_seal(file.data, roots(app))
    assert finding.state is SealState.WHOLE
    (credential,) = PdfReader(BytesIO(file.data)).attachments["kredensial.jwt"]
    assert re.fullmatch(rb"[\w-]+\.[\w-]+\.[\w-]+", credential)


@pytest.mark.usefixtures("keys")
def test_a_revoked_one_says_so_and_is_sealed_too(
    app: Flask, browser: Browser, make: Factory
) -> None:
    issued = make.certificate()
    make.revoke(issued)
    browser.sign_in(issued.person)
    file = browser.get(f"/sertifikat/{issued.code}.pdf").data
    assert examine_seal(file, roots(app)).state is SealState.WHOLE
    assert "DICABUT" in PdfReader(BytesIO(file)).pages[0].extract_text()
    assert not PdfReader(BytesIO(file)).attachments


def test_where_there_are_no_keys_the_file_is_plain(
    app: Flask, browser: Browser, make: Factory
) -> None:
    issued = make.certificate()
    browser.sign_in(issued.person)
    file = browser.get(f"/sertifikat/{issued.code}.pdf").data
    assert examine_seal(file, roots(app)).state is SealState.NONE
    with pikepdf.open(BytesIO(file)) as document:
        assert "/AcroForm" not in document.Root
        assert "/AF" not in document.Root
