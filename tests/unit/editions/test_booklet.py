"""The booklet: folded and stapled, its pages follow each other."""

from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from lms.editions.booklet import booklet_order, impose


def folded(page_count: int) -> list[int | None]:
    """The pages as one leafs through the folded stack, laid out from the sheets' sides."""
    sides = booklet_order(page_count)
    leaves: list[int | None] = [None] * (2 * len(sides))
    for sheet in range(len(sides) // 2):
        front, back = sides[2 * sheet], sides[2 * sheet + 1]
        first, last = 2 * sheet, len(leaves) - 1 - 2 * sheet
        leaves[last], leaves[first] = front
        leaves[first + 1], leaves[last - 1] = back
    return leaves


@pytest.mark.parametrize("count", [4, 8, 36, 64])
def test_pages_that_fill_the_sheets_follow_each_other(count: int) -> None:
    assert folded(count) == list(range(count))


@pytest.mark.parametrize(("count", "empty"), [(5, 3), (6, 2), (7, 1), (1, 3)])
def test_empty_pages_stand_before_the_back_cover(count: int, empty: int) -> None:
    assert folded(count) == [*range(count - 1), *[None] * empty, count - 1]


def test_the_outermost_sheet_has_both_covers_outside() -> None:
    assert booklet_order(8)[0] == (7, 0)


def test_every_side_is_a_4_landscape_with_two_pages_of_a_5() -> None:
    writer = PdfWriter()
    for _ in range(6):
        writer.add_blank_page(297.6, 419.5)
    source = BytesIO()
    writer.write(source)
    booklet = PdfReader(BytesIO(impose(source.getvalue(), "Buklet")))
    sizes = {tuple(round(float(side)) for side in page.mediabox[2:]) for page in booklet.pages}
    assert (len(booklet.pages), sizes) == (4, {(842, 595)})
    assert booklet.metadata is not None
    assert booklet.metadata.title == "Buklet"
