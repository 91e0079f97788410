"""Publication: a source in Markdown becomes an immutable release, rendered once and for all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms.announcements import announce
from lms.audit import record
from lms.authoring.canonical import canonical_source, edition_hash
from lms.authoring.errors import NotPublishable
from lms.authoring.parsing.result import ChapterSource, PocketbookSource, QuestionSource
from lms.authoring.rendered_source import (
    RenderedSource,
    RenderedSourceChapter,
    render_source,
)
from lms.authoring.source.pictures import PictureSource
from lms.authoring.source.texts import read_texts
from lms.authoring.source.tree import SourceTree
from lms.days import local_day
from lms.db import db
from lms.pocketbooks.announcements import ModuleOffered
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
from lms.pocketbooks.search.indexing import store_passages
from lms.pocketbooks.search.passages import passages_of
from lms.pocketbooks.structure import by_purpose, structure_of_release, structure_of_source
from lms.rendering.markdown import RenderedQuestion
from lms.rendering.reading_time import count_words, reading_minutes

FINAL_QUESTION_MINUTES = 1.25


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing a source came to; `is_new` is False when the source was published before."""

    slug: str
    release_name: str
    sha256: str
    is_new: bool


def publish_source(tree: SourceTree, *, as_edition: bool, now: datetime) -> Publication:
    """Publish a pocketbook's source, as `publish_rendered_source` does.

    Making pages takes long, and nobody who writes is kept waiting by it: call this before anything
    else is done in a transaction. Raises NotPublishable with the first error of the source.
    """
    rendered = render_source(tree, today=local_day(now))
    return publish_rendered_source(rendered, as_edition=as_edition, now=now)


def publish_rendered_source(
    rendered: RenderedSource, *, as_edition: bool, now: datetime
) -> Publication:
    """Publish the pages that a source was made into.

    The same source again changes nothing. A change that leaves chapters, questions, keys and the
    rules of the quiz alone is a patch of the current edition; anything more, or `as_edition`, is
    a new edition. Attempts and certificates keep the release that they have. Raises NotPublishable
    for a code that is another pocketbook's.
    """
    source = rendered.source
    before = _find(source.slug, rendered.sha256)
    if before is not None:
        return before
    passages = passages_of(
        source.title,
        rendered.introduction_html,
        ((each.source.number, each.source.title, each.rendered.html) for each in rendered.chapters),
        ((each.kind, each.title, html) for each, html in rendered.appendices),
    )
    book = _pocketbook(source)
    edition, patch = _edition_and_patch(book, source, as_edition=as_edition, now=now)
    release = _release(book, edition, patch, rendered, now=now)
    _store_pictures(rendered.pictures)
    for chapter in rendered.chapters:
        _store_chapter(release, chapter)
    for appendix, html in rendered.appendices:
        db.session.add(
            Appendix(release=release, kind=appendix.kind, title=appendix.title, html=html)
        )
    db.session.flush()
    _offer(book, edition)
    db.session.flush()
    store_passages(release.id, passages)
    record(
        "release.published",
        f"release:{release.id}",
        actor_id=None,
        now=now,
        sha256=rendered.sha256,
    )
    return Publication(source.slug, release.name, rendered.sha256, is_new=True)


def find_publication(tree: SourceTree) -> Publication | None:
    """What a source was published as; found without parsing it.

    A file that may not be read is no part of a source: such a one was never published.
    """
    texts = read_texts(tree)
    if any(diagnostic.is_error for diagnostic in texts.diagnostics):
        return None
    return _find(tree.slug, edition_hash(canonical_source(tree, texts.files)))


def _find(slug: str, sha256: str) -> Publication | None:
    name = db.session.scalar(
        select(Release.name)
        .join(Pocketbook, Pocketbook.id == Release.pocketbook_id)
        .where(Pocketbook.slug == slug, Release.sha256 == sha256)
    )
    return None if name is None else Publication(slug, name, sha256, is_new=False)


def _pocketbook(source: PocketbookSource) -> Pocketbook:
    book = db.session.scalar(select(Pocketbook).where(Pocketbook.slug == source.slug))
    if book is None:
        _require_own_code(source)
        book = Pocketbook(
            slug=source.slug, code=source.code, title=source.title, theme=source.theme
        )
        db.session.add(book)
    if book.code != source.code:
        _require_own_code(source)
    book.title, book.code, book.theme = source.title, source.code, source.theme
    db.session.flush()
    return book


def _require_own_code(source: PocketbookSource) -> None:
    taken_by = db.session.scalar(select(Pocketbook.slug).where(Pocketbook.code == source.code))
    if taken_by is not None:
        raise NotPublishable(
            f"Kode {source.code} sudah dipakai buku saku {taken_by}. Ganti kode di buku.md."
        )


