"""The printed certificate, looked at from outside: its text, its structure, its picture."""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from PIL import ImageColor
from PIL.ImageChops import invert
from pypdf import PdfReader
from zxingcpp import read_barcodes

from lms.certificates.layout import LEGIBLE, SEAL_BOX, lay_out
from lms.certificates.letterheads import Letterhead
from lms.certificates.picture import INK, SOFT
from lms.certificates.printing import print_certificate
from lms.certificates.theme import Theme
from lms.printing.sealing import Seal
from lms.printing.weasyprint import ClosedFetcher
from lms.rendering.motifs import THEMES, motif_of
from tests.unit.certificates.conftest import (
    FACTS,
    IMPRINT,
    LETTERHEAD,
    LONG_LETTERHEAD,
    OBJECTIVES,
    THEME,
)

pytestmark = pytest.mark.slow

Printer = Callable[..., bytes]

LONG_NAME = (
    "Raden Ayu Siti Maimunah Kusumaningtyas Widyaningrum Puspitasari Anggraeni Handayani "
    "Abdurrahman Prawirodirdjo Mangkunegara Syarifuddin Nasution Simanjuntak Tampubolon, S.Pd., "
    "M.Si., Ph.D., Ak., C.A."
)[:200]
HOSTILE_NAMES = {
    "markup": "<script>alert(1)</script>",
    "picture": '<img src="http://127.0.0.1:9/a.png">',
    "file": '"><link rel="attachment" href="file:///etc/passwd">',
    "template": "{{ facts.code }} {% raw %}",
    "style": "</style><style>@import url(http://127.0.0.1:9/a.css)",
    "entity": "Sri &amp; Dewi &lt;3",
    "long": LONG_NAME,
    "one word": "W" * 200,
}
WIDE_NAMES = HOSTILE_NAMES | {
    "phrases in one glyph": "\ufdfd" * 100,
    "accents": "Z\u0351\u0352\u0357" * 50,
    "squares": "陳" * 200,
}
STATEMENT = "yang telah menyelesaikan pelatihan mandiri daring"
PAPER = (16.5, 17.0, 280.5, 193.0)  # left, top, right, bottom in millimetres


def words_of(pdf: bytes) -> str:
    """All text in reading order, with single spaces."""
    page = pypdfium2.PdfDocument(pdf)[0]
    return " ".join(page.get_textpage().get_text_range().split())


def sizes_of_letters(pdf: bytes) -> set[float]:
    """The sizes in which letters are set, in points."""
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    matrix = pypdfium2.raw.FS_MATRIX()
    sizes = set()
    for place in range(text.count_chars()):
        if pypdfium2.raw.FPDFText_IsGenerated(text, place):
            continue  # where a line ends
        pypdfium2.raw.FPDFText_GetMatrix(text, place, matrix)
        sizes.add(round(pypdfium2.raw.FPDFText_GetFontSize(text, place) * abs(matrix.d), 2))
    return sizes


def boxes_of(pdf: bytes) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """Pieces of text with left, top, right and bottom in millimetres."""
    page = pypdfium2.PdfDocument(pdf)[0]
    text = page.get_textpage()
    for number in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(number)
        height = page.get_height()
        box = tuple(round(it * 25.4 / 72, 1) for it in (left, height - top, right, height - bottom))
        yield text.get_text_bounded(left, bottom, right, top).strip(), box


def elements_of(pdf: bytes) -> list[dict[str, Any]]:
    """The structure elements, depth first."""
    found: list[dict[str, Any]] = []

    def collect(element: Any) -> None:
        element = element.get_object()
        if isinstance(element, dict):
            found.append(element)
            kids = element.get("/K", [])
            for kid in kids if isinstance(kids, list) else [kids]:
                collect(kid)

    collect(PdfReader(BytesIO(pdf)).root_object["/StructTreeRoot"])
    return found


@pytest.fixture(scope="module")
def pdf(make_pdf: Printer) -> bytes:
    return make_pdf()


