"""One certificate, as the public, its holder and the registrars may see it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from lms.accounts.one_person import kept_of
from lms.certificates.enums import RevocationGround
from lms.certificates.errors import NoSuchCertificate
from lms.certificates.facts import FACT_NAMES, CertificateFacts
from lms.certificates.ledger import HAS_ENDED, ended
from lms.certificates.letterhead_versions import get_letterhead
from lms.certificates.letterheads import Letterhead
from lms.certificates.models import Certificate, LedgerKind
from lms.db import AnyRow, current_connection
from lms.institutions.reach import is_on_staff
from lms.institutions.scope import Scope
from lms.institutions.vouching import is_vouched_for_at
from lms.learning.models import Attempt
from lms.learning.queries import is_reopened
from lms.pocketbooks.models import Release
from lms.pocketbooks.question_bank import list_objectives


def status_on(day: date, ended_as: LedgerKind | None, valid_until: date | None) -> str:
    """What pages call a certificate's state: "valid", "expired", "revoked" or "replaced".

    The day is the register's (WIB): in the whole country it is in force to the end of its last day.
    """
    if ended_as is not None:
        return ended_as.value
    return "expired" if valid_until is not None and valid_until < day else "valid"


@dataclass(frozen=True, slots=True)
class CertificateState:
    """What has become of a certificate by now.

    Of one that is out of force, `ended_as`, `ended_at` and `reason` say how, when and why, `ground`
    for what kind of reason it was revoked, and `replaced_by_code` which one stands in its place.
    `is_confirmed`: its institution vouches for the holder. `is_reopened`: after a revocation, or
    when it has expired, the holder may sit the quiz of the edition again. `followed_by_code`: which
    certificate came after it, as a correction or by another pass.
    """

    ended_as: LedgerKind | None
    ended_at: datetime | None
    reason: str | None
    replaced_by_code: str | None
    is_confirmed: bool
    is_reopened: bool
    ground: RevocationGround | None
    followed_by_code: str | None

    @property
    def status(self) -> str:
        """What the ledger says, in a word: "valid", "revoked" or "replaced"."""
        return "valid" if self.ended_as is None else self.ended_as.value


@dataclass(frozen=True, slots=True)
class RegisteredCertificate:
    """A certificate of the register: what it says, what became of it, and whose it is.

    `certificate_id` is its row, by which lists name it that say nothing of anybody. `pass_mark`, in
    percent, is among the facts since design 3; of one of before it is that of the attempt that was
    passed, while the attempt is stored. `objectives` are what was tested, in words. They are no
    facts of it but of the release that the facts name by its hash, which never changes; those of
    releases of before are not known. `letterhead` is the one that it was issued with.
    """

    facts: CertificateFacts
    state: CertificateState
    certificate_id: int
    account_id: int
    pass_mark: int | None
    objectives: tuple[str, ...]
    letterhead: Letterhead | None

    def status_on(self, day: date) -> str:
        """The same on a day of the register's: "expired" too."""
        return status_on(day, self.state.ended_as, self.facts.valid_until)


HAS_TERM = Certificate.valid_until.is_not(None)
IS_CONFIRMED = is_vouched_for_at(Certificate.account_id, Certificate.institution_id)
# Of one in force the edition is completed; so this is said of the expired and the revoked alone.
IS_REOPENED = and_(
    or_(ended.kind == LedgerKind.REVOKED, and_(ended.kind.is_(None), HAS_TERM)),
    is_reopened(Certificate.account_id, Certificate.edition_id),
)

