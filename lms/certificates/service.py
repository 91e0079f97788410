"""Use cases of certificates: issue on passing, revoke, replace. Each adds to the ledger."""

from datetime import datetime

from sqlalchemy import bindparam, exists, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from lms.announcements import announce
from lms.audit import record
from lms.certificates.announcements import (
    CertificateIssued,
    CertificateReplaced,
    CertificateRevoked,
)
from lms.certificates.codes import new_code
from lms.certificates.enums import RevocationGround
from lms.certificates.errors import (
    NoSuchCertificate,
    NothingToCorrect,
    NotInForce,
    ReasonMissing,
)
from lms.certificates.models import (
    ISSUED,
    REVOKED,
    Certificate,
    CertificateSerial,
    LedgerEntry,
    LedgerKind,
)
from lms.certificates.numbers import NumberPattern
from lms.certificates.queries import correction_of, get_holder
from lms.certificates.rules import local_day
from lms.db import current_connection, db
from lms.institutions.models import Institution
from lms.learning.announcements import AttemptPassed
from lms.learning.models import KeySeen
from lms.learning.service import reopen_quiz
from lms.pocketbooks.queries import get_release

TEMPLATE_VERSION = 2
"""Which sheet is printed: it rises when what stands on a sheet does. A certificate keeps the one
that it was issued with, as a record; all are printed on the present one.

1: at first. 2: says nothing of whether the institution has confirmed the holder, which changes.
"""

REASON = range(10, 501)

_SERIAL = insert(CertificateSerial).returning(CertificateSerial.id)
# The last certificate of this person and edition that was revoked: the new one follows it. If one
# is in force, this gives none or one that has its successor, and the constraints refuse a second.
_REVOKED = (
    select(func.max(Certificate.id))
    .join(LedgerEntry, LedgerEntry.certificate_id == Certificate.id)
    .where(LedgerEntry.kind != ISSUED, LedgerEntry.kind == REVOKED)
    .where(Certificate.account_id == bindparam("holder"))
    .where(Certificate.edition_id == bindparam("of_edition"))
    .scalar_subquery()
)
_SAW_KEY = select(
    exists().where(
        KeySeen.account_id == bindparam("holder"),
        KeySeen.module_id == bindparam("of_module"),
        KeySeen.seen_at <= bindparam("passed_at"),
    )
).scalar_subquery()
_ISSUE = (
    insert(Certificate)
    .values(replaces_id=_REVOKED, saw_key=_SAW_KEY)
    .returning(Certificate.id, Certificate.saw_key)
)
_ENTER = insert(LedgerEntry)


def issue_certificate(passed: AttemptPassed, pattern: NumberPattern) -> None:
    """Issue the certificate of a passed attempt, with its ledger entry.

    Everything on it is frozen: name, number and institution of the day, the release's hash, the
    date where the person works. Joins the transaction of the pass, so that neither exists without
    the other; a second one in force for the same person and edition fails on the constraints.
    """
    book = get_release(passed.release_id)
    holder = get_holder(passed.account_id)
    day = local_day(passed.passed_at, holder.time_zone)
    serial = current_connection().execute(_SERIAL, {"issued_at": passed.now}).scalar_one()
    code = new_code()
    issued = (
        current_connection()
        .execute(
            _ISSUE,
            {
                "account_id": passed.account_id,
                "edition_id": book.edition_id,
                "module_id": passed.module_id,
                "institution_id": holder.institution_id,
                "attempt_id": passed.attempt_id,
                "code": code,
                "number": pattern.number(book.code, serial, day.year),
                "holder_name": holder.name,
                "employee_number": holder.number,
                "was_confirmed": holder.confirmed_at is not None,
                "institution_name": holder.institution_name,
                "title": book.title,
                "pocketbook_code": book.code,
                "theme": book.theme,
                "edition_name": book.edition_name,
                "release_name": book.release_name,
                "release_sha256": book.sha256,
                "credit_hours": book.credit_hours,
                "completed_on": day,
                "issued_at": passed.now,
                "template_version": TEMPLATE_VERSION,
                "holder": passed.account_id,
                "of_edition": book.edition_id,
                "of_module": passed.module_id,
                "passed_at": passed.passed_at,
            },
        )
        .one()
    )
    _enter(LedgerKind.ISSUED, issued.id, now=passed.now)
    announce(
        CertificateIssued(
            account_id=passed.account_id,
            code=code,
            title=book.title,
            email=holder.email,
            is_confirmed=holder.confirmed_at is not None,
            saw_key=issued.saw_key,
            regraded_because=passed.regraded_because,
            now=passed.now,
        )
    )


