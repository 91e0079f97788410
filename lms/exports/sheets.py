"""All certificates of a list: as a ZIP of sealed sheets, or as one PDF of copies to be printed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from tempfile import TemporaryFile
from typing import BinaryIO, Final, cast

from sqlalchemy import select

from lms.accounts.one_person import is_of_any
from lms.accounts.queries import get_principal
from lms.certificates.ledger import is_out_of_force
from lms.certificates.models import Certificate
from lms.certificates.queries import RegisteredCertificate, find_certificates
from lms.certificates.wording import printable_text
from lms.credentials.issuer import Issuer
from lms.db import current_connection, read_only
from lms.db.statements import among
from lms.exports.asked import Asked
from lms.exports.errors import NothingToExport
from lms.exports.printing import print_sheet
from lms.exports.reading import read_portions
from lms.institutions.models import Posting
from lms.institutions.reach import holds, same_scope
from lms.institutions.scope import Scope
from lms.sheets.archive import zip_sheets
from lms.sheets.service import make_pdf

AT_ONCE: Final = {"zip": 2_000, "pdf": 200}
"""Certificates in one file: some sixty megabytes, and as many pages as are printed at once."""
BETWEEN: Final = 50
Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Part:
    """The certificates of one file, of so many in all, in the order of the list."""

    codes: Sequence[str]
    number: int
    part_count: int
    total: int


def choose_part(
    asker_id: int,
    keys: frozenset[int],
    asked: Asked,
    *,
    form: str,
    number: int,
    day: date,
    now: datetime,
) -> Part:
    """The certificates in force of a list's confirmed people that go into one file.

    Parts begin at 1; beyond the last one the last is taken. Raises NothingToExport where there are
    none, and NoInstitution or NotInScope.
    """
    codes = [
        certificate.code
        for portion in read_portions(
            asker_id, keys, asked, since=None, with_certificates=True, now=now
        )
        for person in portion.people
        if person.is_confirmed
        for certificate in portion.certificates.get(person.account_id, ())
        if certificate.state(day) == "valid"
    ]
    if not codes:
        raise NothingToExport
    size = AT_ONCE[form]
    part_count = -(-len(codes) // size)
    number = min(max(number, 1), part_count)
    return Part(codes[(number - 1) * size : number * size], number, part_count, len(codes))


def write_zip(
    asker_id: int, keys: frozenset[int], part: Part, issuer: Issuer, report: Report
) -> tuple[BinaryIO, int]:
    """Sealed sheets as a ZIP; returns the file and how many are in it.

    Who has left the asker's people meanwhile is left out.
    """
    return zip_sheets(_still_theirs(asker_id, keys, part.codes, report), issuer)


def write_pdf(
    asker_id: int,
    keys: frozenset[int],
    part: Part,
    issuer: Issuer,
    report: Report,
    cover: dict[str, object],
) -> tuple[BinaryIO, int]:
    """The same as one PDF to be printed, behind a cover that says what these copies are.

    A seal holds for the file that it was put on, and for no page of another: so they are copies
    without seal, and each is checked by its code. The whole is PDF/UA-1, with a bookmark for each.
    """
    # Only who does jobs joins pages, and a web worker has no memory to spare for what does it.
    from lms.printing.joining import Joiner

    file = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 - closed by who stores it
    count = 0
    try:
        joiner = Joiner(print_sheet("cover", cover))
        for certificate in _still_theirs(asker_id, keys, part.codes, report):
            facts = certificate.facts
            copy = make_pdf(certificate, issuer, is_sealed=False)
            joiner.add(copy, f"{printable_text(facts.holder_name)}, {facts.number}")
            count += 1
        joiner.write(file)
    except BaseException:
        file.close()
        raise
    return file, count


def _still_theirs(
    asker_id: int, keys: frozenset[int], codes: Sequence[str], report: Report
) -> Iterator[RegisteredCertificate]:
    """The certificates, some at a time, each within a transaction that only reads."""
    for start in range(0, len(codes), BETWEEN):
        report(start, len(codes))
        wanted = codes[start : start + BETWEEN]
        with read_only():
            scope = same_scope(get_principal(asker_id), keys)
            found = find_certificates(_held_by_theirs(scope, wanted))
            yield from (found[code] for code in wanted if code in found)


def _held_by_theirs(scope: Scope, codes: Sequence[str]) -> list[str]:
    """Those of the certificates that are in force, and of confirmed people of the asker's."""
    connection = current_connection()
    theirs = select(Posting.account_id).where(
        holds(scope), Posting.ended_on.is_(None), Posting.confirmed_at.is_not(None)
    )
    statement = select(Certificate.code).where(
        among(Certificate.code, codes, connection),
        is_of_any(Certificate.account_id, theirs),
        ~is_out_of_force(),
    )
    return list(connection.execute(statement).scalars())
