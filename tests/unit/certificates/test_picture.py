"""The certificate as a picture: the same words in the same places as on paper."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL.ImageChops import invert
from pypdfium2 import PdfDocument

from lms.certificates.picture import draw_certificate
from tests.unit.certificates.conftest import LETTERHEAD, LONG_LETTERHEAD, OBJECTIVES, THEME, split
from tests.unit.certificates.test_printing import HOSTILE_NAMES, LONG_NAME, boxes_of

pytestmark = pytest.mark.slow

SVG = "{http://www.w3.org/2000/svg}"
CASES: dict[str, dict[str, Any]] = {
    "usual": {},
    "two lines": {
        "holder_name": LONG_NAME,
        "title": "Nilai-Nilai Dasar HAM bagi ASN dan Masyarakat di Seluruh Daerah Perbatasan",
    },
    "no number": {"employee_number": None},
    "objectives": {"objectives": OBJECTIVES},
    "letterhead": {
        "letterhead": LETTERHEAD,
        "started_on": date(2026, 5, 2),
        "pass_mark": 70,
        "shows_whole_number": True,
    },
    "long letterhead": {"letterhead": LONG_LETTERHEAD, "objectives": OBJECTIVES},
    "no emblem": {"letterhead": replace(LETTERHEAD, emblem=None, rank="", employee_number="")},
    "many objectives": {"objectives": OBJECTIVES * 5, "employee_number": None},
}


def draw(fonts: Path, objectives: Sequence[str] = (), **changes: Any) -> ElementTree.Element:
    facts, imprint = split(changes)
    return ElementTree.fromstring(
        draw_certificate(facts, imprint, THEME, fonts=fonts, objectives=objectives)
    )


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES)
def test_every_line_stands_where_it_is_printed(
    fonts: Path, make_pdf: Callable[..., bytes], changes: dict[str, Any]
) -> None:
    pdf = make_pdf(**changes)
    printed: dict[str, list[tuple[float, float, float, float]]] = defaultdict(list)
    for text, box in boxes_of(pdf):
        if text:
            printed[text].append(box)
    drawn = draw(fonts, **changes).findall(f"{SVG}text")
    said = ["".join(it.itertext()).strip() for it in drawn]
    assert sorted(said) == sorted(text for text, boxes in printed.items() for _ in boxes)
    for text, line in zip(said, drawn, strict=True):
        x, y, size = (float(line.get(name, 0)) for name in ("x", "y", "font-size"))
        # The issuer stands twice on a sheet that nobody signs.
        left, top, _, bottom = min(printed[text], key=lambda box: abs(box[3] - y))
        assert x == pytest.approx(left, abs=1)
        # Letters stand on the baseline; some reach below it, none by a third of their size.
        assert bottom - size / 3 < y < bottom + 0.2
        assert y - size < top


def test_the_emblem_is_drawn_where_it_is_printed(
    fonts: Path, make_pdf: Callable[..., bytes]
) -> None:
    (emblem,) = draw(fonts, letterhead=LETTERHEAD).findall(f"{SVG}image")
    assert emblem.findtext(f"{SVG}title") == "Lambang Kementerian Contoh A"
    place = [float(emblem.get(name, 0)) for name in ("x", "y", "width", "height")]
    page = PdfDocument(make_pdf(letterhead=LETTERHEAD))[0].render(scale=4).to_pil().convert("L")
    scale = 4 * 72 / 25.4
    x, y, width, height = (each * scale for each in place)
    around = page.crop((int(x - 9), int(y - 9), int(x + width + 9), int(y + height + 9)))
    ink = invert(around).getbbox()
    assert ink is not None
    left, top, right, bottom = ink
    # The shield leaves a twentieth of the width free on each side.
    assert (left - 9) / width == pytest.approx(1 / 20, abs=0.02)
    assert (right - 9) / width == pytest.approx(19 / 20, abs=0.02)
    assert top - 9 == pytest.approx(0, abs=3)
    assert bottom - 9 == pytest.approx(height, abs=3)


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
def test_a_hostile_name_is_only_text(fonts: Path, name: str) -> None:
    picture = draw(fonts, holder_name=name)
    words = "".join("".join(line.itertext()) for line in picture.findall(f"{SVG}text"))
    assert name.replace(" ", "") in words.replace(" ", "")
    assert {element.tag.removeprefix(SVG) for element in picture.iter()} == {
        "svg", "title", "rect", "path", "text",
    }  # fmt: skip


def test_it_says_what_it_is(fonts: Path) -> None:
    picture = draw(fonts)
    assert picture.get("role") == "img"
    assert picture.findtext(f"{SVG}title") == (
        "Sertifikat Nilai-Nilai Dasar HAM bagi ASN – dr. Nur'aini Siregar, S.Pd., M.Si."
    )
