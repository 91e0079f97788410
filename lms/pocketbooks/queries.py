"""Published pocketbooks: catalogue, releases and chapters, cached by id.

A release never changes, so its contents are cached in the process by their hash; a request asks
the database only which release is current.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import (
    ScalarSelect,
    bindparam,
    desc,
    exists,
    select,
)
from sqlalchemy.orm import Mapped, aliased

from lms.db import current_connection, db
from lms.pocketbooks.errors import (
    NoSuchAppendix,
    NoSuchChapter,
    NoSuchPocketbook,
    NoSuchQuestion,
)
from lms.pocketbooks.models import (
    AnswerKey,
    Appendix,
    Chapter,
    Edition,
    Module,
    Picture,
    Pocketbook,
    Purpose,
    Question,
    Release,
)
from lms.pocketbooks.question_bank import forget_banks
from lms.pocketbooks.search.known_words import forget_known_words


@dataclass(frozen=True, slots=True)
class ChapterLine:
    """A chapter in a list."""

    number: int
    title: str
    minutes: int


@dataclass(frozen=True, slots=True)
class AppendixLine:
    """An appendix in a list."""

    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """What a release says about itself: the page of its pocketbook.

    `valid_months`: how long its certificates are in force; None for good.
    """

    module_id: int
    edition_id: int
    release_id: int
    slug: str
    code: str
    title: str
    theme: str
    edition_name: str
    release_name: str
    sha256: str
    published_at: datetime
    regulations_checked_on: date
    introduction_html: str
    promises: tuple[str, ...]
    objectives: tuple[str, ...]
    composed_by: str
    reviewed_by: str
    minutes: int
    credit_hours: int
    valid_months: int | None
    draw_count: int
    pass_mark: int
    wait_minutes: int
    requires_reading: bool
    is_sensitive: bool
    chapters: tuple[ChapterLine, ...]
    appendices: tuple[AppendixLine, ...]


@dataclass(frozen=True, slots=True)
class CheckQuestion:
    """A small question of a chapter, without its key."""

    key: str
    stem_html: str
    is_multiple: bool
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChapterPage:
    """A chapter with its small questions and its neighbours."""

    number: int
    title: str
    html: str
    minutes: int
    checks: tuple[CheckQuestion, ...]
    previous: ChapterLine | None
    next: ChapterLine | None


@dataclass(frozen=True, slots=True)
class AppendixPage:
    """An appendix with its text."""

    kind: str
    title: str
    html: str


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """A small question answered: what was chosen, what is right, and why."""

    chosen: frozenset[int]
    right: frozenset[int]
    feedback: list[str | None]
    explanation_html: str | None
    source_html: str | None

    @property
    def is_right(self) -> bool:
        """All or nothing, as in the final quiz."""
        return self.chosen == self.right


# An edition's text is its last release, the one with the highest patch.
_CURRENT = (
    select(Release.id)
    .join(Module, Module.current_edition_id == Release.edition_id)
    .join(Pocketbook, Pocketbook.id == Module.pocketbook_id)
    .where(Pocketbook.slug == bindparam("slug"))
    .order_by(desc(Release.patch))
    .limit(1)
)
_later = aliased(Release)
_ALL_CURRENT = (
    select(Release.id)
    .join(Module, Module.current_edition_id == Release.edition_id)
    .join(Pocketbook, Pocketbook.id == Module.pocketbook_id)
    .where(~exists().where(_later.edition_id == Release.edition_id, _later.patch > Release.patch))
    .order_by(Pocketbook.code)
)


def get_book(slug: str) -> ReleaseView:
    """The pocketbook as it is offered now; raises NoSuchPocketbook."""
    release_id = current_connection().execute(_CURRENT, {"slug": slug}).scalar()
    if release_id is None:
        raise NoSuchPocketbook
    return get_release(release_id)


def latest_release(edition_id: Mapped[int]) -> ScalarSelect[int]:
    """The release that stands for an edition, as a column of a statement that has the edition's.

    A learner who keeps to an edition reads its latest release.
    """
    return (
        select(Release.id)
        .where(Release.edition_id == edition_id)
        .order_by(desc(Release.patch))
        .limit(1)
        .scalar_subquery()
    )


def list_books() -> list[ReleaseView]:
    """Every pocketbook as it is offered now, in the order of their codes."""
    return [
        get_release(release_id)
        for release_id in current_connection().execute(_ALL_CURRENT).scalars()
    ]


def find_title(edition_id: int) -> str | None:
    """What an edition is called by its latest release."""
    statement = (
        select(Release.title)
        .where(Release.edition_id == edition_id)
        .order_by(desc(Release.patch))
        .limit(1)
    )
    return db.session.scalar(statement)


def get_release(release_id: int) -> ReleaseView:
    """The page of one release."""
    return _release(release_id)


def get_chapter(release_id: int, number: int) -> ChapterPage:
    """One chapter of a release; raises NoSuchChapter."""
    return _chapter(release_id, number)


def get_appendix(release_id: int, kind: str) -> AppendixPage:
    """An appendix of a release; raises NoSuchAppendix."""
    return _appendix(release_id, kind)


def check_answer(
    release_id: int, chapter_number: int, key: str, chosen: frozenset[int]
) -> CheckAnswer:
    """Mark a small question of a chapter; raises NoSuchQuestion, also for one of the final quiz."""
    row = (
        current_connection()
        .execute(_CHECK_KEY, {"release_id": release_id, "number": chapter_number, "key": key})
        .one_or_none()
    )
    if row is None:
        raise NoSuchQuestion
    return CheckAnswer(
        chosen, frozenset(row.right), row.feedback_html, row.explanation_html, row.source_html
    )


_CHECK_KEY = (
    select(
        AnswerKey.right, AnswerKey.feedback_html, AnswerKey.explanation_html, AnswerKey.source_html
    )
    .join(Question, Question.id == AnswerKey.question_id)
    .join(Chapter, Chapter.id == Question.chapter_id)
    .where(Question.release_id == bindparam("release_id"), Question.key == bindparam("key"))
    .where(Chapter.number == bindparam("number"), Question.purpose == Purpose.CHECK)
)


def find_picture(sha256: str) -> Picture | None:
    """A picture by its hash."""
    return db.session.get(Picture, sha256)


def forget_releases() -> None:
    """Empty the process's memory of releases; for tests, which change databases."""
    for cached in (_release, _chapter, _appendix):
        cached.cache_clear()
    forget_banks()
    forget_known_words()


