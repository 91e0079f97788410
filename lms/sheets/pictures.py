"""A certificate as pictures: the sheet, and a card for where its address is shared."""

from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image

from lms.certificates.enums import CauseKind
from lms.certificates.layout import typefaces
from lms.certificates.queries import RegisteredCertificate
from lms.certificates.theme import theme_of
from lms.certificates.wording import printable_text
from lms.credentials.issuer import Issuer
from lms.days import write_day
from lms.printing.fonts import BUILT_FONTS
from lms.printing.jinja import jinja_environment
from lms.rendering.motifs import Place, motif_svg
from lms.sheets.service import make_pdf, mark_of

if TYPE_CHECKING:
    from lms.printing.weasyprint import Renderer

SHEET_WIDTH: Final = 1600
CARD_WIDTH, CARD_HEIGHT = 1200, 630
BAND: Final = 260  # of the motif, at the card's right
EMBLEM: Final = "certificate:emblem"
MOTIF: Final = "certificate:motif"
TEMPLATES: Final = Path(__file__).with_name("templates")

# PDFium rounds up what it paints, and a page is not quite as wide as its paper.
_SHEET_SCALE: Final = (SHEET_WIDTH - 0.5) / (297 / 25.4 * 72)
_POINTS_TO_PIXELS: Final = 4 / 3
_TEXT_WIDTH: Final = 800 / _POINTS_TO_PIXELS  # points
# A sheet has a handful of colours; the rest is what smooths the edges of letters.
_COLOURS: Final = 128


def make_picture(certificate: RegisteredCertificate, issuer: Issuer) -> bytes:
    """The sheet as a PNG of 1600 pixels, with the last digits of the holder's number.

    It bears no seal and says nothing of one: a picture cannot be checked by it.
    """
    # What paints is slow to import, and few ask for it.
    from lms.printing.painting import paint_page

    pdf = make_pdf(certificate, issuer, is_sealed=False)
    return _packed(paint_page(pdf, scale=_SHEET_SCALE))


@lru_cache(maxsize=32)
def make_card(certificate: RegisteredCertificate, issuer_name: str) -> bytes:
    """A PNG of 1200 by 630 pixels: who has learned what, and who says so.

    It says no more than the page whose address is shared, and of a certificate out of force that it
    is. Whoever shows an address asks several times, so that it is kept.
    """
    from lms.printing.painting import paint_page

    facts = certificate.facts
    theme = theme_of(facts.theme)
    faces = typefaces(BUILT_FONTS)
    name = faces[700].fit(
        printable_text(facts.holder_name), width=_TEXT_WIDTH, largest=42, comfortable=30
    )
    title = faces[600].fit(
        printable_text(facts.title), width=_TEXT_WIDTH, largest=24, comfortable=18
    )
    issuer = faces[600].fit(
        printable_text(issuer_name), width=_TEXT_WIDTH * 0.8, largest=17, comfortable=12
    )
    mark = mark_of(certificate.state)
    emblem = None if certificate.letterhead is None else certificate.letterhead.emblem
    page = (
        jinja_environment(TEMPLATES)
        .get_template("card.html")
        .render(
            name=name,
            title=title,
            issuer=issuer,
            theme=theme,
            day=write_day(facts.completed_on),
            credit_hours=facts.credit_hours,
            statement=_statement(facts.cause_kind, is_valid=mark is None),
            end=mark and f"{mark.word} pada {write_day(mark.day)}",
            has_emblem=emblem is not None,
        )
    )
    motif = motif_svg(
        facts.theme,
        width=BAND,
        height=CARD_HEIGHT,
        scale=2.25,
        emblem=Place(BAND // 2, CARD_HEIGHT // 2, 82),
    )
    pictures = {MOTIF: motif.encode()}
    if emblem is not None:
        pictures[EMBLEM] = emblem.content
    pdf = _renderer().print(page, pictures, identifier=facts.code)
    return _packed(paint_page(pdf, scale=_POINTS_TO_PIXELS))


def _statement(cause: CauseKind, *, is_valid: bool) -> str:
    if not is_valid:
        return "untuk"
    return "telah mengikuti" if cause is CauseKind.ATTENDANCE else "telah menyelesaikan"


@cache
def _renderer() -> "Renderer":
    from lms.printing.weasyprint import Renderer

    style = (TEMPLATES / "card.css").read_text(encoding="utf-8")
    return Renderer.prepare(BUILT_FONTS, style, [MOTIF])


def _packed(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.convert("RGB").quantize(_COLOURS).save(file, "PNG", optimize=True)
    return file.getvalue()
