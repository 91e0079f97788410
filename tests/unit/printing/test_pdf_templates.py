"""Stamping a page: what a copy says, where it stands, and what cannot be stamped."""

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from pypdf import PdfReader

from lms.printing.fonts import BUILT_FONTS, FAMILIES, font_files
from lms.printing.pdf_templates import PdfTemplate, Sentinels, Values
from lms.printing.qr import Bitmap, qr_bitmap, qr_png
from lms.printing.shaping import CannotSet, Face, SetLine, Setting, set_line
from lms.printing.weasyprint import Renderer

NAME, DAY, LINK, CODE = "nama ŋ", "hari ŋ", "https://tautan.invalid/", "test:code"
STYLE = f"""
@page {{ size: 100mm 60mm; margin: 0 }}
body {{ margin: 0; font-family: "{'","'.join(FAMILIES)}" }}
p, img {{ position: absolute; left: 10mm; width: 80mm; margin: 0; white-space: pre }}
.name {{ bottom: 30mm; line-height: 1.2; letter-spacing: -.01em }}
.day {{ top: 40mm; text-align: right; font-variant-numeric: tabular-nums }}
.address {{ top: 50mm }}
img {{ top: 2mm; width: 20mm; height: 20mm; image-rendering: pixelated }}
"""
PAGE = f"""<!doctype html><html lang="id"><head><title>Untuk {NAME}</title></head><body>
<p>Untuk
<p class="name" style="font-size: 10pt">{NAME}</p>
<p class="day">{DAY}</p>
<p class="address"><a href="{LINK}">{DAY} b</a></p>
<img src="{CODE}" alt="Kode: {LINK}">
</body></html>"""
SENTINELS = Sentinels(
    lines=frozenset({NAME, DAY}), strings=frozenset({NAME, LINK}), pictures=frozenset({CODE})
)
COPY = Values(
    texts={NAME: "Sri Wahyuni", DAY: "1 Mei 2026", LINK: "https://sakuham.example/a"},
    sizes={},
    pictures={CODE: qr_bitmap("a")},
    identifier="a-1",
)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer.prepare(BUILT_FONTS, STYLE)


@pytest.fixture(scope="module")
def template(renderer: Renderer) -> PdfTemplate:
    return renderer.compile(PAGE, {CODE: qr_png("a")}, SENTINELS)


def with_texts(**texts: str) -> Values:
    names = {"name": NAME, "day": DAY, "link": LINK}
    return replace(COPY, texts={**COPY.texts, **{names[key]: it for key, it in texts.items()}})


def read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf), strict=True)


def box_of(pdf: bytes, words: str) -> tuple[float, ...]:
    """Left, bottom, right and top of a text on the page, in points."""
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    found = page.search(words).get_next()
    assert found
    boxes = [page.get_charbox(found[0] + at, loose=True) for at in range(found[1])]
    left, bottom, right, top = zip(*boxes, strict=True)
    return min(left), min(bottom), max(right), max(top)


def resources_of(pdf: bytes) -> Any:
    return read(pdf).pages[0]["/Resources"]


def link_of(pdf: bytes) -> Any:
    annotations: Any = read(pdf).pages[0]["/Annots"]
    (link,) = annotations
    return link.get_object()


def set_in(size: float, text: str, **spacing: float) -> SetLine:
    file = font_files(BUILT_FONTS)[400, "latin"]
    return set_line(text, Setting({"A": Face.open(file.read_bytes())}, {}, size, **spacing))


def test_a_copy_says_its_own_words(template: PdfTemplate) -> None:
    words = read(template.stamp(COPY)).pages[0].extract_text()
    assert "Sri Wahyuni" in words
    assert "1 Mei 2026" in words
    assert "nama" not in words


def test_a_text_beside_a_sentinel_stays(template: PdfTemplate) -> None:
    assert "hari ŋ b" in read(template.stamp(COPY)).pages[0].extract_text()


def test_strings_are_filled_in_wherever_they_stand(template: PdfTemplate) -> None:
    pdf = template.stamp(with_texts(name=r"A (b) \ <c> & „Ž“", link="https://x.example/"))
    reader, link = read(pdf), link_of(pdf)
    root: Any = reader.root_object
    assert reader.metadata is not None
    assert reader.metadata.title == r"Untuk A (b) \ <c> & „Ž“"
    assert r"Untuk A (b) \ &lt;c&gt; &amp; „Ž“" in root["/Metadata"].get_data().decode()
    assert link["/A"]["/URI"] == link["/Contents"] == "https://x.example/"


def test_a_line_flush_right_ends_where_it_did(template: PdfTemplate) -> None:
    ends = [box_of(template.stamp(with_texts(day=day)), day)[2] for day in ("1 Mei", "20 Mei 2026")]
    assert ends == pytest.approx([90 * 72 / 25.4] * 2, abs=0.5)


