"""Pocketbooks as published: editions, their releases, chapters, questions and answer keys."""

import enum
from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, PrimaryKey


class Purpose(enum.Enum):
    """Where a question is asked: in the chapter, or in the final quiz."""

    CHECK = "check"
    FINAL = "final"


class Pocketbook(Base):
    """A work with a slug and a theme; its text lives in editions."""

    __tablename__ = "pocketbooks"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    theme: Mapped[str] = mapped_column(String(40))


class Edition(Base):
    """One edition of a pocketbook, named by year and number; its text is its last release."""

    __tablename__ = "editions"
    __table_args__ = (UniqueConstraint("pocketbook_id", "year", "number"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    pocketbook_id: Mapped[int] = mapped_column(ForeignKey("pocketbooks.id"), init=False)
    year: Mapped[int]
    number: Mapped[int]
    pocketbook: Mapped[Pocketbook] = relationship(lazy="raise")

    @property
    def name(self) -> str:
        """As it is cited: `2026.1`."""
        return f"{self.year}.{self.number}"


class Release(Base):
    """What was published at one moment, and never changes: an edition's text, or a patch of it.

    `sha256` is the hash of the canonical source and is what an edition is known by: the same
    source cannot be published twice.
    """

    __tablename__ = "releases"
    __table_args__ = (
        UniqueConstraint("edition_id", "patch"),
        UniqueConstraint("pocketbook_id", "sha256"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    pocketbook_id: Mapped[int] = mapped_column(ForeignKey("pocketbooks.id"), init=False)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), init=False)
    patch: Mapped[int]
    name: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]
    regulations_checked_on: Mapped[date]
    title: Mapped[str] = mapped_column(String(200))
    introduction_html: Mapped[str] = mapped_column(Text)
    promises_html: Mapped[list[str]] = mapped_column(JSON)
    objectives_html: Mapped[list[str]] = mapped_column(JSON)
    composed_by: Mapped[str] = mapped_column(String(200))
    reviewed_by: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int]
    credit_hours: Mapped[int]
    valid_months: Mapped[int | None]
    draw_count: Mapped[int]
    pass_mark: Mapped[int]
    wait_minutes: Mapped[int]
    requires_reading: Mapped[bool]
    is_sensitive: Mapped[bool]
    pocketbook: Mapped[Pocketbook] = relationship(lazy="raise")
    edition: Mapped[Edition] = relationship(lazy="raise")


class Chapter(Base):
    """One short read of a release, as HTML made once at publication."""

    __tablename__ = "chapters"
    __table_args__ = (UniqueConstraint("release_id", "number"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id"), init=False)
    number: Mapped[int]
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    html: Mapped[str] = mapped_column(Text)
    word_count: Mapped[int]
    minutes: Mapped[int]
    release: Mapped[Release] = relationship(lazy="raise")


class Appendix(Base):
    """What a release has beside its chapters: glossary, card, or handout for facilitators."""

    __tablename__ = "appendices"
    __table_args__ = (UniqueConstraint("release_id", "kind"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id"), init=False)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    html: Mapped[str] = mapped_column(Text)
    release: Mapped[Release] = relationship(lazy="raise")


class Question(Base):
    """An item as a learner may see it: without its key.

    `objective` counts the release's objectives from 1; releases of before have none with any.
    """

    __tablename__ = "questions"
    __table_args__ = (UniqueConstraint("release_id", "key"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id"), init=False)
    chapter_id: Mapped[int] = mapped_column(ForeignKey("chapters.id"), index=True, init=False)
    key: Mapped[str] = mapped_column(String(60))
    purpose: Mapped[Purpose]
    position: Mapped[int]
    stem_html: Mapped[str] = mapped_column(Text)
    choices_html: Mapped[list[str]] = mapped_column(JSON)
    is_multiple: Mapped[bool]
    keeps_order: Mapped[bool]
    pinned_last: Mapped[int | None]
    objective: Mapped[int | None]
    release: Mapped[Release] = relationship(lazy="raise")
    chapter: Mapped[Chapter] = relationship(lazy="raise")


class AnswerKey(Base):
    """What is right about a question, and why.

    It stands in a table of its own, so that a query for a page before the end of an attempt
    cannot bring the key along by mistake.
    """

    __tablename__ = "answer_keys"

    question_id: Mapped[int] = mapped_column(
        ForeignKey("questions.id"), primary_key=True, init=False
    )
    right: Mapped[list[int]] = mapped_column(JSON)
    feedback_html: Mapped[list[str | None]] = mapped_column(JSON)
    explanation_html: Mapped[str | None] = mapped_column(Text)
    source_html: Mapped[str | None] = mapped_column(Text)
    question: Mapped[Question] = relationship(lazy="raise")


class Passage(Base):
    """A sentence or a few of a release that is offered now, to be searched for.

    Made of the release's pages, and made again at any time; `search/passages.py` says of which.
    `stems` holds the words as they are compared. On PostgreSQL they are found by the index below;
    on SQLite by the table `passage_stems` (FTS5), which triggers keep in step: migration 0024.
    """

    __tablename__ = "passages"
    __table_args__ = (
        Index(
            "ix_passages_stems",
            text("to_tsvector('simple'::regconfig, stems)"),
            postgresql_using="gin",
        ).ddl_if(dialect="postgresql"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    release_id: Mapped[int] = mapped_column(ForeignKey("releases.id"), index=True)
    part: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    anchor: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    stems: Mapped[str] = mapped_column(Text)
    lead_count: Mapped[int]


class Picture(Base):
    """A picture's bytes, stored once by their hash and served under it for good."""

    __tablename__ = "pictures"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(40))
    content: Mapped[bytes]


class Module(Base):
    """A pocketbook offered for learning, and the edition that is taken up now."""

    __tablename__ = "modules"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    pocketbook_id: Mapped[int] = mapped_column(
        ForeignKey("pocketbooks.id"), unique=True, init=False
    )
    current_edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), init=False)
    pocketbook: Mapped[Pocketbook] = relationship(lazy="raise")
    current_edition: Mapped[Edition] = relationship(lazy="raise")
