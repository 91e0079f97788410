"""What is seen of PDFs that anybody may have made, and what becomes of the worst of them."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from lms.checking.enums import Seal
from lms.checking.errors import EncryptedPdf, NoPdf, UnreadableDocument, VastPdf
from lms.checking.inspection import LARGEST, Inspector
from lms.printing.seals import SealState
from tests.hostile_pdfs import HOSTILE, encrypted, one_page
from tests.patience import ends

CODE = "000000000000"


@pytest.fixture(scope="module")
def inspector() -> Iterator[Inspector]:
    with Inspector() as one:
        yield one


def test_a_code_is_seen_wherever_it_stands(inspector: Inspector) -> None:
    printed = one_page(b"(Kode 0000-0000-0000) Tj")
    link = b"/MediaBox[0 0 9 9]/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI"
    linked = one_page(b"(x) Tj", page=link + b"(https://sakuham.example/v/000000000000)>>>>]")
    assert inspector.inspect(printed).printed == (CODE,)
    assert inspector.inspect(linked).hidden == (CODE,)
    assert inspector.inspect(linked).codes == (CODE,)
    assert inspector.inspect(one_page(b"(Kode 0000-0000-0001) Tj")).codes == ()


def test_words_and_pages_are_counted_to_a_measure(inspector: Inspector) -> None:
    seen = inspector.inspect(one_page(b"(" + b"kata " * 9000 + b") Tj"))
    assert seen.page_count == 1
    assert seen.text.startswith("kata kata")
    assert len(seen.text) <= 20_100


@pytest.mark.parametrize(
    "catalog",
    [
        b"/OpenAction<</S/JavaScript/JS(1)>>",
        b"/OpenAction<</S/J#61vaScript/JS(1)>>",
        b"/OpenAction<</S/GoTo/Next<</S/Launch>>>>",
        b"/AA<<>>",
        b"/Names<</JavaScript<<>>>>",
        b"/AcroForm<</XFA[]>>",
    ],
)
def test_a_program_is_noticed(inspector: Inspector, catalog: bytes) -> None:
    assert inspector.inspect(one_page(b"(x) Tj", catalog=catalog)).has_program
    mended = one_page(b"(x) Tj", catalog=b"/OpenAction[3 0 R/Fit]")
    assert not inspector.inspect(mended).has_program
    unreadable_by_one = one_page(b"(x) Tj", catalog=b"/X/JavaScript").replace(b"startxref", b"")
    assert inspector.inspect(unreadable_by_one).has_program


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", NoPdf),
        (b"PK\x03\x04", NoPdf),
        (b"%PDF-1.7\n", NoPdf),
        (encrypted(), EncryptedPdf),
        (b"%PDF-" + b" " * LARGEST, VastPdf),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(
    inspector: Inspector, content: bytes, refusal: type[UnreadableDocument]
) -> None:
    with pytest.raises(refusal) as refused:
        inspector.inspect(content)
    assert "kode" in str(refused.value)
    assert refused.value.field == "berkas"


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_a_hostile_file_harms_nobody_and_the_next_one_is_read(
    inspector: Inspector, make: Callable[[], bytes]
) -> None:
    content = make()
    assert len(content) <= LARGEST
    with ends():
        with suppress(UnreadableDocument):
            assert inspector.inspect(content).codes == ()
        assert inspector.inspect(one_page(b"(Kode 0000-0000-0000) Tj")).codes == (CODE,)


MEASURE = """
import resource
from lms.checking.errors import VastPdf
from lms.checking.inspection import Inspector
from tests.hostile_pdfs import unfolding

with Inspector() as inspector:
    try:
        inspector.inspect(unfolding())
    except VastPdf:
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_a_file_that_unfolds_to_gigabytes_takes_no_more_than_its_measure() -> None:
    # In a process of its own: what others of ours have started counts among its children.
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True
    )
    assert int(measured.stdout) < 400 * 1024  # in KiB


def test_the_program_knows_nothing_of_the_house_but_its_seals() -> None:
    source = (Path(__file__).parents[3] / "lms/checking/inspector.py").read_text("utf-8")
    assert "import lms" not in source
    assert "from lms" not in source
    told = {seal.value for seal in Seal if seal is not Seal.MISSING}  # which the words tell
    assert {state.value for state in SealState} == told
