"""Certificates as the public, their holder and their keepers may see them."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, desc, exists, or_, select
from sqlalchemy.orm import aliased

from lms.accents import contains_letters
from lms.accounts.models import Account, EmployeeNumber
from lms.certificates.codes import mask_number
from lms.certificates.enums import RevocationGround
from lms.certificates.errors import NoSuchCertificate
from lms.certificates.models import ISSUED, Certificate, LedgerEntry, LedgerKind
from lms.certificates.rules import HolderFacts, correct
from lms.db import AnyRow, current_connection, db
from lms.institutions.models import Institution, Posting
from lms.institutions.scope import Scope
from lms.learning.models import Attempt
from lms.learning.queries import is_reopened

_REGISTER_ZONE = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True, slots=True)
class Verification:
    """What anybody may know who has a certificate's code: the number stays masked.

    `pass_mark` is that of the attempt that was passed, in percent, while the attempt is kept.
    """

    status: str
    code: str
    number: str
    holder_name: str
    masked_number: str | None
    institution_name: str | None
    is_confirmed: bool
    saw_key: bool
    pass_mark: int | None
    title: str
    theme: str
    edition_name: str
    release_name: str
    release_sha256: str
    credit_hours: int
    completed_on: date
    issued_at: datetime
    ended_at: datetime | None
    replaced_by_code: str | None

    @property
    def issued_on(self) -> date:
        """The day of issue as the sheet prints it: at the register's place.

        The day of the quiz is the institution's, which in the east begins two hours earlier.
        """
        return max(self.completed_on, self.issued_at.astimezone(_REGISTER_ZONE).date())


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate for its holder and its keepers: with the full number."""

    account_id: int
    employee_number: str | None
    pocketbook_code: str
    template_version: int
    end_reason: str | None
    is_reopened: bool
    public: Verification


_ended = aliased(LedgerEntry)
_replacement = aliased(Certificate)
_CONFIRMED = exists().where(
    Posting.account_id == Certificate.account_id,
    Posting.institution_id == Certificate.institution_id,
    Posting.confirmed_at.is_not(None),
)
_IS_REOPENED = and_(
    _ended.kind == LedgerKind.REVOKED, is_reopened(Certificate.account_id, Certificate.edition_id)
).label("is_reopened")
_VIEW = (
    select(
        Certificate.account_id,
        Certificate.employee_number,
        Certificate.pocketbook_code,
        Certificate.template_version,
        Certificate.saw_key,
        Attempt.pass_mark,
        Certificate.code,
        Certificate.number,
        Certificate.holder_name,
        Certificate.institution_name,
        Certificate.title,
        Certificate.theme,
        Certificate.edition_name,
        Certificate.release_name,
        Certificate.release_sha256,
        Certificate.credit_hours,
        Certificate.completed_on,
        Certificate.issued_at,
        _CONFIRMED.label("is_confirmed"),
        _ended.kind,
        _ended.entered_at,
        _ended.reason,
        _IS_REOPENED,
        _replacement.code.label("replaced_by_code"),
    )
    .select_from(Certificate)
    .outerjoin(Attempt, Attempt.id == Certificate.attempt_id)
    .outerjoin(_ended, (_ended.certificate_id == Certificate.id) & (_ended.kind != ISSUED))
    .outerjoin(_replacement, _replacement.id == _ended.replacement_id)
)
_BY_CODE = _VIEW.where(Certificate.code == bindparam("code"))
_BY_NUMBER = _VIEW.where(Certificate.number.in_([bindparam("first"), bindparam("second")]))
_OF_HOLDER = _BY_CODE.where(Certificate.account_id == bindparam("account_id"))
_STATUS = {None: "valid", LedgerKind.REVOKED: "revoked", LedgerKind.REPLACED: "replaced"}


def find_verification(code: str) -> Verification | None:
    """What the public may know about the certificate with this normalised code."""
    row = current_connection().execute(_BY_CODE, {"code": code}).one_or_none()
    return None if row is None else _view(row).public


def find_verification_by_number(number: str) -> Verification | None:
    """The same by the official number, however its letters are cased and spaced.

    A number can be guessed: whoever shows what comes of it keeps the name and the code back.
    """
    wanted = "".join(number.split())
    numbers = {"first": wanted, "second": wanted.upper()}
    row = current_connection().execute(_BY_NUMBER, numbers).first()
    return None if row is None else _view(row).public


