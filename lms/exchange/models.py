"""The rows of the exchange: keys by which other systems are known, and where they are told."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey

_KEPT = text("revoked_at IS NULL")


class ApiToken(Base):
    """A key by which an institution's own system is known, and what it opens.

    Of the key itself only its hash is kept, and its beginning (`prefix`), by which people tell one
    from another. `scopes` are values of TokenScope between blanks. Who made it answers for what is
    done with it: it stops when they do not answer for the whole institution any more.
    """

    __tablename__ = "api_tokens"
    __table_args__ = (
        Index(
            "uq_api_tokens_name",
            "institution_id",
            "name",
            unique=True,
            sqlite_where=_KEPT,
            postgresql_where=_KEPT,
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), index=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    scopes: Mapped[str] = mapped_column(String(200))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    prefix: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    last_used_at: Mapped[datetime | None] = mapped_column(default=None)


class IdempotencyKey(Base):
    """What a key of the API was answered when it asked for something under this name.

    Without an answer it is at work, or was cut off: `claim_count` tells who has it, so that of two
    only one can store. `request_hash` is of all that was sent.
    """

    __tablename__ = "idempotency_keys"

    api_token_id: Mapped[int] = mapped_column(ForeignKey("api_tokens.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    claimed_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    claim_count: Mapped[int] = mapped_column(default=1)
    status: Mapped[int | None] = mapped_column(default=None)
    content_type: Mapped[str | None] = mapped_column(String(100), default=None)
    body: Mapped[bytes | None] = mapped_column(default=None)


class Webhook(Base):
    """Where an institution's own system is told what happened to certificates, and how far it is.

    `position` is the next of the public log that is looked at: all before it were told of, or are
    nobody's of the institution. It is tried when `due_at` says; that is empty once it was switched
    off. `failing_since` and what follows are of the tries since the last that worked. The secret is
    sealed with the passphrase of keys. Who made it answers for it, as for a key.
    """

    __tablename__ = "webhooks"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), index=True)
    creator_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    url: Mapped[str] = mapped_column(String(500))
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary(200))
    created_at: Mapped[datetime]
    position: Mapped[int]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    delivered_at: Mapped[datetime | None] = mapped_column(default=None)
    failing_since: Mapped[datetime | None] = mapped_column(default=None)
    failure_count: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(String(200), default=None)
