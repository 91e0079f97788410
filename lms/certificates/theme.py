"""The theme of a certificate: the pocketbook's motif and colours."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from lms.rendering.motifs import motif_of, motif_svg

_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Theme:
    """What a certificate looks like beside its facts.

    border_svg: a drawing that fills 280 by 192 millimetres, for example the theme's motif; the
    page covers its middle and leaves a band of eight millimetres all around.
    colour, accent: the theme's deep colour and its warm one, ``#rrggbb``. Raises ValueError for
    anything else.
    """

    border_svg: str
    colour: str
    accent: str

    def __post_init__(self) -> None:
        for colour in (self.colour, self.accent):
            if not _COLOUR.fullmatch(colour):
                raise ValueError(f"{colour!r} is not a colour like #1f3b63")


@cache
def theme_of(name: str, pattern_id: str | None = None) -> Theme:
    """The theme of this name, as certificates wear it.

    Of two sheets on one page the second needs a `pattern_id` of its own.
    """
    motif = motif_of(name)
    # 35 by 24 tiles on 280 by 192 millimetres: the eight millimetres of the border that stay
    # visible are one row of whole tiles.
    border = motif_svg(
        name,
        pattern_id=pattern_id,
        width=35 * motif.width,
        height=24 * motif.width,
        ground="deep",
        scale=1,
    )
    return Theme(border, motif.palette.deep, motif.palette.accent)
