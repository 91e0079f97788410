"""What a screen reader says of a page of a PDF: its text by the tags, its pictures described."""

from collections import defaultdict
from collections.abc import Callable
from ctypes import create_string_buffer
from typing import Any

from pypdfium2 import PdfPage, raw


def read_aloud(page: PdfPage) -> str:
    """The tagged text of a page; what is not tagged, or is a page's head or foot, is not said."""
    letters = page.get_textpage()
    said: defaultdict[int, str] = defaultdict(str)
    place = -1
    for index in range(letters.count_chars()):
        drawn = raw.FPDFText_GetTextObject(letters.raw, index)
        if raw.FPDFText_IsHyphen(letters.raw, index):  # at the end of a line
            said[place] += "-"
        elif drawn:  # else it is a space that nobody drew
            place = raw.FPDFPageObj_GetMarkedContentID(drawn)
            said[place] += chr(raw.FPDFText_GetUnicode(letters.raw, index))

    def walk(element: Any) -> str:
        if _string(raw.FPDF_StructElement_GetType, element) == "Figure":
            return _string(raw.FPDF_StructElement_GetAltText, element)
        words = ""
        for index in range(raw.FPDF_StructElement_CountChildren(element)):
            child = raw.FPDF_StructElement_GetChildAtIndex(element, index)
            number = raw.FPDF_StructElement_GetChildMarkedContentID(element, index)
            words += walk(child) if child else said[number] if number >= 0 else ""
        return words

    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    try:
        return "".join(
            walk(raw.FPDF_StructTree_GetChildAtIndex(tree, index))
            for index in range(raw.FPDF_StructTree_CountChildren(tree))
        )
    finally:
        raw.FPDF_StructTree_Close(tree)


def _string(ask: Callable[..., int], element: Any) -> str:
    """What PDFium answers in a buffer of UTF-16 that ends with a zero."""
    buffer = create_string_buffer(ask(element, None, 0))
    ask(element, buffer, len(buffer))
    return buffer.raw.decode("utf-16-le").rstrip("\0")
