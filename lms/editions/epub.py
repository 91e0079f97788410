"""The book for e-readers: EPUB 3 (EPUB 3.3, W3C) of the same text, the same bytes every time."""

import re
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from lms.days import write_day
from lms.editions.text import BookText, book_tree
from lms.rendering.motifs import Place, motif_svg, palette_of
from lms.rendering.references import Reference

MEDIA_TYPE: Final = "application/epub+zip"
STYLE: Final = Path(__file__).with_name("templates") / "epub.css"
SUFFIXES: Final = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"RIFF": ".webp"}
TYPES: Final = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".css": "text/css",
    ".xhtml": "application/xhtml+xml",
}

# No document of XML may hold these; HTML passes over them.
NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_CONTAINER: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="OEBPS/buku.opf" '
    'media-type="application/oebps-package+xml"/></rootfiles></container>\n'
)


def make_epub(text: BookText) -> bytes:
    """The whole book as one file that `epubcheck` accepts."""
    pictures = {sha256: _picture_name(sha256, data) for sha256, data in text.pictures.items()}
    pages = _pages(text, pictures)
    files: dict[str, bytes] = {
        "gaya.css": _style(text),
        "sampul.svg": _cover_picture(text.theme),
        **{name: text.pictures[sha256] for sha256, name in pictures.items()},
    }
    for name, title, tree in pages:
        files[name] = _document(title, _inner_xml(tree))
    files["isi.xhtml"] = _contents(text, pages)
    files["sampul.xhtml"] = _document(text.title, _cover(text))
    package = _package(text, files, [name for name, _, _ in pages])
    whole = {"META-INF/container.xml": _CONTAINER.encode(), "OEBPS/buku.opf": package}
    whole |= {f"OEBPS/{name}": content for name, content in files.items()}
    return _zip(text, whole)


Page = tuple[str, str, ET.Element]
"""A file's name, its title, and the tree of its body."""


def _pages(text: BookText, pictures: dict[str, str]) -> list[Page]:
    def place_of(reference: Reference) -> str:
        if reference.kind == "picture":
            return pictures[reference.name]
        return f"bab-{reference.number}.xhtml"

    promises, objectives = (
        "".join(f"<li>{each}</li>" for each in lines)
        for lines in (text.promises_html, text.objectives_html)
    )
    opening = f"<h1>Pengantar</h1>{text.introduction_html}"
    if promises:
        opening += f"<h2>Sesudah membaca, Anda dapat</h2><ul>{promises}</ul>"
    title = "Tujuan yang diuji" if promises else "Sesudah membaca, Anda mampu"
    opening += f"<h2>{title}</h2><ul>{objectives}</ul>"
    pages = [("pengantar.xhtml", "Pengantar", book_tree(opening, "pengantar-", place_of))]
    for chapter in text.chapters:
        check = (
            f'<p class="check"><strong>Cek pemahaman.</strong> Soal kecil bab ini ada di '
            f'<a href="{escape(chapter.address)}#cek">{escape(chapter.address)}</a>.</p>'
        )
        html = (
            f'<p class="number">Bab {chapter.number}</p><h1>{escape(chapter.title)}</h1>'
            f"{chapter.html}{check}"
        )
        tree = book_tree(html, "", place_of)
        pages.append((f"bab-{chapter.number}.xhtml", chapter.title, tree))
    easy = text.appendix("sederhana")
    for appendix in [*text.beside_chapters, *([easy] if easy else ())]:
        html = f"<h1>{escape(appendix.title)}</h1>{appendix.html}"
        pages.append((f"{appendix.kind}.xhtml", appendix.title, book_tree(html, "", place_of)))
    return pages


def _cover_picture(theme: str) -> bytes:
    return motif_svg(theme, width=600, height=800, scale=2, emblem=Place(300, 300, 190)).encode()


