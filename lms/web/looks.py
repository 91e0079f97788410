"""What a certificate looks like beside its facts: the pocketbook's motif and colour."""

from functools import cache

from lms.certificates.printing import Look
from lms.library.motifs import motif_svg, palette_of


@cache
def look_of(theme: str) -> Look:
    """The look of a theme's certificates."""
    return Look(border_svg=motif_svg(theme, use="border"), colour=palette_of(theme).deep)
