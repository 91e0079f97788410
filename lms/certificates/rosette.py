"""The rosette under the text of a certificate: fine lines, as on papers of value."""

from functools import cache
from math import cos, pi, sin
from typing import Final

PETALS: Final = 30
STRENGTH: Final = 0.13  # of the colour, on white

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
    path = "".join(_ellipse(turn * pi / PETALS) for turn in range(PETALS))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">'
        f'<path fill="none" stroke="{_pale(colour)}" stroke-width=".3" d="{path}"/></svg>'
    )


def _ellipse(angle: float) -> str:
    """An ellipse around the middle, turned by an angle."""
    curves = "".join(
        "C" + " ".join(_point(x, y, angle) for x, y in quarter) for quarter in _QUARTERS
    )
    return f"M{_point(1, 0, angle)}{curves}Z"


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
