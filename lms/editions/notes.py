"""Footnotes that WeasyPrint has put on another page than their reference, and why.

WeasyPrint 70 moves notes to the next page rather than leave one line of a paragraph alone
(`_linebox_layout`). That paragraph is better moved as a whole: it stands last on its page.
"""

import re
from io import BytesIO
from typing import Final

from pypdf import PdfReader

MARK: Final = re.compile(r"(?P<note>.+-fn-\d+)-ref1")
BLOCK: Final = re.compile(r".+-p\d+")


def crowding_blocks(pdf: bytes) -> frozenset[str]:
    """The ids of the blocks for whose sake a note has left the page of its mark."""
    reader = PdfReader(BytesIO(pdf))
    pages = {
        name: reader.get_destination_page_number(destination)
        for name, destination in reader.named_destinations.items()
    }
    crowded = {
        page
        for name, page in pages.items()
        if (mark := MARK.fullmatch(name)) and pages.get(mark["note"]) != page
    }
    blocks = [
        (pages[name], float(destination.top or 0), name)
        for name, destination in reader.named_destinations.items()
        if BLOCK.fullmatch(name)
    ]
    return frozenset(
        min((height, name) for on, height, name in blocks if on == page)[1]
        for page in crowded & {page for page, _, _ in blocks}
    )
