"""Somebody spends an afternoon with true certificates, to make false ones that are believed.

Each attempt ends in the right verdict, or in a refusal that says what to do. What single parts do
against hostile input stands with them; this is about the whole: the sealed sheet with its
credential, and what is said of it.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from lms.addresses import credential_issuer
from lms.certificates.imprints import make_imprint
from lms.certificates.printing import print_certificate
from lms.certificates.queries import RegisteredCertificate, find_certificate
from lms.certificates.theme import theme_of
from lms.checking.documents import trusted_roots
from lms.checking.inspection import Inspector
from lms.checking.verdicts import Finding, Seal, Verdict
from lms.db import db
from lms.keys.queries import find_seal
from lms.printing.fonts import BUILT_FONTS
from lms.sheets.service import make_pdf
from tests.documents import check_document
from tests.factories import Factory, Issued
from tests.forgeries import (
    as_picture,
    saved_anew,
    signed_again,
    strangers_seal,
    with_attachment_of,
    with_longer_signature,
    with_note,
    with_program,
    with_words_over,
    without_seal,
    words_of,
)

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only, pytest.mark.usefixtures("keys")]

NAME, FALSE_NAME = "Siti Aminah, S.H.", "Budi Penipu, S.H."


@pytest.fixture
def siti(make: Factory) -> Issued:
    return make.certificate(make.learner(NAME, at=make.institution("Kota Contoh")))


@pytest.fixture
def sheet(app: Flask, siti: Issued) -> bytes:
    return sheet_of(app, siti)


def certificate_of(issued: Issued) -> RegisteredCertificate:
    found = find_certificate(issued.code)
    assert found is not None
    return found


def sheet_of(app: Flask, issued: Issued) -> bytes:
    """The sealed sheet as its holder fetches it, with the credential and the signed code."""
    with app.test_request_context("/"):
        content = make_pdf(certificate_of(issued), credential_issuer())
        db.session.rollback()
    return content


def in_anothers_name(app: Flask, issued: Issued) -> bytes:
    """The same sheet in another name, by our own program, sealed by a stranger named as we are."""
    with app.test_request_context("/"):
        true = certificate_of(issued)
        issuer = credential_issuer()
        imprint = make_imprint(
            true, issuer_name=issuer.name, verify_url=issuer.check_address(issued.code)
        )
        seal = strangers_seal()
        content = print_certificate(
            replace(true.facts, holder_name=FALSE_NAME),
            imprint,
            theme_of(true.facts.theme),
            fonts=BUILT_FONTS,
            seal=seal,
        )
        assert find_seal() != seal
        db.session.rollback()
    return content


@pytest.fixture
def check(make: Factory) -> Callable[[bytes], Finding]:
    def check_one(content: bytes) -> Finding:
        with make.inside():
            found = check_document(content)
            db.session.rollback()
        return found

    return check_one


Check = Callable[[bytes], Finding]


def test_whatever_is_done_to_a_sealed_sheet_it_is_no_longer_called_ours(
    app: Flask, make: Factory, siti: Issued, sheet: bytes
) -> None:
    other = sheet_of(app, make.certificate())
    bare = saved_anew(sheet, without_seal)
    attempts = {
        "a note over the name": (with_note(sheet, FALSE_NAME), Seal.BROKEN),
        "a second signature": (signed_again(sheet, strangers_seal()), Seal.BROKEN),
        "a longer signature": (with_longer_signature(sheet), Seal.BROKEN),
        "words before it": (b"% \n" + sheet, Seal.BROKEN),
        "saved anew": (saved_anew(sheet), Seal.BROKEN),
        "another name": (saved_anew(sheet, with_words_over(NAME, FALSE_NAME)), Seal.BROKEN),
        "another's credential": (saved_anew(sheet, with_attachment_of(other)), Seal.BROKEN),
        "a program": (saved_anew(sheet, with_program), Seal.BROKEN),
        "a stranger's seal": (in_anothers_name(app, siti), Seal.STRANGE),
        "the seal taken off": (bare, Seal.MISSING),
        "without a seal, another name": (
            saved_anew(bare, with_words_over(NAME, FALSE_NAME)),
            Seal.MISSING,
        ),
        "sealed again by a stranger": (signed_again(bare, strangers_seal()), Seal.STRANGE),
    }
    found = {}
    with make.inside(), Inspector(trusted_roots()) as inspector:
        true = check_document(sheet, inspector=inspector)
        for name, (content, _) in attempts.items():
            finding = check_document(content, inspector=inspector)
            assert finding.document is not None
            assert finding.certificate is not None
            assert finding.certificate.facts.code == siti.code
            found[name] = (finding.verdict, finding.document.seal)
        db.session.rollback()
    assert true.verdict is Verdict.VALID
    assert found == {name: (Verdict.ALTERED, seal) for name, (_, seal) in attempts.items()}


def test_two_files_whose_credentials_were_swapped_are_told_apart_from_true_ones(
    app: Flask, make: Factory, siti: Issued, sheet: bytes, check: Check
) -> None:
    budi = make.certificate()
    other = sheet_of(app, budi)
    for file, theirs, issued in ((sheet, other, siti), (other, sheet, budi)):
        found = check(saved_anew(file, without_seal, with_attachment_of(theirs)))
        assert found.verdict is Verdict.ALTERED
        assert found.certificate is not None
        assert found.certificate.facts.code == issued.code


def test_words_that_nobody_sees_prove_nothing(sheet: bytes, check: Check) -> None:
    forged = saved_anew(sheet, without_seal, with_words_over(NAME, FALSE_NAME))
    found = check(as_picture(forged, words_of(sheet)))
    assert found.document is not None
    assert found.document.is_picture  # and its reader is told to compare by eye
    assert found.certificate is not None
    assert found.certificate.facts.holder_name == NAME


def test_a_revoked_certificate_stays_revoked_in_whatever_file_it_comes(
    app: Flask, make: Factory, siti: Issued, sheet: bytes, check: Check
) -> None:
    scan = as_picture(sheet)
    make.revoke(siti)
    assert check(sheet).verdict is Verdict.REVOKED  # the file of before, sealed and whole
    assert check(scan).verdict is Verdict.REVOKED
    assert check(sheet_of(app, siti)).verdict is Verdict.REVOKED