def get_own_certificate(account_id: int, code: str) -> CertificateView:
    """A certificate for its holder; raises NoSuchCertificate for anybody else's."""
    row = (
        current_connection()
        .execute(_OF_HOLDER, {"code": code, "account_id": account_id})
        .one_or_none()
    )
    if row is None:
        raise NoSuchCertificate
    return _view(row)


def get_staff_certificate(scope: Scope, code: str) -> CertificateView:
    """A certificate of somebody who works at the asker's institutions; else NoSuchCertificate."""
    row = (
        current_connection()
        .execute(
            _BY_CODE.where(
                exists().where(
                    Posting.account_id == Certificate.account_id,
                    Posting.institution_id.in_(scope.institution_ids),
                    Posting.confirmed_at.is_not(None),
                    Posting.ended_on.is_(None),
                )
            ),
            {"code": code},
        )
        .one_or_none()
    )
    if row is None:
        raise NoSuchCertificate
    return _view(row)


def get_any_certificate(code: str) -> CertificateView:
    """A certificate for those who keep the register nationally; raises NoSuchCertificate."""
    row = current_connection().execute(_BY_CODE, {"code": code}).one_or_none()
    if row is None:
        raise NoSuchCertificate
    return _view(row)


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """One of a person's certificates, in a list; `status` is "valid", "revoked" or "replaced".

    Of one that was revoked `ended_at` and `reason` say when and why, and `is_reopened` whether the
    person may now sit the quiz of the edition again. `is_confirmed`: an institution vouches for the
    person. `saw_key`: it does not count, since they had the answer sheet.
    """

    module_id: int
    edition_id: int
    code: str
    title: str
    credit_hours: int
    completed_on: date
    status: str
    ended_at: datetime | None
    reason: str | None
    is_confirmed: bool
    saw_key: bool
    is_reopened: bool


_OWN = (
    select(
        Certificate.module_id,
        Certificate.edition_id,
        Certificate.code,
        Certificate.title,
        Certificate.credit_hours,
        Certificate.completed_on,
        _ended.kind,
        _ended.entered_at,
        _ended.reason,
        _CONFIRMED.label("is_confirmed"),
        Certificate.saw_key,
        _IS_REOPENED,
    )
    .select_from(Certificate)
    .outerjoin(_ended, (_ended.certificate_id == Certificate.id) & (_ended.kind != ISSUED))
    .where(Certificate.account_id == bindparam("account_id"))
    .order_by(Certificate.id)
)
_OWN_OF_EDITION = _OWN.where(Certificate.edition_id == bindparam("edition_id"))


def list_own_certificates(account_id: int) -> list[OwnCertificate]:
    """Every certificate of a person, in the order of their issue."""
    rows = current_connection().execute(_OWN, {"account_id": account_id})
    return [_own(row) for row in rows]


def find_own_certificate(account_id: int, edition_id: int) -> OwnCertificate | None:
    """The person's latest certificate of an edition."""
    asked = {"account_id": account_id, "edition_id": edition_id}
    rows = current_connection().execute(_OWN_OF_EDITION, asked).fetchall()
    return _own(rows[-1]) if rows else None


def _own(row: AnyRow) -> OwnCertificate:
    return OwnCertificate(
        module_id=row.module_id,
        edition_id=row.edition_id,
        code=row.code,
        title=row.title,
        credit_hours=row.credit_hours,
        completed_on=row.completed_on,
        status=_STATUS[row.kind],
        ended_at=row.entered_at,
        reason=row.reason,
        is_confirmed=bool(row.is_confirmed),
        saw_key=row.saw_key,
        is_reopened=bool(row.is_reopened),
    )


def search_certificates(text: str, *, limit: int = 50) -> list[Verification]:
    """Certificates by code, official number or part of the holder's name, the newest first.

    For those who keep the register nationally.
    """
    wanted = text.strip()
    code = wanted.replace("-", "").replace(" ", "").upper()
    statement = _VIEW.order_by(desc(Certificate.id)).limit(limit)
    if wanted:
        statement = statement.where(
            or_(
                Certificate.code == code,
                Certificate.number == wanted,
                contains_letters(Certificate.holder_name, wanted),
            )
        )
    return [_view(row).public for row in current_connection().execute(statement)]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of a certificate's history, for its keepers."""

    entered_at: datetime
    kind: str
    actor_name: str | None
    reason: str | None
    ground: RevocationGround | None


