"""The sealed certificate before judges that we did not write, and in the hands of a forger."""

import asyncio
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from asn1crypto import cms, x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.sign.signers import ExternalSigner
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from zxingcpp import read_barcodes

from lms.certificates.facts import Mark
from lms.certificates.layout import lay_out
from lms.certificates.printing import SEAL_DESCRIPTION, _page, _renderer, print_certificate
from lms.keys.material import make_root, make_seal
from lms.keys.queries import Seal
from lms.keys.signers import LocalSigner
from lms.printing.archival import OPTIONS, archive
from lms.printing.seals import SealState, examine_seal
from lms.printing.slots import Attachment, Slots
from tests.patience import ends
from tests.pdf_judges import (
    TRUSTED,
    VALID,
    archival_faults,
    ask_mutool,
    ask_outloud,
    ask_pdfsig,
    ask_pdfua,
    ask_preflight,
    ask_pyhanko,
    ask_qpdf,
    trust_store,
)
from tests.unit.certificates.conftest import CREDENTIAL, FACTS, IMPRINT, OBJECTIVES, THEME

pytestmark = pytest.mark.slow

MARK = Mark("Dicabut", FACTS.issued_on)
SHEETS: dict[str, dict[str, Any]] = {
    "stamped": {},
    "with objectives": {"objectives": OBJECTIVES},
    "in other letters": {"holder_name": "陳 أحمد Budi"},
    "Javanese": {"holder_name": "ꦱꦫꦱ꧀ꦮꦠꦶ"},
    "out of force": {"mark": MARK},
}
Make = Callable[..., bytes]


@pytest.fixture(scope="session")
def make(fonts: Path, seal: Seal) -> Make:
    """Seals a certificate: make(holder_name="Sumirah", mark=MARK, attachment=None)."""

    def make_with(
        attachment: Attachment | None = CREDENTIAL,
        objectives: Sequence[str] = (),
        mark: Mark | None = None,
        seal: Seal | None = seal,
        **changes: Any,
    ) -> bytes:
        return print_certificate(
            replace(FACTS, **changes),
            IMPRINT,
            THEME,
            fonts=fonts,
            objectives=objectives,
            mark=mark,
            attachment=attachment,
            seal=seal,
        )

    return make_with


@pytest.fixture(scope="module")
def sealed(make: Make) -> bytes:
    return make()


@pytest.fixture(scope="module", params=list(SHEETS.values()), ids=list(SHEETS))
def sheet(request: pytest.FixtureRequest, make: Make) -> bytes:
    """A sealed certificate of each way in which they are made."""
    return make(**request.param)


@pytest.fixture(scope="session")
def root(seal: Seal) -> bytes:
    return seal.chain[-1]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, root: bytes) -> Path:
    """Where poppler finds that our root is trusted."""
    return trust_store(tmp_path_factory.mktemp("nss"), root)


@pytest.fixture(scope="module")
def other_seal() -> Seal:
    """Somebody's who calls themselves as we do."""
    now = datetime(2026, 2, 1, tzinfo=UTC)
    root = make_root("Kementerian Contoh", now=now)
    own = make_seal("Kementerian Contoh", root, now=now)
    assert isinstance(own.private_key, RSAPrivateKey)
    assert own.certificate is not None
    assert root.certificate is not None
    ders = [it.public_bytes(Encoding.DER) for it in (own.certificate, root.certificate)]
    return Seal(LocalSigner("seal-9", own.private_key), ders[0], (ders[1],))


def hole_of(pdf: bytes) -> tuple[int, int]:
    """From where to where the signature stands, which no signature can be over."""
    found = re.search(rb"<[0-9a-f]{2000,}>", pdf)
    assert found is not None
    return found.span()


# What judges say


def test_pyhanko_finds_it_valid_trusted_and_over_the_whole_file(sheet: bytes, root: bytes) -> None:
    status = ask_pyhanko(sheet, root)
    assert status.bottom_line
    assert status.trusted
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.docmdp_ok


def test_pyhanko_trusts_nobody_unasked(sealed: bytes) -> None:
    status = ask_pyhanko(sealed)
    assert status.intact
    assert status.valid
    assert not status.trusted


def test_pdfsig_finds_it_valid_trusted_and_over_the_whole_file(sheet: bytes, store: Path) -> None:
    said = ask_pdfsig(sheet, store)
    assert said["Signature Validation"] == VALID
    assert said["Certificate Validation"] == TRUSTED
    assert said["Signature Type"] == "ETSI.CAdES.detached"
    assert "Total document signed" in said


