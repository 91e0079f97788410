"""Use cases of certificates: issue on passing, revoke, reinstate, replace; in the ledger each."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import bindparam, func, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.dml import ReturningInsert

from lms.accounts.one_person import find_address
from lms.announcements import announce
from lms.audit import record
from lms.certificates.announcements import (
    CertificateIssued,
    CertificateReinstated,
    CertificateReplaced,
    CertificateRevoked,
)
from lms.certificates.codes import new_code
from lms.certificates.correction_requests import (
    Reach,
    close_request,
    get_request,
    read_reason,
    require_decider,
)
from lms.certificates.enums import CauseKind, RequestState, RevocationGround
from lms.certificates.errors import (
    ChangedMeanwhile,
    HasSuccessor,
    NoSuchCertificate,
    NothingToCorrect,
    NotInForce,
    NotRevoked,
    PreviewStale,
    RequestClosed,
)
from lms.certificates.facts import FACT_NAMES, CertificateFacts
from lms.certificates.holders import get_who_passed
from lms.certificates.ledger import are_of, is_last, is_revoked
from lms.certificates.letterhead_versions import VALID_THEN
from lms.certificates.models import (
    Certificate,
    CertificateSerial,
    LedgerEntry,
    LedgerKind,
)
from lms.certificates.numbers import NumberPattern
from lms.certificates.register import correction_of
from lms.days import last_day_of, local_day
from lms.db import current_connection, db
from lms.learning.announcements import AttemptPassed
from lms.learning.service import complete_again, keep_completed_until, reopen_quiz
from lms.pocketbooks.queries import get_release

TEMPLATE_VERSION = 3
"""Which design is printed: it rises when what stands on the page changes. A certificate records the
one that it was issued with; all are printed in the present one.

