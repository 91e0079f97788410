"""Credentials from outside: what verifiers fetch, and what holders take along."""

import json
from io import BytesIO
from xml.etree import ElementTree

import pikepdf
import pytest
from flask import Flask
from openbadgeslib import baking
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3Verifier
from PIL import Image

from lms.db import transaction
from lms.keys.enums import Purpose
from lms.keys.material import make_plain
from lms.keys.service import rotate_keys
from tests.browser import Browser
from tests.factories import Factory, Issued
from tests.verifiers import ask_node, downloads, fetch
from tests.web.conftest import World

DID = "did:web:sakuham.example"
FILES = (".json", "/lencana.png", "/lencana.svg")


def take(browser: Browser, issued: Issued, file: str) -> bytes:
    """One of the files of one's certificate."""
    answer = browser.get(f"/sertifikat/{issued.code}{file}")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    content: bytes = answer.data
    return content


@pytest.fixture
def issued(make: Factory, keys: None, browser: Browser) -> Issued:
    """A certificate whose holder is signed in, where credentials are signed."""
    issued = make.certificate(make.learner("Sumirah, S.Pd."))
    browser.sign_in(issued.person)
    return issued


def test_the_picture_carries_the_credential(app: Flask, browser: Browser, issued: Issued) -> None:
    content = take(browser, issued, "/lencana.png")
    with Image.open(BytesIO(content)) as picture:
        picture.load()
        assert picture.size == (1024, 1024)
        alpha = picture.convert("RGBA").getchannel("A")
    assert (alpha.getpixel((2, 2)), alpha.getpixel((512, 512))) == (0, 255)
    token = baking.extract_png(content, keyword=baking.ITXT_KEYWORD_OB3)
    assert token is not None
    verifier = OB3Verifier.for_issuer_did(DID, download=downloads(app))
    read = verifier.verify(token, check_status=True, download=downloads(app))
    assert read.identifiers[0].identity_hash == "Sumirah, S.Pd."
    assert take(browser, issued, "/lencana.png") == content


def test_the_drawing_carries_the_credential_and_nothing_from_outside(
    app: Flask, browser: Browser, issued: Issued
) -> None:
    content = take(browser, issued, "/lencana.svg")
    token = baking.extract_svg(content, element=baking.SVG_ELEMENT_OB3)
    assert token is not None
    verifier = OB3Verifier.for_issuer_did(DID, download=downloads(app))
    assert verifier.verify(token).credits_earned == 2
    tree = ElementTree.fromstring(content)
    names = {element.tag.rpartition("}")[2] for element in tree.iter()}
    assert names.isdisjoint({"script", "image", "use", "a", "foreignObject", "text"})
    credential = tree.find("{https://purl.imsglobal.org/ob/v3p0}credential")
    assert credential is not None
    assert credential.get("verify") == token


def test_the_pdf_carries_what_the_badge_carries(
    app: Flask, browser: Browser, issued: Issued
) -> None:
    file = browser.get(f"/sertifikat/{issued.code}.pdf").data
    with pikepdf.open(BytesIO(file)) as pdf:
        token = pdf.attachments["kredensial.jwt"].get_file().read_bytes().decode()
    badge = take(browser, issued, "/lencana.png")
    assert token == baking.extract_png(badge, keyword=baking.ITXT_KEYWORD_OB3)
    (found,) = ask_node(fetch(app, "/.well-known/did.json"), token)
    assert found["verified"], found
    verifier = OB3Verifier.for_issuer_did(DID, download=downloads(app))
    assert verifier.verify(token).evidence_url == f"https://sakuham.example/v/{issued.code}"


def test_the_document_is_judged_true(app: Flask, browser: Browser, issued: Issued) -> None:
    document = json.loads(take(browser, issued, ".json"))
    (found,) = ask_node(fetch(app, "/.well-known/did.json"), document)
    assert found["verified"], found
    OB3LdpVerifier(issuer_did=DID).verify(document, check_status=True, download=downloads(app))


def test_nobody_else_has_the_files(browser: Browser, world: World, keys: None) -> None:
    for who in ("learner", "officer", "coordinator", "admin"):
        browser.sign_in(world.person(who))
        for file in FILES:
            browser.get(f"/sertifikat/{world.issued.code}{file}", expect=404)
    browser.sign_in(world.person("holder"))
    for file in FILES:
        browser.get(f"/sertifikat/{world.issued.code}{file}")
        browser.get(f"/sertifikat/000{file}", expect=404)


