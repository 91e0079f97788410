"""What a screen reader says of a page of a PDF: its text in the order of the tags."""

from collections import defaultdict
from typing import Any

from pypdfium2 import PdfPage, raw


def read_aloud(page: PdfPage) -> str:
    """The tagged text of a page; what is not tagged, or is a page's head or foot, is not said."""
    letters = page.get_textpage()
    said: defaultdict[int, str] = defaultdict(str)
    for index in range(letters.count_chars()):
        drawn = raw.FPDFText_GetTextObject(letters.raw, index)
        if drawn:  # else it is a space that nobody drew
            letter = chr(raw.FPDFText_GetUnicode(letters.raw, index))
            said[raw.FPDFPageObj_GetMarkedContentID(drawn)] += letter

    def walk(element: Any) -> str:
        words = ""
        for index in range(raw.FPDF_StructElement_CountChildren(element)):
            child = raw.FPDF_StructElement_GetChildAtIndex(element, index)
            number = raw.FPDF_StructElement_GetChildMarkedContentID(element, index)
            words += walk(child) if child else said[number]
        return words

    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    try:
        return "".join(
            walk(raw.FPDF_StructTree_GetChildAtIndex(tree, index))
            for index in range(raw.FPDF_StructTree_CountChildren(tree))
        )
    finally:
        raw.FPDF_StructTree_Close(tree)
