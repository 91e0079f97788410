"""The certificate as a picture: the same words in the same places as on paper."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from lms.certificates.picture import draw_certificate
from tests.unit.certificates.conftest import FACTS, IMPRINT, OBJECTIVES, THEME
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
    "many objectives": {"objectives": OBJECTIVES * 5, "employee_number": None},
}


def draw(fonts: Path, objectives: Sequence[str] = (), **changes: Any) -> ElementTree.Element:
    return ElementTree.fromstring(
        draw_certificate(
            replace(FACTS, **changes), IMPRINT, THEME, fonts=fonts, objectives=objectives
        )
    )


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES)
def test_every_line_stands_where_it_is_printed(
    fonts: Path, make_pdf: Callable[..., bytes], changes: dict[str, Any]
) -> None:
    pdf = make_pdf(**changes)
    printed = {text: box for text, box in boxes_of(pdf) if text}
    drawn = draw(fonts, **changes).findall(f"{SVG}text")
    assert sorted("".join(it.itertext()) for it in drawn) == sorted(printed)
    for line in drawn:
        left, top, right, bottom = printed["".join(line.itertext())]
        edge = right if line.get("text-anchor") == "end" else left
        assert float(line.get("x", 0)) == pytest.approx(edge, abs=1)
        # Letters stand on the baseline; some reach below it, none by a third of their size.
        assert bottom - float(line.get("font-size", 0)) / 3 < float(line.get("y", 0)) < bottom + 0.2
        assert float(line.get("y", 0)) - float(line.get("font-size", 0)) < top


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
