"""The files of a release, and the release as it is printed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select

from lms.days import local_day
from lms.db import current_connection, db
from lms.editions.errors import NoSuchFile
from lms.editions.models import BookFile, FileKind
from lms.editions.text import Answers, BookAppendix, BookChapter, BookQuestion, BookText
from lms.jobs.queries import list_given_up
from lms.jobs.rules import key_of
from lms.pocketbooks.models import AnswerKey, Appendix, Chapter, Picture, Purpose, Question
from lms.pocketbooks.queries import get_release, list_books
from lms.rendering.references import AddressOf, Reference, references_in, resolve

BOOK_JOB = "book"
HELP: Final = Reference("page", "bantuan")


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


def list_unprinted() -> list[int]:
    """The releases that are offered now whose books have not been made, nor were given up."""
    made = set(db.session.scalars(select(BookFile.release_id).distinct()))
    given_up = list_given_up(BOOK_JOB)
    releases = [book.release_id for book in list_books()]
    return [
        each
        for each in releases
        if each not in made and key_of(BOOK_JOB, {"release_id": each}) not in given_up
    ]


def get_text(
    release_id: int, address_of: AddressOf, publisher: str = "", licence: str = ""
) -> BookText:
    """A release as it is printed; `address_of` says where people find what it refers to.

    `publisher` and `licence` are printed where they are given.
    """
    book = get_release(release_id)

    def of_book(html: str) -> str:
        return _of_book(html, book.slug, address_of)

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
        published_on=local_day(book.published_at),
        regulations_checked_on=book.regulations_checked_on,
        introduction_html=of_book(book.introduction_html),
        promises_html=tuple(map(of_book, book.promises)),
        objectives_html=tuple(map(of_book, book.objectives)),
        chapters=tuple(
            BookChapter(
                row.number,
                row.title,
                of_book(row.html),
                address_of(book.slug, Reference("chapter", number=row.number)),
            )
            for row in chapters
        ),
        appendices=tuple(
            BookAppendix(row.kind, row.title, of_book(row.html)) for row in appendices
        ),
        pictures=_pictures(texts),
        address=address_of(book.slug, Reference("pocketbook", book.slug)),
        help_address=address_of(book.slug, HELP),
        composed_by=book.composed_by,
        reviewed_by=book.reviewed_by,
        publisher=publisher,
        licence=licence,
    )


def _of_book(html: str, slug: str, address_of: AddressOf) -> str:
    """A text of which only what the book brings along is still a reference."""

    def inside(slug: str, reference: Reference) -> str:
        if reference.kind == "picture":
            return str(reference)
        if reference.kind == "chapter" and reference.name in {"", slug}:
            return str(Reference("chapter", number=reference.number))
        return address_of(slug, reference)

    return resolve(html, slug, inside)


def _pictures(texts: Iterable[str]) -> dict[str, bytes]:
    """The pictures that the texts show, by their SHA-256."""
    named = {each.name for text in texts for each in references_in(text) if each.kind == "picture"}
    rows = db.session.execute(
        select(Picture.sha256, Picture.content).where(Picture.sha256.in_(named))
    )
    return {row.sha256: row.content for row in rows}


def get_answers(release_id: int, address_of: AddressOf) -> Answers:
    """The bank with its keys; for the answer sheet and for nothing else."""
    slug = get_release(release_id).slug
    rows = db.session.execute(
        select(Chapter.number, Question, AnswerKey)
        .join(Chapter, Chapter.id == Question.chapter_id)
        .join(AnswerKey, AnswerKey.question_id == Question.id)
        .where(Question.release_id == release_id, Question.purpose == Purpose.FINAL)
        .order_by(Chapter.number, Question.position)
    )

    def of_book(html: str | None) -> str:
        return _of_book(html or "", slug, address_of)

    questions = tuple(
        BookQuestion(
            chapter_number=number,
            stem_html=of_book(question.stem_html),
            choices_html=tuple(map(of_book, question.choices_html)),
            right=frozenset(key.right),
            explanation_html=of_book(key.explanation_html),
            source_html=of_book(key.source_html),
        )
        for number, question, key in rows
    )
    return Answers(questions, _pictures(text for each in questions for text in each.texts))
