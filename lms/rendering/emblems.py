"""The emblem on the cover of each theme: people, in a disc of radius 50 around the middle.

They are drawn in the hand of the scenes in our pocketbooks: flat, with one line around each part.
"""

from dataclasses import dataclass

SKINS = ("#cf9a6e", "#93603f", "#b37d54")
HAIR = "#2b2320"
WHITE = "#ffffff"


@dataclass(frozen=True, slots=True)
class Inks:
    """What an emblem is drawn with: the theme's colours, and a line darker than all of them."""

    line: str
    deep: str
    mid: str
    tint: str
    accent: str


def meeting(inks: Inks) -> str:
    """Somebody hands over a folder at a counter."""
    return (
        _person(-19, -15, SKINS[0], inks.deep, tall=38)
        + _veiled(20, -15, SKINS[1], inks.accent, inks.mid, tall=38)
        + _part("M-34 24H34V36H-34Z", inks.deep)
        + _part("M-39 17H39V24H-39Z", inks.accent)
        + _part("M-8 17L-5 5H9L6 17Z", WHITE)
        + _hand(-8, 13, SKINS[0])
        + _hand(9, 10, SKINS[1])
    )


def greeting(inks: Inks) -> str:
    """An officer at a counter greets whoever comes."""
    return (
        _person(0, -15, SKINS[2], inks.deep, tall=38)
        + _limb("M13 6L24 1L26 -14", inks.deep)
        + _hand(26, -15, SKINS[2])
        + _part("M-34 24H34V36H-34Z", inks.mid)
        + _part("M-39 17H39V24H-39Z", inks.accent)
    )


def standing_together(inks: Inks) -> str:
    """Three side by side, and the arms of the outer ones around the one between."""
    return (
        _person(-22, -12, SKINS[1], inks.mid, tall=44)
        + _veiled(22, -12, SKINS[0], inks.accent, inks.deep, tall=44)
        + _person(0, -20, SKINS[2], WHITE, tall=52)
        + _limb("M-30 14L-19 7L-9 0", inks.mid)
        + _limb("M30 14L19 7L9 0", inks.deep)
        + _hand(-8, 0, SKINS[1])
        + _hand(8, 0, SKINS[0])
    )


def open_door(inks: Inks) -> str:
    """A house whose door stands open, and somebody on the way out."""
    return (
        _part("M-35 32V-8L-10 -30L15 -8V32Z", inks.deep)
        + '<path d="M-41 -4L-10 -32L21 -4" fill="none" stroke-width="8"/>'
        + f'<path d="M-41 -4L-10 -32L21 -4" fill="none" stroke="{inks.mid}" stroke-width="4.5"/>'
        + _part("M-18 32V-4H4V32Z", WHITE)
        + _part("M-18 -4L-30 1V37L-18 32Z", inks.accent)
        + _person(23, 2, SKINS[0], inks.accent, tall=30)
        + _limb("M12 19L4 15", inks.accent)
        + _hand(2, 14, SKINS[0])
    )


def _part(points: str, fill: str) -> str:
    return f'<path d="{points}" fill="{fill}"/>'


def _hand(x: int, y: int, skin: str) -> str:
    return f'<circle cx="{x}" cy="{y}" r="4.5" fill="{skin}"/>'


def _person(x: int, y: int, skin: str, shirt: str, *, tall: int) -> str:
    """Head at a place, shoulders below it, cut off `tall` under the middle of the head."""
    return (
        _shoulders(x, y, shirt, tall)
        + f'<circle cx="{x}" cy="{y}" r="10" fill="{skin}"/>'
        + _part(
            f"M{x - 10} {y - 1}A10 10 0 0 1 {x + 10} {y - 1}Q{x} {y - 9} {x - 10} {y - 1}Z", HAIR
        )
        + _eyes(x, y)
    )


def _veiled(x: int, y: int, skin: str, veil: str, dress: str, *, tall: int) -> str:
    """The same with a headscarf."""
    return (
        _shoulders(x, y, dress, tall)
        + _part(
            f"M{x} {y - 13}C{x - 16} {y - 13} {x - 10} {y + 4} {x - 15} {y + 15}"
            f"Q{x} {y + 24} {x + 15} {y + 15}C{x + 10} {y + 4} {x + 16} {y - 13} {x} {y - 13}Z",
            veil,
        )
        + f'<circle cx="{x}" cy="{y}" r="8" fill="{skin}"/>'
        + _eyes(x, y)
    )


def _eyes(x: int, y: int) -> str:
    return f'<path d="M{x - 3} {y + 1}h0M{x + 3} {y + 1}h0"/>'


def _shoulders(x: int, y: int, colour: str, tall: int) -> str:
    return _part(
        f"M{x - 16} {y + tall}V{y + 22}Q{x - 15} {y + 11} {x} {y + 11}"
        f"Q{x + 15} {y + 11} {x + 16} {y + 22}V{y + tall}Z",
        colour,
    )


def _limb(points: str, colour: str) -> str:
    """An arm in its sleeve."""
    return (
        f'<path d="{points}" fill="none" stroke-width="11"/>'
        f'<path d="{points}" fill="none" stroke="{colour}" stroke-width="7"/>'
    )
