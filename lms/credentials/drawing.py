"""The badge of a certificate as a drawing: the theme's motif and emblem on a medal, and its title.

Letters are drawn as outlines, so that the badge looks the same wherever it is shown.
"""

from functools import cache
from html import escape
from math import cos, pi, sin
from pathlib import Path
from typing import Final

from fontTools.pens.svgPathPen import SVGPathPen

from lms.certificates.fitting import Typeface
from lms.certificates.wording import printable_text
from lms.printing.fonts import SUBSETS, font_files
from lms.printing.shaping import EM, CannotSet, Face
from lms.rendering.motifs import Place, motif_svg, palette_of

SIZE: Final = 512

_MIDDLE: Final = SIZE / 2
_LOBES: Final = 44
_EDGE: Final = 243.0
_DISC: Final = 231.0
_EMBLEM: Final = Place(_MIDDLE, 182, 118)
_LARGE_EMBLEM: Final = Place(_MIDDLE, _MIDDLE, 168)
_PLATE_TOP, _PLATE_HEIGHT = 318.0, 96.0
_PLATE_LEFT, _PLATE_WIDTH = 22.0, 468.0
_PITCH: Final = 1.2
_CAPITALS: Final = 0.7  # how high they are, in parts of the size
_KERNED: Final = {"kern": True, "liga": True}


def draw_badge(title: str, theme: str, credit_hours: int, *, fonts: Path) -> str:
    """A badge of 512 by 512 as an SVG; the same values give the same drawing.

    `fonts` is the folder of our typeface; raises FileNotFoundError for a file that is missing.
    """
    palette = palette_of(theme)
    shown = printable_text(title)
    credit = f"{credit_hours} JP"
    fitted = _typeface(fonts, 700).fit(shown, width=_PLATE_WIDTH - 52, largest=34, comfortable=27)
    pitch = _PITCH * fitted.size
    middle = _PLATE_TOP + (_PLATE_HEIGHT + _CAPITALS * fitted.size) / 2
    first = middle - (len(fitted.lines) - 1) * pitch / 2
    lines = [
        _line(text, first + row * pitch, fitted.size, palette.deep, 700, fonts)
        for row, text in enumerate(fitted.lines)
    ]
    plate = (
        f'<rect x="{_PLATE_LEFT:g}" y="{_PLATE_TOP:g}" width="{_PLATE_WIDTH:g}" '
        f'height="{_PLATE_HEIGHT:g}" rx="16" fill="#ffffff" stroke="{palette.accent}" '
        f'stroke-width="4"/>'
    )
    credit_line = _line(credit, 452, 28, "#ffffff", 800, fonts)
    return _medal(f"{shown}, {credit}", theme, _EMBLEM, f"{plate}{''.join(lines)}{credit_line}")


def draw_medal(theme: str) -> str:
    """The medal of a theme without any words, for all that is achieved under it."""
    return _medal("Lencana", theme, _LARGE_EMBLEM)


def _medal(title: str, theme: str, emblem: Place, rest: str = "") -> str:
    palette = palette_of(theme)
    field = motif_svg(theme, pattern_id="motif", width=SIZE, height=SIZE, scale=1.1, emblem=emblem)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}" '
        f'viewBox="0 0 {SIZE} {SIZE}" role="img">'
        f"<title>{escape(title)}</title>"
        f'<defs><clipPath id="disc"><circle cx="{_MIDDLE:g}" cy="{_MIDDLE:g}" r="{_DISC:g}"/>'
        f'</clipPath></defs><path d="{_scallops()}" fill="{palette.accent}"/>'
        f'<g clip-path="url(#disc)">{field}</g>'
        f'<circle cx="{_MIDDLE:g}" cy="{_MIDDLE:g}" r="{_DISC - 7:g}" fill="none" '
        f'stroke="{palette.accent}" stroke-width="1.5"/>{rest}</svg>'
    )


def _line(text: str, baseline: float, size: float, colour: str, weight: int, fonts: Path) -> str:
    """A line around the middle; as letters where our typeface lacks one of them."""
    try:
        path, width = _outline(text, weight, fonts)
    except CannotSet:
        return (
            f'<text x="{_MIDDLE:g}" y="{baseline:.1f}" font-size="{size:g}" '
            f'font-weight="{weight}" text-anchor="middle" fill="{colour}">{escape(text)}</text>'
        )
    scale = size / EM
    left = _MIDDLE - width * scale / 2
    return (
        f'<path transform="translate({left:.2f} {baseline:.2f}) scale({scale:g} -{scale:g})" '
        f'fill="{colour}" d="{path}"/>'
    )


def _outline(text: str, weight: int, fonts: Path) -> tuple[str, float]:
    """The outlines of a line and its width, in thousandths of an em; raises CannotSet."""
    files = font_files(fonts)
    face = Face.open(files[weight, SUBSETS[0]].read_bytes())
    em = EM / face.font.face.upem
    paths, width = [], 0.0
    for glyph in face.shape(text, _KERNED):
        pen = _Shifted(width, em)
        face.font.draw_glyph_with_pen(glyph.number, pen)
        paths.append(pen.getCommands())
        width += glyph.advance
    return "".join(paths), width


class _Shifted(SVGPathPen):  # type: ignore[misc]  # fontTools has no types
    """Writes a glyph's outline where it stands in its line, in whole thousandths of an em."""

    def __init__(self, left: float, em: float) -> None:
        super().__init__(None, ntos=str)
        self._left, self._em = left, em

    def _place(self, point: tuple[float, float]) -> tuple[int, int]:
        return round(point[0] * self._em + self._left), round(point[1] * self._em)

    def _moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - fontTools' name
        super()._moveTo(self._place(point))

    def _lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        super()._lineTo(self._place(point))

    def _curveToOne(self, *points: tuple[float, float]) -> None:  # noqa: N802
        super()._curveToOne(*map(self._place, points))

    def _qCurveToOne(self, *points: tuple[float, float]) -> None:  # noqa: N802
        super()._qCurveToOne(*map(self._place, points))


@cache
def _typeface(fonts: Path, weight: int) -> Typeface:
    files = font_files(fonts)
    return Typeface.read(*(files[weight, subset] for subset in SUBSETS))


@cache
def _scallops() -> str:
    """The edge of the medal: arcs side by side."""
    points = [
        (_MIDDLE + _EDGE * sin(turn), _MIDDLE - _EDGE * cos(turn))
        for turn in (2 * pi * lobe / _LOBES for lobe in range(_LOBES))
    ]
    radius = _EDGE * sin(pi / _LOBES) * 1.02
    x, y = points[-1]
    arcs = "".join(f"A{radius:.2f} {radius:.2f} 0 0 1 {x:.2f} {y:.2f}" for x, y in points)
    return f"M{x:.2f} {y:.2f}{arcs}Z"
