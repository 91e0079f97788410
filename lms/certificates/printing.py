"""The printed certificate: one tagged A4 page, made from values alone.

WeasyPrint sets a PDF template for all certificates with the most in common; each is stamped
into it.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from lms.certificates.facts import CertificateFacts, Imprint, Mark
from lms.certificates.layout import SEAL_BOX, Layout, lay_out, marked_on
from lms.certificates.pdf_sentinels import QR, pdf_template_layout, sentinels_of, sizes_of, texts_of
from lms.certificates.rosette import draw_rosette, draw_seal
from lms.certificates.theme import Theme
from lms.printing.jinja import jinja_environment
from lms.printing.pdf_templates import PdfTemplate, Values
from lms.printing.qr import qr_bitmap, qr_png
from lms.printing.sealing import Seal, Sealing
from lms.printing.shaping import CannotSet
from lms.printing.slots import Attachment, SealField, Slots
from lms.printing.weasyprint import Renderer

log = logging.getLogger("sakuham")

TEMPLATES: Final = Path(__file__).with_name("templates")
BORDER: Final = "certificate:border"
ROSETTE: Final = "certificate:rosette"
EMBLEM: Final = "certificate:emblem"

SEAL_NAME: Final = "segel"
SEAL_DESCRIPTION: Final = (
    "Segel elektronik penerbit: dengannya pembaca PDF memeriksa bahwa berkas ini tidak diubah"
)

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
    attachment: Attachment | None = None,
    seal: Seal | None = None,
) -> bytes:
    """Set the page and return the PDF (PDF/A-3a and PDF/UA-1, A4 landscape, one page).

    Takes the facts, the imprint, the theme, the folder with the fonts (see `Renderer.prepare`), the
    objectives that were tested, where the release says them, what is stamped across the page if
    the certificate is out of force, the file that is attached, and the seal. Objectives are a
    release's, so that they belong to the PDF template and cost a copy nothing. The page loads
    nothing from outside; the same facts, file and seal give the same bytes. Raises
    FileNotFoundError for a font that is missing.
    """
    words = lay_out(facts, imprint, fonts, objectives, is_sealed=seal is not None)
    slots = _slots(theme, attachment, seal)
    values = Values(
        identifier=f"{facts.code}-{facts.template_version}",
        attachment=attachment,
        sealing=None if seal is None else Sealing(seal, facts.issued_at),
    )
    if mark is not None:  # few are asked for, so that each is set by itself
        values = replace(values, identifier=f"{values.identifier}-{mark.day}")
        return _set_in_full(words, theme, fonts, slots, values, mark)
    if _PLAIN_ADDRESS.fullmatch(words.verify_url):
        try:
            return _stamp(words, theme, fonts, slots, values)
        except CannotSet:
            pass  # WeasyPrint finds letters in other fonts, and puts marks where they belong
    return _set_in_full(words, theme, fonts, slots, values)


def _slots(theme: Theme, attachment: Attachment | None, seal: Seal | None) -> Slots:
    """The places for the file and the seal; the seal is seen where there is one, and only there."""
    drawing = draw_seal(theme.colour, SEAL_BOX[3])
    field = SealField(SEAL_NAME, SEAL_DESCRIPTION, SEAL_BOX, drawing)
    return Slots(
        attachment=None if attachment is None else attachment.slot,
        seal=None if seal is None else field,
    )


def _stamp(words: Layout, theme: Theme, fonts: Path, slots: Slots, values: Values) -> bytes:
    pdf_template = _pdf_template(pdf_template_layout(words), theme, fonts, slots)
    if pdf_template is None:
        raise CannotSet(words.title)
    return pdf_template.stamp(
        replace(
            values,
            texts=texts_of(words),
            sizes=sizes_of(words),
            pictures={QR: qr_bitmap(words.qr_content)},
        )
    )


@lru_cache(maxsize=PDF_TEMPLATES_CACHED)
def _pdf_template(layout: Layout, theme: Theme, fonts: Path, slots: Slots) -> PdfTemplate | None:
    """The PDF template, or None for one that has to be set in full each time."""
    page, pictures = _page(layout, theme)
    try:
        return _renderer(fonts).compile(page, pictures, sentinels_of(layout), slots)
    except CannotSet:
        return None
    except Exception:
        # Another WeasyPrint than the tests know; holders get their certificates all the same.
        log.exception("The PDF template of a certificate could not be taken apart")
        return None


def _set_in_full(
    words: Layout,
    theme: Theme,
    fonts: Path,
    slots: Slots,
    values: Values,
    mark: Mark | None = None,
) -> bytes:
    """Have WeasyPrint set the page, which is what a stamped one has to equal."""
    page, pictures = _page(words, theme, mark)
    return _renderer(fonts).compile(page, pictures, slots=slots).stamp(values)


def _page(words: Layout, theme: Theme, mark: Mark | None = None) -> tuple[str, dict[str, bytes]]:
    """The page in HTML, and the pictures on it by address."""
    template = jinja_environment(TEMPLATES).get_template("certificate.html")
    marked = mark and (mark.word, marked_on(mark))
    pictures = {} if words.emblem is None else {EMBLEM: words.emblem.content}
    return template.render(words=words, theme=theme, marked=marked), pictures | {
        BORDER: theme.border_svg.encode(),
        ROSETTE: draw_rosette(theme.colour).encode(),
        QR: qr_png(words.qr_content),
    }


@cache
def _renderer(fonts: Path) -> Renderer:
    style = (TEMPLATES / "certificate.css").read_text(encoding="utf-8")
    return Renderer.prepare(fonts, style, [BORDER, ROSETTE])
