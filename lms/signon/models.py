"""Identities elsewhere by which people sign in here."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey

ISSUER_LENGTH = 300
SUBJECT_LENGTH = 255
"""As long as a subject may be (OpenID Connect Core 1.0, 2)."""


class ExternalIdentity(Base):
    """That somebody whom a provider knows by a subject signs in to an account here.

    A subject is one person's for good, and never given again by the same issuer (OpenID Connect
    Core 1.0, 5.7); names, addresses and numbers are, and so find nobody once this row is there. An
    account has one of each issuer. `vouched_at` is when a provider that vouches for numbers first
    said by it that the account's number is theirs; until then its holder alone has linked it.
    """

    __tablename__ = "external_identities"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        UniqueConstraint("account_id", "issuer"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    issuer: Mapped[str] = mapped_column(String(ISSUER_LENGTH))
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    linked_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    vouched_at: Mapped[datetime | None] = mapped_column(default=None)
