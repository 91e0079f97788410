"""The motifs and colours of the themes."""

import re
from xml.etree import ElementTree as ET

import pytest

from lms.rendering.motifs import THEMES, Ground, Place, Use, motif_of, motif_svg, palette_of

WHITE, INK = "#ffffff", "#1d1b26"
SVG = "{http://www.w3.org/2000/svg}"
HARMLESS = {
    "xmlns", "width", "height", "viewBox", "preserveAspectRatio", "aria-hidden", "focusable", "id",
    "patternUnits", "patternTransform", "fill", "stroke", "stroke-width", "d", "cx", "cy", "r",
    "transform", "stroke-linecap", "stroke-linejoin", "fill-opacity",
}  # fmt: skip


def contrast(one: str, other: str) -> float:
    """The ratio that WCAG 2 defines."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_ratio_of_black_on_white_is_21() -> None:
    assert contrast("#000000", WHITE) == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
def test_white_text_can_be_read_on_the_deep_colour_and_ink_on_the_tint(theme: str) -> None:
    palette = palette_of(theme)
    assert contrast(WHITE, palette.deep) >= 7
    assert contrast(INK, palette.tint) >= 7
    assert contrast(palette.deep, palette.tint) >= 4.5
    assert contrast(palette.accent, palette.deep) >= 3


def test_every_theme_has_a_motif_and_a_colour_of_its_own() -> None:
    assert {motif.name for motif in THEMES.values()} == {"kawung", "ceplok", "parang", "tumpal"}
    assert len({motif.palette for motif in THEMES.values()}) == len(THEMES)


@pytest.mark.parametrize("ground", ["deep", "tint", "none"])
@pytest.mark.parametrize("use", ["face", "cover", "band", "border"])
@pytest.mark.parametrize("theme", THEMES)
def test_a_motif_is_a_small_drawing_that_loads_nothing(
    theme: str, use: Use, ground: Ground
) -> None:
    svg = motif_svg(theme, use=use, ground=ground, pattern_id=f"motif-{theme}-1234")
    assert len(svg.encode()) < (3072 if use == "face" else 2048)
    root = ET.fromstring(svg)
    assert root.get("aria-hidden") == "true"
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "defs", "pattern", "path", "rect", "circle", "g",
    }  # fmt: skip
    assert {name for element in root.iter() for name in element.attrib} <= HARMLESS
    assert re.findall(r"url\((.*?)\)", svg) == [f"#motif-{theme}-1234"]
    assert [pattern.get("id") for pattern in root.iter(f"{SVG}pattern")] == [f"motif-{theme}-1234"]


def test_a_cover_grows_with_its_place_and_a_band_fills_it() -> None:
    cover, band = motif_svg("layanan"), motif_svg("layanan", use="band")
    assert 'width="300" height="400" viewBox="0 0 300 400"' in cover
    assert band.startswith('<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%" ')
    assert "viewBox" not in band


@pytest.mark.parametrize("theme", THEMES)
def test_an_emblem_stands_where_it_is_wanted_and_nowhere_else(theme: str) -> None:
    face = motif_svg(theme, use="face")
    (emblem,) = ET.fromstring(face).findall(f"{SVG}g")
    assert 'stroke="none"' not in motif_svg(theme)
    assert f'transform="{emblem.get("transform")}"' in face
    placed = motif_svg(theme, emblem=Place(210, 190, 112))
    assert 'transform="translate(210 190) scale(2)"' in placed


def test_every_theme_has_an_emblem_of_its_own() -> None:
    assert len({motif.draw_emblem for motif in THEMES.values()}) == len(THEMES)


def test_what_is_given_goes_before_what_is_usual() -> None:
    svg = motif_svg("layanan", use="band", width=20, height=10, scale=2, ground="none")
    assert 'viewBox="0 0 20 10"' in svg
    assert 'patternTransform="scale(2)"' in svg
    assert '<rect width="100%" height="100%" fill="none"/>' in svg


def test_different_uses_on_one_page_have_different_ids() -> None:
    drawings = [motif_svg(theme, use=use) for theme in THEMES for use in ("cover", "band")]
    names = [re.findall(r'id="(.*?)"', drawing)[0] for drawing in drawings]
    assert len(set(names)) == len(names)


def test_an_unknown_theme_has_the_motif_of_the_basic_values() -> None:
    assert motif_of("bunga") is motif_of("nilai-dasar")
    assert motif_svg("<script>", pattern_id="m") == motif_svg("nilai-dasar", pattern_id="m")
