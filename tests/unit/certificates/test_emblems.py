"""Emblems that people bring: nothing is left of them but a picture."""

import zlib
from io import BytesIO
from struct import pack

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from lms.certificates.emblems import LARGEST_EMBLEM, LONGEST_SIDE, read_emblem
from lms.errors import Invalid

SHAPE = '<path d="M0 0h20v10z" fill="#1f3b63"/>'


def drawing(inside: str = SHAPE, root: str = 'viewBox="0 0 20 10"', before: str = "") -> bytes:
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" {root}>{inside}</svg>'.encode()


def png(mode: str, size: tuple[int, int], colour: tuple[int, ...] | int) -> bytes:
    notes = PngInfo()
    notes.add_text("Author", "Budi Rekaan")
    made = BytesIO()
    Image.new(mode, size, colour).save(made, "PNG", pnginfo=notes)
    return made.getvalue()


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that unfolds to very many points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    header = pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    lines = zlib.compress(bytes(10_000), 9)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def test_a_drawing_fills_whatever_place_it_gets() -> None:
    for root in (
        'viewBox="0 0 20 10"',
        'width="20" height="10px"',
        'viewBox="5,5,40,20" width="9"',
    ):
        emblem = read_emblem(drawing(root=root))
        assert emblem.ratio == 2
        assert b"viewBox=" in emblem.content
        assert b"width=" not in emblem.content.split(b">")[0]


@pytest.mark.parametrize(
    "content",
    [
        drawing("<script>alert(1)</script>"),
        drawing('<path d="M0 0" onclick="alert(1)"/>'),
        drawing('<image href="http://127.0.0.1:9/a.png" width="9" height="9"/>'),
        drawing('<style>@import url(http://127.0.0.1:9/a.css)</style>'),
        drawing('<foreignObject><p>a</p></foreignObject>'),
        drawing('<use href="http://127.0.0.1:9/a.svg#b"/>'),
        drawing("&a;", before='<!DOCTYPE svg [<!ENTITY a "b">]>'),
        drawing("<g>" * 100 + "</g>" * 100),
        drawing("<text>Kementerian</text>"),
        drawing(root=""),
        drawing(root='viewBox="0 0 0 0"'),
        drawing(root='viewBox="0 0 100 1"'),
        b"<html></html>",
        b"%PDF-1.7",
        b"",
        b"\x89PNG\r\n\x1a\n",
        png("RGB", (300, 200), (9, 9, 9))[:-40],
        png("L", (LONGEST_SIDE + 1, 600), 0),
        png("L", (600, 100), 0),
        bomb(60_000),
        bomb(1_900),
        bytes(LARGEST_EMBLEM + 1),
    ],
    ids=range(22),
)  # fmt: skip
def test_what_is_more_or_less_than_a_picture_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        read_emblem(content)
    assert refused.value.field == "emblem"
    assert str(refused.value)


def test_notes_of_programs_and_comments_are_left_out() -> None:
    notes = "<!-- Budi --><metadata>Budi</metadata>"
    emblem = read_emblem(drawing(notes + '<path d="M0 0h9" data-author="Budi"/>'))
    assert b"Budi" not in emblem.content
    assert b"M0 0h9" in emblem.content


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [
        ("RGBA", (200, 0, 0, 0), (255, 255, 255)),
        ("RGBA", (200, 0, 0, 255), (200, 0, 0)),
        ("LA", (0, 0), (255, 255, 255)),
        ("P", 0, (0, 0, 0)),
        ("1", 1, (255, 255, 255)),
        ("L", 7, (7, 7, 7)),
    ],
)
def test_a_picture_is_made_anew_on_white(
    mode: str, colour: tuple[int, ...] | int, seen: tuple[int, int, int]
) -> None:
    emblem = read_emblem(png(mode, (30, 20), colour))
    with Image.open(BytesIO(emblem.content)) as image:
        assert (image.mode, image.size, image.getpixel((9, 9))) == ("RGB", (30, 20), seen)
        assert not image.info.get("Author")
    assert b"Budi" not in emblem.content
    assert emblem.ratio == 1.5