def test_qpdf_and_mutool_have_no_complaint(sheet: bytes, tmp_path: Path) -> None:
    assert ask_qpdf(sheet, tmp_path) == ""
    assert ask_mutool(sheet, tmp_path) == ""


def test_it_can_be_heard(sheet: bytes, tmp_path: Path) -> None:
    assert ask_outloud(sheet, tmp_path) == []
    assert ask_pdfua(sheet, tmp_path) == []


def test_it_can_be_kept_for_good(sheet: bytes) -> None:
    assert archival_faults(sheet) == []


@pytest.fixture(scope="module")
def as_oldest_archive(fonts: Path) -> Callable[..., bytes]:
    """The same page as PDF/A-1b, the only kind that PDFBox judges, with our own description.

    It has no backgrounds: WeasyPrint draws them as groups, which PDF/A knows since its second part.
    """

    def make_with(
        style: str = "@page { background: none } main { background: #fff !important }",
    ) -> bytes:
        page, pictures = _page(lay_out(FACTS, IMPRINT, fonts, OBJECTIVES), THEME)
        page = page.replace("</head>", f"<style>{style}</style></head>")
        options = OPTIONS | {"pdf_variant": "pdf/a-1b"}

        def describe(document: Any, pdf: Any) -> None:
            archive(pdf, document.metadata, Slots())
            described = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
            (words,) = described.stream
            words = words.replace(b"<pdfaid:part>3", b"<pdfaid:part>1")
            described.stream = [words.replace(b"conformance>A", b"conformance>B")]

        document = _renderer(fonts)._set(page, pictures, **options)  # noqa: SLF001
        pdf: bytes = document.write_pdf(finisher=describe, pdf_identifier=True, **options)
        return pdf

    return make_with


def test_pdfbox_finds_its_fonts_colours_and_description_fit_to_be_kept(
    as_oldest_archive: Callable[..., bytes], tmp_path: Path
) -> None:
    assert ask_preflight(as_oldest_archive(), tmp_path) == ""
    assert "transparency" in ask_preflight(as_oldest_archive(""), tmp_path)


def test_our_own_look_sees_what_is_missing(sealed: bytes) -> None:
    with pikepdf.open(BytesIO(sealed)) as document:
        root: Any = document.Root
        del root.OutputIntents, root.AF, root.Lang
        document.docinfo["/Title"] = "Sertifikat"
        spoilt = BytesIO()
        document.save(spoilt)
    assert len(archival_faults(spoilt.getvalue())) >= 4


def test_its_field_is_the_last_thing_that_is_read(sheet: bytes) -> None:
    with pikepdf.open(BytesIO(sheet)) as document:
        root: Any = document.Root
        (field,) = root.AcroForm.Fields
        last = root.StructTreeRoot.K[0].K[-1]
        assert (last.S, str(field.TU)) == ("/Form", SEAL_DESCRIPTION)
        assert last.K.Obj.objgen == field.objgen
        assert root.Perms.DocMDP.objgen == field.V.objgen
        assert int(field.V.Reference[0].TransformParams.P) == 1
        assert b"Tj" not in field.AP.N.read_bytes()
        assert b"TJ" not in field.AP.N.read_bytes()


def test_the_credential_is_in_it(sealed: bytes) -> None:
    (content,) = PdfReader(BytesIO(sealed)).attachments[CREDENTIAL.name]
    assert content == CREDENTIAL.content
    with pikepdf.open(BytesIO(sealed)) as document:
        root: Any = document.Root
        (file,) = root.AF
        assert file.AFRelationship == "/Supplement"
        assert file.EF.F.Subtype == "/application/vc+jwt"
        assert str(file.EF.F.Params.ModDate) == "D:20260515170000Z"