def list_history(code: str) -> list[LedgerLine]:
    """What became of a certificate, from its issue on."""
    rows = db.session.execute(
        select(
            LedgerEntry.entered_at,
            LedgerEntry.kind,
            Account.name,
            LedgerEntry.reason,
            LedgerEntry.ground,
        )
        .join(Certificate, Certificate.id == LedgerEntry.certificate_id)
        .outerjoin(Account, Account.id == LedgerEntry.actor_id)
        .where(Certificate.code == code)
        .order_by(LedgerEntry.id)
    )
    return [LedgerLine(row[0], row[1].value, *row[2:]) for row in rows]


_HOLDER = (
    select(
        Account.name,
        Account.email,
        EmployeeNumber.number,
        Institution.id.label("institution_id"),
        Institution.name.label("institution_name"),
        Institution.time_zone,
        Posting.confirmed_at,
    )
    .outerjoin(
        EmployeeNumber,
        (EmployeeNumber.account_id == Account.id) & EmployeeNumber.ended_on.is_(None),
    )
    .outerjoin(Posting, (Posting.account_id == Account.id) & Posting.ended_on.is_(None))
    .outerjoin(Institution, Institution.id == Posting.institution_id)
    .where(Account.id == bindparam("account_id"))
)


def get_holder(account_id: int) -> AnyRow:
    """What a certificate that is issued now says of the person, and where they get mail."""
    return current_connection().execute(_HOLDER, {"account_id": account_id}).one()


@dataclass(frozen=True, slots=True)
class Correction:
    """What a certificate says of its holder, and what its replacement would say.

    `is_confirmed`: whether the institution of the replacement vouches for the person.
    """

    printed: HolderFacts
    corrected: HolderFacts
    is_confirmed: bool

    @property
    def changes(self) -> list[str]:
        """The facts that would be printed differently."""
        return [
            fact
            for fact in ("holder_name", "employee_number", "institution_name")
            if getattr(self.printed, fact) != getattr(self.corrected, fact)
        ]


def get_correction(code: str) -> Correction:
    """What a replacement of this certificate would say, for its keepers; or NoSuchCertificate."""
    certificate = db.session.scalar(select(Certificate).where(Certificate.code == code))
    if certificate is None:
        raise NoSuchCertificate
    return correction_of(certificate)


def correction_of(certificate: Certificate) -> Correction:
    """The same for a row that is at hand."""
    printed = HolderFacts(
        holder_name=certificate.holder_name,
        employee_number=certificate.employee_number,
        institution_id=certificate.institution_id,
        institution_name=certificate.institution_name,
    )
    holder = get_holder(certificate.account_id)
    present = HolderFacts(
        holder_name=holder.name,
        employee_number=holder.number,
        institution_id=holder.institution_id,
        institution_name=holder.institution_name,
    )
    is_vouched = db.session.scalar(
        select(_CONFIRMED).select_from(Certificate).where(Certificate.id == certificate.id)
    )
    may_move = not is_vouched and holder.confirmed_at is not None
    corrected = correct(printed, present, may_move=may_move)
    return Correction(printed, corrected, bool(is_vouched) or may_move)


def _view(row: AnyRow) -> CertificateView:
    return CertificateView(
        account_id=row.account_id,
        employee_number=row.employee_number,
        pocketbook_code=row.pocketbook_code,
        template_version=row.template_version,
        end_reason=row.reason,
        is_reopened=bool(row.is_reopened),
        public=Verification(
            status=_STATUS[row.kind],
            code=row.code,
            number=row.number,
            holder_name=row.holder_name,
            masked_number=mask_number(row.employee_number) if row.employee_number else None,
            institution_name=row.institution_name,
            is_confirmed=bool(row.is_confirmed),
            saw_key=row.saw_key,
            pass_mark=row.pass_mark,
            title=row.title,
            theme=row.theme,
            edition_name=row.edition_name,
            release_name=row.release_name,
            release_sha256=row.release_sha256,
            credit_hours=row.credit_hours,
            completed_on=row.completed_on,
            issued_at=row.issued_at,
            ended_at=row.entered_at,
            replaced_by_code=row.replaced_by_code,
        ),
    )
