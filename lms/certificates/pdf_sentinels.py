"""The certificate as a PDF template: what many share, and sentinels for a holder's own words."""

from dataclasses import replace
from typing import Final

from lms.certificates.fitting import Fitted
from lms.certificates.layout import Layout
from lms.printing.pdf_templates import Sentinels

# What stands in a PDF template for a holder's own words. The last letter brings in the font of the
# rarer ones, and all of it is nobody's title.
NUMBER: Final = "nomor sertifikat ŋ"
NAME: Final = "nama ŋ"
EMPLOYEE_NUMBER: Final = "nomor pegawai ŋ"
INSTITUTION: Final = "instansi ŋ"
PERIOD: Final = "masa pelatihan ŋ"
CODE: Final = "kode ŋ"
ADDRESS: Final = "alamat ŋ"
ISSUED: Final = "tanggal terbit ŋ"
VERIFY_URL: Final = "https://sertifikat.invalid/"
ISSUED_ON: Final = "1001-01-01"
CREATED: Final = "D:10010101"  # the same day, as WeasyPrint writes it for PDF
QR: Final = "certificate:qr"

ORDINARY_SIZE: Final = 12


def pdf_template_layout(words: Layout) -> Layout:
    """The layout of a certificate's PDF template: as many lines in each box, nothing of its own."""
    return replace(
        words,
        number=NUMBER,
        name=NAME,
        name_lines=Fitted(_rows(words.name_lines, NAME), ORDINARY_SIZE, is_foreign=False),
        employee_number=words.employee_number and EMPLOYEE_NUMBER,
        institution=words.institution and INSTITUTION,
        institution_lines=Fitted(
            _rows(words.institution_lines, INSTITUTION), ORDINARY_SIZE, is_foreign=False
        ),
        period_lines=Fitted(_rows(words.period_lines, PERIOD), ORDINARY_SIZE, is_foreign=False),
        code=CODE,
        address=ADDRESS,
        address_lines=replace(words.address_lines, lines=(ADDRESS,)),
        verify_url=VERIFY_URL,
        qr_content=VERIFY_URL,
        issued_on=ISSUED_ON,
        dated=ISSUED,
    )


def sentinels_of(layout: Layout) -> Sentinels:
    """What to look for on the page of a PDF template."""
    lines = (
        layout.number,
        *layout.name_lines.lines,
        layout.employee_number,
        *(layout.institution_lines.lines if layout.institution else ()),
        *layout.period_lines.lines,
        layout.code,
        layout.address,
        layout.dated,
    )
    return Sentinels(
        lines=frozenset(filter(None, lines)),
        strings=frozenset({NAME, VERIFY_URL, ISSUED_ON, CREATED}),
        pictures=frozenset({QR}),
    )


def texts_of(words: Layout) -> dict[str, str]:
    """A holder's own words, by what stands for them in the PDF template."""
    return {
        NUMBER: words.number,
        NAME: words.name,
        EMPLOYEE_NUMBER: words.employee_number,
        CODE: words.code,
        ADDRESS: words.address,
        ISSUED: words.dated,
        VERIFY_URL: words.verify_url,
        ISSUED_ON: words.issued_on,
        CREATED: f"D:{words.issued_on.replace('-', '')}",
        **_by_row(words.name_lines, NAME),
        **_by_row(words.institution_lines, INSTITUTION),
        **_by_row(words.period_lines, PERIOD),
    }


def sizes_of(words: Layout) -> dict[str, float]:
    """The sizes of the lines that are fitted into their boxes."""
    return {
        **dict.fromkeys(_rows(words.name_lines, NAME), words.name_lines.size),
        **dict.fromkeys(_rows(words.institution_lines, INSTITUTION), words.institution_lines.size),
        **dict.fromkeys(_rows(words.period_lines, PERIOD), words.period_lines.size),
    }


def _rows(text: Fitted, sentinel: str) -> tuple[str, ...]:
    """What stands for each line of a text."""
    return tuple(f"{row} {sentinel}" for row, _ in enumerate(text.lines, 1))


def _by_row(text: Fitted, sentinel: str) -> dict[str, str]:
    return dict(zip(_rows(text, sentinel), text.lines, strict=True))
