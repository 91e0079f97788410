"""Events of certificates: issued, replaced, revoked, reinstated; for packages above to hear."""

from dataclasses import dataclass
from datetime import datetime

from lms.certificates.enums import CauseKind, RevocationGround


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateIssued:
    """A certificate was issued on a pass.

    `code` and `title` are the certificate's, `email` is the holder's address. `saw_key`: it does
    not count, since they had the answer sheet. `regraded_because`: the pass came by a new grading.
    """

    account_id: int
    code: str
    title: str
    email: str | None
    is_confirmed: bool
    saw_key: bool
    regraded_because: str | None
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateReplaced:
    """A certificate, whose `code` this is, was issued in place of another."""

    account_id: int
    code: str
    title: str
    email: str | None
    reason: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRevoked:
    """A certificate is out of force; `is_reopened`: the holder may sit the quiz again."""

    account_id: int
    code: str
    title: str
    email: str | None
    reason: str
    cause_kind: CauseKind
    ground: RevocationGround
    is_reopened: bool
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateReinstated:
    """The revocation of a certificate was withdrawn: it is in force again."""

    certificate_id: int
    account_id: int
    code: str
    title: str
    email: str | None
    reason: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionDeclined:
    """A request for the correction of a certificate was declined; `email` is who asked."""

    code: str
    title: str
    email: str | None
    answer: str
    is_holders: bool
    now: datetime
