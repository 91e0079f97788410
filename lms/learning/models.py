"""Enrolments in editions, what learners have read, and their attempts at the final quiz."""

import enum
from datetime import date, datetime
from typing import TypedDict

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Account
from lms.db import Base, PrimaryKey
from lms.pocketbooks.models import Edition, Module, Release


class Enrolment(Base):
    """A learner enrolled in one edition.

    It stays with that edition for good: a newer edition is a new enrolment, so that a
    certificate always says which text was studied. `anchor` is the paragraph last read.
    `completed_until` is the last day on which the completion holds, None for good: after it the
    quiz is opened again.
    """

    __tablename__ = "enrolments"
    __table_args__ = (
        UniqueConstraint("account_id", "edition_id"),
        Index("ix_enrolments_account_module", "account_id", "module_id"),
        Index(
            "ix_enrolments_completed_until",
            "completed_until",
            sqlite_where=text("completed_until IS NOT NULL"),
            postgresql_where=text("completed_until IS NOT NULL"),
        ),
        CheckConstraint("completed_at >= started_at", name="completed_after_start"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), init=False)
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"), init=False)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), init=False)
    started_at: Mapped[datetime]
    last_activity_at: Mapped[datetime]
    account: Mapped[Account] = relationship(lazy="raise")
    module: Mapped[Module] = relationship(lazy="raise")
    edition: Mapped[Edition] = relationship(lazy="raise")
    chapter_number: Mapped[int] = mapped_column(default=1)
    anchor: Mapped[str] = mapped_column(String(20), default="")
    completed_at: Mapped[datetime | None] = mapped_column(default=None)
    completed_until: Mapped[date | None] = mapped_column(default=None)


class ChapterRead(Base):
    """That a learner has read a chapter to its end, and when they first did."""

    __tablename__ = "chapters_read"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), primary_key=True)
    chapter_number: Mapped[int] = mapped_column(primary_key=True)
    read_at: Mapped[datetime]


class Verdict(enum.Enum):
    """How an attempt ended."""

    PASSED = "passed"
    NOT_PASSED = "not_passed"


class FrozenQuestion(TypedDict):
    """One question of an attempt: which, and its choices in the order they are shown."""

    question_id: int
    chapter: int
    order: list[int]


class Attempt(Base):
    """One sitting of a module's final quiz.

    Questions, their order, the order of choices and the rules are frozen at the start; what is
    edited or published later does not touch it. One at a time is open per person and module:
    the partial index decides, so two tabs get the same attempt.
    """

    __tablename__ = "attempts"
    __table_args__ = (
        Index(
            "uq_attempts_open",
            "account_id",
            "module_id",
            unique=True,
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
        UniqueConstraint("account_id", "module_id", "number"),
        Index(
            "ix_attempts_first",
            "submitted_at",
            "id",
            sqlite_where=text("number = 1"),
            postgresql_where=text("number = 1"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), init=False)
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"), init=False)
    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id"), init=False)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), index=True, init=False)
    number: Mapped[int]
    questions: Mapped[list[FrozenQuestion]] = mapped_column(JSON)
    pass_mark: Mapped[int]
    wait_minutes: Mapped[int]
    started_at: Mapped[datetime]
    account: Mapped[Account] = relationship(lazy="raise")
    module: Mapped[Module] = relationship(lazy="raise")
    release: Mapped[Release] = relationship(lazy="raise")
    enrolment: Mapped[Enrolment] = relationship(lazy="raise")
    submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    right_count: Mapped[int | None] = mapped_column(default=None)
    verdict: Mapped[Verdict | None] = mapped_column(default=None)


class Regrading(Base):
    """That an attempt, not passed by a wrong key, is passed by the corrected one; only ever added.

    The attempt stays as it was closed. `release_id` has the corrected key of the questions
    `question_keys`; `right_count` is how many were right by it.
    """

    __tablename__ = "regradings"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), unique=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id"))
    question_keys: Mapped[list[str]] = mapped_column(JSON)
    right_count: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500))
    actor_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    regraded_at: Mapped[datetime]


class KeySeen(Base):
    """That somebody has taken the answer sheet of a pocketbook, and when they first did.

    It is one of the pocketbook and not of an edition: editions have most of their questions in
    common.
    """

    __tablename__ = "keys_seen"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("modules.id"), primary_key=True)
    seen_at: Mapped[datetime]


class Answer(Base):
    """What is chosen for one question of an attempt; the highest sequence wins.

    `choices` are positions as shown (0 is the first), so that nothing a page holds says in
    which order the author wrote them.
    """

    __tablename__ = "answers"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    choices: Mapped[list[int]] = mapped_column(JSON)
    sequence: Mapped[int]
    saved_at: Mapped[datetime]


class ObjectiveResult(Base):
    """How first attempts answered an objective: by edition, institution and month of handing in.

    Sums, made again from attempts at any time (`objective_results.py`). `institution_id` is where
    the person worked on that day, 0 where nobody knows; `month` is its first day.
    """

    __tablename__ = "objective_results"

    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    objective: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    people_count: Mapped[int]
    right_count: Mapped[int]
    drawn_count: Mapped[int]


class ObjectiveMark(Base):
    """How far first attempts are gathered into sums: one row, or none before the first round."""

    __tablename__ = "objective_marks"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    gathered_until: Mapped[datetime]
    attempt_id: Mapped[int]
