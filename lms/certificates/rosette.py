"""The rosette under the text of a certificate, and the seal: fine lines, as on papers of value."""

from collections.abc import Iterator
from functools import cache
from math import cos, pi, sin
from typing import Final

PETALS: Final = 30
SEAL_PETALS: Final = 12
STRENGTH: Final = 0.13  # of the colour, on white

_POINTS_PER_MM: Final = 72 / 25.4

# The four quarters of an ellipse as cubic curves: handles at 4/3·tan(π/8) of the radius.
_HANDLE: Final = 0.5523
_QUARTERS: Final = (
    ((1, _HANDLE), (_HANDLE, 1), (0, 1)),
    ((-_HANDLE, 1), (-1, _HANDLE), (-1, 0)),
    ((-1, -_HANDLE), (-_HANDLE, -1), (0, -1)),
    ((_HANDLE, -1), (1, -_HANDLE), (1, 0)),
)


@cache
def draw_rosette(colour: str) -> str:
    """Draw a rosette of turned ellipses in a pale shade of a colour ``#rrggbb``, as an SVG."""
    path = "".join(
        f"M{start}" + "".join("C" + " ".join(curve) for curve in curves) + "Z"
        for start, curves in _ellipses(PETALS)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">'
        f'<path fill="none" stroke="{_pale(colour)}" stroke-width=".3" d="{path}"/></svg>'
    )


@cache
def draw_seal(colour: str, height: float) -> bytes:
    """Draw a small rosette around our four leaves in a colour ``#rrggbb``, as PDF operators.

    It is as high as its box, in millimetres; the operators count in points, from the lower left
    corner of the box on. No tick is in it: a forger's file would show the same, and whether a seal
    is whole is for the reader's program to say.
    """
    side = height * _POINTS_PER_MM
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    path = " ".join(
        f"{start} m " + " ".join(" ".join(curve) + " c" for curve in curves) + " h"
        for start, curves in _ellipses(SEAL_PETALS)
    )
    return (
        f"q {side / 200:.4f} 0 0 {side / 200:.4f} 0 0 cm"
        f" {red:.3f} {green:.3f} {blue:.3f} RG {red:.3f} {green:.3f} {blue:.3f} rg"
        f" 1 J 1 j 1.2 w {path} S {' '.join(_leaves())} Q"
    ).encode()


def _leaves() -> Iterator[str]:
    """The four leaves of the wordmark around the middle of 200 by 200, as PDF operators."""
    leaf = ((2, 2), (18, 2), (28, 12), (28, 28), (12, 28), (2, 18), (2, 2))
    for right, up in ((1, 1), (1, -1), (-1, -1), (-1, 1)):
        start, *points = (f"{100 + right * x} {100 + up * y}" for x, y in leaf)
        yield f"{start} m {' '.join(points[:3])} c {' '.join(points[3:])} c f"


def _ellipses(count: int) -> Iterator[tuple[str, list[list[str]]]]:
    """Ellipses around the middle of 200 by 200, each turned: its start, and the curves from there.

    A curve is two handles and the point that it ends at.
    """
    for turn in range(count):
        angle = turn * pi / count
        curves = [[_point(x, y, angle) for x, y in quarter] for quarter in _QUARTERS]
        yield _point(1, 0, angle), curves


def _point(x: float, y: float, angle: float) -> str:
    """A point of the ellipse, turned."""
    x, y = x * 98, y * 45
    return (
        f"{100 + x * cos(angle) - y * sin(angle):.1f} {100 + x * sin(angle) + y * cos(angle):.1f}"
    )


def _pale(colour: str) -> str:
    """The colour, thinned with white."""
    channels = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - it) * STRENGTH):02x}" for it in channels)