def revoke_certificate(
    code: str, ground: RevocationGround, reason: str, actor_id: int, *, now: datetime
) -> None:
    """Take a certificate out of force, for good and with a reason that is kept.

    Where the ground allows it, the person may sit the quiz of the edition again, unless they have
    taken up a later one, and a pass brings another certificate. Whether the actor may is the edge's
    to decide. Raises NoSuchCertificate, ReasonMissing, and NotInForce for one that was revoked or
    replaced; of two at once only one can win.
    """
    reason = _reason(reason)
    certificate = _certificate(code)
    _end(certificate, LedgerKind.REVOKED, reason, actor_id, now=now, ground=ground)
    is_reopened = ground.reopens_quiz and reopen_quiz(
        certificate.account_id, certificate.edition_id
    )
    record(
        "certificate.revoked",
        f"certificate:{certificate.id}",
        actor_id=actor_id,
        now=now,
        ground=ground.value,
    )
    announce(
        CertificateRevoked(
            account_id=certificate.account_id,
            code=certificate.code,
            title=certificate.title,
            email=certificate.account.email,
            reason=reason,
            is_reopened=is_reopened,
            now=now,
        )
    )


def replace_certificate(
    code: str, reason: str, pattern: NumberPattern, actor_id: int, *, now: datetime
) -> str:
    """Issue a corrected certificate instead of one, which says of its holder what is true now.

    What was learned and when stays as it was; see `correct` about the institution. The old code
    says that it was replaced. Returns the new code. Raises NoSuchCertificate, ReasonMissing,
    NotInForce, and NothingToCorrect when the new sheet would say the same.
    """
    reason = _reason(reason)
    old = _certificate(code)
    _require_in_force(old)
    correction = correction_of(old)
    if not correction.changes:
        raise NothingToCorrect
    present = correction.corrected
    serial = CertificateSerial(issued_at=now)
    db.session.add(serial)
    db.session.flush()
    new = Certificate(
        account=old.account,
        edition=old.edition,
        module=old.module,
        institution=db.session.get(Institution, present.institution_id)
        if present.institution_id
        else None,
        attempt_id=old.attempt_id,
        code=new_code(),
        number=pattern.number(old.pocketbook_code, serial.id, old.completed_on.year),
        holder_name=present.holder_name,
        employee_number=present.employee_number,
        was_confirmed=correction.is_confirmed,
        institution_name=present.institution_name,
        title=old.title,
        pocketbook_code=old.pocketbook_code,
        theme=old.theme,
        edition_name=old.edition_name,
        release_name=old.release_name,
        release_sha256=old.release_sha256,
        credit_hours=old.credit_hours,
        completed_on=old.completed_on,
        issued_at=now,
        template_version=TEMPLATE_VERSION,
        saw_key=old.saw_key,
        replaces_id=old.id,
    )
    db.session.add(new)
    db.session.flush()
    _end(old, LedgerKind.REPLACED, reason, actor_id, now=now, replacement_id=new.id)
    _enter(LedgerKind.ISSUED, new.id, now=now)
    record("certificate.replaced", f"certificate:{old.id}", actor_id=actor_id, now=now, by=new.id)
    announce(
        CertificateReplaced(
            account_id=old.account_id,
            code=new.code,
            title=new.title,
            email=old.account.email,
            reason=reason,
            now=now,
        )
    )
    return new.code


def _enter(kind: LedgerKind, certificate_id: int, *, now: datetime) -> None:
    current_connection().execute(
        _ENTER,
        {
            "kind": kind,
            "certificate_id": certificate_id,
            "entered_at": now,
            "actor_id": None,
            "reason": None,
            "replacement_id": None,
            "ground": None,
        },
    )


def _certificate(code: str) -> Certificate:
    certificate = db.session.scalar(
        select(Certificate)
        .where(Certificate.code == code)
        .options(
            joinedload(Certificate.account),
            joinedload(Certificate.edition),
            joinedload(Certificate.module),
        )
        .with_for_update(of=Certificate)
    )
    if certificate is None:
        raise NoSuchCertificate
    return certificate


def _require_in_force(certificate: Certificate) -> None:
    """Its row is locked: of two who end it at once, the second finds the entry of the first."""
    ended = select(LedgerEntry.id).where(
        LedgerEntry.certificate_id == certificate.id, LedgerEntry.kind != ISSUED
    )
    if db.session.scalar(ended) is not None:
        raise NotInForce


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if len(reason) not in REASON:
        raise ReasonMissing
    return reason


def _end(
    certificate: Certificate,
    kind: LedgerKind,
    reason: str,
    actor_id: int,
    *,
    now: datetime,
    replacement_id: int | None = None,
    ground: RevocationGround | None = None,
) -> None:
    entry = LedgerEntry(
        kind=kind,
        certificate_id=certificate.id,
        entered_at=now,
        actor_id=actor_id,
        reason=reason,
        replacement_id=replacement_id,
        ground=ground,
    )
    try:
        with db.session.begin_nested():
            db.session.add(entry)
    except IntegrityError as error:
        raise NotInForce from error
