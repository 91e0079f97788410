"""The printed certificate: one tagged A4 page, set by WeasyPrint from values alone."""

from functools import cache
from pathlib import Path
from typing import Final

from lms.certificates.facts import Facts
from lms.certificates.layout import Look, lay_out
from lms.certificates.rosette import draw_rosette
from lms.typesetting.press import Press
from lms.typesetting.qr import qr_png
from lms.typesetting.templates import templates_in

TEMPLATES: Final = Path(__file__).with_name("templates")
BORDER: Final = "certificate:border"
ROSETTE: Final = "certificate:rosette"
QR: Final = "certificate:qr"


def print_certificate(facts: Facts, look: Look, *, fonts: Path) -> bytes:
    """Set the page and return the PDF (PDF/UA-1, A4 landscape, one page).

    Takes the facts, the look, and the folder with the fonts (see `Press.prepare`). The page loads
    nothing from outside; the same facts give the same bytes. Raises FileNotFoundError for a font
    that is missing.
    """
    known = {
        BORDER: look.border_svg.encode(),
        ROSETTE: draw_rosette(look.colour).encode(),
        QR: qr_png(facts.verify_url),
    }
    template = templates_in(TEMPLATES).get_template("certificate.html")
    page = template.render(facts=facts, look=look, words=lay_out(facts, fonts))
    return _press(fonts).print(page, known, identifier=f"{facts.code}-{facts.template_version}")


@cache
def _press(fonts: Path) -> Press:
    style = (TEMPLATES / "certificate.css").read_text(encoding="utf-8")
    return Press.prepare(fonts, style, [BORDER, ROSETTE])
