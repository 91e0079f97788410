"""A person who signs in, their employee numbers, roles, devices and one-time links."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.enums import Digest, EmployeeKind, LinkPurpose, Role
from lms.accounts.rules import TARGET_LENGTH
from lms.db import Base, PrimaryKey


class Account(Base):
    """A person. The key is our own: an employee number can change, a person does not.

    Without a password the person stands on a staff list and has not activated the account. Without
    an address they have none that we know: they sign in by their number. A second account of the
    same person names in `merged_into_id` the one that was kept, which is never merged itself.
    `closed_at`: nobody signs in there any more, since the person has died. `address_proved_at`:
    when a link that was mailed to the address was opened; a code on paper proves none.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        Index(
            "ix_accounts_merged_into_id",
            "merged_into_id",
            sqlite_where=text("merged_into_id IS NOT NULL"),
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
        # By how a name begins: in the order of letters' codes, whatever the server's collation.
        Index("ix_accounts_name", "name", postgresql_ops={"name": "text_pattern_ops"}),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    created_at: Mapped[datetime]
    password_hash: Mapped[str | None] = mapped_column(String(200), default=None)
    activated_at: Mapped[datetime | None] = mapped_column(default=None)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    address_proved_at: Mapped[datetime | None] = mapped_column(default=None)


class EmployeeNumber(Base):
    """A NIP or NI PPPK that a person has or had.

    A number belongs to one person for good; a person may get another (a PPPK's changes with the
    contract), and the former ones stay readable.
    """

    __tablename__ = "employee_numbers"
    __table_args__ = (
        Index(
            "uq_employee_numbers_current",
            "account_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True, init=False)
    number: Mapped[str] = mapped_column(String(18), unique=True)
    kind: Mapped[EmployeeKind]
    started_on: Mapped[date]
    account: Mapped[Account] = relationship(lazy="raise")
    ended_on: Mapped[date | None] = mapped_column(default=None)


class RoleGrant(Base):
    """A role that a person holds at one institution, or nationally where there is none.

    With a unit it is held for that unit of the institution and everything below it, and no more.

    `ends_on` is the last day on which it gives anything, in the institution's zone, and `ends_at`
    the moment at which that day is over: it stays, whatever zone the institution is put in later.
    `granter_id` is who granted it, or last changed its end; None is the operator. `end_told_at`:
    when both were told that it ends.
    """

    __tablename__ = "role_grants"
    __table_args__ = (
        UniqueConstraint("account_id", "role", "institution_id", "unit_id"),
        CheckConstraint("unit_id IS NULL OR institution_id IS NOT NULL", name="unit"),
        CheckConstraint("(ends_on IS NULL) = (ends_at IS NULL)", name="end"),
        Index("ix_role_grants_institution", "institution_id", "role"),
        Index("ix_role_grants_role", "role", "id"),
        Index(
            "ix_role_grants_ends_at",
            "ends_at",
            "id",
            sqlite_where=text("ends_at IS NOT NULL"),
            postgresql_where=text("ends_at IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True, init=False)
    role: Mapped[Role]
    granted_at: Mapped[datetime]
    account: Mapped[Account] = relationship(lazy="raise", foreign_keys=[account_id])
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id"), default=None)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), default=None)
    granter_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), default=None)
    ends_on: Mapped[date | None] = mapped_column(default=None)
    ends_at: Mapped[datetime | None] = mapped_column(default=None)
    end_told_at: Mapped[datetime | None] = mapped_column(default=None)


class Device(Base):
    """A browser that is signed in: the cookie's random id is kept as a hash only.

    `identity_id` is the identity elsewhere by which the person has come, if by one. From
    `second_step_due_at` on it opens nothing before a second factor was shown; it is empty where
    none was asked for.
    """

    __tablename__ = "devices"
    __table_args__ = (
        Index(
            "ix_devices_identity_id",
            "identity_id",
            sqlite_where=text("identity_id IS NOT NULL"),
            postgresql_where=text("identity_id IS NOT NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True, init=False)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    label: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    account: Mapped[Account] = relationship(lazy="raise")
    identity_id: Mapped[int | None] = mapped_column(
        ForeignKey("external_identities.id"), default=None
    )
    second_step_due_at: Mapped[datetime | None] = mapped_column(default=None)
    second_step_passed_at: Mapped[datetime | None] = mapped_column(default=None)


class SecondFactor(Base):
    """The app of a person that makes codes; its secret is sealed by the keys' passphrase.

    `last_step` is that of the last code that was taken. Until `confirmed_at` it is being set up,
    and nobody is asked for it.
    """

    __tablename__ = "second_factors"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary(100))
    begun_at: Mapped[datetime]
    last_step: Mapped[int]
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)


class RecoveryCode(Base):
    """A code that takes the place of the app once; only its hash is kept, until it is used."""

    __tablename__ = "recovery_codes"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class OneTimeLink(Base):
    """A mailed link that works once and for a while; only its hash is kept.

    `target` is the page of ours where the person was going when the link was asked for. A link that
    changes the address, or takes it back, went to `new_email`, which it proves.
    """

    __tablename__ = "one_time_links"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True, init=False)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    purpose: Mapped[LinkPurpose]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    account: Mapped[Account] = relationship(lazy="raise")
    target: Mapped[str] = mapped_column(String(TARGET_LENGTH), default="")
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    new_email: Mapped[str | None] = mapped_column(String(254), default=None)


class ActivationCode(Base):
    """A code on paper by which a person chooses a password once; only its hash is kept.

    A person has one at a time: another sheet voids the former code. It goes when it is used.
    """

    __tablename__ = "activation_codes"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    issuer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))


class AccountMerge(Base):
    """That two accounts were found to be one person's; append-only, as is its undoing.

    `posting_id` is where the account that went into the other one stood until then.
    """

    __tablename__ = "account_merges"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    kept_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    merged_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(500))
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("postings.id"), default=None)


