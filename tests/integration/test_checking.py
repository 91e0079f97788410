"""Checks by reference and by file, against the register."""

import base64
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from pypdf import PdfWriter
from pypdf.actions import JavaScript
from pypdfium2 import PdfDocument

from lms.certificates.codes import code_from_bits, show_code
from lms.certificates.facts import CertificateFacts, Imprint
from lms.certificates.printing import print_certificate
from lms.certificates.queries import find_certificate
from lms.certificates.theme import theme_of
from lms.checking.references import check_reference, check_references
from lms.checking.verdicts import Finding, Seal, Verdict
from lms.db import db
from lms.keys.material import make_root, make_seal
from lms.keys.queries import Seal as OurSeal
from lms.keys.queries import find_seal
from lms.keys.signers import LocalSigner
from lms.printing.fonts import BUILT_FONTS
from tests.documents import check_document
from tests.factories import Factory, Issued
from tests.hostile_pdfs import one_page

NOBODYS = "000000000000"
ISSUER = "Kementerian Contoh"


@pytest.fixture
def issued(make: Factory) -> Issued:
    return make.certificate(make.learner("Siti Aminah, S.H.", at=make.institution("Kota Contoh")))


def check(make: Factory, text: str) -> Finding:
    with make.inside():
        return check_reference(text)


def facts_of(make: Factory, code: str) -> CertificateFacts:
    with make.inside():
        found = find_certificate(code)
    assert found is not None
    return found.facts


def sheet(facts: CertificateFacts, *, code: str | None = None) -> bytes:
    """The printed page of facts, whose QR code and links may lead to another certificate."""
    imprint = Imprint(ISSUER, f"https://sakuham.example/v/{code or facts.code}")
    return print_certificate(facts, imprint, theme_of(facts.theme), fonts=BUILT_FONTS)


def check_file(make: Factory, content: bytes) -> Finding:
    with make.inside():
        return check_document(content)


# References


@pytest.mark.parametrize(
    "written",
    [
        "{code}",
        "{shown}",
        "  {lower} ",
        "https://sakuham.example/v/{code}",
        "HTTPS://SAKUHAM.EXAMPLE/V/{code}#QFRHX2LZ-7",
        "Sertifikat saya: https://sakuham.example/sertifikat/{code}.pdf silakan",
    ],
)
def test_whatever_holds_the_code_finds_its_certificate(
    make: Factory, issued: Issued, written: str
) -> None:
    shown = show_code(issued.code)
    text = written.format(code=issued.code, shown=shown, lower=shown.lower())
    found = check(make, text)
    assert (found.verdict, found.is_by_number) == (Verdict.VALID, False)
    assert found.certificate is not None
    assert found.certificate.facts.code == issued.code


@pytest.mark.parametrize("case", [str, str.lower])
def test_a_number_finds_it_too_and_says_so(
    make: Factory, issued: Issued, case: Callable[[str], str]
) -> None:
    found = check(make, f"  {case(issued.number).replace('/', ' / ')} ")
    assert (found.verdict, found.is_by_number) == (Verdict.VALID, True)
    assert found.certificate is not None
    assert found.certificate.facts.number == issued.number


def test_what_became_of_a_certificate_is_the_verdict(make: Factory, issued: Issued) -> None:
    make.rename(issued.person, "Siti Aminah, M.H.")
    new = make.replace(issued)
    assert check(make, issued.code).verdict is Verdict.REPLACED
    make.revoke(new)
    assert check(make, new).verdict is Verdict.REVOKED


@pytest.mark.parametrize(
    ("text", "verdict", "problem"),
    [
        (NOBODYS, Verdict.UNKNOWN, None),
        ("HAM.01/999999/2026", Verdict.UNKNOWN, None),
        ("0000-0000-0001", Verdict.UNKNOWN, "checksum"),
        ("ABC", Verdict.UNKNOWN, "length"),
        ("", Verdict.UNKNOWN, "length"),
        ("https://www.lain.example/badges/12", Verdict.FOREIGN, None),
        ("https://sakuham.example/v/0000-0000-0001", Verdict.UNKNOWN, "checksum"),
    ],
)
def test_what_names_none_is_told_apart(
    make: Factory, text: str, verdict: Verdict, problem: str | None
) -> None:
    found = check(make, text)
    assert (found.verdict, found.certificate) == (verdict, None)
    assert (found.parsed and found.parsed.problem) == problem


