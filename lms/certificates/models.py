"""Certificates as issued, and the append-only ledger of what became of them."""

import enum
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnClause,
    Double,
    ForeignKey,
    Index,
    String,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accents import folded
from lms.accounts.models import Account
from lms.certificates.enums import (
    CauseKind,
    CorrectableFact,
    RequestState,
    RevocationGround,
)
from lms.certificates.facts import FACT_NAMES, CertificateFacts
from lms.db import Base, PrimaryKey


class LedgerKind(enum.Enum):
    """What can happen to a certificate: a revocation may be withdrawn, and it is reinstated."""

    ISSUED = "issued"
    REPLACED = "replaced"
    REVOKED = "revoked"
    REINSTATED = "reinstated"


ISSUED: ColumnClause[str] = literal_column("'issued'")
REVOKED: ColumnClause[str] = literal_column("'revoked'")
REINSTATED: ColumnClause[str] = literal_column("'reinstated'")
WAITING: ColumnClause[str] = literal_column("'waiting'")
"""What entries and requests are compared with where their partial indexes are to serve.

They know a constant only: with a bound value SQLite plans the statement anew each time, and
PostgreSQL's general plans pass the index by.
"""


def _one_beginning(name: str, *columns: str) -> Index:
    """Of certificates that follow none, there is one for these columns."""
    first = text("replaces_id IS NULL")
    return Index(name, *columns, unique=True, sqlite_where=first, postgresql_where=first)


class EmblemFile(Base):
    """A picture for letterheads, made safe; its name is the hash of its bytes."""

    __tablename__ = "emblems"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes]
    media_type: Mapped[str] = mapped_column(String(20))
    ratio: Mapped[float] = mapped_column(Double)
    created_at: Mapped[datetime]


