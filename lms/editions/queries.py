"""The files of a release, and the release as the press takes it."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, or_, select

from lms.db import current_connection, db
from lms.editions.errors import NoSuchFile
from lms.editions.models import BookFailure, BookFile, FileKind
from lms.editions.text import BookAppendix, BookChapter, BookQuestion, BookText
from lms.pocketbooks.models import AnswerKey, Appendix, Chapter, Picture, Purpose, Question
from lms.pocketbooks.queries import get_release, list_books

YEAR_ZONE = ZoneInfo("Asia/Jakarta")
PICTURE = re.compile(r'src="(/gambar/([0-9a-f]{64}))"')


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file in a list."""

    kind: FileKind
    byte_count: int


_FILES = select(BookFile.kind, BookFile.byte_count).where(
    BookFile.release_id == bindparam("release_id"), BookFile.kind != FileKind.ANSWERS
)


def list_files(release_id: int) -> list[FileLine]:
    """What a release can be taken along as, without the answer sheet, in the order of kinds."""
    rows = current_connection().execute(_FILES, {"release_id": release_id})
    order = list(FileKind)
    return sorted((FileLine(*row) for row in rows), key=lambda line: order.index(line.kind))


def get_file(release_id: int, kind: FileKind) -> bytes:
    """A file's bytes; raises NoSuchFile."""
    content = db.session.scalar(
        select(BookFile.content).where(BookFile.release_id == release_id, BookFile.kind == kind)
    )
    if content is None:
        raise NoSuchFile
    return content


def find_unprinted(*, now: datetime) -> int | None:
    """A release that is offered now, whose book has not been made and is not put off."""
    made = set(db.session.scalars(select(BookFile.release_id).distinct()))
    put_off = set(
        db.session.scalars(
            select(BookFailure.release_id).where(
                or_(BookFailure.due_at.is_(None), BookFailure.due_at > now)
            )
        )
    )
    releases = (book.release_id for book in list_books())
    return next((each for each in releases if each not in made | put_off), None)


def get_text(release_id: int, home: str, publisher: str = "", licence: str = "") -> BookText:
    """A release as the press takes it; `home` is the address of the site.

    `publisher` and `licence` are printed where they are given.
    """
    book = get_release(release_id)
    address = f"{home}/buku/{book.slug}"
    chapters = db.session.execute(
        select(Chapter.number, Chapter.title, Chapter.html)
        .where(Chapter.release_id == release_id)
        .order_by(Chapter.number)
    ).all()
    appendices = db.session.execute(
        select(Appendix.kind, Appendix.title, Appendix.html)
        .where(Appendix.release_id == release_id)
        .order_by(Appendix.id)
    ).all()
    texts = [book.introduction_html, *(row.html for row in [*chapters, *appendices])]
    return BookText(
        slug=book.slug,
        code=book.code,
        title=book.title,
        theme=book.theme,
        release_name=book.release_name,
        sha256=book.sha256,
        published_on=book.published_at.astimezone(YEAR_ZONE).date(),
        regulations_checked_on=book.regulations_checked_on,
        introduction_html=book.introduction_html,
        objectives_html=book.objectives,
        chapters=tuple(
            BookChapter(row.number, row.title, row.html, f"{address}/{row.number}")
            for row in chapters
        ),
        appendices=tuple(BookAppendix(*row) for row in appendices),
        pictures=_pictures(texts),
        home=home,
        address=address,
        publisher=publisher,
        licence=licence,
    )


def _pictures(texts: list[str]) -> dict[str, bytes]:
    """The pictures that the texts name, by address."""
    named = {match[2]: match[1] for text in texts for match in PICTURE.finditer(text)}
    rows = db.session.execute(
        select(Picture.sha256, Picture.content).where(Picture.sha256.in_(named))
    )
    return {named[row.sha256]: row.content for row in rows}


def list_answers(release_id: int) -> tuple[BookQuestion, ...]:
    """The bank with its keys; for the answer sheet and for nothing else."""
    rows = db.session.execute(
        select(Chapter.number, Question, AnswerKey)
        .join(Chapter, Chapter.id == Question.chapter_id)
        .join(AnswerKey, AnswerKey.question_id == Question.id)
        .where(Question.release_id == release_id, Question.purpose == Purpose.FINAL)
        .order_by(Chapter.number, Question.position)
    )
    return tuple(
        BookQuestion(
            chapter_number=number,
            stem_html=question.stem_html,
            choices_html=tuple(question.choices_html),
            right=frozenset(key.right),
            explanation_html=key.explanation_html,
            source_html=key.source_html,
        )
        for number, question, key in rows
    )
