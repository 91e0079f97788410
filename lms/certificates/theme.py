"""What a certificate looks like beside its facts: the pocketbook's motif and colours."""

from functools import cache

from lms.certificates.layout import Look
from lms.rendering.motifs import motif_of, motif_svg


@cache
def look_of(theme: str) -> Look:
    """The look of a theme's certificates."""
    motif = motif_of(theme)
    # 35 by 24 tiles on 280 by 192 millimetres: the eight millimetres of the border that stay
    # visible are one row of whole tiles.
    border = motif_svg(
        theme, width=35 * motif.width, height=24 * motif.width, ground="deep", scale=1
    )
    return Look(border, motif.palette.deep, motif.palette.accent)
