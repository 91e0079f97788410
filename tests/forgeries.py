"""What a forger makes of a certificate's file, with the tools that anybody has."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from pikepdf import Dictionary, Name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfWriter
from pypdf.annotations import FreeText
from pypdfium2 import PdfDocument

from lms.keys.material import make_root, make_seal
from lms.keys.queries import Seal
from lms.keys.signers import LocalSigner
from tests.keys import ISSUER

Change = Callable[[pikepdf.Pdf], None]


@cache
def strangers_seal() -> Seal:
    """A seal of somebody whose root and seal bear just the names of ours."""
    now = datetime(2026, 2, 1, tzinfo=UTC)
    root = make_root(ISSUER, now=now)
    own = make_seal(ISSUER, root, now=now)
    assert isinstance(own.private_key, RSAPrivateKey)
    assert own.certificate is not None
    assert root.certificate is not None
    ders = [it.public_bytes(Encoding.DER) for it in (own.certificate, root.certificate)]
    return Seal(LocalSigner("seal-1", own.private_key), ders[0], (ders[1],))


def with_note(pdf: bytes, words: str) -> bytes:
    """Updated behind its seal, as editors save it: a note over the name."""
    writer = PdfWriter(BytesIO(pdf), incremental=True)
    writer.add_annotation(0, FreeText(text=words, rect=(100, 300, 500, 340)))
    saved = BytesIO()
    writer.write(saved)
    return saved.getvalue()


class _Signer(signers.Signer):
    """Signs for pyHanko with a key of ours."""

    def __init__(self, seal: Seal) -> None:
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # of pyHanko
        registry.register(x509.Certificate.load(seal.chain[-1]))
        certificate = x509.Certificate.load(seal.certificate)
        super().__init__(signing_cert=certificate, cert_registry=registry)
        self._seal = seal

    async def async_sign_raw(self, data: bytes, *_: object, **__: object) -> bytes:
        return self._seal.signer.sign(data)


class _Careless(signers.PdfSigner):
    """PyHanko refuses to change what our seal says is not to be changed; a forger does not."""

    def _enforce_certification_constraints(self, reader: object) -> None:
        pass


def signed_again(pdf: bytes, seal: Seal) -> bytes:
    """Updated behind its seal by a second signature, which is true in itself."""
    about = signers.PdfSignatureMetadata(field_name="Kedua", md_algorithm="sha256")
    signed = _Careless(about, _Signer(seal)).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
    return bytes(signed.getvalue())


def with_longer_signature(pdf: bytes) -> bytes:
    """The signature with more filling: every byte outside of it is as it was sealed."""
    found = re.search(rb"<[0-9a-f]{2000,}>", pdf)
    assert found is not None
    return pdf[: found.end() - 1] + b"00" * 64 + pdf[found.end() - 1 :]


def saved_anew(pdf: bytes, *changes: Change) -> bytes:
    """Opened, changed, and saved by an editor."""
    with pikepdf.open(BytesIO(pdf)) as document:
        for change in changes:
            change(document)
        saved = BytesIO()
        document.save(saved)
    return saved.getvalue()


def with_attachment_of(other: bytes) -> Change:
    """Put the credential of another file in the place of this one's."""

    def change(document: pikepdf.Pdf) -> None:
        with pikepdf.open(BytesIO(other)) as theirs:
            content = theirs.attachments["kredensial.jwt"].get_file().read_bytes()
        (specification,) = document.Root.AF
        specification.EF.F.write(content)

    return change


def without_seal(document: pikepdf.Pdf) -> None:
    """Take the signature out with all that leads to it, as if it had never been there."""
    for name in ("/AcroForm", "/Perms", "/StructTreeRoot"):
        if name in document.Root:
            del document.Root[name]
    page = document.pages[0]
    kept = [it for it in page.get("/Annots", []) if it.get("/Subtype") != Name.Widget]
    page["/Annots"] = document.make_indirect(pikepdf.Array(kept))


def with_words_over(old: str, new: str) -> Change:
    """Paint over words, and write others in their place."""

    def change(document: pikepdf.Pdf) -> None:
        saved = BytesIO()
        document.save(saved)
        left, bottom, right, top = _box_of(saved.getvalue(), old)
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Times-Roman"))
        page = document.pages[0]
        page.Resources.Font["/Palsu"] = document.make_indirect(font)
        drawn = (
            f"q 1 1 1 rg {left - 4} {bottom - 4} {right - left + 8} {top - bottom + 8} re f "
            f"0 g BT /Palsu 30 Tf {left} {bottom + 4} Td ({new}) Tj ET Q"
        )
        page.contents_add(document.make_stream(drawn.encode()), prepend=False)

    return change


def as_picture(pdf: bytes, words: str = "") -> bytes:
    """A scan of the sheet, behind which stand words that nobody sees."""
    with PdfDocument(pdf) as document:
        picture = document[0].render(scale=150 / 72).to_pil().convert("RGB")
    scan = BytesIO()
    picture.save(scan, "PDF", resolution=150)

    def change(document: pikepdf.Pdf) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Helvetica"))
        page = document.pages[0]
        page.Resources["/Font"] = Dictionary(F=document.make_indirect(font))
        lines = " ".join(f"({line}) Tj T*" for line in words.splitlines())
        drawn = f"BT 3 Tr /F 12 Tf 12 TL 40 500 Td {lines} ET"
        page.contents_add(document.make_stream(drawn.encode("latin-1", "replace")), prepend=False)

    return saved_anew(scan.getvalue(), *([change] if words else []))


def words_of(pdf: bytes) -> str:
    """What a reader selects on the first page."""
    with PdfDocument(pdf) as document:
        return str(document[0].get_textpage().get_text_range())


def _box_of(pdf: bytes, words: str) -> tuple[float, float, float, float]:
    with PdfDocument(pdf) as document:
        letters = document[0].get_textpage()
        start = letters.get_text_range().index(words)
        boxes = [letters.get_charbox(start + place) for place in range(len(words))]
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def with_program(document: pikepdf.Pdf, **_: Any) -> None:
    """Have the file run a program when its first page is opened."""
    action = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.launchURL('http://127.0.0.1:9')"))
    document.pages[0]["/AA"] = Dictionary(O=document.make_indirect(action))