@lru_cache(maxsize=256)
def _release(release_id: int) -> ReleaseView:
    book, edition, release, module = db.session.execute(
        select(Pocketbook, Edition, Release, Module)
        .select_from(Release)
        .join(Edition, Edition.id == Release.edition_id)
        .join(Pocketbook, Pocketbook.id == Release.pocketbook_id)
        .join(Module, Module.pocketbook_id == Pocketbook.id)
        .where(Release.id == release_id)
    ).one()
    chapters = db.session.execute(
        select(Chapter.number, Chapter.title, Chapter.minutes)
        .where(Chapter.release_id == release_id)
        .order_by(Chapter.number)
    )
    appendices = db.session.execute(
        select(Appendix.kind, Appendix.title)
        .where(Appendix.release_id == release_id)
        .order_by(Appendix.id)
    )
    return ReleaseView(
        module_id=module.id,
        edition_id=edition.id,
        release_id=release.id,
        slug=book.slug,
        code=book.code,
        title=release.title,
        theme=book.theme,
        edition_name=edition.name,
        release_name=release.name,
        sha256=release.sha256,
        published_at=release.published_at,
        regulations_checked_on=release.regulations_checked_on,
        introduction_html=release.introduction_html,
        promises=tuple(release.promises_html),
        objectives=tuple(release.objectives_html),
        composed_by=release.composed_by,
        reviewed_by=release.reviewed_by,
        minutes=release.minutes,
        credit_hours=release.credit_hours,
        valid_months=release.valid_months,
        draw_count=release.draw_count,
        pass_mark=release.pass_mark,
        wait_minutes=release.wait_minutes,
        requires_reading=release.requires_reading,
        is_sensitive=release.is_sensitive,
        chapters=tuple(ChapterLine(*row) for row in chapters),
        appendices=tuple(AppendixLine(*row) for row in appendices),
    )


@lru_cache(maxsize=1024)
def _chapter(release_id: int, number: int) -> ChapterPage:
    lines = {line.number: line for line in _release(release_id).chapters}
    row = db.session.execute(
        select(Chapter.id, Chapter.title, Chapter.html, Chapter.minutes).where(
            Chapter.release_id == release_id, Chapter.number == number
        )
    ).one_or_none()
    if row is None:
        raise NoSuchChapter
    checks = db.session.execute(
        select(Question.key, Question.stem_html, Question.is_multiple, Question.choices_html)
        .where(Question.chapter_id == row.id, Question.purpose == Purpose.CHECK)
        .order_by(Question.position)
    )
    return ChapterPage(
        number=number,
        title=row.title,
        html=row.html,
        minutes=row.minutes,
        checks=tuple(
            CheckQuestion(key, stem_html, is_multiple, tuple(choices))
            for key, stem_html, is_multiple, choices in checks
        ),
        previous=lines.get(number - 1),
        next=lines.get(number + 1),
    )


@lru_cache(maxsize=256)
def _appendix(release_id: int, kind: str) -> AppendixPage:
    row = db.session.execute(
        select(Appendix.kind, Appendix.title, Appendix.html).where(
            Appendix.release_id == release_id, Appendix.kind == kind
        )
    ).one_or_none()
    if row is None:
        raise NoSuchAppendix
    return AppendixPage(*row)