def test_a_larger_line_keeps_its_foot_where_it_was(template: PdfTemplate) -> None:
    small, large = (
        box_of(template.stamp(replace(COPY, sizes={NAME: size})), "Sri Wahyuni")
        for size in (10, 20)
    )
    assert large[2] - large[0] == pytest.approx(2 * (small[2] - small[0]), rel=0.02)
    # The line, not the letters, stands on the foot: 1.2 of the size, and 1.26 from top to bottom.
    for size, box in ((10, small), (20, large)):
        assert box[1] == pytest.approx(30 * 72 / 25.4 - 0.03 * size, abs=0.2)


def test_a_link_is_as_wide_as_its_line(renderer: Renderer) -> None:
    page = PAGE.replace(f"{DAY} b", "alamat ŋ")
    sentinels = replace(SENTINELS, lines=SENTINELS.lines | {"alamat ŋ"})
    template = renderer.compile(page, {CODE: qr_png("a")}, sentinels)
    for address in ("sakuham.example", "sakuham.example/v/MBT96K8JG5MG"):
        pdf = template.stamp(replace(COPY, texts={**COPY.texts, "alamat ŋ": address}))
        link = link_of(pdf)
        left, _, right, _ = box_of(pdf, address)
        assert link["/Rect"][0] == pytest.approx(left, abs=0.5)
        assert link["/Rect"][2] == pytest.approx(right, abs=0.5)


def test_a_picture_is_the_copy_s_own(template: PdfTemplate) -> None:
    picture = Bitmap(8, (b"\x0f",) * 8)
    pdf = template.stamp(replace(COPY, pictures={CODE: picture}))
    (drawing,) = (
        it.get_object()
        for it in resources_of(pdf)["/XObject"].values()
        if it.get_object()["/Subtype"] == "/Image"
    )
    assert (drawing["/Width"], drawing["/Height"], drawing.get_data()) == (8, 8, b"\x0f" * 8)


def test_a_font_that_a_copy_does_not_show_is_not_in_it(renderer: Renderer) -> None:
    page = PAGE.replace(f"{DAY} b", "b")
    template = renderer.compile(page, {CODE: qr_png("a")}, SENTINELS)
    one, two = (
        len(resources_of(template.stamp(it))["/Font"])
        for it in (COPY, with_texts(name="Škvorecký"))
    )
    assert (one, two) == (1, 2)


def test_every_copy_is_whole_and_the_same_again(template: PdfTemplate) -> None:
    first = template.stamp(COPY)
    other = template.stamp(with_texts(name="Žofie"))
    assert other != first == template.stamp(COPY)
    assert len(read(first).pages) == 1
    assert read(first).trailer["/ID"][0] == "a-1"  # type: ignore[index]


@pytest.mark.parametrize("name", ["Nguyễn", "陳", "Q\u0323", "q\u0301", "أحمد", "Sri\n", ""])
def test_what_is_more_than_letters_side_by_side_cannot_be_set(
    template: PdfTemplate, name: str
) -> None:
    with pytest.raises(CannotSet):
        template.stamp(with_texts(name=name))


def test_a_copy_without_a_text_is_an_error(template: PdfTemplate) -> None:
    with pytest.raises(KeyError):
        template.stamp(replace(COPY, texts={NAME: "Sri"}))


@pytest.mark.parametrize(
    "page",
    [
        PAGE.replace(f'<p class="name" style="font-size: 10pt">{NAME}</p>', ""),
        PAGE.replace("<p>Untuk", f"<p>{NAME}"),
        PAGE.replace(LINK, "https://sakuham.example/"),
        PAGE.replace(CODE, "test:other"),
    ],
    ids=["no line", "twice", "no string", "no picture"],
)
def test_a_sentinel_that_is_not_there_once_is_an_error(renderer: Renderer, page: str) -> None:
    pictures = {CODE: qr_png("a"), "test:other": qr_png("b")}
    with pytest.raises(ValueError, match="on the page"):
        renderer.compile(page, pictures, SENTINELS)


def test_a_line_is_kerned() -> None:
    alone = set_in(10, "A").width + set_in(10, "V").width
    assert set_in(10, "AV").width < alone


def test_letters_that_are_spaced_out_do_not_join() -> None:
    joined, apart = set_in(10, "fi"), set_in(10, "fi", tracking=1)
    assert [*joined.glyphs["A"].values()] == ["fi"]
    assert sorted(apart.glyphs["A"].values()) == ["f", "i"]


def test_spacing_stands_between_letters_and_words() -> None:
    plain = set_in(10, "n n").width
    assert set_in(10, "n n", tracking=1).width == pytest.approx(plain + 2)
    assert set_in(10, "n n", word_space=3).width == pytest.approx(plain + 3)


def test_the_pen_never_strays_from_the_width() -> None:
    line = set_in(11, "Wahyuni AVA Toko", tracking=0.123, word_space=0.456)
    shown = re.sub(rb"/A [\d.]+ Tf\n", b"", line.operators).decode()
    widths = Face.open(font_files(BUILT_FONTS)[400, "latin"].read_bytes()).widths
    pen = 0
    for digits, move in re.findall(r"<([0-9a-f]+)>|(-?\d+)", shown):
        pen += sum(widths[int(it, 16)] for it in re.findall("....", digits)) - int(move or 0)
    assert pen * 11 / 1000 == pytest.approx(line.width, abs=0.02)