def test_a_certificate_says_its_facts_in_order(pdf: bytes) -> None:
    assert words_of(pdf) == (
        "Kementerian Contoh A Sertifikat Nomor HAM.01/000123/2026 diberikan kepada "
        "dr. Nur'aini Siregar, S.Pd., M.Si. NIP •••••••• •••••• • 001 "
        "Pemerintah Kabupaten Contoh Jaya yang telah menyelesaikan pelatihan mandiri daring "
        "Nilai-Nilai Dasar HAM bagi ASN dari buku saku HAM-01, edisi 2026.1, pada 15 Mei 2026 "
        "setara 1 (satu) jam pelajaran (JP) "
        "Kode verifikasi MBT9-6K8J-G5MG Keaslian sertifikat ini dapat diperiksa di "
        "sakuham.example/v/MBT96K8JG5MG Diterbitkan pada 16 Mei 2026 Kementerian Contoh A"
    )


def test_with_a_letterhead_it_says_of_what_unit_it_is_and_who_signs(make_pdf: Printer) -> None:
    words = words_of(
        make_pdf(
            letterhead=LETTERHEAD,
            started_on=date(2026, 4, 28),
            pass_mark=70,
            valid_until=date(2028, 5, 15),
        )
    )
    for said in (
        (
            "Kementerian Contoh A Pusat Pengembangan Contoh Sertifikat "
            "Nomor HAM.01/000123/2026, berlaku sampai 15 Mei 2028 diberikan kepada"
        ),
        (
            "pada 28 April s.d. 15 Mei 2026 setara 1 (satu) jam pelajaran (JP), "
            "lulus dengan nilai minimal 70%"
        ),
        (
            "Kota Contoh, 16 Mei 2026 Kepala Pusat Pengembangan Contoh, "
            "Dr. Ratna Rekaan, S.H., M.Hum. Pembina Utama Muda (IV/c) NIP 19050117 209903 1 001"
        ),
    ):
        assert said in words
    assert "Diterbitkan pada" not in words


def test_of_the_number_the_last_digits_are_printed_unless_the_whole_is_asked_for(
    make_pdf: Printer,
) -> None:
    masked, whole = make_pdf(), make_pdf(shows_whole_number=True)
    assert "19050117" not in words_of(masked)
    assert "NIP 19050117 209903 1 001" in words_of(whole)
    for content in contents_of(masked):
        assert b"19050117" not in content


def contents_of(pdf: bytes) -> Iterator[bytes]:
    """The file as it is, and its objects unpacked."""
    yield pdf
    reader = PdfReader(BytesIO(pdf))
    for page in reader.pages:
        yield page.extract_text().encode()
    yield str(reader.metadata).encode()


@pytest.mark.parametrize("is_sealed", [True, False])
def test_it_speaks_of_a_seal_where_there_is_one_and_never_of_a_signature(
    make_pdf: Printer, seal: Seal, *, is_sealed: bool
) -> None:
    words = words_of(make_pdf(letterhead=LETTERHEAD, seal=seal if is_sealed else None))
    assert ("Berkas ini bersegel elektronik." in words) is is_sealed
    assert "ditandatangani" not in words


@pytest.mark.parametrize("objectives", [(), OBJECTIVES])
@pytest.mark.parametrize("letterhead", [None, LETTERHEAD], ids=["bare", "with a letterhead"])
def test_the_place_of_the_seal_is_free(
    make_pdf: Printer, seal: Seal, letterhead: Letterhead | None, objectives: Sequence[str]
) -> None:
    left, top, width, height = SEAL_BOX
    printed = make_pdf(letterhead=letterhead, objectives=objectives, seal=seal)
    box = (left, top, left + width, top + height)
    for text, other in boxes_of(printed):
        assert apart([box, other]), text


def test_no_ink_is_where_an_office_printer_has_none(pdf: bytes) -> None:
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil().convert("L")
    ink = invert(picture).getbbox()
    assert ink is not None
    left, top, right, bottom = (each * 25.4 / 144 for each in ink)
    assert min(left, top, 297 - right, 210 - bottom) > 5


