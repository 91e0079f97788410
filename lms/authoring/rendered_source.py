"""Renders a source for publication: checked, hashed, and with the HTML of all its texts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from lms.authoring.canonical import canonical_source, edition_hash
from lms.authoring.checks.pocketbook import check_pocketbook
from lms.authoring.errors import NotPublishable
from lms.authoring.parsing.pocketbook import parse_pocketbook
from lms.authoring.parsing.result import (
    AppendixSource,
    ChapterSource,
    ParseResult,
    PocketbookSource,
    QuestionSource,
)
from lms.authoring.source.file_names import BOOK_FILE
from lms.authoring.source.pictures import PictureSource
from lms.authoring.source.tree import SourceTree
from lms.errors import Refusal
from lms.rendering.markdown import (
    RenderedChapter,
    RenderedQuestion,
    render_chapter,
    render_inline,
    render_page,
    render_question,
    render_text,
)
from lms.rendering.page_html import Surroundings
from lms.rendering.references import Reference


@dataclass(frozen=True, slots=True)
class RenderedSourceChapter:
    """A chapter, and the HTML of its text and of its questions in their order."""

    source: ChapterSource
    rendered: RenderedChapter
    checks: tuple[RenderedQuestion, ...]
    bank: tuple[RenderedQuestion, ...]


@dataclass(frozen=True, slots=True)
class RenderedSource:
    """All that a release is made of.

    `text` is the canonical source and `sha256` its hash; the pictures hold the very bytes whose
    hashes stand in it: what is stored is what was hashed and checked.
    """

    source: PocketbookSource
    text: str
    sha256: str
    pictures: tuple[PictureSource, ...]
    introduction_html: str
    promises_html: tuple[str, ...]
    objectives_html: tuple[str, ...]
    chapters: tuple[RenderedSourceChapter, ...]
    appendices: tuple[tuple[AppendixSource, str], ...]


def render_source(tree: SourceTree, *, today: date) -> RenderedSource:
    """Check, hash and render a source; long work that needs no database.

    Raises NotPublishable with the first error of the source, or with the place of what cannot be
    made into a page: no author's text ends in anything else.
    """
    with _blaming(tree.location, 1):
        result = parse_pocketbook(tree)
        source = _publishable(result, today)
        text = canonical_source(tree, result.sources)
    pages = _Pages(result, source)
    with _blaming(result.tree.path_of(BOOK_FILE), 1):
        introduction = pages.text(source.introduction)
        promises = tuple(map(pages.line, source.promises))
        objectives = tuple(map(pages.line, source.objectives))
    return RenderedSource(
        source=source,
        text=text,
        sha256=edition_hash(text),
        pictures=tuple(result.pictures.values()),
        introduction_html=introduction,
        promises_html=promises,
        objectives_html=objectives,
        chapters=tuple(map(pages.chapter, source.chapters)),
        appendices=tuple((each, pages.appendix(each)) for each in source.appendices),
    )


def _publishable(result: ParseResult, today: date) -> PocketbookSource:
    errors = [
        diagnostic for diagnostic in check_pocketbook(result, today=today) if diagnostic.is_error
    ]
    if errors or result.pocketbook is None:
        first = errors[0]
        raise NotPublishable(f"{first.path}:{first.line}: {first.sentence} {first.remedy}")
    return result.pocketbook


class _Pages:
    """Makes HTML of a source's parts, which may show its pictures and lead to its other files."""

    def __init__(self, result: ParseResult, source: PocketbookSource) -> None:
        chapters = {
            chapter.path.rpartition("/")[2]: Reference("chapter", number=chapter.number)
            for chapter in source.chapters
        }
        files = {BOOK_FILE: Reference("pocketbook", source.slug), **chapters}
        self._path_of = result.tree.path_of
        self._surroundings = Surroundings(source.slug, result.pictures, files)

    def chapter(self, source: ChapterSource) -> RenderedSourceChapter:
        """A chapter with its questions."""
        with _blaming(self._path_of(source.path), 1):
            rendered = render_chapter(source, self._surroundings)
        return RenderedSourceChapter(
            source,
            rendered,
            checks=tuple(map(self._question, source.checks)),
            bank=tuple(map(self._question, source.bank)),
        )

    def _question(self, source: QuestionSource) -> RenderedQuestion:
        with _blaming(self._path_of(source.path), source.line):
            return render_question(source, self._surroundings)

    def appendix(self, source: AppendixSource) -> str:
        """The HTML of an appendix."""
        with _blaming(self._path_of(source.path), 1):
            return render_page(source.body, self._surroundings)

    def line(self, source: str) -> str:
        """The HTML of one line."""
        return render_inline(source, self._surroundings)

    def text(self, source: str) -> str:
        """The HTML of some paragraphs."""
        return render_text(source, self._surroundings)


@contextmanager
def _blaming(path: str, line: int) -> Iterator[None]:
    """Turn any unexpected error into a refusal that names file and line, for this book alone."""
    try:
        yield
    except Refusal:
        raise
    except Exception as error:
        kind = type(error).__name__
        raise NotPublishable(
            f"{path}:{line}: Bagian yang dimulai di sini tidak dapat dijadikan halaman ({kind}). "
            "Sederhanakan daftar, kutipan, dan tanda kurung yang bersarang, lalu periksa lagi."
        ) from error
