"""Judges of PDF that we did not write: poppler's pdfsig, pyHanko, qpdf, mutool, outloud, pdfua.

`archival_faults` is our own look at what PDF/A-3a asks for beside, through pikepdf.
"""

import asyncio
import re
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import outloud
import pdfua
import pikepdf
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

UA_EXTENSION = "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
PREFLIGHT = (
    "preflight",
    "pdfbox2",
    "fontbox2",
    "xmpbox",
    "commons-logging",
    "javax.activation",
    "jaxb-api",
)
VALID = "Signature is Valid."
TRUSTED = "Certificate is Trusted."


def trust_store(folder: Path, root: bytes) -> Path:
    """A database of NSS, which poppler asks, that trusts this root (DER) alone."""
    certificate = folder / "root.der"
    certificate.write_bytes(root)
    store = f"sql:{folder}"
    subprocess.run(["certutil", "-N", "-d", store, "--empty-password"], check=True)
    trust = ["certutil", "-A", "-d", store, "-n", "root", "-t", "C,C,C", "-i", str(certificate)]
    subprocess.run(trust, check=True)
    return folder


def ask_pdfsig(pdf: bytes, store: Path) -> dict[str, str]:
    """What pdfsig says of the signatures, by what it is about; the last of several counts."""
    file = store / "asked.pdf"
    file.write_bytes(pdf)
    command = ["pdfsig", "-nssdir", f"sql:{store}", str(file)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = re.findall(r"^  - ([^:\n]+)(?:: (.*))?$", answer.stdout, re.MULTILINE)
    return dict(lines)


def ask_pyhanko(pdf: bytes, *roots: bytes) -> PdfSignatureStatus:
    """What pyHanko says of the only signature, for somebody who trusts these roots (DER)."""
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(root) for root in roots], allow_fetching=False
    )
    return asyncio.run(async_validate_pdf_signature(signature, context))


def ask_qpdf(pdf: bytes, folder: Path) -> str:
    """What qpdf's check complains of."""
    file = folder / "checked.pdf"
    file.write_bytes(pdf)
    answer = subprocess.run(
        ["qpdf", "--check", str(file)], capture_output=True, text=True, check=False
    )
    return "" if answer.returncode == 0 else answer.stdout + answer.stderr


def ask_mutool(pdf: bytes, folder: Path) -> str:
    """What mutool complains of while it draws the pages."""
    file = folder / "drawn.pdf"
    file.write_bytes(pdf)
    answer = subprocess.run(
        ["mutool", "draw", "-q", "-r", "36", "-o", str(folder / "drawn.png"), str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = answer.stdout + answer.stderr
    return complaints.replace("warning: ICC support is not available\n", "").strip()


def ask_outloud(pdf: bytes, folder: Path) -> list[str]:
    """What outloud finds wrong by PDF/UA-1 and WCAG 2.2."""
    file = folder / "heard.pdf"
    file.write_bytes(pdf)
    return [str(finding) for finding in outloud.check(file).findings]


def ask_pdfua(pdf: bytes, folder: Path) -> list[str]:
    """What pdfua finds wrong by PDF/UA-1."""
    file = folder / "read.pdf"
    file.write_bytes(pdf)
    return [str(finding) for finding in pdfua.validate(str(file)).findings]


def archival_faults(pdf: bytes) -> list[str]:
    """What PDF/A-3a and PDF/UA-1 ask for, and this file lacks."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return [*_described(document), *_coloured(document), *_fonts(document), *_inside(document)]


def _described(document: pikepdf.Pdf) -> Iterator[str]:
    root: Any = document.Root
    xmp = root.Metadata.read_bytes().decode()
    if "/ID" not in document.trailer:
        yield "no identifier"
    for name, value in {"pdfaid:part": 3, "pdfaid:conformance": "A", "pdfuaid:part": 1}.items():
        if f"<{name}>{value}</{name}>" not in xmp:
            yield f"not declared: {name}"
    if UA_EXTENSION not in xmp:
        yield "PDF/UA is declared, and not what it is"
    if root.get("/Lang") is None or not root.MarkInfo.Marked:
        yield "not tagged, or in no language"
    if not root.ViewerPreferences.DisplayDocTitle:
        yield "the title is not shown"
    with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as described:
        stated = {
            "/Title": described.get("dc:title"),
            "/Producer": described.get("pdf:Producer"),
            "/Author": ", ".join(described.get("dc:creator") or []),
            "/CreationDate": f"D:{str(described.get('xmp:CreateDate')).replace('-', '')}",
        }
    for key, value in document.docinfo.items():
        if stated.get(key) != str(value):
            yield f"{key} is {value} here and {stated.get(key)} there"


def _coloured(document: pikepdf.Pdf) -> Iterator[str]:
    root: Any = document.Root
    intents = [it for it in root.get("/OutputIntents", []) if it.S == "/GTS_PDFA1"]
    if len(intents) != 1 or intents[0].DestOutputProfile.read_bytes()[36:40] != b"acsp":
        yield "no output intent with a profile"


def _fonts(document: pikepdf.Pdf) -> Iterator[str]:
    for font in document.objects:
        if not isinstance(font, pikepdf.Dictionary) or font.get("/Type") != "/Font":
            continue
        if "/DescendantFonts" in font and "/ToUnicode" not in font:
            yield f"{font.BaseFont} does not tell its letters"
        if "/FontDescriptor" in font:
            described: Any = font.FontDescriptor
            if not {"/FontFile2", "/FontFile3"} & set(described.keys()):
                yield f"{font.BaseFont} is not embedded"
            if font.Subtype == "/CIDFontType2" and font.get("/CIDToGIDMap") != "/Identity":
                yield f"{font.BaseFont} has no map of glyphs"


def _inside(document: pikepdf.Pdf) -> Iterator[str]:
    root: Any = document.Root
    if {"/OpenAction", "/AA"} & set(root.keys()):
        yield "it acts by itself"
    for page in document.pages:
        if page.get("/Tabs") != "/S":
            yield "not in the order of its tags"
        for note in page.get("/Annots", []):
            flags = int(note.get("/F", 0))
            if not flags & 4 or flags & (1 | 2 | 32 | 256):
                yield "an annotation that is not printed"
            if "/StructParent" not in note or not {"/Contents", "/TU"} & set(note.keys()):
                yield "an annotation without a tag or a description"
    attached = list(root.get("/AF", []))
    named = root.get("/Names", pikepdf.Dictionary()).get("/EmbeddedFiles")
    if len(attached) != len(named.Names if named else []) // 2:
        yield "a file is attached to nothing"
    for file in attached:
        if not {"/F", "/UF", "/EF", "/Desc", "/AFRelationship"} <= set(file.keys()):
            yield "a file that is not described"
        if "/Subtype" not in file.EF.F or "/ModDate" not in file.EF.F.Params:
            yield "a file of no kind, or from nowhen"


def ask_preflight(pdf: bytes, folder: Path) -> str:
    """What PDFBox's Preflight says of a file that is to be PDF/A-1b; empty where it is one."""
    file = folder / "kept.pdf"
    file.write_bytes(pdf)
    jars = ":".join(f"/usr/share/java/{name}.jar" for name in PREFLIGHT)
    answer = subprocess.run(
        ["java", "-cp", jars, "org.apache.pdfbox.preflight.Validator_A1b", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = answer.stdout + answer.stderr
    return "" if said.strip() == "The file kept.pdf is a valid PDF/A-1b file" else said
