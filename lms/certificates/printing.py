"""The printed certificate: one tagged A4 page, made from values alone.

WeasyPrint sets a PDF template for all certificates with the most in common; each is stamped
into it.
"""

import logging
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from lms.certificates.facts import CertificateFacts, Imprint, Mark
from lms.certificates.layout import Layout, lay_out, marked_on
from lms.certificates.pdf_sentinels import QR, pdf_template_layout, sentinels_of, sizes_of, texts_of
from lms.certificates.rosette import draw_rosette
from lms.certificates.theme import Theme
from lms.printing.jinja import jinja_environment
from lms.printing.pdf_templates import PdfTemplate, Values
from lms.printing.qr import qr_bitmap, qr_png
from lms.printing.shaping import CannotSet
from lms.printing.weasyprint import Renderer

log = logging.getLogger("sakuham")

TEMPLATES: Final = Path(__file__).with_name("templates")
BORDER: Final = "certificate:border"
ROSETTE: Final = "certificate:rosette"

# An edition has some: with and without a number, an institution, a long name. Each takes 60 KB.
PDF_TEMPLATES_CACHED: Final = 128

# WeasyPrint writes any other address in its own way.
_PLAIN_ADDRESS: Final = re.compile(r"https?://[\w.~:/?&=%+-]+", re.ASCII)


def print_certificate(
    facts: CertificateFacts,
    imprint: Imprint,
    theme: Theme,
    *,
    fonts: Path,
    objectives: Sequence[str] = (),
    mark: Mark | None = None,
) -> bytes:
    """Set the page and return the PDF (PDF/UA-1, A4 landscape, one page).

    Takes the facts, the imprint, the theme, the folder with the fonts (see `Renderer.prepare`), the
    objectives that were tested, where the release says them, and what is stamped across the page if
    the certificate is out of force. Objectives are a release's, so that they belong to the PDF
    template and cost a copy nothing. The page loads nothing
    from outside; the same facts give the same bytes. Raises FileNotFoundError for a font that is
    missing.
    """
    words = lay_out(facts, imprint, fonts, objectives)
    identifier = f"{facts.code}-{facts.template_version}"
    if mark is not None:  # few are asked for, so that each is set by itself
        return _set_in_full(words, theme, fonts, f"{identifier}-{mark.day}", mark)
    if _PLAIN_ADDRESS.fullmatch(words.verify_url):
        try:
            return _stamp(words, theme, fonts, identifier)
        except CannotSet:
            pass  # WeasyPrint finds letters in other fonts, and puts marks where they belong
    return _set_in_full(words, theme, fonts, identifier)


def _stamp(words: Layout, theme: Theme, fonts: Path, identifier: str) -> bytes:
    values = Values(
        texts=texts_of(words),
        sizes=sizes_of(words),
        pictures={QR: qr_bitmap(words.qr_content)},
        identifier=identifier,
    )
    pdf_template = _pdf_template(pdf_template_layout(words), theme, fonts)
    if pdf_template is None:
        raise CannotSet(words.title)
    return pdf_template.stamp(values)


@lru_cache(maxsize=PDF_TEMPLATES_CACHED)
def _pdf_template(layout: Layout, theme: Theme, fonts: Path) -> PdfTemplate | None:
    """The PDF template, or None for one that has to be set in full each time."""
    page, pictures = _page(layout, theme)
    try:
        return _renderer(fonts).compile(page, pictures, sentinels_of(layout))
    except CannotSet:
        return None
    except Exception:
        # Another WeasyPrint than the tests know; holders get their certificates all the same.
        log.exception("The PDF template of a certificate could not be taken apart")
        return None


def _set_in_full(
    words: Layout, theme: Theme, fonts: Path, identifier: str, mark: Mark | None = None
) -> bytes:
    """Have WeasyPrint set the page, which is what a stamped one has to equal."""
    page, pictures = _page(words, theme, mark)
    return _renderer(fonts).print(page, pictures, identifier=identifier)


def _page(words: Layout, theme: Theme, mark: Mark | None = None) -> tuple[str, dict[str, bytes]]:
    """The page in HTML, and the pictures on it by address."""
    template = jinja_environment(TEMPLATES).get_template("certificate.html")
    marked = mark and (mark.word, marked_on(mark))
    return template.render(words=words, theme=theme, marked=marked), {
        BORDER: theme.border_svg.encode(),
        ROSETTE: draw_rosette(theme.colour).encode(),
        QR: qr_png(words.qr_content),
    }


@cache
def _renderer(fonts: Path) -> Renderer:
    style = (TEMPLATES / "certificate.css").read_text(encoding="utf-8")
    return Renderer.prepare(fonts, style, [BORDER, ROSETTE])