class AccountSeparation(Base):
    """That a merge was undone; append-only."""

    __tablename__ = "account_separations"

    merge_id: Mapped[int] = mapped_column(ForeignKey("account_merges.id"), primary_key=True)
    separated_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(500))


class SignInFailure(Base):
    """How often guesses at one account's password have failed, and when the next is looked at.

    `whose` is a hash of what was typed, or of the account with a device that is known to it.
    """

    __tablename__ = "sign_in_failures"

    whose: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failed_count: Mapped[int]
    paused_until: Mapped[datetime] = mapped_column(index=True)


class LinkRequest(Base):
    """That somebody wants a link to choose a password; forgotten once it is answered by mail.

    Nobody looks up at once whose it is: the answer takes as long for a stranger as for a person.
    """

    __tablename__ = "link_requests"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    identifier: Mapped[str] = mapped_column(String(254))
    due_at: Mapped[datetime] = mapped_column(index=True)
    target: Mapped[str] = mapped_column(String(TARGET_LENGTH), default="")
    tried_count: Mapped[int] = mapped_column(default=0)


class Registration(Base):
    """A wish to have an account: a claim, which holds neither number nor address.

    Several may name the same ones. The first whose mailbox answers becomes an account; what is not
    answered until `expires_at` is forgotten. `due_at` says when its mail is to be written, and is
    empty afterwards. Several may be in one message; the first of them says in `mailed_at` when.
    Who did not find their institution has written its name in `institution_words`.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        CheckConstraint(
            "institution_id IS NOT NULL OR institution_words IS NOT NULL", name="institution"
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), index=True)
    number: Mapped[str] = mapped_column(String(18), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id"), default=None)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), default=None)
    institution_words: Mapped[str | None] = mapped_column(String(200), default=None)
    target: Mapped[str] = mapped_column(String(TARGET_LENGTH), default="")
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True, default=None)
    mailed_at: Mapped[datetime | None] = mapped_column(default=None)
    tried_count: Mapped[int] = mapped_column(default=0)


class MailPreference(Base):
    """Which mail a person wants, where they have said so; what is needed is always sent."""

    __tablename__ = "mail_preferences"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    reminders: Mapped[bool]
    digest: Mapped[Digest]
    changed_at: Mapped[datetime]