1: at first. 2: says nothing of whether the institution has confirmed the holder, which changes.
3: has a letterhead and a signatory, and says when the holder began and what the quiz asked for.
"""

_SERIAL = insert(CertificateSerial).returning(CertificateSerial.id)
# The last certificate of this person and edition that is revoked or has expired: the new one
# follows it. If one is in force, this gives none or one that has its successor, and the constraints
# refuse a second.
_OVER = (
    select(func.max(Certificate.id))
    .where(or_(is_revoked(), Certificate.valid_until < bindparam("today")))
    .where(Certificate.account_id == bindparam("holder"))
    .where(Certificate.edition_id == bindparam("of_edition"))
    .scalar_subquery()
)


@lru_cache(maxsize=4)
def _store_statement(dialect: str, *, after_over: bool) -> ReturningInsert[int]:
    """Stores nothing where another certificate follows the same one already."""
    words = postgresql if dialect == "postgresql" else sqlite
    statement = words.insert(Certificate).values(letterhead_id=VALID_THEN.scalar_subquery())
    if after_over:
        statement = statement.values(replaces_id=_OVER)
    stored: ReturningInsert[int] = statement.on_conflict_do_nothing(
        index_elements=["replaces_id"]
    ).returning(Certificate.id)
    return stored


_ENTER = insert(LedgerEntry)
_LAST_ENTRY = select(LedgerEntry.id, LedgerEntry.kind).where(
    are_of(lambda certificate_id: certificate_id == bindparam("of_certificate")),
    is_last(LedgerEntry),
)


def issue_certificate(passed: AttemptPassed, pattern: NumberPattern) -> None:
    """Issue the certificate of a passed attempt, with its ledger entry.

    Everything on it is frozen: name, number and institution of the day, the release's hash, the
    date where the person works, and the last day of the term that the release gives. Joins the
    transaction of the pass, so that neither exists without the other; a second one in force for the
    same person and edition fails on the constraints, or raises ChangedMeanwhile.
    """
    book = get_release(passed.release_id)
    who = get_who_passed(passed)
    holder = who.holder
    day = local_day(passed.passed_at, holder.time_zone)
    facts = CertificateFacts(
        code=new_code(),
        number=pattern.number(book.code, _next_serial(passed.now), day.year),
        holder_name=holder.name,
        employee_number=holder.employee_number,
        institution_name=holder.institution_name,
        was_confirmed=holder.is_confirmed,
        cause_kind=CauseKind.PASSED_ATTEMPT,
        title=book.title,
        theme=book.theme,
        pocketbook_code=book.code,
        edition_name=book.edition_name,
        release_name=book.release_name,
        release_sha256=book.sha256,
        credit_hours=book.credit_hours,
        completed_on=day,
        issued_at=passed.now,
        template_version=TEMPLATE_VERSION,
        saw_key=who.saw_key,
        started_on=who.started_at and local_day(who.started_at, holder.time_zone),
        pass_mark=who.pass_mark,
        valid_until=last_day_of(day, book.valid_months) if book.valid_months else None,
    )
    links = {
        "account_id": passed.account_id,
        "institution_id": holder.institution_id,
        "edition_id": book.edition_id,
        "module_id": passed.module_id,
        "attempt_id": passed.attempt_id,
        "holder": passed.account_id,
        "of_edition": book.edition_id,
        "today": local_day(passed.now),
    }
    # Where what it was to follow has just been corrected, it follows the correction.
    certificate_id = _store(facts, links, after_over=True) or _store(facts, links, after_over=True)
    if certificate_id is None:
        raise ChangedMeanwhile
    if facts.valid_until is not None:
        keep_completed_until(passed.attempt_id, facts.valid_until)
    _enter_issue(certificate_id, now=passed.now)
    announce(
        CertificateIssued(
            account_id=passed.account_id,
            code=facts.code,
            title=facts.title,
            email=holder.email,
            is_confirmed=facts.was_confirmed,
            saw_key=facts.saw_key,
            regraded_because=passed.regraded_because,
            now=passed.now,
        )
    )


def revoke_certificate(
    code: str, ground: RevocationGround, reason: str, actor_id: int, *, now: datetime
) -> None:
    """Take a certificate out of force, with a reason that is recorded.

    Where the cause was a quiz and the ground allows it, the person may sit the quiz of the edition
    again, unless they have taken up a later one or had expired and another certificate followed,
    and a pass brings another. Whether the actor may is the edge's to decide. Raises
    NoSuchCertificate, ReasonMissing, and NotInForce for one that was revoked or replaced; of two at
    once only one can win.
    """
    reason = read_reason(reason)
    certificate = _certificate(code)
    last_id = _require_in_force(certificate)
    _enter(certificate, LedgerKind.REVOKED, last_id, reason, actor_id, now=now, ground=ground)
    close_request(certificate.id, RequestState.LAPSED, actor_id, now=now)
    is_reopened = (
        ground.reopens_quiz
        and certificate.edition_id is not None
        and not _has_follower(certificate)
        and reopen_quiz(certificate.account_id, certificate.edition_id)
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
            email=find_address(certificate.account_id),
            reason=reason,
            cause_kind=certificate.cause_kind,
            ground=ground,
            is_reopened=is_reopened,
            now=now,
        )
    )


def reinstate_certificate(code: str, reason: str, actor_id: int, *, now: datetime) -> None:
    """Withdraw a revocation: the certificate is in force again, and both stay recorded.

    Whoever was let sit the quiz again has completed the edition as before. Raises
    NoSuchCertificate, ReasonMissing, NotRevoked, and HasSuccessor where the person has got another
    certificate since; of a pass and this at once only one can win.
    """
    reason = read_reason(reason)
    certificate = _certificate(code)
    last_id, last_kind = _last_entry(certificate)
    if last_kind is not LedgerKind.REVOKED:
        raise NotRevoked
    # First of all, since a pass begins with this row as well: it has been stored, and is seen
    # below, or it finds the edition completed and issues nothing.
    if certificate.attempt_id is not None:
        is_again = complete_again(certificate.attempt_id)
        if is_again and certificate.valid_until is not None:
            keep_completed_until(certificate.attempt_id, certificate.valid_until)
    if _has_follower(certificate):
        raise HasSuccessor
    _enter(certificate, LedgerKind.REINSTATED, last_id, reason, actor_id, now=now)
    record("certificate.reinstated", f"certificate:{certificate.id}", actor_id=actor_id, now=now)
    announce(
        CertificateReinstated(
            certificate_id=certificate.id,
            account_id=certificate.account_id,
            code=certificate.code,
            title=certificate.title,
            email=find_address(certificate.account_id),
            reason=reason,
            now=now,
        )
    )


def replace_certificate(
    code: str,
    reason: str,
    pattern: NumberPattern,
    actor_id: int,
    *,
    now: datetime,
    seen: str | None = None,
) -> str:
    """Issue a corrected certificate instead of one, which says of its holder what is true now.

    What was learned and when stays as it was, and until when it is in force; see `correct` about
    the institution. The old code says that it was replaced, and a request for a correction is
    granted with it. Returns the new code. Raises NoSuchCertificate, ReasonMissing, NotInForce (also
    for one that has expired and has a later one), NothingToCorrect when the new one would say the
    same, PreviewStale when it would not show what its preview did, the letterhead included, whose
    fingerprint is `seen`, and ChangedMeanwhile when the holder has passed again at that moment.
    """
    reason = read_reason(reason)
    old = _certificate(code)
    last_id = _require_in_force(old)
    if _has_follower(old):
        raise NotInForce
    correction = correction_of(old, today=local_day(now))
    if not correction.changes:
        raise NothingToCorrect
    if seen is not None and seen != correction.fingerprint:
        raise PreviewStale
    facts = replace(
        correction.corrected,
        code=new_code(),
        number=pattern.number(old.pocketbook_code, _next_serial(now), old.completed_on.year),
        issued_at=now,
        template_version=TEMPLATE_VERSION,
    )
    links = {
        "account_id": old.account_id,
        "institution_id": correction.institution_id,
        "edition_id": old.edition_id,
        "module_id": old.module_id,
        "attempt_id": old.attempt_id,
        "cause_id": old.cause_id,
        "replaces_id": old.id,
    }
    new_id = _store(facts, links)
    if new_id is None:  # the holder has passed again at the same moment
        raise ChangedMeanwhile
    _enter(old, LedgerKind.REPLACED, last_id, reason, actor_id, now=now, replacement_id=new_id)
    _enter_issue(new_id, now=now)
    close_request(old.id, RequestState.GRANTED, actor_id, now=now)
    record("certificate.replaced", f"certificate:{old.id}", actor_id=actor_id, now=now, by=new_id)
    announce(
        CertificateReplaced(
            account_id=old.account_id,
            code=facts.code,
            title=facts.title,
            email=find_address(old.account_id),
            reason=reason,
            now=now,
        )
    )
    return facts.code


def grant_request(
    reach: Reach,
    request_id: int,
    reason: str,
    pattern: NumberPattern,
    actor_id: int,
    *,
    seen: str,
    now: datetime,
) -> str:
    """Replace the certificate that a request is about, as its preview showed; gives the new code.

    Raises NoSuchRequest, NotForOfficers and RequestClosed beside what `replace_certificate` does.
    """
    asked = require_decider(reach, request_id)
    code = replace_certificate(asked.code, reason, pattern, actor_id, now=now, seen=seen)
    db.session.expire_all()
    if get_request(None, request_id).state is not RequestState.GRANTED:
        raise RequestClosed  # somebody has declined it at the same moment
    return code


def note_whole_number(certificate_id: int, actor_id: int, *, now: datetime) -> None:
    """Note that somebody else than the holder took a sheet with the whole of their number."""
    record("certificate.whole_number", f"certificate:{certificate_id}", actor_id=actor_id, now=now)


def _next_serial(now: datetime) -> int:
    return current_connection().execute(_SERIAL, {"issued_at": now}).scalar_one()


def _store(
    facts: CertificateFacts, links: Mapping[str, int | date | None], *, after_over: bool = False
) -> int | None:
    """Store a certificate that says this; its id, or None where another follows the same one."""
    connection = current_connection()
    statement = _store_statement(connection.dialect.name, after_over=after_over)
    values = {name: getattr(facts, name) for name in FACT_NAMES}
    values["letterhead_day"] = facts.issued_on
    return connection.execute(statement, {**values, **links}).scalar()


def _enter_issue(certificate_id: int, *, now: datetime) -> None:
    entry = {"kind": LedgerKind.ISSUED, "certificate_id": certificate_id, "entered_at": now}
    current_connection().execute(_ENTER, entry)


def _certificate(code: str) -> Certificate:
    """The certificate, its row locked; whoever refers to the row need not wait."""
    certificate = db.session.scalar(
        select(Certificate)
        .where(Certificate.code == code)
        .options(joinedload(Certificate.account))
        .with_for_update(of=Certificate, key_share=True)
    )
    if certificate is None:
        raise NoSuchCertificate
    return certificate


def _last_entry(certificate: Certificate) -> tuple[int, LedgerKind]:
    """What holds of a certificate: its row is locked, so that the second of two finds the first."""
    asked = {"of_certificate": certificate.id}
    entry_id, kind = current_connection().execute(_LAST_ENTRY, asked).one()
    return entry_id, kind


def _has_follower(certificate: Certificate) -> bool:
    """Whether another certificate stands in its place, or came after it."""
    following = select(Certificate.id).where(Certificate.replaces_id == certificate.id)
    return db.session.scalar(following) is not None


def _require_in_force(certificate: Certificate) -> int:
    """The entry that the next one follows."""
    last_id, kind = _last_entry(certificate)
    if kind not in (LedgerKind.ISSUED, LedgerKind.REINSTATED):
        raise NotInForce
    return last_id


def _enter(
    certificate: Certificate,
    kind: LedgerKind,
    follows_id: int,
    reason: str,
    actor_id: int,
    *,
    now: datetime,
    replacement_id: int | None = None,
    ground: RevocationGround | None = None,
) -> None:
    """Add to a certificate's chain; on SQLite, where no row is locked, its index decides."""
    entry = LedgerEntry(
        kind=kind,
        certificate_id=certificate.id,
        entered_at=now,
        actor_id=actor_id,
        reason=reason,
        replacement_id=replacement_id,
        ground=ground,
        follows_id=follows_id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(entry)
    except IntegrityError as error:
        raise ChangedMeanwhile from error
