"""The booklet: A6 pages side by side on A4, to print on both sides, fold and staple."""

from io import BytesIO

from pypdf import PdfReader, PdfWriter, Transformation

SHEET_WIDTH, SHEET_HEIGHT = 841.89, 595.28  # A4 landscape, in points


def booklet_order(page_count: int) -> list[tuple[int | None, int | None]]:
    """The pages of each side of each sheet, left and right, from 0; None is an empty page.

    Empty pages stand before the last one, so that the back cover is outside.
    Sheets lie in each other, the first outermost; front and back follow each other, for a printer
    that turns the paper over its short edge.
    """
    total = -(-page_count // 4) * 4
    *inner, last_page = range(page_count)
    pages = [*inner, *[None] * (total - page_count), last_page]
    sides: list[tuple[int | None, int | None]] = []
    for sheet in range(total // 4):
        first, last = 2 * sheet, total - 1 - 2 * sheet
        sides += [(pages[last], pages[first]), (pages[first + 1], pages[last - 1])]
    return sides


def impose(pdf: bytes, title: str) -> bytes:
    """The booklet of a PDF whose pages are A6; each is enlarged to half an A4 sheet."""
    source = PdfReader(BytesIO(pdf))
    writer = PdfWriter()
    for left, right in booklet_order(len(source.pages)):
        side = writer.add_blank_page(SHEET_WIDTH, SHEET_HEIGHT)
        for number, offset in ((left, 0.0), (right, SHEET_WIDTH / 2)):
            if number is not None:
                page = source.pages[number]
                scale = SHEET_HEIGHT / float(page.mediabox.height)
                place = Transformation().scale(scale).translate(offset, 0)
                side.merge_transformed_page(page, place)
    writer.add_metadata({"/Title": title})
    writer.compress_identical_objects()
    output = BytesIO()
    writer.write(output)
    return output.getvalue()
