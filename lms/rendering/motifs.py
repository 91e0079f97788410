"""The motif and colours of each theme, drawn from a few numbers in the manner of batik and weaving.

Nothing is a picture that was copied: every motif is one small tile of geometry (`tiles.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from lms.rendering.emblems import Inks, greeting, meeting, open_door, standing_together
from lms.rendering.tiles import Pens, ceplok, kawung, parang, tumpal

Ground = Literal["deep", "tint", "none"]
Use = Literal["face", "cover", "band", "border"]


@dataclass(frozen=True, slots=True)
class Palette:
    """A theme's colours as `#rrggbb`: white text may stand on `deep`, ink on `tint`."""

    deep: str
    tint: str
    accent: str


@dataclass(frozen=True, slots=True)
class Motif:
    """A theme's motif: its name, its colours, its tile, and the emblem of its covers."""

    name: str
    palette: Palette
    width: int
    height: int
    turn: int
    draw: Callable[[Pens], str]
    draw_emblem: Callable[[Inks], str]


THEMES: dict[str, Motif] = {
    "nilai-dasar": Motif(
        "kawung", Palette("#1f3b63", "#e9eff7", "#d9a441"), 48, 48, 0, kawung, meeting
    ),
    "layanan": Motif(
        "ceplok", Palette("#14584a", "#e5f2ed", "#e0b04c"), 56, 56, 0, ceplok, greeting
    ),
    "perundungan": Motif(
        "parang", Palette("#74301d", "#f8ece6", "#e3a857"), 24, 60, -45, parang, standing_together
    ),
    "kdrt": Motif("tumpal", Palette("#523063", "#f2ebf5", "#e2a06a"), 40, 68, 0, tumpal, open_door),
}
PLAIN = "nilai-dasar"


class Place(NamedTuple):
    """Where an emblem stands: its middle and its radius."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Field:
    """How a motif is laid out for one use; without a size it fills the place where it stands."""

    ground: Ground
    scale: float
    width: int | None = None
    height: int | None = None
    emblem: Place | None = None


USES: dict[Use, Field] = {
    "face": Field("deep", 1.5, 300, 400, Place(157, 86, 70)),
    "cover": Field("deep", 1.5, 300, 400),
    "band": Field("deep", 0.5),
    "border": Field("tint", 0.75),
}


def theme_name(theme: str) -> str:
    """The theme itself, if it is one of ours; that of the basic values in place of an unknown."""
    return theme if theme in THEMES else PLAIN


def motif_of(theme: str) -> Motif:
    """The motif of a theme; an unknown one has that of the basic values."""
    return THEMES[theme_name(theme)]


def palette_of(theme: str) -> Palette:
    """The colours of a theme; an unknown one has those of the basic values."""
    return motif_of(theme).palette


def motif_svg(
    theme: str,
    *,
    use: Use = "cover",
    pattern_id: str | None = None,
    width: int | None = None,
    height: int | None = None,
    ground: Ground | None = None,
    scale: float | None = None,
    emblem: Place | None = None,
) -> str:
    """A field of the theme's motif as an inline SVG without anything from outside.

    `use` sets what is not given: a cover is a picture of 300 by 400 that grows with its place, a
    face is one with the theme's emblem; a band and a border fill their place, whatever its size,
    and their tiles keep theirs. `ground` is what lies under the lines, `scale` enlarges the tile,
    `emblem` is where the emblem stands. Every drawing on a page needs a
    `pattern_id` of its own; by default it is made of theme and use. The drawing is hidden from
    screen readers.
    """
    motif = motif_of(theme)
    usual = USES[use]
    ground = ground or usual.ground
    name = pattern_id or f"motif-{motif.name}-{use}"
    width, height = width or usual.width, height or usual.height
    if width and height:
        size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        size += ' preserveAspectRatio="xMidYMid slice"'
    else:
        size = 'width="100%" height="100%"'
    enlarged = scale or usual.scale
    place = emblem or usual.emblem
    moves = [f"scale({enlarged:g})"] if enlarged != 1 else []
    moves += [f"rotate({motif.turn})"] if motif.turn else []
    transform = f' patternTransform="{" ".join(moves)}"' if moves else ""
    fill = {"deep": motif.palette.deep, "tint": motif.palette.tint, "none": "none"}[ground]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} aria-hidden="true" focusable="false">'
        f'<defs><pattern id="{name}" width="{motif.width}" height="{motif.height}" '
        f'patternUnits="userSpaceOnUse"{transform}>{motif.draw(_pens(motif, ground))}</pattern>'
        f'</defs><rect width="100%" height="100%" fill="{fill}"/>'
        f'<rect width="100%" height="100%" fill="url(#{name})"/>{_emblem(motif, place)}</svg>'
    )


def _emblem(motif: Motif, place: Place | None) -> str:
    """The emblem in its disc; nothing without a place."""
    if place is None:
        return ""
    palette = motif.palette
    inks = Inks(
        line=_mix(palette.deep, "#000000", 0.25),
        deep=palette.deep,
        mid=_mix(palette.deep, "#ffffff", 0.45),
        tint=palette.tint,
        accent=palette.accent,
    )
    return (
        f'<g transform="translate({place.x:g} {place.y:g}) scale({place.radius / 56:.3g})" '
        f'stroke="{inks.line}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">'
        f'<circle r="55" fill="{palette.tint}" stroke="{palette.accent}"/>'
        f'<circle r="50" fill="#ffffff" fill-opacity=".55" stroke="none"/>'
        f"{motif.draw_emblem(inks)}</g>"
    )


def _pens(motif: Motif, ground: Ground) -> Pens:
    """Tones of the ground itself, so that the motif stays quiet, and the accent."""
    deep, tint, accent = motif.palette.deep, motif.palette.tint, motif.palette.accent
    if ground == "deep":
        return Pens(_mix(deep, "#ffffff", 0.09), _mix(deep, "#ffffff", 0.45), accent)
    return Pens(_mix(tint, "#ffffff", 0.55), _mix(tint, deep, 0.5), accent)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mix(one: str, other: str, share: float) -> str:
    """A colour between two: `share` of the other in the one."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
