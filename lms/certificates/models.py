"""Certificates as issued, and the append-only ledger of what became of them."""

import enum
from datetime import date, datetime

from sqlalchemy import ColumnClause, ForeignKey, Index, String, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Account
from lms.certificates.enums import RevocationGround
from lms.certificates.facts import FACT_NAMES, CertificateFacts
from lms.db import Base, PrimaryKey
from lms.institutions.models import Institution
from lms.pocketbooks.models import Edition, Module


class LedgerKind(enum.Enum):
    """What can happen to a certificate."""

    ISSUED = "issued"
    REPLACED = "replaced"
    REVOKED = "revoked"


ISSUED: ColumnClause[str] = literal_column("'issued'")
REVOKED: ColumnClause[str] = literal_column("'revoked'")
"""What entries are compared with where the ledger's partial indexes are to serve.

They know a constant only: with a bound value SQLite plans the statement anew each time, and
PostgreSQL's general plans pass the index by.
"""


class CertificateSerial(Base):
    """Hands out serial numbers: a row each, so that no counter is fought over."""

    __tablename__ = "certificate_serials"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    issued_at: Mapped[datetime]


class Certificate(Base):
    """The fact that a person completed an edition on a day; the row *is* the certificate.

    Everything on it is frozen at issue and never edited: PDF, QR code and pages are views of
    its `facts`, which have a column each. What became of it stands in the ledger.

    A person's certificates of an edition are a chain: the first follows none, and each other one
    follows (`replaces_id`) one that is out of force, as its correction or, after a revocation,
    because the quiz was passed again. The indexes let a chain have one beginning and no branches,
    so that at most its end is in force.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        Index(
            "uq_certificates_person_edition",
            "account_id",
            "edition_id",
            unique=True,
            sqlite_where=text("replaces_id IS NULL"),
            postgresql_where=text("replaces_id IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True, init=False)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), init=False)
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"), init=False)
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id"), init=False)
    attempt_id: Mapped[int] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    holder_name: Mapped[str] = mapped_column(String(200))
    employee_number: Mapped[str | None] = mapped_column(String(18))
    was_confirmed: Mapped[bool]
    institution_name: Mapped[str | None] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200))
    pocketbook_code: Mapped[str] = mapped_column(String(20))
    theme: Mapped[str] = mapped_column(String(40))
    edition_name: Mapped[str] = mapped_column(String(20))
    release_name: Mapped[str] = mapped_column(String(20))
    release_sha256: Mapped[str] = mapped_column(String(64))
    credit_hours: Mapped[int]
    completed_on: Mapped[date]
    issued_at: Mapped[datetime]
    template_version: Mapped[int]
    account: Mapped[Account] = relationship(lazy="raise")
    edition: Mapped[Edition] = relationship(lazy="raise")
    module: Mapped[Module] = relationship(lazy="raise")
    institution: Mapped[Institution | None] = relationship(lazy="raise")
    saw_key: Mapped[bool] = mapped_column(default=False)
    replaces_id: Mapped[int | None] = mapped_column(
        ForeignKey("certificates.id"), unique=True, default=None
    )

    @property
    def facts(self) -> CertificateFacts:
        """What the certificate says."""
        return CertificateFacts(**{name: getattr(self, name) for name in FACT_NAMES})


class LedgerEntry(Base):
    """One thing that happened to a certificate; entries are only ever added.

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
            "uq_ledger_entries_ended",
            "certificate_id",
            unique=True,
            sqlite_where=text("kind <> 'issued'"),
            postgresql_where=text("kind <> 'issued'"),
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
