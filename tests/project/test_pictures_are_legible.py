"""The words in our drawings are large enough: on the smallest phone we keep in mind, and on A6."""

import re
from collections.abc import Iterator
from math import hypot, sqrt
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import ROOT

DRAWINGS = sorted((ROOT / "content").glob("*/gambar/*.svg"))
# CSS pixels: a phone of 360, less the margins of `main` in frontend/css/base.css; a scene stands
# in a panel with a padding and a line of its own (frontend/css/pages/scene.css).
ON_A_PHONE, IN_A_SCENE = 360 - 2 * 16, 360 - 2 * (16 + 16 + 1)
# Points: the place of a picture in the A6 book, as wide and as high at most.
STYLE = (ROOT / "lms" / "editions" / "templates" / "book.css").read_text()
PLACE = re.search(r"figure img \{ max-width: (\d+)mm; max-height: (\d+)mm; \}", STYLE)
assert PLACE
ON_A6, HIGH_ON_A6 = (int(millimetres) / 25.4 * 72 for millimetres in PLACE.groups())
LEAST_PIXELS, LEAST_POINTS = 14, 6.5
NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"


def scale_of(transform: str) -> float:
    """How many times larger a transform draws; the smaller side where the two are not alike."""
    larger = 1.0
    for name, numbers in re.findall(r"(\w+)\s*\(([^)]*)\)", transform):
        values = [float(number) for number in re.findall(NUMBER, numbers)]
        if name == "scale":
            larger *= min(abs(value) for value in values)
        elif name == "matrix":
            a, b, c, d, *_ = values
            larger *= min(hypot(a, b), hypot(c, d), sqrt(abs(a * d - b * c)))
        else:
            assert name in {"translate", "rotate"}, name
    return larger


def size_said(element: ET.Element) -> float | None:
    """The size of letters that an element itself sets, in units of the drawing."""
    said = element.get("font-size", "")
    said = (re.findall(r"font-size\s*:\s*([^;]+)", element.get("style", "")) or [said])[-1].strip()
    if not said:
        return None
    assert re.fullmatch(rf"{NUMBER}(?:px)?", said), f"font-size {said}"
    return float(said.removesuffix("px"))


def sizes_in(
    element: ET.Element, size: float = 16, scale: float = 1
) -> Iterator[tuple[float, str]]:
    """The size of every piece of text in units of the whole drawing, and its words."""
    name = element.tag.rpartition("}")[2]
    if name in {"title", "desc"}:
        return
    assert name not in {"style", "textPath"}, f"letters in <{name}> are not measured"
    if name in {"defs", "symbol"}:
        assert not any(part.tag.endswith("text") for part in element.iter()), "letters used again"
        return
    size = size_said(element) or size
    scale *= scale_of(element.get("transform", ""))
    if name in {"text", "tspan"} and (words := (element.text or "").strip()):
        yield size * scale, words
    for child in element:
        yield from sizes_in(child, size, scale)
        if name in {"text", "tspan"} and (words := (child.tail or "").strip()):
            yield size * scale, words


def shown_on_a_phone(drawing: Path, width: float) -> float:
    """A picture is never enlarged, and as wide as its place at most."""
    return min(width, IN_A_SCENE if drawing.name.startswith("adegan-") else ON_A_PHONE)


def measure(root: ET.Element) -> tuple[float, float, float]:
    """A drawing's width on the page, and its width and height in its own units."""
    wide, high = map(float, root.attrib["viewBox"].split()[2:])
    return float(root.attrib["width"]), wide, high


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_words_in_a_drawing_are_legible_on_a_phone_and_on_a6(drawing: Path) -> None:
    root = ET.parse(drawing).getroot()
    width, wide, high = measure(root)
    pixels = shown_on_a_phone(drawing, width) / wide
    points = min(ON_A6 / wide, HIGH_ON_A6 / high)
    small = [
        f"{words}: {size * pixels:.1f} px, {size * points:.1f} pt"
        for size, words in sizes_in(root)
        if size * pixels < LEAST_PIXELS or size * points < LEAST_POINTS
    ]
    assert not small


def test_every_book_has_drawings_with_words_and_scenes_without() -> None:
    for book in {drawing.parent for drawing in DRAWINGS}:
        wordless = [not [*sizes_in(ET.parse(file).getroot())] for file in book.glob("*.svg")]
        assert set(wordless) == {True, False}


@pytest.mark.parametrize(
    ("inner", "sizes"),
    [
        ('<text font-size="28">a</text>', [28]),
        ('<g font-size="20"><text>a<tspan font-size="9px">b</tspan>c</text></g>', [20, 9, 20]),
        ('<g transform="translate(4 4) scale(.5)"><text font-size="28">a</text></g>', [14]),
        ('<text transform="matrix(.5 0 0 2 0 0)" style="font-size: 30">a</text>', [15]),
        ("<text>a</text>", [16]),
        ("<title>a</title><text> </text>", []),
    ],
)
def test_letters_are_measured_as_they_are_drawn(inner: str, sizes: list[float]) -> None:
    root = ET.fromstring(f"<svg>{inner}</svg>")
    assert [size for size, _ in sizes_in(root)] == pytest.approx(sizes)
