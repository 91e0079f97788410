"""Facts, a theme and the fonts for tests of the printed certificate."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from lms.certificates.emblems import read_emblem
from lms.certificates.enums import CauseKind
from lms.certificates.facts import CertificateFacts, Imprint
from lms.certificates.letterheads import Letterhead
from lms.certificates.printing import print_certificate
from lms.certificates.theme import Theme
from lms.keys.enums import Purpose
from lms.keys.queries import Seal
from lms.keys.signers import LocalSigner
from lms.printing.fonts import BUILT_FONTS
from lms.printing.slots import Attachment
from tests.keys import key_material

FACTS = CertificateFacts(
    code="MBT96K8JG5MG",
    number="HAM.01/000123/2026",
    holder_name="dr. Nur'aini Siregar, S.Pd., M.Si.",
    employee_number="190501172099031001",
    institution_name="Pemerintah Kabupaten Contoh Jaya",
    was_confirmed=True,
    cause_kind=CauseKind.PASSED_ATTEMPT,
    title="Nilai-Nilai Dasar HAM bagi ASN",
    pocketbook_code="HAM-01",
    theme="nilai-dasar",
    edition_name="2026.1",
    release_name="2026.1",
    release_sha256="a3f1c92e07b4d65819cc40d2e7a15b3f" * 2,
    credit_hours=1,
    completed_on=date(2026, 5, 15),
    issued_at=datetime(2026, 5, 15, 17, 0, tzinfo=UTC),  # the 16th at the register's place
    template_version=1,
    saw_key=False,
)
IMPRINT = Imprint("Kementerian Contoh A", "https://sakuham.example/v/MBT96K8JG5MG")
EMBLEM = read_emblem(
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 22">'
    b'<path d="M10 0L19 4V12C19 17 15 20 10 22C5 20 1 17 1 12V4Z" fill="#1f3b63"/></svg>'
)
LETTERHEAD = Letterhead(
    unit_name="Pusat Pengembangan Contoh",
    signatory_name="Dr. Ratna Rekaan, S.H., M.Hum.",
    office="Kepala Pusat Pengembangan Contoh",
    place="Kota Contoh",
    rank="Pembina Utama Muda (IV/c)",
    employee_number="190501172099031001",
    emblem=EMBLEM,
)
LONG_LETTERHEAD = replace(
    LETTERHEAD,
    unit_name="Direktorat Jenderal Pelayanan dan Kepatuhan Hak Contoh " * 3,
    signatory_name="Prof. Dr. Ir. Raden Ayu Siti Maimunah Kusumaningtyas Prawirodirdjo, M.Hum.",
    office="Pelaksana Tugas Kepala Badan Pengembangan Sumber Daya Manusia Contoh dan Rekaan",
    rank="Pembina Utama Madya (IV/d)",
)
OBJECTIVES = (
    "Memilih langkah pertama di loket pada kasus yang batasnya ditentukan undang-undang.",
    "Membedakan hak yang dapat dibatasi dari hak yang tidak dapat dikurangi & dicabut.",
    "Menentukan kanal pengaduan (unit layanan, SP4N-LAPOR!, Ombudsman) dan batas waktunya.",
)
CREDENTIAL = Attachment(
    name="kredensial.jwt",
    description="Kredensial terverifikasi (Open Badges 3.0) dari sertifikat ini",
    media_type="application/vc+jwt",
    content=b"eyJhbGciOiJFZERTQSJ9.e30.c2VnZWw",
    modified_at=FACTS.issued_at,
)
_OF_SEALS = (Purpose.ROOT, Purpose.SEAL)
THEME = Theme(
    border_svg='<svg xmlns="http://www.w3.org/2000/svg" width="280" height="192">'
    '<path fill="#1f3b63" d="M0 0H280V192H0Z"/></svg>',
    colour="#1f3b63",
    accent="#d9a441",
)


def split(changes: dict[str, Any]) -> tuple[CertificateFacts, Imprint]:
    """The facts and the imprint with some changed: of each name there is one field."""
    names = {field.name for field in fields(Imprint)}
    of_imprint = {name: value for name, value in changes.items() if name in names}
    of_facts = {name: value for name, value in changes.items() if name not in names}
    return replace(FACTS, **of_facts), replace(IMPRINT, **of_imprint)


@pytest.fixture(scope="session")
def fonts() -> Path:
    """The fonts that set-up unpacks."""
    if not BUILT_FONTS.is_dir():
        pytest.fail("The fonts are missing: start bin/test, which sets up what is missing.")
    return BUILT_FONTS


@pytest.fixture(scope="session")
def seal() -> Seal:
    """A seal with a certificate that its root gave it."""
    root, own = (next(it for it in key_material() if it.purpose is of) for of in _OF_SEALS)
    assert own.certificate is not None
    assert root.certificate is not None
    assert own.private_key is not None
    ders = [it.public_bytes(Encoding.DER) for it in (own.certificate, root.certificate)]
    return Seal(LocalSigner("seal-1", own.private_key), ders[0], (ders[1],))


@pytest.fixture(scope="session")
def make_pdf(fonts: Path) -> Callable[..., bytes]:
    """Prints a certificate with some facts changed: make_pdf(holder_name="Sumirah")."""

    def print_with(
        theme: Theme = THEME,
        objectives: Sequence[str] = (),
        seal: Seal | None = None,
        **changes: Any,
    ) -> bytes:
        facts, imprint = split(changes)
        return print_certificate(
            facts, imprint, theme, fonts=fonts, objectives=objectives, seal=seal
        )

    return print_with
