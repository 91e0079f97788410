"""The certificate as a screen reader has it."""

from collections.abc import Callable

import pytest
from pypdfium2 import PdfDocument

from tests.pdf_ua import faults_of
from tests.read_aloud import read_aloud
from tests.unit.certificates.conftest import FACTS, IMPRINT, LONG_LETTERHEAD, OBJECTIVES

pytestmark = pytest.mark.slow


def test_it_is_tagged_as_pdf_ua_asks_and_says_who_has_done_what(
    make_pdf: Callable[..., bytes],
) -> None:
    pdf = make_pdf()
    with PdfDocument(pdf) as document:
        (words,) = [read_aloud(page) for page in document]
    facts = [FACTS.number, FACTS.holder_name, FACTS.title, f"Kode QR: {IMPRINT.verify_url}"]
    places = [words.find(fact) for fact in facts]
    assert faults_of(pdf) == []
    assert -1 not in places
    assert places == sorted(places)


def test_with_objectives_it_is_tagged_as_pdf_ua_asks_too(make_pdf: Callable[..., bytes]) -> None:
    pdf = make_pdf(objectives=OBJECTIVES)
    with PdfDocument(pdf) as document:
        (words,) = [read_aloud(page) for page in document]
    assert faults_of(pdf) == []
    places = [words.find(said) for said in (FACTS.title, *OBJECTIVES, "Kode verifikasi")]
    assert -1 not in places
    assert places == sorted(places)


def test_who_hears_it_hears_spaces_where_lines_end(make_pdf: Callable[..., bytes]) -> None:
    name = "Raden Ayu Siti Maimunah Kusumaningtyas Widyaningrum Puspitasari Anggraeni, S.H."
    pdf = make_pdf(holder_name=name, letterhead=LONG_LETTERHEAD)
    with PdfDocument(pdf) as document:
        (words,) = [read_aloud(page) for page in document]
    assert faults_of(pdf) == []
    for said in (name, LONG_LETTERHEAD.signatory_name, f"{LONG_LETTERHEAD.office},"):
        assert said in words