def test_in_black_and_white_every_word_can_be_read(make_pdf: Printer) -> None:
    for colour in {motif_of(theme).palette.deep for theme in THEMES}:
        for ink in (colour, INK, SOFT):
            grey = ImageColor.getcolor(ink, "L")
            assert isinstance(grey, int)
            assert grey < 118  # 4.5 to 1 on white


@pytest.mark.parametrize("version", [1, 2])
def test_nothing_is_printed_of_a_confirmation_that_may_come_later(
    make_pdf: Printer, version: int
) -> None:
    assert "konfirmasi" not in words_of(make_pdf(template_version=version)).lower()


def test_a_contract_number_has_its_own_name_and_groups(make_pdf: Printer) -> None:
    number = "191108302098212004"
    assert "NI PPPK •••••••• •••• •• • 004" in words_of(make_pdf(employee_number=number))
    whole = make_pdf(employee_number=number, shows_whole_number=True)
    assert "NI PPPK 19110830 2098 21 2 004" in words_of(whole)


def test_somebody_without_number_and_institution_gets_a_certificate(make_pdf: Printer) -> None:
    words = words_of(make_pdf(employee_number=None, institution_name=None))
    assert f"S.Pd., M.Si. {STATEMENT}" in words
    assert "None" not in words


@pytest.mark.parametrize("claim", ["elektronik", "BSrE", "ditandatangani", "kompetensi"])
def test_it_claims_no_signature(pdf: bytes, claim: str) -> None:
    assert claim.lower() not in words_of(pdf).lower()


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES.keys())
def test_a_hostile_name_is_only_text(make_pdf: Printer, name: str) -> None:
    printed = make_pdf(holder_name=name)
    assert name.replace(" ", "") in words_of(printed).replace(" ", "")
    assert PdfReader(BytesIO(printed)).attachments == {}


@pytest.mark.parametrize("name", WIDE_NAMES.values(), ids=WIDE_NAMES.keys())
def test_no_name_moves_another_text_or_leaves_the_paper(
    pdf: bytes, make_pdf: Printer, name: str
) -> None:
    usual = {text: box for text, box in boxes_of(pdf) if "Siregar" not in text}
    printed = list(boxes_of(make_pdf(holder_name=name)))
    now = dict(printed)
    for text in ("diberikan kepada", STATEMENT, "MBT9-6K8J-G5MG"):
        assert now[text] == usual[text]
    for _, (left, top, right, bottom) in printed:
        assert PAPER[0] + 15 < left <= right < PAPER[2] - 15
        assert PAPER[1] < top <= bottom < PAPER[3]


@pytest.mark.parametrize("is_signed", [True, False])
def test_the_longest_texts_keep_to_their_lines(
    make_pdf: Printer, seal: Seal, *, is_signed: bool
) -> None:
    long = make_pdf(
        letterhead=LONG_LETTERHEAD if is_signed else None,
        seal=seal,
        pass_mark=100,
        started_on=date(2025, 12, 28),
        valid_until=date(2027, 12, 31),
        credit_hours=121,
        holder_name=LONG_NAME,
        title=("Nilai-Nilai Dasar HAM bagi ASN dan Masyarakat " * 6)[:200].strip(),
        institution_name=("Kementerian Contoh A Direktorat Jenderal " * 6)[:200].strip(),
    )
    assert apart([box for _, box in boxes_of(long)])


def apart(boxes: list[tuple[float, float, float, float]]) -> bool:
    """Whether no text lies on another."""
    return all(
        right <= other_left + 0.2
        or other_right <= left + 0.2
        or bottom <= other_top + 0.2
        or other_bottom <= top + 0.2
        for (left, top, right, bottom), (other_left, other_top, other_right, other_bottom) in (
            combinations(boxes, 2)
        )
    )


