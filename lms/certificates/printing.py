"""The printed certificate: one tagged A4 page, set by WeasyPrint from values alone.

The page loads nothing from outside: its fonts and its border are handed in, and every other
address is refused. The same facts give the same bytes.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from lms.certificates.facts import Facts
from lms.certificates.layout import SUBSETS, WEIGHTS, Layout, Look, font_files, lay_out
from lms.certificates.qr import qr_png
from lms.certificates.rosette import draw_rosette

TEMPLATES: Final = Path(__file__).with_name("templates")
BORDER: Final = "certificate:border"
ROSETTE: Final = "certificate:rosette"
QR: Final = "certificate:qr"
FAMILIES: Final = ("SakuHAM Plus Jakarta Sans", "SakuHAM Plus Jakarta Sans Ext")

_KINDS: Final = {BORDER: "image/svg+xml", ROSETTE: "image/svg+xml", QR: "image/png"}
_BLANK: Final = b'<svg xmlns="http://www.w3.org/2000/svg"/>'

# Pango's font map is not safe for threads. Setting a page holds the interpreter anyway, so that
# one page at a time costs nothing.
_LOCK: Final = Lock()


class NothingOutside(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Gives the files and drawings it was made with, and refuses every other address."""

    def __init__(self, known: dict[str, bytes]) -> None:
        super().__init__(allowed_protocols=())
        self.known = known

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:  # noqa: ARG002
        """Give what is known under an address; raises ValueError for any other."""
        if url not in self.known:
            raise ValueError(f"A certificate loads nothing from outside: {url}")
        kind = _KINDS.get(url, "font/ttf")
        return URLFetcherResponse(url, self.known[url], {"Content-Type": kind})


@dataclass(frozen=True, slots=True)
class Press:
    """What all certificates share, made once in a process: it costs more than a page."""

    fonts: FontConfiguration
    sheet: CSS

    @classmethod
    def prepare(cls, fonts: Path) -> "Press":
        """Load fonts and style sheet. Raises FileNotFoundError for a font that is not there."""
        files = font_files(fonts)
        addresses = {face: file.absolute().as_uri() for face, file in files.items()}
        faces = "".join(
            f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
            f'src: url("{addresses[weight, subset]}") }}\n'
            for weight in WEIGHTS
            for subset, family in zip(SUBSETS, FAMILIES, strict=True)
        )
        configuration = FontConfiguration()
        press = cls(
            fonts=configuration,
            sheet=CSS(
                string=faces + (TEMPLATES / "certificate.css").read_text(encoding="utf-8"),
                font_config=configuration,
                url_fetcher=NothingOutside(
                    {addresses[face]: file.read_bytes() for face, file in files.items()}
                ),
            ),
        )
        press.open_fonts()
        return press

    def open_fonts(self) -> None:
        """Use every font once.

        WeasyPrint keeps them in a temporary folder; once open, they outlive its being tidied up.
        """
        words = "".join(f'<b style="font-weight: {weight}">aŠ</b>' for weight in WEIGHTS)
        HTML(string=words, url_fetcher=NothingOutside({BORDER: _BLANK})).render(
            stylesheets=[self.sheet], font_config=self.fonts
        )


@cache
def _press(fonts: Path) -> Press:
    return Press.prepare(fonts)


def print_certificate(facts: Facts, look: Look, *, fonts: Path) -> bytes:
    """Set the page and return the PDF (PDF/UA-1, A4 landscape, one page).

    Takes the facts, the look, and the folder with the fonts: for each of the weights 400, 600,
    700 and 800 the files plus-jakarta-sans-latin-400-normal.ttf and …-latin-ext-400-normal.ttf.
    Letters that these lack come from the fonts of the system. Raises FileNotFoundError for a
    font that is missing.
    """
    with _LOCK:
        press = _press(fonts)
        page = HTML(
            string=_write_page(facts, look, lay_out(facts, fonts)),
            url_fetcher=NothingOutside(
                {
                    BORDER: look.border_svg.encode(),
                    ROSETTE: draw_rosette(look.colour).encode(),
                    QR: qr_png(facts.verify_url),
                }
            ),
        )
        pdf = page.write_pdf(
            stylesheets=[press.sheet],
            font_config=press.fonts,
            pdf_variant="pdf/ua-1",
            pdf_identifier=f"{facts.code}-{facts.template_version}".encode(),
        )
    return cast(bytes, pdf)


def _write_page(facts: Facts, look: Look, words: Layout) -> str:
    """The page as HTML."""
    template = _templates().get_template("certificate.html")
    return template.render(facts=facts, look=look, words=words)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
