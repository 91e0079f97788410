"""The sheets of an officer's people as one ZIP, made beside the requests."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from tempfile import TemporaryFile
from typing import BinaryIO, Final, cast
from zipfile import ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from lms.accounts.queries import get_principal
from lms.certificates.facts import CertificateFacts
from lms.certificates.queries import find_certificates
from lms.certificates.wording import printable_text
from lms.credentials.issuer import Issuer
from lms.days import NATIONAL_ZONE
from lms.db import read_only
from lms.institutions.reach import same_scope
from lms.jobs.kind import File, Output, Run
from lms.sheets.errors import NoSheets
from lms.sheets.queries import list_staff_sheets
from lms.sheets.service import file_name, make_pdf

ARCHIVE: Final = "sheets"
"""The kind of job that makes it."""

BETWEEN: Final = 50
"""Sheets between two words on how far it is; they are read, and made, in one transaction."""

LONGEST_NAME: Final = 60
_ZONE: Final = ZoneInfo(NATIONAL_ZONE)
_NOT_IN_NAMES: Final = re.compile(r'[\\/:*?"<>|]+')  # on Windows
_READABLE: Final = 0o644 << 16


def archive_sheets(run: Run, issuer: Issuer, *, today: date) -> Output:
    """Make the sheets of the asker's people, in the part that they asked for.

    The ZIP is written to a file that has no name and goes when it is closed, so that no more than
    a sheet at a time is held. The same certificates give the same names, in the same order. Raises
    NoInstitution or NotInScope where the asker does not answer any more for all whom they asked
    about, and NoSheets where there is nothing in that part.
    """
    assert run.asker_id is not None  # noqa: S101 - only people ask for sheets
    part: int = run.arguments["part"]
    with read_only():
        scope = same_scope(get_principal(run.asker_id), run.scope)
        codes = list_staff_sheets(scope, part)
    if not codes:
        raise NoSheets
    file = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 - closed by who stores it
    try:
        write_sheets(file, codes, issuer, report=run.report)
    except BaseException:
        file.close()
        raise
    name = f"sertifikat-pegawai-{today}{f'-bagian-{part}' if part > 1 else ''}.zip"
    return Output({"sheets": len(codes)}, File(name, "application/zip", file))


def write_sheets(
    file: BinaryIO,
    codes: Sequence[str],
    issuer: Issuer,
    *,
    report: Callable[[int, int], None] = lambda _done, _total: None,
) -> None:
    """Write the sheets of these certificates into a file as a ZIP; `report` as in `Run`."""
    report(0, len(codes))
    with ZipFile(file, "w", ZIP_STORED) as archive:  # a PDF is compressed within
        for start in range(0, len(codes), BETWEEN):
            wanted = codes[start : start + BETWEEN]
            with read_only():
                found = find_certificates(wanted)
                for certificate in map(found.__getitem__, wanted):
                    archive.writestr(entry_of(certificate.facts), make_pdf(certificate, issuer))
            report(start + len(wanted), len(codes))


def entry_of(facts: CertificateFacts) -> ZipInfo:
    """What the sheet is called in the ZIP: by its holder first, so that people find it."""
    holder = " ".join(_NOT_IN_NAMES.sub(" ", printable_text(facts.holder_name)).split())
    issued = facts.issued_at.astimezone(_ZONE)
    entry = ZipInfo(f"{holder[:LONGEST_NAME].strip()} - {file_name(facts)}", issued.timetuple()[:6])
    entry.external_attr = _READABLE
    return entry