class LetterheadVersion(Base):
    """What stood at the head of sheets, and who signed, from one day to another.

    It never changes: a change is another version, and certificates keep theirs.
    """

    __tablename__ = "letterheads"
    __table_args__ = (CheckConstraint("valid_until >= valid_from", name="time"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    unit_name: Mapped[str] = mapped_column(String(200))
    signatory_name: Mapped[str] = mapped_column(String(200))
    office: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(100))
    rank: Mapped[str] = mapped_column(String(100))
    employee_number: Mapped[str] = mapped_column(String(18))
    emblem_sha256: Mapped[str | None] = mapped_column(ForeignKey("emblems.sha256"))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    created_at: Mapped[datetime]


class CertificateSerial(Base):
    """Hands out serial numbers: a row each, so that no counter is fought over."""

    __tablename__ = "certificate_serials"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    issued_at: Mapped[datetime]


ERA = 20_000
"""Certificates of an era, one issued after the other: the newest are looked through first."""


class Certificate(Base):
    """The fact that a person completed something on a day; the row *is* the certificate.

    Everything on it is frozen at issue and never edited: PDF, QR code and pages are views of
    its `facts`, which have a column each. What became of it stands in the ledger.

    Its cause is a passed attempt of an edition, or what `cause_kind` and `cause_id` name. A
    person's certificates of a cause are a chain: the first follows none, and each other one follows
    (`replaces_id`) one that is out of force, as its correction or, after a revocation or when it
    has expired, because the quiz was passed again. The indexes let a chain have one beginning and
    no branches, so that at most its end is in force.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        _one_beginning("uq_certificates_person_edition", "account_id", "edition_id"),
        _one_beginning("uq_certificates_person_cause", "account_id", "cause_kind", "cause_id"),
        CheckConstraint(
            "(cause_kind = 'passed_attempt' AND cause_id IS NULL AND edition_id IS NOT NULL"
            " AND module_id IS NOT NULL AND attempt_id IS NOT NULL AND pocketbook_code IS NOT NULL"
            " AND edition_name IS NOT NULL AND release_name IS NOT NULL"
            " AND release_sha256 IS NOT NULL) OR"
            " (cause_kind <> 'passed_attempt' AND cause_id IS NOT NULL"
            " AND edition_id IS NULL AND attempt_id IS NULL)",
            name="cause",
        ),
        # A holder's name is searched by this; on SQLite by the table `certificate_words` (FTS5),
        # which a trigger keeps in step: migration 0047.
        Index(
            "ix_certificates_holder",
            text(f"(id / {ERA})"),
            folded(literal_column("holder_name", String)).label("letters"),
            postgresql_using="gin",
            postgresql_ops={"letters": "gin_trgm_ops"},
            postgresql_with={"gin_pending_list_limit": "256"},
        ).ddl_if(dialect="postgresql"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True, init=False)
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("editions.id"))
    module_id: Mapped[int | None] = mapped_column(ForeignKey("modules.id"))
    attempt_id: Mapped[int | None] = mapped_column(index=True)
    cause_id: Mapped[int | None]
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id"))
    code: Mapped[str] = mapped_column(String(12), unique=True)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    holder_name: Mapped[str] = mapped_column(String(200))
    employee_number: Mapped[str | None] = mapped_column(String(18))
    institution_name: Mapped[str | None] = mapped_column(String(200))
    was_confirmed: Mapped[bool]
    cause_kind: Mapped[CauseKind]
    title: Mapped[str] = mapped_column(String(200))
    theme: Mapped[str] = mapped_column(String(40))
    pocketbook_code: Mapped[str | None] = mapped_column(String(20))
    edition_name: Mapped[str | None] = mapped_column(String(20))
    release_name: Mapped[str | None] = mapped_column(String(20))
    release_sha256: Mapped[str | None] = mapped_column(String(64))
    credit_hours: Mapped[int]
    completed_on: Mapped[date]
    issued_at: Mapped[datetime]
    template_version: Mapped[int]
    saw_key: Mapped[bool]
    started_on: Mapped[date | None]
    pass_mark: Mapped[int | None]
    valid_until: Mapped[date | None]
    letterhead_id: Mapped[int | None] = mapped_column(ForeignKey("letterheads.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"), unique=True)
    account: Mapped[Account] = relationship(lazy="raise")

    @property
    def facts(self) -> CertificateFacts:
        """What the certificate says."""
        return CertificateFacts(**{name: getattr(self, name) for name in FACT_NAMES})


class LedgerEntry(Base):
    """One thing that happened to a certificate; entries are only ever added.

    Those of one certificate are a chain: the issue follows none, and each other one follows
    (`follows_id`) the one of before. `follows_id` is unique, so that the chain has no branches and
    of two things at once one is refused; the entry that nothing follows says what holds now. A
    trigger keeps a chain to one certificate and to an order that makes sense (migration 0029).

    A replacement's entry stands with the certificate that is replaced and names the new one. A
    revocation has a ground; those of before there were grounds have none, and reopen no quiz.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (
        Index(
            "uq_ledger_entries_issued",
            "certificate_id",
            unique=True,
            sqlite_where=text("kind = 'issued'"),
            postgresql_where=text("kind = 'issued'"),
        ),
        Index(
            "ix_ledger_entries_not_issued",
            "certificate_id",
            sqlite_where=text("kind <> 'issued'"),
            postgresql_where=text("kind <> 'issued'"),
        ),
        Index(
            "uq_ledger_entries_follows_id",
            "follows_id",
            unique=True,
            sqlite_where=text("follows_id IS NOT NULL"),
            postgresql_where=text("follows_id IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    kind: Mapped[LedgerKind]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"))
    entered_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), default=None)
    reason: Mapped[str | None] = mapped_column(String(500), default=None)
    replacement_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"), default=None)
    ground: Mapped[RevocationGround | None] = mapped_column(default=None)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entries.id"), default=None)


class CorrectionRequest(Base):
    """That somebody says what is wrong on a certificate and what it should be, and what came of it.

    One at a time is open for a certificate: the partial index decides.
    """

    __tablename__ = "correction_requests"
    __table_args__ = (
        Index(
            "uq_correction_requests_open",
            "certificate_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_correction_requests_certificate_id", "certificate_id"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"))
    asker_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    fact: Mapped[CorrectableFact]
    wanted: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(500))
    asked_at: Mapped[datetime]
    state: Mapped[RequestState] = mapped_column(default=RequestState.WAITING)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), default=None)
    answer: Mapped[str | None] = mapped_column(String(500), default=None)


class CorrectionNotice(Base):
    """When somebody was last told by mail that requests wait for them, and of which as the last."""

    __tablename__ = "correction_notices"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    request_id: Mapped[int]
    told_at: Mapped[datetime]