_replacement, _follower = aliased(Certificate), aliased(Certificate)
REGISTERED = (
    select(
        *(getattr(Certificate, name) for name in FACT_NAMES),
        ended.kind,
        ended.entered_at,
        ended.reason,
        _replacement.code,
        IS_CONFIRMED,
        IS_REOPENED,
        ended.ground,
        select(_follower.code).where(_follower.replaces_id == Certificate.id).scalar_subquery(),
        Certificate.id,
        Certificate.account_id,
        Attempt.pass_mark,
        Release.id,
        Certificate.letterhead_id,
    )
    .select_from(Certificate)
    .outerjoin(Attempt, Attempt.id == Certificate.attempt_id)
    .outerjoin(
        Release,
        and_(
            Release.edition_id == Certificate.edition_id,
            Release.sha256 == Certificate.release_sha256,
        ),
    )
    .outerjoin(ended, HAS_ENDED)
    .outerjoin(_replacement, _replacement.id == ended.replacement_id)
)
_BY_CODE = REGISTERED.where(Certificate.code == bindparam("code"))
_BY_CODES = REGISTERED.where(Certificate.code.in_(bindparam("codes", expanding=True)))
_BY_NUMBERS = REGISTERED.where(Certificate.number.in_(bindparam("numbers", expanding=True)))
_OF_HOLDER = _BY_CODE.where(kept_of(Certificate.account_id) == bindparam("account_id"))


def registered(row: AnyRow) -> RegisteredCertificate:
    """A row of `REGISTERED` as a value."""
    *state, certificate_id, account_id, pass_mark, release_id, letterhead_id = row[
        len(FACT_NAMES) :
    ]
    facts = CertificateFacts(**dict(zip(FACT_NAMES, row, strict=False)))
    tested = [] if release_id is None else list_objectives(release_id)
    return RegisteredCertificate(
        facts,
        CertificateState(*state),
        certificate_id,
        account_id,
        pass_mark if facts.pass_mark is None else facts.pass_mark,
        tuple(objective.words for objective in tested),
        None if letterhead_id is None else get_letterhead(letterhead_id),
    )


def find_certificate(code: str) -> RegisteredCertificate | None:
    """The certificate with this normalised code, for whoever has the code.

    They may know all but the holder's number, of which pages show them `masked_number`.
    """
    return _find(_BY_CODE, code=code)


def find_certificates(codes: Collection[str]) -> dict[str, RegisteredCertificate]:
    """Certificates with these normalised codes, by code, in one statement."""
    rows = current_connection().execute(_BY_CODES, {"codes": sorted(codes)})
    return {found.facts.code: found for found in map(registered, rows)}


def find_certificates_by_number(numbers: Collection[str]) -> dict[str, RegisteredCertificate]:
    """The same by official numbers, each under the number as it was asked for.

    Letters may be cased and spaced otherwise. A number can be guessed: whoever shows what comes of
    it keeps the name and the code back too.
    """
    wanted = {number: "".join(number.split()) for number in numbers}
    spelled = {*wanted.values(), *(number.upper() for number in wanted.values())}
    rows = current_connection().execute(_BY_NUMBERS, {"numbers": sorted(spelled)})
    found = {each.facts.number: each for each in map(registered, rows)}
    return {
        asked: found.get(number) or found[number.upper()]
        for asked, number in wanted.items()
        if number in found or number.upper() in found
    }


def get_own_certificate(account_id: int, code: str) -> RegisteredCertificate:
    """A certificate for its holder, under whichever of their accounts it was issued.

    Raises NoSuchCertificate for anybody else's.
    """
    return _found(_find(_OF_HOLDER, code=code, account_id=account_id))


def get_staff_certificate(scope: Scope, code: str) -> RegisteredCertificate:
    """A certificate of somebody who works at the asker's institutions; else NoSuchCertificate."""
    is_theirs = is_on_staff(scope, Certificate.account_id)
    return _found(_find(_BY_CODE.where(is_theirs), code=code))


def get_any_certificate(code: str) -> RegisteredCertificate:
    """A certificate for the registrars; raises NoSuchCertificate."""
    return _found(find_certificate(code))


def _find(statement: Select[*tuple[Any, ...]], **asked: str | int) -> RegisteredCertificate | None:
    row = current_connection().execute(statement, asked).first()
    return None if row is None else registered(row)


def _found(certificate: RegisteredCertificate | None) -> RegisteredCertificate:
    if certificate is None:
        raise NoSuchCertificate
    return certificate