def test_the_page_offers_them_while_the_certificate_is_in_force(
    make: Factory, browser: Browser, issued: Issued
) -> None:
    page = browser.get(f"/sertifikat/{issued.code}")
    links = {tag.get("href") for tag in page.document.all("a")}
    assert {f"/sertifikat/{issued.code}{file}" for file in FILES} <= links
    assert "Lencana digital" in page.text
    make.revoke(issued)
    assert "Lencana digital" not in browser.get(f"/sertifikat/{issued.code}").text
    for file in FILES:
        answer = browser.get(f"/sertifikat/{issued.code}{file}", expect=404)
        assert "Untuk sertifikat ini tidak ada lencana digital." in answer.text


def test_where_nothing_signs_no_page_speaks_of_badges(make: Factory, browser: Browser) -> None:
    issued = make.certificate()
    browser.sign_in(issued.person)
    assert "Lencana digital" not in browser.get(f"/sertifikat/{issued.code}").text
    for file in FILES:
        browser.get(f"/sertifikat/{issued.code}{file}", expect=404)


def test_the_issuer_names_every_credential_key_and_no_other(
    app: Flask, make: Factory, keys: None
) -> None:
    with app.app_context(), transaction():
        rotate_keys([make_plain(Purpose.CREDENTIAL)], now=make.now)
    answer = app.test_client().get("/.well-known/did.json")
    assert answer.content_type == "application/did+json"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    document = json.loads(answer.data)
    assert document["id"] == DID
    names = [f"{DID}#credential-{number}{form}" for number in (1, 2) for form in ("", "-jwk")]
    assert [method["id"] for method in document["verificationMethod"]] == names
    assert document["assertionMethod"] == names
    assert {method["controller"] for method in document["verificationMethod"]} == {DID}


def test_a_status_list_comes_as_it_is_asked_for(app: Flask, keys: None) -> None:
    client = app.test_client()
    token = client.get("/status/0")
    assert token.content_type == "application/vc+jwt"
    assert token.headers["Cache-Control"] == "public, max-age=300"
    assert token.headers["Access-Control-Allow-Origin"] == "*"
    assert "Accept" in token.headers["Vary"]
    assert "Set-Cookie" not in token.headers
    document = fetch(app, "/status/0", "application/vc, application/json;q=0.5")
    assert document["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert document["credentialSubject"]["ttl"] == 300_000
    found = ask_node(fetch(app, "/.well-known/did.json"), token.text, document)
    assert [each["verified"] for each in found] == [True, True], found
    assert client.get("/status/1").status_code == 404
    assert client.get("/status/999999999").status_code == 404


@pytest.mark.both
@pytest.mark.parametrize("accept", ["application/vc+jwt", "application/vc"])
@pytest.mark.usefixtures("keys")
def test_a_status_list_is_told_anew_when_a_state_has_changed_and_not_before(
    app: Flask, make: Factory, accept: str
) -> None:
    issued = [make.certificate(make.learner(f"Orang {number}")) for number in range(2)]
    client, told = app.test_client(), {"Accept": accept}

    def changed() -> bool:
        answer = client.get("/status/0", headers=told)
        again = client.get("/status/0", headers={"Accept": accept})
        assert (answer.status_code == 304) == (not answer.data)
        assert again.headers["ETag"] == answer.headers["ETag"]
        assert "Accept" in answer.headers["Vary"]
        told["If-None-Match"] = answer.headers["ETag"]
        return answer.status_code == 200

    assert changed()
    assert not changed()
    make.revoke(issued[1])
    assert changed()
    assert not changed()
    make.certificate(make.learner())
    assert not changed()
    make.reinstate(issued[1])
    assert changed()
    with app.app_context(), transaction():
        rotate_keys([make_plain(Purpose.CREDENTIAL)], now=make.now)
    assert changed()


def test_status_lists_are_not_asked_for_endlessly(app: Flask, keys: None) -> None:
    client = app.test_client()
    answers = [client.get("/status/0").status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]


def test_the_picture_that_a_credential_names_is_there(
    app: Flask, browser: Browser, issued: Issued
) -> None:
    document = json.loads(take(browser, issued, ".json"))
    address = document["credentialSubject"]["achievement"]["image"]["id"]
    content = downloads(app)(address)
    with Image.open(BytesIO(content)) as picture:
        picture.load()
        assert (picture.format, picture.size) == ("PNG", (1024, 1024))
    assert app.test_client().get("/lencana/tidak-ada.png").status_code == 404
