"""What the reading pages show: a release's contents joined with where the reader is."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from lms.certificates.queries import find_code_of_edition
from lms.learning.queries import Place
from lms.library.queries import (
    BookPage,
    ChapterLine,
    ChapterPage,
    CheckAnswer,
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reader is in a pocketbook."""

    read: frozenset[int]
    next_chapter: int
    anchor: str
    is_complete: bool
    quiz_open: bool
    certificate_code: str | None

    @property
    def is_started(self) -> bool:
        """Whether anything has been read."""
        return bool(self.read or self.anchor or self.next_chapter > 1)


def progress_of(account_id: int | None, book: BookPage, place: Place | None) -> Progress | None:
    """The progress of a signed-in reader; None for others, whose place their browser keeps."""
    if account_id is None:
        return None
    if place is None:
        return Progress(frozenset(), 1, "", False, not book.requires_reading, None)  # noqa: FBT003
    unread = [line.number for line in book.chapters if line.number not in place.read]
    number = place.chapter_number
    return Progress(
        read=place.read,
        next_chapter=number if number in {line.number for line in book.chapters} else 1,
        anchor=place.anchor,
        is_complete=place.is_complete,
        quiz_open=not (book.requires_reading and unread),
        certificate_code=find_code_of_edition(account_id, place.edition_id)
        if place.is_complete
        else None,
    )


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """A small question, with its answer once it was given."""

    key: str
    stem_html: str
    is_multiple: bool
    choices: tuple[str, ...]
    answer: CheckAnswer | None


@dataclass(frozen=True, slots=True)
class ShownChapter:
    """A chapter as its page shows it; `count` is the number of the pocketbook's chapters."""

    slug: str
    book_title: str
    theme: str
    is_sensitive: bool
    edition_name: str
    release_name: str
    count: int
    number: int
    title: str
    html: str
    minutes: int
    previous: ChapterLine | None
    next: ChapterLine | None
    checks: tuple[ShownCheck, ...]


def show_chapter(
    book: BookPage, page: ChapterPage, answers: Mapping[str, CheckAnswer]
) -> ShownChapter:
    """Join a chapter with its pocketbook and with the answers given to its small questions."""
    return ShownChapter(
        slug=book.slug,
        book_title=book.title,
        theme=book.theme,
        is_sensitive=book.is_sensitive,
        edition_name=book.edition_name,
        release_name=book.release_name,
        count=len(book.chapters),
        number=page.number,
        title=page.title,
        html=page.html,
        minutes=page.minutes,
        previous=page.previous,
        next=page.next,
        checks=tuple(
            ShownCheck(
                check.key, check.stem_html, check.is_multiple, check.choices, answers.get(check.key)
            )
            for check in page.checks
        ),
    )


def resume_url(slug: str, chapter_number: int, anchor: str) -> str:
    """Where reading goes on: the chapter, at the paragraph."""
    return url_for("reading.chapter", slug=slug, number=chapter_number, _anchor=anchor or None)