def test_its_code_is_read_from_a_picture(sheet: bytes, tmp_path: Path) -> None:
    picture = pypdfium2.PdfDocument(sheet)[0].render(scale=150 / 72).to_pil()
    picture.save(tmp_path / "sheet.png")
    (found,) = read_barcodes(picture)
    said = subprocess.run(
        ["zbarimg", "--raw", "-q", str(tmp_path / "sheet.png")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == found.text == IMPRINT.verify_url


def test_the_fonts_are_our_own_by_their_names(sealed: bytes) -> None:
    with pikepdf.open(BytesIO(sealed)) as document:
        programs = [
            TTFont(BytesIO(it.FontFile2.read_bytes()))
            for it in document.objects
            if isinstance(it, pikepdf.Dictionary) and "/FontFile2" in it
        ]
    names = {program["name"].getDebugName(6) for program in programs}
    assert names == {f"PlusJakartaSans-{it}" for it in ("Regular", "SemiBold", "Bold", "ExtraBold")}


# What stays the same


def test_it_is_dated_as_it_was_issued(sealed: bytes, root: bytes) -> None:
    finding = examine_seal(sealed, [root])
    assert finding.state is SealState.WHOLE
    assert finding.covers_all
    assert finding.sealed_at == FACTS.issued_at
    assert finding.signer == "Segel sertifikat – Kementerian Contoh"


def test_no_seal_is_dated_before_its_key(make: Make, root: bytes) -> None:
    finding = examine_seal(make(issued_at=datetime(2020, 1, 1, tzinfo=UTC)), [root])
    assert finding.state is SealState.WHOLE
    assert finding.sealed_at is not None
    assert finding.sealed_at > datetime(2026, 1, 1, tzinfo=UTC)


def test_without_a_seal_there_is_no_field(make: Make, root: bytes) -> None:
    plain = make(seal=None)
    assert examine_seal(plain, [root]).state is SealState.NONE
    assert PdfReader(BytesIO(plain)).get_fields() in (None, {})
    assert archival_faults(plain) == []


def test_another_process_seals_the_same_bytes(fonts: Path, sealed: bytes, seal: Seal) -> None:
    signer = seal.signer
    assert isinstance(signer, LocalSigner)
    key = signer._key.private_bytes(  # noqa: SLF001 - nobody else asks for it
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    )
    program = (
        "import sys, pickle\n"
        "from cryptography.hazmat.primitives.serialization import load_der_private_key\n"
        "from lms.certificates.printing import print_certificate\n"
        "from lms.keys.queries import Seal\n"
        "from lms.keys.signers import LocalSigner\n"
        "from tests.unit.certificates.conftest import CREDENTIAL, FACTS, IMPRINT, THEME\n"
        "key, certificate, chain, fonts = pickle.load(sys.stdin.buffer)\n"
        "seal = Seal(LocalSigner('seal-1', load_der_private_key(key, None)), certificate, chain)\n"
        "kinds = {'attachment': CREDENTIAL, 'seal': seal}\n"
        "pdf = print_certificate(FACTS, IMPRINT, THEME, fonts=fonts, **kinds)\n"
        "sys.stdout.buffer.write(pdf)\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", program],
        input=pickle.dumps((key, seal.certificate, seal.chain, fonts)),
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "1"},
    )
    assert made.stdout == sealed


# What a forger tries


def forged_name(pdf: bytes) -> bytes:
    """Another holder, in the title that readers show."""
    with pikepdf.open(BytesIO(pdf)) as document:
        document.docinfo["/Title"] = "Sertifikat – Penipu"
        saved = BytesIO()
        document.save(saved)
    return saved.getvalue()


def swapped_attachment(pdf: bytes, other: bytes) -> bytes:
    """The credential of another certificate, byte by byte in the place of this one's."""
    ours, theirs = (re.search(rb"/EmbeddedFile.*?endstream", it, re.DOTALL) for it in (pdf, other))
    assert ours is not None
    assert theirs is not None
    return pdf[: ours.start()] + theirs[0] + pdf[ours.end() :]


def updated(pdf: bytes) -> bytes:
    """An update behind the seal, as editors of PDF save it: a note over the name."""
    writer = PdfWriter(BytesIO(pdf), incremental=True)
    writer.add_annotation(0, FreeText(text="Penipu", rect=(100, 300, 500, 340)))
    saved = BytesIO()
    writer.write(saved)
    assert saved.getvalue().startswith(pdf)
    return saved.getvalue()


def test_one_changed_byte_is_seen_by_all(sealed: bytes, root: bytes, store: Path) -> None:
    start, _ = hole_of(sealed)
    at = sealed.index(b"endstream") - 20
    assert at < start
    changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
    assert examine_seal(changed, [root]).state is SealState.CHANGED
    assert not ask_pyhanko(changed, root).intact
    assert ask_pdfsig(changed, store)["Signature Validation"] != VALID


