"""The font files for print, and the `@font-face` rules that name them."""

from pathlib import Path
from typing import Final

WEIGHTS: Final = (400, 600, 700, 800)
SUBSETS: Final = ("latin", "latin-ext")
BUILT_FONTS: Final = Path(__file__).resolve().with_name("typeface")  # frontend/print_fonts.py
FAMILIES: Final = ("SakuHAM Plus Jakarta Sans", "SakuHAM Plus Jakarta Sans Ext")


def font_files(fonts: Path) -> dict[tuple[int, str], Path]:
    """The files in a folder of fonts, by weight and subset."""
    return {
        (weight, subset): fonts / f"plus-jakarta-sans-{subset}-{weight}-normal.ttf"
        for weight in WEIGHTS
        for subset in SUBSETS
    }


def font_faces(fonts: Path) -> str:
    """The `@font-face` rules for these files."""
    files = font_files(fonts)
    return "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
        f'src: url("{files[weight, subset].absolute().as_uri()}") }}\n'
        for weight in WEIGHTS
        for subset, family in zip(SUBSETS, FAMILIES, strict=True)
    )


def font_contents(fonts: Path) -> dict[str, bytes]:
    """The files by address, read once; raises FileNotFoundError for one that is not there."""
    return {file.absolute().as_uri(): file.read_bytes() for file in font_files(fonts).values()}
