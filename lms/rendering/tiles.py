"""The tiles of which the motifs are laid: lines and arcs from a few numbers."""

from dataclasses import dataclass
from math import atan2, cos, pi, sin


@dataclass(frozen=True, slots=True)
class Pens:
    """What a motif is drawn with: a quiet fill, a fine line, and the accent."""

    fill: str
    line: str
    accent: str


def _number(value: float) -> str:
    """A number with at most one decimal."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _path(points: str, **attributes: str) -> str:
    return f'<path d="{points}"{_attributes(attributes)}/>'


def _dot(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}" fill="{fill}"/>'


def _attributes(attributes: dict[str, str]) -> str:
    return "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())


def _lens(x: float, y: float, to_x: float, to_y: float, radius: float) -> str:
    """The shape between two arcs from one point to another."""
    here, there = f"{_number(x)} {_number(y)}", f"{_number(to_x)} {_number(to_y)}"
    r = _number(radius)
    return f"M{here}A{r} {r} 0 0 1 {there}A{r} {r} 0 0 1 {here}Z"


def kawung(pens: Pens) -> str:
    """Four palm fruits around a star, the oldest of the court patterns."""
    size, half, gap = 48.0, 24.0, 2.2
    outer, inner, seeds = [], [], []
    for x, y in ((0, 0), (size, 0), (0, size), (size, size)):
        dx, dy = (1 if x == 0 else -1), (1 if y == 0 else -1)
        outer.append(_lens(x + dx * gap, y + dy * gap, half - dx * gap, half - dy * gap, 15.5))
        inner.append(_lens(x + dx * 6, y + dy * 6, half - dx * 6, half - dy * 6, 11))
        seeds.append(_dot(x + dx * 10.2, y + dy * 10.2, 1, pens.accent))
        seeds.append(_dot(x + dx * 13.8, y + dy * 13.8, 1, pens.accent))
    stars = "".join(
        f"M{x - 3} {y}H{x + 3}M{x} {y - 3}V{y + 3}"
        for x, y in ((24, 0), (0, 24), (48, 24), (24, 48))
    )
    return (
        _path("".join(outer), fill=pens.fill, stroke=pens.line, stroke_width=".8")
        + _path("".join(inner), fill="none", stroke=pens.line, stroke_width=".6")
        + _path(stars, stroke=pens.accent, stroke_width=".8")
        + "".join(seeds)
    )


def ceplok(pens: Pens) -> str:
    """A rosette of eight petals in a lozenge, with a quarter of a small flower in every corner."""
    size, half = 56.0, 28.0
    corners = [(x, y) for x in (0.0, size) for y in (0.0, size)]
    long = _rosette(half, half, 4, 3.2, 16.5, 10, 0)
    short = _rosette(half, half, 4, 3.2, 12.5, 8, pi / 4)
    buds = "".join(_rosette(x, y, 1, 1.5, 9, 5.5, atan2(half - y, half - x)) for x, y in corners)
    frame = "M28 1.5L54.5 28L28 54.5L1.5 28Z"
    inner = "M28 6L50 28L28 50L6 28Z"
    tips = "".join(
        _dot(half + cos(step * pi / 2) * 19, half + sin(step * pi / 2) * 19, 0.9, pens.accent)
        for step in range(4)
    )
    return (
        _path(frame, fill=pens.fill, stroke=pens.line, stroke_width=".8")
        + _path(inner, fill="none", stroke=pens.line, stroke_width=".4")
        + _path(long + short, fill="none", stroke=pens.line, stroke_width=".8")
        + _path(buds, fill=pens.fill, stroke=pens.line, stroke_width=".7")
        + tips
        + "".join(_dot(x, y, 1.6, pens.accent) for x, y in [*corners, (half, half)])
    )


def parang(pens: Pens) -> str:
    """Rows of curved blades on the slant, between lines of small lozenges."""
    blade = (
        "M1 45C1 36 4 32 9 28C14 24 16 20 16 13C16 6 20 3 24 3C28 3 30 6 29 9C28 11.5 25 11 25 9"
        "C24 13 25 17 23 22C21 27 15 29 12 34C10 37 10 41 10 45Z"
    )
    vein = "M5.5 45C5.5 37 8 34 12 30C17 26 19.5 22 20 14"
    shapes = _path(blade, fill=pens.fill, stroke=pens.line, stroke_width=".8") + _path(
        vein, fill="none", stroke=pens.line, stroke_width=".5"
    )
    return (
        shapes
        + f'<g transform="translate(-24)">{shapes}</g>'
        + _dot(12.6, 42, 0.8, pens.accent)
        + _dot(16, 37.5, 0.8, pens.accent)
        + _path("M0 0H24M0 48H24", stroke=pens.line, stroke_width=".7")
        + _path("M2 54L6 51.500L10 54L6 56.500ZM14 54L18 51.500L22 54L18 56.500Z", fill=pens.accent)
    )


def tumpal(pens: Pens) -> str:
    """Rows of pointed triangles, as at the ends of a cloth, on a braid of lozenges."""
    sprout = _rosette(20, 40, 3, 1.5, 8.5, 6, pi / 6) + _lens(20, 38.5, 20, 27, 8)
    return (
        _path("M0 6L20 48L40 6", fill="none", stroke=pens.line, stroke_width=".5")
        + _path("M6 6L20 36L34 6", fill="none", stroke=pens.line, stroke_width=".4")
        + _path("M0 52L20 8L40 52Z", fill=pens.fill, stroke=pens.line, stroke_width=".8")
        + _path("M5 49.500L20 16L35 49.500Z", fill="none", stroke=pens.line, stroke_width=".5")
        + _path(sprout, fill="none", stroke=pens.line, stroke_width=".7")
        + _dot(20, 22.5, 1, pens.accent)
        + _dot(0, 14, 1.2, pens.accent)
        + _dot(40, 14, 1.2, pens.accent)
        + _path("M0 52H40M0 62H40M0 6H40", stroke=pens.line, stroke_width=".6")
        + _path(
            "".join(f"M{x} 57L{x + 3} 55L{x + 6} 57L{x + 3} 59Z" for x in (2, 12, 22, 32)),
            fill=pens.accent,
        )
    )


def _rosette(
    x: float, y: float, count: int, near: float, far: float, radius: float, start: float
) -> str:
    """Petals around a point."""
    petals = []
    for step in range(count):
        dx, dy = cos(start + step * 2 * pi / count), sin(start + step * 2 * pi / count)
        petals.append(_lens(x + dx * near, y + dy * near, x + dx * far, y + dy * far, radius))
    return "".join(petals)