def test_a_changed_name_is_seen_by_all(sealed: bytes, root: bytes, store: Path) -> None:
    changed = forged_name(sealed)
    assert examine_seal(changed, [root]).state is SealState.CHANGED
    assert not ask_pyhanko(changed, root).bottom_line
    assert ask_pdfsig(changed, store)["Signature Validation"] != VALID


def test_a_swapped_attachment_is_seen_by_all(
    sealed: bytes, make: Make, root: bytes, store: Path
) -> None:
    other = replace(CREDENTIAL, content=CREDENTIAL.content.swapcase())
    changed = swapped_attachment(sealed, make(attachment=other))
    assert len(changed) == len(sealed)
    assert examine_seal(changed, [root]).state is SealState.CHANGED
    assert not ask_pyhanko(changed, root).intact
    assert ask_pdfsig(changed, store)["Signature Validation"] != VALID


def test_an_update_over_the_seal_is_seen_by_all(sealed: bytes, root: bytes, store: Path) -> None:
    changed = updated(sealed)
    assert examine_seal(changed, [root]).state is SealState.CHANGED
    status = ask_pyhanko(changed, root)
    assert not status.bottom_line
    assert not status.docmdp_ok
    assert "Total document signed" not in ask_pdfsig(changed, store)


def test_a_page_sealed_by_another_who_bears_our_name_is_foreign(
    make: Make, other_seal: Seal, root: bytes, store: Path
) -> None:
    foreign = make(holder_name="Penipu", seal=other_seal)
    finding = examine_seal(foreign, [root])
    assert finding.state is SealState.FOREIGN
    assert finding.signer == "Segel sertifikat – Kementerian Contoh"
    status = ask_pyhanko(foreign, root)
    assert status.intact
    assert not status.trusted
    said = ask_pdfsig(foreign, store)
    assert said["Signature Validation"] == VALID
    assert said["Certificate Validation"] != TRUSTED


def test_our_signature_on_another_page_is_a_changed_one(
    sealed: bytes, make: Make, other_seal: Seal, root: bytes
) -> None:
    foreign = make(holder_name="Penipu", seal=other_seal)
    (start, end), (begin, stop) = hole_of(foreign), hole_of(sealed)
    pasted = foreign[:start] + sealed[begin:stop] + foreign[end:]
    assert examine_seal(pasted, [root]).state is SealState.CHANGED


@settings(max_examples=60)
@given(data=st.data())
def test_what_is_found_whole_is_what_was_sealed(
    sealed: bytes, root: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(sealed) - 1))
    byte = data.draw(st.integers(0, 255))
    changed = sealed[:at] + bytes([byte]) + sealed[at + 1 :]
    start, end = hole_of(sealed)
    state = examine_seal(changed, [root]).state
    if start < at < end - 1:  # of the signature's own digits only some decide
        assert state in {SealState.WHOLE, SealState.CHANGED}
    else:
        assert (state is SealState.WHOLE) is (changed == sealed)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        b"\x89PNG" + b"\0" * 1000,
        b"%PDF-1.7\n" + b"<" * 100_000,
        b"<" + b"0" * 300_000,
        (b"<" + b"30" * 400 + b">") * 2000,
        b"<" + b"3080" * 50_000 + b">",
        b"[" * 200_000,
    ],
    ids=["empty", "head", "picture", "angles", "open", "many", "deep", "brackets"],
)
def test_hostile_files_have_a_clear_answer(content: bytes, root: bytes) -> None:
    with ends():
        assert examine_seal(content, [root]).state in {SealState.NONE, SealState.FOREIGN}


def test_its_message_is_the_one_that_pyhanko_makes(sealed: bytes, seal: Seal) -> None:
    (message,) = re.findall(rb"/Contents <([0-9a-f]+)>", sealed)
    made = bytes.fromhex(message.decode())
    signer_info = cms.ContentInfo.load(made)["content"]["signer_infos"][0]
    signed = {it["type"].native: it["values"].native for it in signer_info["signed_attrs"]}
    (digest,) = signed["message_digest"]
    own = x509.Certificate.load(seal.certificate)
    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    registry.register_multiple([x509.Certificate.load(each) for each in seal.chain])
    pyhanko = ExternalSigner(own, registry, signer_info["signature"].native)
    assert asyncio.run(pyhanko.async_sign(digest, "sha256", use_pades=True)).dump() == made
