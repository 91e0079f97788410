"""Certificates' sheets as one ZIP, each under a name by which its holder is found."""

import re
from collections.abc import Iterable
from tempfile import TemporaryFile
from typing import BinaryIO, Final, cast
from zipfile import ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from lms.certificates.facts import CertificateFacts
from lms.certificates.queries import RegisteredCertificate
from lms.certificates.wording import printable_text
from lms.credentials.issuer import Issuer
from lms.days import NATIONAL_ZONE
from lms.sheets.service import file_name, make_pdf

LONGEST_NAME: Final = 60
_ZONE: Final = ZoneInfo(NATIONAL_ZONE)
_NOT_IN_NAMES: Final = re.compile(r'[\\/:*?"<>|]+')  # on Windows
_READABLE: Final = 0o644 << 16


def zip_sheets(
    certificates: Iterable[RegisteredCertificate], issuer: Issuer
) -> tuple[BinaryIO, int]:
    """Sealed sheets as a ZIP; returns the file and how many are in it.

    It is written to a file that has no name and goes when it is closed, so that no more than a
    sheet at a time is held. The same certificates give the same names, in the same order.
    """
    file = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 - closed by who stores it
    count = 0
    try:
        with ZipFile(file, "w", ZIP_STORED) as archive:  # a PDF is compressed within
            for certificate in certificates:
                archive.writestr(_entry_of(certificate.facts), make_pdf(certificate, issuer))
                count += 1
    except BaseException:
        file.close()
        raise
    return file, count


def _entry_of(facts: CertificateFacts) -> ZipInfo:
    """What the sheet is called in the ZIP: by its holder first, so that people find it."""
    holder = " ".join(_NOT_IN_NAMES.sub(" ", printable_text(facts.holder_name)).split())
    issued = facts.issued_at.astimezone(_ZONE)
    entry = ZipInfo(f"{holder[:LONGEST_NAME].strip()} - {file_name(facts)}", issued.timetuple()[:6])
    entry.external_attr = _READABLE
    return entry