def _cover(text: BookText) -> str:
    return (
        '<section class="cover"><img src="sampul.svg" alt=""/>'
        f'<p class="number">{escape(text.code)}</p><h1>{escape(text.title)}</h1>'
        f"<p>Edisi {escape(text.release_name)}, {write_day(text.published_on)}</p>"
        f"<p>Peraturan diperiksa sampai {write_day(text.regulations_checked_on)}.</p></section>"
    )


def _contents(text: BookText, pages: list[Page]) -> bytes:
    lines = "".join(f'<li><a href="{name}">{escape(title)}</a></li>' for name, title, _ in pages)
    nav = f'<nav epub:type="toc" id="toc"><h1>Isi</h1><ol>{lines}</ol></nav>'
    return _document(text.title, nav)


def _document(title: str, body: str) -> bytes:
    whole = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" '
        'xmlns:epub="http://www.idpf.org/2007/ops" lang="id" xml:lang="id">'
        f'<head><title>{escape(title)}</title><link rel="stylesheet" href="gaya.css"/></head>'
        f"<body>{body}</body></html>\n"
    )
    return NOT_XML.sub("", whole).encode()


def _inner_xml(tree: ET.Element) -> str:
    inside = "".join(ET.tostring(child, encoding="unicode", method="xml") for child in tree)
    return escape(tree.text or "") + inside


def _package(text: BookText, files: dict[str, bytes], spine: list[str]) -> bytes:
    items = "".join(
        f'<item id="f{number}" href="{name}" media-type="{TYPES[Path(name).suffix]}"'
        f"{_properties(name)}/>"
        for number, name in enumerate(files)
    )
    ids = {name: f"f{number}" for number, name in enumerate(files)}
    order = ["sampul.xhtml", "isi.xhtml", *spine]
    references = "".join(f'<itemref idref="{ids[name]}"/>' for name in order)
    day = f"{text.published_on.isoformat()}T00:00:00Z"
    accessibility = "".join(
        f'<meta property="schema:{name}">{value}</meta>'
        for name, value in (
            ("accessMode", "textual"),
            ("accessMode", "visual"),
            ("accessModeSufficient", "textual"),
            ("accessibilityFeature", "structuralNavigation"),
            ("accessibilityFeature", "alternativeText"),
            ("accessibilityFeature", "tableOfContents"),
            ("accessibilityHazard", "none"),
            ("accessibilitySummary", "Teks utuh dengan judul bertingkat; gambar beralternatif."),
        )
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" '
        'xml:lang="id"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">urn:uuid:{uuid5(NAMESPACE_URL, text.sha256)}</dc:identifier>'
        f"<dc:title>{escape(text.title)}</dc:title><dc:language>id</dc:language>"
        f"<dc:creator>SakuHAM</dc:creator><dc:date>{text.published_on.isoformat()}</dc:date>"
        f'<meta property="dcterms:modified">{day}</meta>{accessibility}</metadata>'
        f"<manifest>{items}</manifest><spine>{references}</spine></package>\n"
    ).encode()


def _properties(name: str) -> str:
    special = {"isi.xhtml": "nav", "sampul.svg": "cover-image"}.get(name)
    return f' properties="{special}"' if special else ""


def _picture_name(sha256: str, data: bytes) -> str:
    suffix = next((end for start, end in SUFFIXES.items() if data.startswith(start)), ".svg")
    return f"gambar-{sha256[:16]}{suffix}"


def _style(text: BookText) -> bytes:
    deep = palette_of(text.theme).deep
    return STYLE.read_text(encoding="utf-8").replace("#123456", deep).encode()


def _zip(text: BookText, files: dict[str, bytes]) -> bytes:
    day = (text.published_on.year, text.published_on.month, text.published_on.day, 0, 0, 0)
    output = BytesIO()
    with ZipFile(output, "w") as archive:
        # First and uncompressed, so that a reader knows the kind by the first bytes (OCF 3.3).
        archive.writestr(ZipInfo("mimetype", day), MEDIA_TYPE, ZIP_STORED)
        for name, content in files.items():
            archive.writestr(ZipInfo(name, day), content, ZIP_DEFLATED)
    return output.getvalue()