def test_many_are_checked_in_their_order_by_few_statements(
    make: Factory, issued: Issued, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    strangers = [code_from_bits(number) for number in range(900)]
    texts = [*strangers[:600], issued.code, issued.number, *strangers[600:], "ABC", issued.code]
    with make.inside():
        check_references([issued.code])  # the objectives of a release are read once in a process
        with statements() as sent:
            found = check_references(texts)
    assert len(sent) == 4
    assert [it.asked for it in found] == texts
    valid = [position for position, it in enumerate(found) if it.verdict is Verdict.VALID]
    assert valid == [600, 601, 903]


def test_a_code_that_is_known_costs_the_statements_of_one_that_is_not(
    make: Factory, issued: Issued, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    sent = []
    with make.inside():
        check_reference(issued.code)
        for text in (issued.code, NOBODYS, issued.number, "HAM.01/999999/2026"):
            with statements() as statement:
                check_reference(text)
            sent.append(statement)
    assert sent[0] == sent[1] != []
    assert sent[2] == sent[3] != []


# Files


def test_a_sheet_of_ours_has_the_registers_verdict(make: Factory, issued: Issued) -> None:
    file = sheet(facts_of(make, issued.code))
    found = check_file(make, file)
    assert (found.verdict, found.differences) == (Verdict.VALID, ())
    assert found.document is not None
    assert found.document.seal is Seal.NONE
    make.revoke(issued)
    found = check_file(make, file)
    assert found.verdict is Verdict.REVOKED
    assert found.certificate is not None
    assert found.certificate.state.reason


def test_a_copy_that_is_ours_to_the_byte_is_known_as_such(make: Factory, issued: Issued) -> None:
    file = sheet(facts_of(make, issued.code))
    for content, is_as_made in ((file, True), (file + b"\n", False)):
        with make.inside():
            found = check_document(content, remake=lambda it: sheet(it.facts))
        assert found.document is not None
        assert found.document.is_as_made is is_as_made
        assert found.verdict is Verdict.VALID


def test_another_name_on_the_sheet_is_shown_beside_the_true_one(
    make: Factory, issued: Issued
) -> None:
    forged = replace(facts_of(make, issued.code), holder_name="Budi Santoso, S.H.")
    found = check_file(make, sheet(forged))
    assert found.verdict is Verdict.DIFFERENT
    (difference,) = found.differences
    assert (difference.printed, difference.registered) == ("Budi Santoso, S.H.", issued.person.name)


def test_the_code_of_one_certificate_on_the_sheet_of_another_is_noticed(
    make: Factory, issued: Issued
) -> None:
    other = facts_of(make, make.certificate().code)
    borrowed = sheet(replace(other, code=issued.code))
    assert check_file(make, borrowed).verdict is Verdict.DIFFERENT
    swapped_qr = sheet(facts_of(make, issued.code), code=other.code)
    assert check_file(make, swapped_qr).verdict is Verdict.ALTERED


def test_an_invented_certificate_is_unknown(make: Factory, issued: Issued) -> None:
    invented = replace(facts_of(make, issued.code), code=NOBODYS)
    assert check_file(make, sheet(invented)).verdict is Verdict.UNKNOWN


def test_another_pdf_is_foreign(make: Factory) -> None:
    assert check_file(make, one_page(b"(Surat Tugas) Tj")).verdict is Verdict.FOREIGN


def test_a_program_in_a_file_makes_it_an_altered_one(make: Factory, issued: Issued) -> None:
    writer = PdfWriter(clone_from=BytesIO(sheet(facts_of(make, issued.code))))
    writer.add_open_action(JavaScript("app.alert(1)"))
    acting = BytesIO()
    writer.write(acting)
    found = check_file(make, acting.getvalue())
    assert found.verdict is Verdict.ALTERED
    assert found.document is not None
    assert found.document.has_program


# Sealed files


def seal_of(make: Factory) -> OurSeal:
    with make.inside():
        seal = find_seal()
        db.session.rollback()
    assert seal is not None
    return seal


def sealed_sheet(facts: CertificateFacts, seal: OurSeal) -> bytes:
    imprint = Imprint(ISSUER, f"https://sakuham.example/v/{facts.code}")
    return print_certificate(facts, imprint, theme_of(facts.theme), fonts=BUILT_FONTS, seal=seal)


@pytest.mark.usefixtures("keys")
def test_a_whole_seal_is_told_and_the_verdict_stays_the_registers(
    make: Factory, issued: Issued
) -> None:
    file = sealed_sheet(facts_of(make, issued.code), seal_of(make))
    found = check_file(make, file)
    assert (found.verdict, found.differences) == (Verdict.VALID, ())
    assert found.document is not None
    assert found.document.seal is Seal.WHOLE
    make.revoke(issued)
    assert check_file(make, file).verdict is Verdict.REVOKED


@pytest.mark.usefixtures("keys")
def test_what_was_done_to_a_sealed_file_ends_as_altered(make: Factory, issued: Issued) -> None:
    facts = facts_of(make, issued.code)
    file = sealed_sheet(facts, seal_of(make))
    other = sealed_sheet(facts_of(make, make.certificate().code), seal_of(make))
    appended = PdfWriter(BytesIO(file), incremental=True)
    appended.pages[0].rotate(90)
    updated = BytesIO()
    appended.write(updated)
    for changed in (
        updated.getvalue(),
        file[:10] + b"\xf1" + file[11:],
        file + b"%",
        file.replace(b"%PDF-1.7", b"%PDF-1.6"),
    ):
        found = check_file(make, changed)
        assert found.verdict is Verdict.ALTERED
        assert found.document is not None
        assert found.document.seal is Seal.BROKEN
        assert found.certificate is not None
        assert found.certificate.facts.code == issued.code
    assert check_file(make, other).verdict is Verdict.VALID


@pytest.mark.usefixtures("keys")
def test_a_changed_name_under_a_broken_seal_is_shown_beside_the_true_one(
    make: Factory, issued: Issued
) -> None:
    facts = facts_of(make, issued.code)
    theirs = sealed_sheet(facts, seal_of(make))
    forged = sheet(replace(facts, holder_name="Budi Santoso, S.H."))
    signature = re.search(rb"<[0-9a-fA-F]{600,}>", theirs)
    assert signature is not None
    pasted = forged + b"%/ByteRange " + signature[0] + b"\n"
    found = check_file(make, pasted)
    assert found.verdict is Verdict.ALTERED
    assert [it.printed for it in found.differences] == ["Budi Santoso, S.H."]


@pytest.mark.usefixtures("keys")
def test_a_sheet_sealed_by_another_in_our_name_is_altered(make: Factory, issued: Issued) -> None:
    now = datetime(2026, 2, 1, tzinfo=UTC)
    root = make_root("Kementerian Contoh", now=now)
    own = make_seal("Kementerian Contoh", root, now=now)
    assert isinstance(own.private_key, RSAPrivateKey)
    assert own.certificate is not None
    assert root.certificate is not None
    ders = [it.public_bytes(Encoding.DER) for it in (own.certificate, root.certificate)]
    strangers = OurSeal(LocalSigner("seal-9", own.private_key), ders[0], (ders[1],))
    found = check_file(make, sealed_sheet(facts_of(make, issued.code), strangers))
    assert found.verdict is Verdict.ALTERED
    assert found.document is not None
    assert found.document.seal is Seal.STRANGE


@pytest.mark.usefixtures("keys")
def test_a_credential_of_another_certificate_is_noticed(make: Factory, issued: Issued) -> None:
    other = make.certificate().code
    claims = base64.urlsafe_b64encode(f'{{"id":"https://sakuham.example/v/{other}"}}'.encode())
    writer = PdfWriter(clone_from=BytesIO(sheet(facts_of(make, issued.code))))
    writer.add_attachment("kredensial.jwt", b"e30." + claims.rstrip(b"=") + b".c2ln")
    swapped = BytesIO()
    writer.write(swapped)
    found = check_file(make, swapped.getvalue())
    assert found.verdict is Verdict.ALTERED
    assert found.certificate is not None
    assert found.certificate.facts.code == issued.code


def test_a_scan_is_found_by_its_qr_code_and_left_to_the_eye(make: Factory, issued: Issued) -> None:
    with PdfDocument(sheet(facts_of(make, issued.code))) as document:
        picture = document[0].render(scale=150 / 72).to_pil().convert("RGB")
    scan = BytesIO()
    picture.save(scan, "PDF", resolution=150)
    found = check_file(make, scan.getvalue())
    assert (found.verdict, found.differences) == (Verdict.VALID, ())
    assert found.document is not None
    assert found.document.is_picture
