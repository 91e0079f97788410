"""A drawing only draws: nothing runs, moves or loads, in any spelling."""

from xml.etree import ElementTree as ET

import pytest

from lms.authoring.source.drawings import UnreadableDrawing, UnsafeDrawing, clean_drawing

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '


def svg(inside: str, *, attributes: str = "") -> bytes:
    return f'{OPEN}width="9" height="9" {attributes}>{inside}</svg>'.encode()


@pytest.mark.parametrize(
    "inside",
    [
        "<script>x()</script>",
        "<SCRIPT>x()</SCRIPT>",
        '<path onload="x()"/>',
        '<path ONLOAD="x()"/>',
        "<foreignObject/>",
        "<iframe/>",
        '<a href="#b"><path/></a>',
        '<image href="https://x.example/a.png"/>',
        '<image href="data:image/png;base64,AAAA"/>',
        '<use href="https://x.example/a.svg#b"/>',
        '<use xlink:href="a.svg#b"/>',
        '<use href="data:image/svg+xml,x"/>',
        '<use href=" javascript:x()"/>',
        '<filter><feImage href="https://x.example/a.png"/></filter>',
        '<set attributeName="href" to="https://x.example/"/>',
        '<animate attributeName="href" values="https://x.example/"/>',
        '<animateTransform attributeName="transform"/>',
        '<animateMotion path="M0 0"/>',
        '<use href="#a"><set attributeName="href" to="javascript:x()"/></use>',
        '<path fill="url(https://x.example)"/>',
        "<path fill=\"url('https://x.example')\"/>",
        '<path fill="URL(https://x.example)"/>',
        '<path fill="url( &quot;//x.example&quot; )"/>',
        '<path fill="u\\72l(http://x.example)"/>',
        '<path fill="url&#40;https://x.example)"/>',
        '<path style="fill:u\\72 l(http://x.example)"/>',
        "<path style=\"background:image-set('http://x.example/a.png' 1x)\"/>",
        '<path style="background:-webkit-image-set(url(http://x.example/a.png) 1x)"/>',
        "<path style=\"fill:src('http://x.example')\"/>",
        '<path style="width:expression(x())"/>',
        '<path style="fill:var(--x)"/>',
        '<path mask="url(a.svg#b)"/>',
        '<path filter="url(http://x.example/#b)"/>',
        '<path clip-path="url(//x.example#b)"/>',
        "<style>@import 'x.css';</style>",
        "<style>@im\\70ort 'x.css';</style>",
        "<style>@font-face{font-family:a;src:url(http://x.example/a.woff)}</style>",
        "<style>path{fill:url(http://x.example)}</style>",
        "<style><![CDATA[path{fill:u\\72l(http://x.example)}]]></style>",
        "<style>path{background:image-set('http://x.example' 1x)}</style>",
        "<style>path{fill:url(/**/http://x.example)}</style>",
        "<metadata/><script/>",
        "<g>" * 100 + "</g>" * 100,
        '<g id="a"><use href="#a"/></g>',
        '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
        '<g id="g0"><path/></g>'
        + "".join(f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 7)),
    ],
)
def test_what_runs_moves_loads_or_explodes_is_refused(inside: str) -> None:
    with pytest.raises(UnsafeDrawing) as refused:
        clean_drawing(svg(inside))
    assert str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        f"<!DOCTYPE svg>{OPEN}/>",
        f'<!DOCTYPE svg [<!ENTITY a "b">]>{OPEN}/>',
        f'<?xml-stylesheet href="x"?>{OPEN}/>',
    ],
)
def test_document_types_and_style_sheets_are_refused(text: str) -> None:
    with pytest.raises(UnsafeDrawing):
        clean_drawing(text.encode())


@pytest.mark.parametrize("data", [b"", b"<p/>", b"<svg", b"\xff", "<svg/>".encode("utf-16")])
def test_what_is_no_drawing_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDrawing):
        clean_drawing(data)


@pytest.mark.parametrize(
    "inside",
    [
        '<linearGradient id="a"><stop offset="0"/></linearGradient><path fill="url(#a)"/>',
        '<path id="b"/><use href="#b" transform="translate(1,2) rotate(3)"/><use xlink:href="#b"/>',
        "<style>.a{fill:#fff;stroke:rgb(1,2,3)} .b{fill:url(#c)}</style><path class='a'/>",
        '<path style="fill:#fff;stroke-width:2"/>',
        '<text x="1" y="2" font-family="Arial">Loket <tspan dy="3">satu</tspan></text>',
        "<title>Loket (lantai dua)</title><desc>Uraian</desc>",
        '<g role="img" aria-label="Loket (lantai dua)" lang="id"/>',
        '<filter id="a"><feGaussianBlur stdDeviation="2"/></filter><path filter="url(#a)"/>',
    ],
)
def test_what_only_draws_is_left_byte_by_byte(inside: str) -> None:
    data = svg(inside)
    assert clean_drawing(data).data == data


@pytest.mark.parametrize(
    "inside",
    [
        "<!-- /home/sari/rumah -->",
        "<metadata><x>/home/sari/rumah</x></metadata>",
        '<path data-name="/home/sari/rumah"/>',
        '<path xml:base="/home/sari/rumah"/>',
        '<path xmlns:i="http://www.inkscape.org/" i:export-filename="/home/sari/rumah"/>',
        '<s:namedview xmlns:s="http://sodipodi.sourceforge.net/">/home/sari/rumah</s:namedview>',
        "<?adobe /home/sari/rumah?>",
    ],
)
def test_notes_of_programs_are_taken_out(inside: str) -> None:
    made = clean_drawing(svg(f'{inside}<path d="M0 0h9"/>')).data
    assert b"sari" not in made
    assert b'd="M0 0h9"' in made
    root = ET.fromstring(made)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert clean_drawing(made).data == made
