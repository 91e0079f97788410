"""The table at the end of a PDF file: every object is where it says."""

import re
import zlib

from lms.printing.pdf_writer import Writer


def file_of_four() -> bytes:
    writer = Writer()
    writer.add(3, b"<</Type /Catalog>>")
    writer.add_stream(4, b"some words" * 9, b"/Type /XObject")
    writer.add_packed(5, {1: b"<</A 3 0 R>>", 7: b"[1 2]"})
    return writer.finish(8, root=b"3 0 R", info=b"1 0 R", identifier="a-1")


def unfolded(pdf: bytes, number: int) -> bytes:
    """What a compressed stream contains; it is as long as it says."""
    found = re.search(rb"\n%d 0 obj\n<<.*?/Length (\d+)>>\nstream\n" % number, pdf)
    assert found
    end = found.end() + int(found[1])
    assert pdf[end:].startswith(b"\nendstream\nendobj\n")
    return zlib.decompress(pdf[found.end() : end])


def table_of(pdf: bytes) -> list[tuple[int, int, int]]:
    table = unfolded(pdf, 8)
    return [
        (table[at], int.from_bytes(table[at + 1 : at + 5], "big"), table[at + 6])
        for at in range(0, len(table), 7)
    ]


def test_objects_are_where_the_table_says() -> None:
    pdf = file_of_four()
    for number, (kind, place, _) in enumerate(table_of(pdf)):
        if kind == 1:
            assert pdf[place:].startswith(b"%d 0 obj\n" % number)
    assert [kind for kind, _, _ in table_of(pdf)] == [0, 2, 0, 1, 1, 1, 0, 2, 1]


def test_packed_objects_are_found_by_place_and_by_number() -> None:
    pdf = file_of_four()
    packed = unfolded(pdf, 5)
    table = table_of(pdf)
    assert [table[1], table[7]] == [(2, 5, 0), (2, 5, 1)]
    found = re.search(rb"/N 2/First (\d+)/", pdf)
    assert found
    first = int(found[1])
    head = [int(it) for it in packed[:first].split()]
    assert head[0::2] == [1, 7]
    assert [packed[first + at :].split(b"\n")[0] for at in head[1::2]] == [
        b"<</A 3 0 R>>",
        b"[1 2]",
    ]


def test_the_end_leads_to_the_table() -> None:
    pdf = file_of_four()
    found = re.search(rb"startxref\n(\d+)\n%%EOF\n$", pdf)
    assert found
    assert pdf[int(found[1]) :].startswith(b"8 0 obj\n<</Type /XRef/Size 9/")


def test_the_identifier_has_a_part_that_stays_and_one_of_the_content() -> None:
    found = re.search(rb"/ID \[<(\w+)> <(\w{32})>\]", file_of_four())
    assert found
    assert bytes.fromhex(found[1].decode()) == b"a-1"
