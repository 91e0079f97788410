"""The printed certificate: one tagged A4 page, set by WeasyPrint from values alone.

The page loads nothing from outside: its fonts and its border are handed in, and every other
address is refused. The same facts give the same bytes.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from lms.certificates.codes import show_code
from lms.certificates.facts import Facts
from lms.certificates.fitting import Fitted, Typeface
from lms.certificates.numbers import group_number, is_contract_number
from lms.certificates.qr import qr_png
from lms.certificates.rosette import draw_rosette
from lms.certificates.wording import spell_number, tidy_text, write_day

TEMPLATES: Final = Path(__file__).with_name("templates")
BORDER: Final = "certificate:border"
ROSETTE: Final = "certificate:rosette"
QR: Final = "certificate:qr"
WEIGHTS: Final = (400, 600, 700, 800)
SUBSETS: Final = ("latin", "latin-ext")
FAMILIES: Final = ("SakuHAM Plus Jakarta Sans", "SakuHAM Plus Jakarta Sans Ext")
SHOWN_HASH_DIGITS: Final = 16

_KINDS: Final = {BORDER: "image/svg+xml", ROSETTE: "image/svg+xml", QR: "image/png"}
_BLANK: Final = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
_POINTS_PER_MM: Final = 72 / 25.4

# Pango's font map is not safe for threads. Setting a page holds the interpreter anyway, so that
# one page at a time costs nothing.
_LOCK: Final = Lock()


@dataclass(frozen=True, slots=True)
class Look:
    """What a certificate looks like beside its facts.

    border_svg: a drawing that fills 280 by 192 millimetres, for example the theme's motif; the
    page covers its middle and leaves a band of eight millimetres all around.
    colour, accent: the theme's deep colour and its warm one, ``#rrggbb``. Raises ValueError for
    anything else.
    """

    border_svg: str
    colour: str
    accent: str = "#d9a441"

    def __post_init__(self) -> None:
        for colour in (self.colour, self.accent):
            if not _COLOUR.fullmatch(colour):
                raise ValueError(f"{colour!r} is not a colour like #1f3b63")


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
    typefaces: dict[int, Typeface]

    @classmethod
    def prepare(cls, fonts: Path) -> "Press":
        """Load fonts and style sheet. Raises FileNotFoundError for a font that is not there."""
        files = {
            (weight, subset): fonts / f"plus-jakarta-sans-{subset}-{weight}-normal.ttf"
            for weight in WEIGHTS
            for subset in SUBSETS
        }
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
            typefaces={
                weight: Typeface.read(*(files[weight, subset] for subset in SUBSETS))
                for weight in WEIGHTS
            },
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

    def fit(
        self, weight: int, text: str, *, mm: float, largest: float, comfortable: float
    ) -> Fitted:
        """Fit a text into a width of millimetres; see `Typeface.fit`."""
        width = mm * _POINTS_PER_MM
        return self.typefaces[weight].fit(
            text, width=width, largest=largest, comfortable=comfortable
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
            string=_write_page(facts, look, press),
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


def _write_page(facts: Facts, look: Look, press: Press) -> str:
    """The page as HTML."""
    name = tidy_text(facts.holder_name)
    title = tidy_text(facts.title)
    institution = tidy_text(facts.institution_name or "")
    return (
        _templates()
        .get_template("certificate.html")
        .render(
            facts=facts,
            look=look,
            name=name,
            title=title,
            institution=institution,
            issuer=tidy_text(facts.issuer_name),
            name_lines=press.fit(700, name, mm=221, largest=36, comfortable=24),
            title_lines=press.fit(700, title, mm=221, largest=21, comfortable=15),
            institution_lines=press.fit(400, institution, mm=221, largest=12, comfortable=10),
            address_lines=press.fit(600, _short(facts.verify_url), mm=96, largest=9, comfortable=1),
            employee_number=_employee_number(facts.employee_number),
            credit=f"{facts.credit_hours} ({spell_number(facts.credit_hours)}) jam pelajaran (JP)",
            completed_on=write_day(facts.completed_on),
            issued_on=write_day(facts.issued_on),
            code=show_code(facts.code),
            digest=facts.release_sha256[:SHOWN_HASH_DIGITS],
            address=_short(facts.verify_url),
        )
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _employee_number(number: str | None) -> str:
    """The holder's number with its kind and in its groups; empty without one."""
    if not number:
        return ""
    kind = "NI PPPK" if is_contract_number(number) else "NIP"
    return f"{kind} {group_number(number)}"


def _short(url: str) -> str:
    """An address as it is typed."""
    return re.sub("^https?://", "", url)