def _edition_and_patch(
    book: Pocketbook, source: PocketbookSource, *, as_edition: bool, now: datetime
) -> tuple[Edition, int]:
    """The edition and the patch number of what is to be published."""
    current = db.session.scalar(
        select(Edition)
        .where(Edition.pocketbook_id == book.id)
        .order_by(Edition.year.desc(), Edition.number.desc())
        .limit(1)
    )
    last = _last_release(current) if current is not None else None
    is_patch = (
        last is not None
        and not as_edition
        and structure_of_release(last) == structure_of_source(source)
    )
    if current is not None and last is not None and is_patch:
        return current, last.patch + 1
    year = local_day(now).year
    number = current.number + 1 if current is not None and current.year == year else 1
    edition = Edition(pocketbook=book, year=year, number=number)
    db.session.add(edition)
    db.session.flush()
    return edition, 0


def _release(
    book: Pocketbook,
    edition: Edition,
    patch: int,
    rendered: RenderedSource,
    *,
    now: datetime,
) -> Release:
    source = rendered.source
    release = Release(
        pocketbook=book,
        edition=edition,
        patch=patch,
        name=f"{edition.name}.{patch}" if patch else edition.name,
        sha256=rendered.sha256,
        source=rendered.text,
        published_at=now,
        regulations_checked_on=source.regulations_checked_on,
        title=source.title,
        introduction_html=rendered.introduction_html,
        promises_html=list(rendered.promises_html),
        objectives_html=list(rendered.objectives_html),
        composed_by=source.composed_by,
        reviewed_by=source.reviewed_by,
        minutes=sum(map(_minutes, source.chapters))
        + round(source.quiz.draw_count * FINAL_QUESTION_MINUTES),
        credit_hours=source.credit_hours,
        valid_months=source.valid_months,
        draw_count=source.quiz.draw_count,
        pass_mark=source.quiz.pass_mark,
        wait_minutes=source.quiz.wait_minutes,
        requires_reading=True,
        is_sensitive=source.is_sensitive,
    )
    db.session.add(release)
    return release


def _minutes(chapter: ChapterSource) -> int:
    return reading_minutes(count_words(chapter.body), len(chapter.checks))


def _store_pictures(pictures: Iterable[PictureSource]) -> None:
    for picture in pictures:
        if db.session.get(Picture, picture.sha256) is None:
            db.session.add(
                Picture(
                    sha256=picture.sha256, media_type=picture.media_type, content=picture.content
                )
            )


def _store_chapter(release: Release, text: RenderedSourceChapter) -> None:
    source, rendered = text.source, text.rendered
    chapter = Chapter(
        release=release,
        number=source.number,
        slug=source.slug,
        title=source.title,
        html=rendered.html,
        word_count=rendered.word_count,
        minutes=rendered.minutes,
    )
    db.session.add(chapter)
    for purpose, questions in by_purpose(source):
        rendered_ones = text.checks if purpose is Purpose.CHECK else text.bank
        for position, pair in enumerate(zip(questions, rendered_ones, strict=True), start=1):
            _store_question(release, chapter, purpose, position, *pair)


def _store_question(
    release: Release,
    chapter: Chapter,
    purpose: Purpose,
    position: int,
    source: QuestionSource,
    rendered: RenderedQuestion,
) -> None:
    last = [index for index, choice in enumerate(source.choices) if choice.stays_last]
    question = Question(
        release=release,
        chapter=chapter,
        key=source.id or f"{purpose.value}-{chapter.number}-{position}",
        purpose=purpose,
        position=position,
        stem_html=rendered.stem_html,
        choices_html=list(rendered.choices_html),
        is_multiple=source.is_multiple,
        keeps_order=source.keeps_order,
        pinned_last=last[0] if last else None,
        objective=source.objective,
    )
    db.session.add_all(
        [
            question,
            AnswerKey(
                question=question,
                right=list(source.right),
                feedback_html=list(rendered.feedback_html),
                explanation_html=rendered.explanation_html,
                source_html=rendered.source_html,
            ),
        ]
    )


def _offer(book: Pocketbook, edition: Edition) -> None:
    module = db.session.scalar(select(Module).where(Module.pocketbook_id == book.id))
    if module is None:
        module = Module(pocketbook=book, current_edition=edition)
        db.session.add(module)
        db.session.flush()
        announce(ModuleOffered(module_id=module.id))
    else:
        module.current_edition = edition


def _last_release(edition: Edition) -> Release:
    return db.session.scalars(
        select(Release)
        .where(Release.edition_id == edition.id)
        .order_by(Release.patch.desc())
        .limit(1)
    ).one()
