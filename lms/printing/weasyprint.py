"""WeasyPrint with a closed fetcher: pages are set from what they are given, and load nothing."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final, cast

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from lms.printing.archival import OPTIONS, archive
from lms.printing.compiling import compile_template
from lms.printing.drawings import KeptDrawing
from lms.printing.fonts import WEIGHTS, font_contents, font_faces
from lms.printing.pdf_templates import PdfTemplate, Sentinels
from lms.printing.slots import Slots

_BLANK: Final = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
_BEGINNINGS: Final = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"RIFF": "image/webp",
    b"\x00\x01\x00\x00": "font/ttf",
}

_NO_SENTINELS: Final = Sentinels()
_NO_SLOTS: Final = Slots()

# Pango's font map is not safe for threads. Setting a page holds the interpreter anyway, so that
# one page at a time costs nothing.
_LOCK: Final = Lock()


class ClosedFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Gives the files and drawings it was made with, and refuses every other address."""

    def __init__(self, known: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=())
        self.known = known

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:  # noqa: ARG002
        """Give what is known under an address; raises ValueError for any other."""
        if url not in self.known:
            raise ValueError(f"A printed page loads nothing from outside: {url}")
        content = self.known[url]
        return URLFetcherResponse(url, content, {"Content-Type": _media_type(content)})


@dataclass(frozen=True, slots=True)
class Renderer:
    """Fonts and a stylesheet, loaded once in a process: that costs more than a page."""

    fonts: FontConfiguration
    stylesheet: CSS
    drawings: frozenset[str]

    @classmethod
    def prepare(cls, fonts: Path, style: str, drawings: Collection[str] = ()) -> "Renderer":
        """Load the fonts of a folder and a stylesheet whose backgrounds are drawings by address.

        The folder has for each of the weights 400, 600, 700 and 800 the files
        plus-jakarta-sans-latin-400-normal.ttf and …-latin-ext-400-normal.ttf; letters that these
        lack come from the fonts of the system. Raises FileNotFoundError for one that is missing.
        """
        with _LOCK:
            configuration = FontConfiguration()
            stylesheet = CSS(
                string=font_faces(fonts) + style,
                font_config=configuration,
                url_fetcher=ClosedFetcher(font_contents(fonts)),
            )
            renderer = cls(configuration, stylesheet, frozenset(drawings))
            # WeasyPrint keeps fonts in a temporary folder; used once, they are open and outlive
            # its being tidied up.
            words = "".join(f'<b style="font-weight: {weight}">aŠ</b>' for weight in WEIGHTS)
            renderer._set(words, dict.fromkeys(drawings, _BLANK))
        return renderer

    def print(self, html: str, known: Mapping[str, bytes], *, identifier: str) -> bytes:
        """Set a document and return it as PDF/UA-1; the same values give the same bytes.

        `known` are pictures by the address under which the document or the style names them.
        """
        with _LOCK:
            document = self._set(html, known, pdf_variant="pdf/ua-1")
            pdf = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier.encode())
        return cast(bytes, pdf)

    def compile(
        self,
        html: str,
        known: Mapping[str, bytes],
        sentinels: Sentinels = _NO_SENTINELS,
        slots: Slots = _NO_SLOTS,
    ) -> PdfTemplate:
        """Set a page with sentinels and take it apart, as a PDF template for copies of it.

        Copies are PDF/A-3a and PDF/UA-1. Without sentinels there is one, which has all that
        WeasyPrint can set. `known` is as in `print`. Raises what `compile_template` does.
        """
        taken = []

        def take(document: Any, pdf: Any) -> None:
            taken.append((pdf, archive(pdf, document.metadata, slots)))
            pdf.add_object(pdf.info)
            raise _Taken

        with _LOCK:
            document = self._set(html, known, **OPTIONS)
            with suppress(_Taken):
                document.write_pdf(**OPTIONS, finisher=take)
            ((pdf, numbers),) = taken
            return compile_template(document, pdf, sentinels, numbers)

    def count_pages(self, html: str, known: Mapping[str, bytes]) -> int:
        """How many pages a document takes."""
        with _LOCK:
            return len(self._set(html, known).pages)

    def _set(self, html: str, known: Mapping[str, bytes], **options: str) -> Any:
        page = HTML(string=html, url_fetcher=ClosedFetcher(known))
        return page.render(
            stylesheets=[self.stylesheet],
            font_config=self.fonts,
            cache={address: _drawing(known[address]) for address in self.drawings & known.keys()},
            **options,
        )


@lru_cache(maxsize=16)
def _drawing(content: bytes) -> KeptDrawing:
    return KeptDrawing(content)


class _Taken(Exception):
    """WeasyPrint has made all objects, and need not write them: that is a tenth of the work."""


def _media_type(content: bytes) -> str:
    """What a file is by its beginning; what is none of the binary kinds is a drawing."""
    return next(
        (kind for start, kind in _BEGINNINGS.items() if content.startswith(start)), "image/svg+xml"
    )