@pytest.mark.parametrize("count", [1, 3, 8, 12, 20, 30])
def test_any_number_of_objectives_fits_between_the_longest_texts(
    make_pdf: Printer, seal: Seal, count: int
) -> None:
    objectives = [f"{word} {'x' * 100} batas {count}." for word in ("Memilih", "Menilai")] * count
    printed = make_pdf(
        letterhead=LONG_LETTERHEAD,
        seal=seal,
        pass_mark=100,
        holder_name=LONG_NAME,
        title=("Nilai-Nilai Dasar HAM bagi ASN dan Masyarakat " * 6)[:200].strip(),
        institution_name=("Kementerian Contoh A Direktorat Jenderal " * 6)[:200].strip(),
        objectives=objectives[:count],
    )
    words = words_of(printed)
    shown = words.count("batas")
    assert shown == count or (count > 6 and f"dan {count - shown} tujuan lain" in words)
    boxes = list(boxes_of(printed))
    assert apart([box for _, box in boxes])
    for _, (left, top, right, bottom) in boxes:
        assert PAPER[0] + 15 < left <= right < PAPER[2] - 15
        assert PAPER[1] < top <= bottom < PAPER[3]


def test_six_long_objectives_begin_a_line_each_in_letters_that_are_read(
    make_pdf: Printer, seal: Seal, fonts: Path
) -> None:
    said = "Menentukan siapa yang mendapat nomor prioritas, urutan panggilannya, dan siapa yang "
    objectives = [f"{said}berwenang memutuskan penyesuaian layanan ke-{each}." for each in range(6)]
    fitted = lay_out(FACTS, IMPRINT, fonts, objectives).objectives
    assert len(fitted.items) == 6
    assert fitted.size >= LEGIBLE
    printed = make_pdf(
        letterhead=LONG_LETTERHEAD, seal=seal, holder_name=LONG_NAME, objectives=objectives
    )
    assert apart([box for _, box in boxes_of(printed)])
    assert min(sizes_of_letters(printed)) >= LEGIBLE


def test_objectives_stand_in_the_order_of_reading_after_the_credit_hours(
    make_pdf: Printer,
) -> None:
    words = words_of(make_pdf(objectives=OBJECTIVES))
    numbered = " ".join(f"{number}. {each}" for number, each in enumerate(OBJECTIVES, 1))
    assert f"jam pelajaran (JP) Tujuan yang diuji {numbered} Kode verifikasi" in words


def test_objectives_are_a_list_to_who_hears_them(make_pdf: Printer) -> None:
    kinds = [element.get("/S") for element in elements_of(make_pdf(objectives=OBJECTIVES))]
    assert (kinds.count("/L"), kinds.count("/LI")) == (1, 3)


def test_a_certificate_without_objectives_says_nothing_of_them(pdf: bytes) -> None:
    assert "Tujuan" not in words_of(pdf)
    assert "/L" not in [element.get("/S") for element in elements_of(pdf)]


def test_marks_of_direction_do_not_reorder_the_page(make_pdf: Printer) -> None:
    words = words_of(make_pdf(holder_name="\u202eSumirah\u202c \u2067Rai\u2069 \u200f"))
    assert "diberikan kepada Sumirah Rai NIP ••••" in words


def test_an_arabic_name_has_real_letters(
    make_pdf: Printer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "weasyprint"):
        words = words_of(make_pdf(holder_name="أحمد عبد الرحمن، S.H."))
    assert "أحمد عبد الرحمن" in words
    assert "notdef" not in caplog.text


def test_letters_beyond_latin_1_come_from_the_same_typeface(make_pdf: Printer) -> None:
    names = set(embedded_fonts(make_pdf(holder_name="Škvorecký Ħamiya Ğül")))
    assert {name.partition("-")[0] for name in names} == {"PlusJakartaSans"}


def embedded_fonts(pdf: bytes) -> Iterator[str]:
    """The PostScript names inside the font programs themselves."""
    resources: Any = PdfReader(BytesIO(pdf)).pages[0]["/Resources"]
    fonts = resources["/Font"]
    for font in fonts.values():
        descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
        program = TTFont(BytesIO(descriptor["/FontFile2"].get_data()))
        yield program["name"].getDebugName(6)


def test_the_fonts_are_embedded_and_are_ours(pdf: bytes) -> None:
    assert set(embedded_fonts(pdf)) == {
        "PlusJakartaSans-Regular",
        "PlusJakartaSans-SemiBold",
        "PlusJakartaSans-Bold",
        "PlusJakartaSans-ExtraBold",
    }


