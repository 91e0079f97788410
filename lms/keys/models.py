"""Keys as stored: the private half encrypted, the public half for everybody."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, PrimaryKey
from lms.keys.enums import Algorithm, Purpose


class SigningKey(Base):
    """A key that signs, or has signed; of each purpose one at most is in use.

    number: counts the keys of the purpose from 1. public_key: SubjectPublicKeyInfo in DER.
    certificate: X.509 in DER; the root's own, or the one that the root gave the seal.
    encrypted_private_key: PKCS #8 in DER, encrypted with the passphrase of the settings; None for a
    key that a hardware module keeps, under this `label`, and for a root that is kept in a file.
    Retired keys stay: what they signed stays true.
    """

    __tablename__ = "signing_keys"
    __table_args__ = (
        UniqueConstraint("purpose", "number"),
        Index(
            "uq_signing_keys_in_use",
            "purpose",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    purpose: Mapped[Purpose]
    number: Mapped[int]
    algorithm: Mapped[Algorithm]
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    certificate: Mapped[bytes | None] = mapped_column(LargeBinary)
    encrypted_private_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    label: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None] = mapped_column(default=None)
