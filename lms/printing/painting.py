"""Pages of a PDF as pictures."""

from threading import Lock
from typing import Final

import pypdfium2
from PIL import Image

# PDFium is not safe for threads, whoever calls it.
_LOCK: Final = Lock()

Colour = tuple[int, int, int, int]
WHITE: Final[Colour] = (255, 255, 255, 255)


def paint_page(pdf: bytes, *, scale: float, background: Colour = WHITE) -> Image.Image:
    """The first page as a picture of so many pixels a point, on a colour (RGBA).

    Raises pypdfium2.PdfiumError for what is no PDF.
    """
    with _LOCK:
        document = pypdfium2.PdfDocument(pdf)
        try:
            picture: Image.Image = document[0].render(scale=scale, fill_color=background).to_pil()
        finally:
            document.close()
    return picture
