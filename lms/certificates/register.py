"""The register of certificates for its registrars: search, history, correction."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import Select, bindparam, desc, func, literal_column, or_, select, text

from lms.accents import contains_letters, fold
from lms.accounts.models import Account
from lms.certificates.enums import RevocationGround
from lms.certificates.errors import NoSuchCertificate
from lms.certificates.facts import CertificateFacts
from lms.certificates.holders import get_holder
from lms.certificates.ledger import are_of
from lms.certificates.letterhead_versions import find_letterhead_on
from lms.certificates.models import ERA, Certificate, LedgerEntry
from lms.certificates.queries import REGISTERED, RegisteredCertificate, registered
from lms.certificates.rules import correct
from lms.db import current_connection, db
from lms.institutions.models import Institution
from lms.institutions.vouching import is_confirmed_at
from lms.pocketbooks.queries import find_title

SHORTEST: Final = 3
"""Letters that an index needs; for fewer, certificates are read from the newest on."""

_THESE = REGISTERED.where(Certificate.id.in_(bindparam("ids", expanding=True))).order_by(
    desc(Certificate.id)
)
_NEWEST = select(Certificate.id).order_by(desc(Certificate.id)).limit(bindparam("limit"))
_NAMED = select(Certificate.id).where(
    or_(Certificate.code == bindparam("code"), Certificate.number == bindparam("number"))
)
_WORDS = text(
    "SELECT rowid FROM certificate_words WHERE certificate_words MATCH :words"
    " ORDER BY rowid DESC LIMIT :limit"
)
_LAST_ERA = select(func.max(Certificate.id) // literal_column(str(ERA)))


def search_certificates(words: str, *, limit: int = 50) -> list[RegisteredCertificate]:
    """Certificates by code, official number or part of the holder's name, the newest first."""
    # Their keys first, and what is read of each by these: a join might begin with all there are.
    connection, wanted = current_connection(), words.strip()
    if wanted:
        code = wanted.replace("-", "").replace(" ", "").upper()
        named = connection.execute(_NAMED, {"code": code, "number": wanted}).scalars()
        ids = {*named, *_list_held_by(fold(wanted), limit)}
    else:
        ids = set(connection.execute(_NEWEST, {"limit": limit}).scalars())
    newest = sorted(ids, reverse=True)[:limit]
    rows = connection.execute(_THESE, {"ids": newest}) if newest else ()
    return [registered(row) for row in rows]


def _list_held_by(letters: str, limit: int) -> list[int]:
    """The newest certificates of people whose names have these letters in them."""
    connection = current_connection()
    held = select(Certificate.id).where(contains_letters(Certificate.holder_name, letters))
    newest = held.order_by(desc(Certificate.id)).limit(limit)
    if len(letters) < SHORTEST:
        return list(connection.execute(newest).scalars())
    if connection.dialect.name == "sqlite":
        phrase = '"{}"'.format(letters.replace('"', '""'))
        return list(connection.execute(_WORDS, {"words": phrase, "limit": limit}).scalars())
    # A frequent name is found in the last eras alone; of any other one there are not too many.
    last = connection.execute(_LAST_ERA).scalar() or 0
    era = Certificate.id // literal_column(str(ERA))
    lately = _gathered(held.where(era.in_([last, last - 1])), limit)
    found = list(connection.execute(lately).scalars())
    if len(found) < limit:
        found = list(connection.execute(_gathered(held, limit)).scalars())
    return found


def _gathered(held: Select[int], limit: int) -> Select[int]:
    """The newest of these, which are gathered first.

    Left to the planner, a name might have it walk from the newest to the oldest in search of it.
    """
    found = held.cte().prefix_with("MATERIALIZED")
    return select(found.c.id).order_by(desc(found.c.id)).limit(limit)


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of a certificate's history."""

    entered_at: datetime
    kind: str
    actor_name: str | None
    reason: str | None
    ground: RevocationGround | None


def list_history(code: str) -> list[LedgerLine]:
    """What became of a certificate, from its issue on."""
    wanted = select(Certificate.id).where(Certificate.code == code).scalar_subquery()
    rows = db.session.execute(
        select(
            LedgerEntry.entered_at,
            LedgerEntry.kind,
            Account.name,
            LedgerEntry.reason,
            LedgerEntry.ground,
        )
        .outerjoin(Account, Account.id == LedgerEntry.actor_id)
        .where(are_of(lambda certificate_id: certificate_id == wanted))
        .order_by(LedgerEntry.id)
    )
    return [LedgerLine(row[0], row[1].value, *row[2:]) for row in rows]


PRINTED: Final = (
    "holder_name",
    "employee_number",
    "institution_name",
    "title",
    "credit_hours",
    "started_on",
    "completed_on",
    "pass_mark",
    "valid_until",
)
"""The facts that stand on a sheet and that a replacement does not have of its own."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a certificate says, what its replacement would say, where, and headed by what.

    letterhead_id: the version with which it would be issued on the day that was asked for.
    """

    printed: CertificateFacts
    corrected: CertificateFacts
    institution_id: int | None
    letterhead_id: int | None

    @property
    def changes(self) -> list[str]:
        """The facts that would be printed differently."""
        return [
            fact for fact in PRINTED if getattr(self.printed, fact) != getattr(self.corrected, fact)
        ]

    @property
    def fingerprint(self) -> str:
        """What the replacement would show, in a few letters: whoever confirms it has seen it."""
        said = [getattr(self.corrected, fact) for fact in PRINTED]
        shown = (said, self.institution_id, self.letterhead_id)
        return sha256(repr(shown).encode()).hexdigest()[:16]


def get_correction(code: str, *, today: date) -> Correction:
    """What a replacement of this certificate would say; raises NoSuchCertificate."""
    certificate = db.session.scalar(select(Certificate).where(Certificate.code == code))
    if certificate is None:
        raise NoSuchCertificate
    return correction_of(certificate, today=today)


def correction_of(certificate: Certificate, *, today: date) -> Correction:
    """The same for a row that is at hand."""
    printed, holder = certificate.facts, get_holder(certificate.account_id)
    # Doubted or not: a doubt is no reason to name another institution.
    is_vouched = db.session.scalar(
        select(is_confirmed_at(Certificate.account_id, Certificate.institution_id))
        .select_from(Certificate)
        .where(Certificate.id == certificate.id)
    )
    place_name = db.session.scalar(
        select(Institution.name).where(Institution.id == certificate.institution_id)
    )
    corrected, moves = correct(
        printed,
        holder,
        is_vouched=bool(is_vouched),
        place_name=place_name or printed.institution_name,
        title=find_title(certificate.edition_id) if certificate.edition_id else None,
    )
    institution_id = holder.institution_id if moves else certificate.institution_id
    return Correction(printed, corrected, institution_id, find_letterhead_on(today))
