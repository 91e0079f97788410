"""What a forger asks of the site, and what he has it read in the hope that it asks others."""

import re
import socket
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask

from lms.certificates.codes import code_from_bits, show_code
from lms.checking.bulk.results import Found
from lms.checking.verdicts import Seal, Verdict
from lms.db import db, transaction
from lms.keys.enums import Purpose
from lms.keys.queries import find_seal, find_signer
from lms.transparency.sequencer import sequence_batch
from lms.web.bulk.wording import remarks
from tests.browser import Browser
from tests.factories import Factory, Issued
from tests.hostile_pdfs import one_page
from tests.keys import key_material

pytestmark = pytest.mark.usefixtures("keys")

PUBLISHED = (
    "/log",
    "/log/checkpoint",
    "/log/kunci",
    "/log/unduh",
    "/log/tile/entries/000.p/2",
    "/log/tile/0/000.p/2",
    "/status/0",
    "/verifikasi/luring.json",
    "/.well-known/sakuham-keys.json",
    "/.well-known/sakuham-root.pem",
    "/.well-known/did.json",
)


@pytest.fixture
def issued(make: Factory) -> Issued:
    """One that was revoked, so that it is told of in every list."""
    found = make.certificate(make.learner("Siti Aminah, S.H.", at=make.institution("Kota Contoh")))
    make.revoke(found)
    return found


def private_keys() -> list[bytes]:
    """Our private keys as they would be written down: in DER, in PEM, and as bare bytes."""
    shapes = [(Encoding.DER, PrivateFormat.PKCS8), (Encoding.PEM, PrivateFormat.PKCS8)]
    found = []
    for material in key_material():
        key = material.private_key
        assert key is not None
        found += [key.private_bytes(*shape, NoEncryption()) for shape in shapes]
        if material.purpose not in {Purpose.ROOT, Purpose.SEAL}:
            found.append(key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
    return found


def test_what_is_published_for_programs_names_nobody_and_holds_no_private_key(
    app: Flask, browser: Browser, issued: Issued, now: datetime
) -> None:
    with app.app_context(), transaction():
        sequence_batch("sakuham.example/log", now=now)
    person = issued.person
    secrets = [person.name, person.number, issued.code, show_code(issued.code), "Kota Contoh"]
    hidden = [secret.encode() for secret in secrets] + private_keys()
    for address in PUBLISHED:
        body = browser.get(address).data
        assert [secret for secret in hidden if secret in body] == [], address


def test_keys_that_are_shown_by_mistake_show_nothing(app: Flask) -> None:
    with app.app_context():
        shown = [repr(find_seal()), *(repr(find_signer(purpose)) for purpose in Purpose)]
        db.session.rollback()
    for text in shown:
        assert "BEGIN" not in text
        assert not re.search(r"private_numbers|\bd=|passphrase", text)


def test_codes_are_not_to_be_guessed_by_the_door_of_reports(browser: Browser) -> None:
    token = browser.token()
    answers = [
        browser.client.post(
            f"/v/{code_from_bits(number)}/lapor", headers={"X-CSRFToken": token}
        ).status_code
        for number in range(61)
    ]
    assert set(answers[:60]) == {404}
    assert answers[60] == 429


@pytest.mark.parametrize(
    "pasted",
    [
        "https://jahat.example/v/{code}",
        "//jahat.example/v/{code}",
        "https://sakuham.example@jahat.example/v/{code}?x=//jahat.example",
        "javascript:alert(1)//v/{code}",
    ],
)
def test_a_link_to_elsewhere_leads_to_our_own_page(
    browser: Browser, issued: Issued, pasted: str
) -> None:
    text = pasted.format(code=issued.code)
    answer = browser.client.get("/verifikasi", query_string={"kode": text})
    assert answer.headers.get("Location", "") in {"", f"/v/{issued.code}"}
    assert not re.search(r'(?:href|action|src)="[^"]*(?:jahat|javascript:)', answer.text)


def test_no_file_has_us_ask_an_address(browser: Browser, issued: Issued) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        place = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        there = f"<</FS/URL/F({place})/Type/Filespec>>"
        names = f"/Names<</EmbeddedFiles<</Names[(kredensial.jwt){there}]>>>>"
        catalog = f"/OpenAction<</S/URI/URI({place})>>/Metadata 6 0 R{names}"
        picture = f"/Subtype/Image/F {there}/FFilter/DCTDecode/Width 9/Height 9/Length 0"
        data = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{place}">]><x>&a;</x>'
        more = (
            f"5 0 obj <</Type/XObject{picture}>> stream\n\nendstream endobj\n"
            f"6 0 obj <</Type/Metadata/Subtype/XML/Length {len(data)}>> stream\n{data}\n"
            "endstream endobj\n"
        )
        words = f"({show_code(issued.code)}) Tj"
        content = one_page(words.encode(), catalog=catalog.encode(), more=more.encode())
        browser.get("/verifikasi")
        page = browser.upload("/verifikasi", [("surat.pdf", content)], field="berkas")
        assert "Data berbeda" in page.words
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize("seal", [seal for seal in Seal if seal is not Seal.NONE])
def test_whatever_became_of_a_seal_a_batch_says_it(app: Flask, seal: Seal) -> None:
    with app.test_request_context("/"):
        (said,) = remarks(Verdict.ALTERED.value, Found(seal=seal.value))
    assert "egel" in said
