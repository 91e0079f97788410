"""Use cases of reading: taking a pocketbook up, keeping one's place, finishing a chapter."""

import re
from datetime import datetime

from sqlalchemy import bindparam, select, update

from lms.db import connection, insert_once
from lms.learning.models import ChapterRead, Enrolment
from lms.learning.queries import get_own_book
from lms.library.errors import NoSuchChapter
from lms.library.queries import BookPage, get_book

ANCHOR = re.compile(r"p[0-9]{1,4}")


def take_up(account_id: int, slug: str, *, now: datetime) -> tuple[int, BookPage]:
    """Give a person a place in a pocketbook's current edition, or find the one they have.

    Returns the enrolment's id and the pocketbook as this person reads it. Two clicks at once give
    one place: the table's constraint decides. Raises NoSuchPocketbook.
    """
    book, place = get_own_book(account_id, slug)
    if place is not None:
        return place.enrolment_id, book
    return _enrol(account_id, book, now=now), book


def take_up_edition(account_id: int, slug: str, *, now: datetime) -> None:
    """Give a person a place in the edition that is offered now, beside those in former ones.

    From then on they read that one; what they have of the others stays. Raises NoSuchPocketbook.
    """
    _enrol(account_id, get_book(slug), now=now)


def _enrol(account_id: int, book: BookPage, *, now: datetime) -> int:
    """Give a person a place in an edition, once; returns its id."""
    connection().execute(
        insert_once(Enrolment, connection()),
        {
            "account_id": account_id,
            "module_id": book.module_id,
            "edition_id": book.edition_id,
            "started_at": now,
            "last_activity_at": now,
            "chapter_number": 1,
            "anchor": "",
        },
    )
    found = {"account_id": account_id, "edition_id": book.edition_id}
    enrolment_id: int = connection().execute(_ENROLMENT, found).scalar_one()
    return enrolment_id


_ENROLMENT = select(Enrolment.id).where(
    Enrolment.account_id == bindparam("account_id"), Enrolment.edition_id == bindparam("edition_id")
)
_KEEP = (
    update(Enrolment)
    .where(Enrolment.id == bindparam("enrolment_id"))
    .values(
        chapter_number=bindparam("number"),
        anchor=bindparam("new_anchor"),
        last_activity_at=bindparam("now"),
    )
)


def keep_position(
    account_id: int, slug: str, chapter_number: int, anchor: str, *, now: datetime
) -> None:
    """Note the paragraph that a person is reading; raises NoSuchChapter.

    An anchor that is none (`p12` is one) is kept as the chapter's beginning.
    """
    enrolment_id, book = take_up(account_id, slug, now=now)
    _require_chapter(book, chapter_number)
    connection().execute(
        _KEEP,
        {
            "enrolment_id": enrolment_id,
            "number": chapter_number,
            "new_anchor": anchor if ANCHOR.fullmatch(anchor) else "",
            "now": now,
        },
    )


def finish_chapter(account_id: int, slug: str, chapter_number: int, *, now: datetime) -> int | None:
    """Mark a chapter as read to its end; returns the next chapter's number, None after the last.

    Raises NoSuchChapter.
    """
    enrolment_id, book = take_up(account_id, slug, now=now)
    _require_chapter(book, chapter_number)
    connection().execute(
        insert_once(ChapterRead, connection()),
        {"enrolment_id": enrolment_id, "chapter_number": chapter_number, "read_at": now},
    )
    following = chapter_number + 1 if chapter_number < len(book.chapters) else None
    connection().execute(
        _KEEP,
        {
            "enrolment_id": enrolment_id,
            "number": following or chapter_number,
            "new_anchor": "",
            "now": now,
        },
    )
    return following


def _require_chapter(book: BookPage, number: int) -> None:
    if number not in {line.number for line in book.chapters}:
        raise NoSuchChapter
