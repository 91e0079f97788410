"""The fonts for print, as set-up unpacks them from what the front end's packages bring."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from frontend.print_fonts import PACKED, unpack
from lms.printing.fonts import BUILT_FONTS, font_files

FONTS = list(font_files(BUILT_FONTS).values())


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.stem)
def test_an_unpacked_font_holds_every_table_as_it_was_packed(font: Path, tmp_path: Path) -> None:
    packed = PACKED / f"{font.stem}.woff"
    unpack(packed, tmp_path / "font.ttf")
    # Its checksum is another, being that of another file.
    before, after = (
        {
            tag: data[:8] + data[12:] if tag == "head" else data
            for tag in sorted(file.reader.keys())
            for data in [file.reader[tag]]
        }
        for file in (TTFont(packed), TTFont(tmp_path / "font.ttf"))
    )
    assert before
    assert after == before
    assert (tmp_path / "font.ttf").read_bytes() == font.read_bytes()


def test_only_what_print_uses_is_unpacked() -> None:
    assert sorted(BUILT_FONTS.iterdir()) == sorted(FONTS)
