"""PDFs as somebody may write them who wishes a reader ill; each is a few kilobytes."""

import zlib
from io import BytesIO

from pypdf import PdfWriter


def one_page(
    content: bytes, *, catalog: bytes = b"", page: bytes = b"", more: bytes = b""
) -> bytes:
    """A PDF of one page with a wrong table of its objects, which every reader mends."""
    drawn = b"BT /F 20 Tf 50 50 Td " + content + b" ET"
    return _file(drawn, b"", catalog, page, more)


def _file(drawn: bytes, coding: bytes, catalog: bytes, page: bytes, more: bytes) -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj <</Type/Catalog/Pages 2 0 R" + catalog + b">> endobj\n"
        b"2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"
        b"3 0 obj <</Type/Page/Parent 2 0 R/Contents 4 0 R"
        + (page or b"/MediaBox[0 0 842 595]")
        + b"/Resources<</Font<</F <</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
        b"/XObject<</I 5 0 R>>>>>> endobj\n"
        b"4 0 obj <<" + coding + b"/Length %d>> stream\n" % len(drawn) + drawn + b"\nendstream "
        b"endobj\n" + more + b"trailer <</Root 1 0 R/Size 9>>\nstartxref\n0\n%%EOF\n"
    )


def unfolding(megabytes: int = 4000) -> bytes:
    """A page whose content is gigabytes of letters when it is unfolded twice."""
    packer = zlib.compressobj(9)
    block = b"(" + b"A" * (1 << 20) + b") Tj "
    once = b"".join(packer.compress(block) for _ in range(megabytes // 8)) + packer.flush()
    return _file(zlib.compress(once, 9), b"/Filter[/FlateDecode/FlateDecode]", b"", b"", b"")


def huge_picture() -> bytes:
    """A page with a picture of sixty thousand by sixty thousand points."""
    data = zlib.compress(bytes(1 << 20), 9)
    picture = (
        b"5 0 obj <</Type/XObject/Subtype/Image/Width 60000/Height 60000/ColorSpace/DeviceRGB"
        b"/BitsPerComponent 8/Filter/FlateDecode/Length %d>> stream\n"
        % len(data)
        + data
        + b"\nendstream endobj\n"
    )
    return _file(b"q 800 0 0 500 0 0 cm /I Do Q", b"", b"", b"", picture)


def endless_form() -> bytes:
    """A page whose form draws itself."""
    form = (
        b"5 0 obj <</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</I 5 0 R>>>>"
        b"/Length 12>> stream\n/I Do /I Do \nendstream endobj\n"
    )
    return _file(b"/I Do", b"", b"", b"", form)


def endless_pages() -> bytes:
    """A tree of pages that is its own branch."""
    return one_page(b"(x) Tj").replace(b"/Kids[3 0 R]", b"/Kids[2 0 R 2 0 R 3 0 R]")


def endless_actions() -> bytes:
    """An action that follows itself."""
    return one_page(
        b"(x) Tj",
        catalog=b"/OpenAction 6 0 R",
        more=b"6 0 obj <</S/GoTo/Next[6 0 R 6 0 R]>> endobj\n",
    )


def nested() -> bytes:
    """Brackets in brackets."""
    return one_page(b"(x) Tj", catalog=b"/Deep " + b"[" * 200_000 + b"]" * 200_000)


def vast_page() -> bytes:
    """A page of fourteen million points to a side."""
    return one_page(b"(x) Tj", page=b"/MediaBox[0 0 14000000 14000000]")


def many_pages(count: int = 100_000) -> bytes:
    """So many pages, each of them the same one."""
    return one_page(b"(x) Tj").replace(
        b"/Kids[3 0 R]/Count 1", b"/Kids[" + b"3 0 R " * count + b"]/Count %d" % count
    )


def endless_tables() -> bytes:
    """Tables of the objects' places, each of which says that the other came before."""
    file = one_page(b"(x) Tj").rpartition(b"trailer")[0]
    for _ in range(2):
        place, other = len(file), len(file) + 96
        table = b"xref\n0 1\n0000000000 65535 f \ntrailer <</Root 1 0 R/Size 9/Prev %d>>\n" % other
        file += table.ljust(96)
    return file.replace(b"/Prev %d" % (place + 96), b"/Prev %d" % (place - 96)) + (
        b"startxref\n%d\n%%%%EOF\n" % place
    )


def endless_lengths() -> bytes:
    """Streams whose length is said in one another, and references that lead to themselves."""
    more = (
        b"6 0 obj <</Length 7 0 R>> stream\nx\nendstream endobj\n"
        b"7 0 obj <</Length 6 0 R>> stream\nx\nendstream endobj\n8 0 obj 8 0 R endobj\n"
    )
    return one_page(b"(x) Tj", catalog=b"/OpenAction 8 0 R/Names 8 0 R/AcroForm 6 0 R", more=more)


def endless_names() -> bytes:
    """A tree of attachments that is its own branch."""
    return one_page(
        b"(x) Tj",
        catalog=b"/Names<</EmbeddedFiles 6 0 R>>",
        more=b"6 0 obj <</Kids[6 0 R 6 0 R]/Names[(a) 6 0 R]>> endobj\n",
    )


def many_codings() -> bytes:
    """A page that was packed a thousand times over, as it says."""
    coding = b"/Filter[" + b"/FlateDecode" * 10_000 + b"]"
    return _file(zlib.compress(b"(x) Tj"), coding, b"", b"", b"")


def long_signature() -> bytes:
    """What looks like signatures of megabytes, one in another, over all there is and more."""
    more = b"6 0 obj <</Type/Sig/ByteRange[0 99999999999 -5 3]/Contents<" + b"30" * 190_000
    return one_page(b"(x) Tj", catalog=b"/AcroForm<</SigFlags 3>>", more=more + b">>> endobj\n")


def encrypted() -> bytes:
    """A page that opens with a password."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("rahasia", algorithm="RC4-128")
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


HOSTILE = (
    unfolding,
    huge_picture,
    endless_form,
    endless_pages,
    endless_actions,
    nested,
    vast_page,
    many_pages,
    endless_tables,
    endless_lengths,
    endless_names,
    many_codings,
    long_signature,
)