def test_it_is_one_page_a4_landscape(make_pdf: Printer) -> None:
    for printed in (make_pdf(), make_pdf(holder_name=LONG_NAME)):
        (page,) = PdfReader(BytesIO(printed)).pages
        width, height = (float(it) * 25.4 / 72 for it in page.mediabox[2:])
        assert (round(width), round(height)) == (297, 210)


def test_it_is_tagged_and_described(pdf: bytes) -> None:
    reader = PdfReader(BytesIO(pdf))
    root: Any = reader.root_object
    assert root["/MarkInfo"] == {"/Marked": True}
    assert root["/Lang"] == "id"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == (
        "Sertifikat Nilai-Nilai Dasar HAM bagi ASN – dr. Nur'aini Siregar, S.Pd., M.Si."
    )
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()


def test_its_structure_has_headings_and_described_figures(make_pdf: Printer) -> None:
    kinds = elements_of(make_pdf(letterhead=LETTERHEAD))
    described = [element["/Alt"] for element in kinds if element.get("/S") == "/Figure"]
    assert described == ["Lambang Kementerian Contoh A", f"Kode QR: {IMPRINT.verify_url}"]


def test_its_structure_has_headings_and_one_described_figure(pdf: bytes) -> None:
    elements = elements_of(pdf)
    kinds = [element.get("/S") for element in elements]
    assert (kinds.count("/H1"), kinds.count("/H2"), kinds.count("/Link")) == (1, 1, 1)
    (figure,) = (element for element in elements if element.get("/S") == "/Figure")
    assert figure["/Alt"] == f"Kode QR: {IMPRINT.verify_url}"


def test_the_qr_code_and_the_link_lead_to_its_verification(pdf: bytes) -> None:
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil().convert("L")
    (found,) = read_barcodes(picture)
    assert found.text == IMPRINT.verify_url
    annotations: Any = PdfReader(BytesIO(pdf)).pages[0]["/Annots"]
    (annotation,) = annotations
    assert annotation.get_object()["/A"]["/URI"] == IMPRINT.verify_url


def test_the_same_facts_give_the_same_bytes(make_pdf: Printer) -> None:
    first = make_pdf()
    make_pdf(holder_name="Budi Santoso", title="Modul lain")
    assert make_pdf() == first
    assert make_pdf(holder_name="Sumirah") != first


def test_threads_do_not_disturb_each_other(make_pdf: Printer) -> None:
    names = ["Sumirah", "Budi", "Dewi Lestari, S.H."] * 2
    alone = [make_pdf(holder_name=name) for name in names]
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(lambda name: make_pdf(holder_name=name), names)) == alone


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "http://127.0.0.1/", "https://a.example/", "data:,x", "certificate:x"],
)
def test_every_address_outside_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="nothing from outside"):
        ClosedFetcher({"certificate:border": b""}).fetch(url)


def test_not_even_its_own_border_loads_anything(
    make_pdf: Printer, caplog: pytest.LogCaptureFixture
) -> None:
    border = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="280" height="192">'
        '<image href="file:///etc/passwd" width="9" height="9"/></svg>'
    )
    with caplog.at_level(logging.ERROR, "weasyprint"):
        pdf = make_pdf(Theme(border_svg=border, colour="#1f3b63", accent="#d9a441"))
    assert "Failed to render SVG image" in caplog.text
    (code,) = PdfReader(BytesIO(pdf)).pages[0].images  # that of its QR code
    assert code.image is not None


def test_an_ordinary_certificate_gives_no_warning(
    make_pdf: Printer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "weasyprint"):
        make_pdf()
    assert caplog.text == ""


@pytest.mark.parametrize("colour", ["red", "#FFF", "#1f3b63;background:url(x)", ""])
def test_a_theme_takes_only_plain_colours(colour: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        Theme(border_svg="<svg/>", colour=colour, accent="#d9a441")


def test_missing_fonts_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        print_certificate(FACTS, IMPRINT, THEME, fonts=tmp_path)
