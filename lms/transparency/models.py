"""The log as rows: what waits for it, what stands where in it, its tiles and its checkpoints."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class UnloggedEntry(Base):
    """An entry of the ledger that is not in the log yet.

    A trigger adds it with the ledger's own entry, in whatever way that is stored; so none is
    forgotten, and the transactions that issue certificates wait for no other. Rows, and not the
    last number that was logged: on PostgreSQL a higher number may be stored before a lower one.
    """

    __tablename__ = "unlogged_entries"

    ledger_entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"), primary_key=True)


class LogEntry(Base):
    """Which entry of the ledger stands at a position of the log; only ever added."""

    __tablename__ = "log_entries"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ledger_entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"), unique=True)


class LogSalt(Base):
    """What a certificate's commitment in the log was made with, beside its facts.

    Without it, nobody can tell any more whose entry it is: it may be deleted.
    """

    __tablename__ = "log_salts"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)


class LogTile(Base):
    """A tile of hashes of the tree or, at level -1, a bundle of entries.

    It grows until it is full, and the database refuses any other change.
    """

    __tablename__ = "log_tiles"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class LogCheckpoint(Base):
    """The log's state after a batch, signed; only ever added.

    `logged_at` is the moment of the batch, in whole seconds, and of each of its entries. The counts
    are of all entries so far.
    """

    __tablename__ = "log_checkpoints"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    logged_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)
    issue_count: Mapped[int]
    replacement_count: Mapped[int]
    revocation_count: Mapped[int]
    reinstatement_count: Mapped[int]
