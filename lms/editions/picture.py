"""The cover as a picture, as it is shown where somebody shares the address of a pocketbook."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from lms.editions.covers import Cover
from lms.editions.printing import COVER, TEMPLATES
from lms.printing.jinja import jinja_environment
from lms.printing.painting import paint_page
from lms.printing.weasyprint import Renderer
from lms.rendering.motifs import Place, motif_svg, palette_of

WIDTH, HEIGHT = 1200, 630
EMBLEM: Final = Place(1050, 315, 120)
# Letters of a longer title are smaller.
LONG_TITLE: Final = 42
# A motif has a handful of colours; the rest is what smooths the edges of letters.
COLOURS: Final = 128
_POINTS_TO_PIXELS: Final = 4 / 3


def draw_cover(cover: Cover, *, fonts: Path) -> bytes:
    """A PNG of 1200 by 630 pixels; the same values give the same bytes.

    `fonts` is the folder of our typeface (see `Renderer.prepare`); raises FileNotFoundError for a
    file of it that is missing.
    """
    length = "long" if len(cover.title) > LONG_TITLE else "short"
    template = jinja_environment(TEMPLATES).get_template("picture.html")
    page = template.render(cover._asdict(), length=length)
    pattern = motif_svg(cover.theme, width=WIDTH, height=HEIGHT, scale=2.25, emblem=EMBLEM)
    pdf = _renderer(fonts, cover.theme).print(
        page, {COVER: pattern.encode()}, identifier=cover.digest
    )
    picture = paint_page(pdf, scale=_POINTS_TO_PIXELS)
    file = BytesIO()
    picture.convert("RGB").quantize(COLOURS).save(file, "PNG", optimize=True)
    return file.getvalue()


@cache
def _renderer(fonts: Path, theme: str) -> Renderer:
    colours = f":root {{ --deep: {palette_of(theme).deep} }}\n"
    style = (TEMPLATES / "picture.css").read_text(encoding="utf-8")
    return Renderer.prepare(fonts, colours + style, [COVER])
