"""Unpacks the fonts for print, which set-up runs as `python -m frontend.print_fonts`.

The printer of certificates would otherwise unpack every font at its first use, which costs it more
than setting the page.
"""

from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont

from lms.printing.fonts import BUILT_FONTS, font_files

PACKED: Final = Path(__file__).parents[1] / "node_modules/@fontsource/plus-jakarta-sans/files"


def unpack(packed: Path, font: Path) -> None:
    """Write the TrueType file that a WOFF font was made of, its tables as they are."""
    with TTFont(packed, lazy=True, recalcTimestamp=False, recalcBBoxes=False) as unpacked:
        unpacked.flavor = None
        unpacked.save(font, reorderTables=False)


if __name__ == "__main__":
    BUILT_FONTS.mkdir(exist_ok=True)
    for file in font_files(BUILT_FONTS).values():
        unpack(PACKED / f"{file.stem}.woff", file)
