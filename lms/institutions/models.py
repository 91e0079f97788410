"""Public bodies, and who works where."""

import enum
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Account
from lms.db import Base, PrimaryKey


class InstitutionKind(enum.Enum):
    """The kinds of public body, as they are spoken of."""

    COORDINATING_MINISTRY = "kementerian koordinator"
    MINISTRY = "kementerian"
    NON_MINISTERIAL = "lpnk"
    STATE_SECRETARIAT = "sekretariat lembaga negara"
    EQUAL_TO_MINISTRY = "lembaga setingkat kementerian"
    NON_STRUCTURAL = "lembaga nonstruktural"
    BROADCASTER = "lembaga penyiaran publik"
    AUTHORITY = "otorita"
    AGENCY = "lembaga"
    PROVINCE = "pemerintah provinsi"
    REGENCY = "pemerintah kabupaten"
    CITY = "pemerintah kota"
    ADMINISTRATIVE_REGION = "wilayah administratif"
    """A kabupaten or kota of Jakarta, which is no autonomous government."""


class PostingSource(enum.Enum):
    """Who said that the person works there."""

    STAFF_LIST = "staff_list"
    SELF = "self"
    MOVED = "moved"
    """Another institution, from which they moved here, or ours, to which they did."""
    SIGN_ON = "sign_on"
    """The sign-on of the state, which knows them by their number."""


class Institution(Base):
    """A ministry, an agency or a regional government; `time_zone` decides its calendar day.

    `hr_contact` is where its own staff reach its HR office: of the office, not of a person.
    `email_domain` is what its people's official addresses end in, where it has said so.
    `region_code` is the ministry of home affairs' (`11`, `11.01`); one government in force has it.
    An institution that has ended keeps its row; `successor_id` is the one that its people went to.
    """

    __tablename__ = "institutions"
    __table_args__ = (
        Index(
            "uq_institutions_region_in_force",
            "region_code",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[InstitutionKind]
    time_zone: Mapped[str] = mapped_column(String(32), default="Asia/Jakarta")
    hr_contact: Mapped[str | None] = mapped_column(String(200), default=None)
    email_domain: Mapped[str | None] = mapped_column(String(100), default=None)
    region_code: Mapped[str | None] = mapped_column(String(13), default=None)
    regional_office_id: Mapped[int | None] = mapped_column(
        ForeignKey("regional_offices.id"), default=None
    )
    head_count: Mapped[int | None] = mapped_column(default=None)
    head_counted_on: Mapped[date | None] = mapped_column(default=None)
    target_count: Mapped[int | None] = mapped_column(default=None)
    begun_on: Mapped[date | None] = mapped_column(default=None)
    ended_on: Mapped[date | None] = mapped_column(default=None)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("institutions.id"), default=None)


class Unit(Base):
    """A part of an institution, to any depth.

    `path` has the keys from the topmost unit down to this one, each between slashes (`/3/17/`), so
    that what is below a unit is what begins with its path. A unit that has ended keeps its place;
    `successor_id` is the one that its people went to.
    """

    __tablename__ = "units"
    __table_args__ = (
        Index("ix_units_institution_path", "institution_id", "path", unique=True),
        # What stands right below a unit, and what at the top: of one institution, by name.
        Index("ix_units_institution_parent", "institution_id", "parent_id", "name", "id"),
        # A list by units walks over it, and goes on with the people of each.
        Index("ix_units_institution_name", "institution_id", "name", "id"),
        UniqueConstraint("institution_id", "code"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"))
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True, default=None)
    code: Mapped[str | None] = mapped_column(String(40), default=None)
    path: Mapped[str] = mapped_column(String(400), default="")
    ended_on: Mapped[date | None] = mapped_column(default=None)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), default=None)


class Posting(Base):
    """That a person works at an institution, in which unit, from when, and who vouches for it.

    The institution of a person is dated: a certificate keeps the one of its day. Where `unit_id`
    is empty, nobody has said in which unit.
    """

    __tablename__ = "postings"
    __table_args__ = (
        Index(
            "uq_postings_current",
            "account_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index("ix_postings_institution_current", "institution_id", "ended_on", "account_id"),
        Index("ix_postings_institution_started", "institution_id", "started_on"),
        Index(
            "ix_postings_waiting",
            "institution_id",
            "ended_on",
            "confirmed_at",
            sqlite_where=text("confirmed_at IS NULL AND ended_on IS NULL"),
            postgresql_where=text("confirmed_at IS NULL AND ended_on IS NULL"),
        ),
        Index(
            "ix_postings_moved_in",
            "institution_id",
            "started_on",
            "account_id",
            sqlite_where=text("source = 'moved' AND ended_on IS NULL"),
            postgresql_where=text("source = 'moved' AND ended_on IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True, init=False)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions.id"), init=False)
    source: Mapped[PostingSource]
    started_on: Mapped[date]
    account: Mapped[Account] = relationship(lazy="raise")
    institution: Mapped[Institution] = relationship(lazy="raise")
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_on: Mapped[date | None] = mapped_column(default=None)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True, default=None)


class OfficerNotice(Base):
    """When an officer was last told by mail that people wait, and of which posting as the last."""

    __tablename__ = "officer_notices"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    posting_id: Mapped[int]
    told_at: Mapped[datetime]
