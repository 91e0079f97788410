"""Searches all pocketbooks as they are offered now."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import Boolean

from lms.db import AnyRow, current_connection
from lms.pocketbooks.models import Passage
from lms.pocketbooks.queries import ReleaseView, list_books
from lms.pocketbooks.search.excerpts import Piece, excerpt_of
from lms.pocketbooks.search.known_words import KnownWords, known_words, nearest
from lms.pocketbooks.search.passages import BOOK, CHAPTER
from lms.pocketbooks.search.words import COMMON, normal, stem, words_of_text

LONGEST: Final = 200
MOST_WORDS: Final = 12
A_PAGE: Final = 10
MOST_FOUND: Final = 1000


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found: where it stands, and its best sentence.

    part: as in PassageText; chapter_title: of a chapter, else nothing.
    """

    slug: str
    book_title: str
    part: str
    number: int
    chapter_title: str
    anchor: str
    excerpt: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class BookCount:
    """How much was found in a pocketbook."""

    slug: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to.

    kind: "all" (passages that have every word), "some" (none has, these have the most of them),
    "none", "common" (only words that every sentence has), "long" (too long), or "empty".
    `corrected` are the words that stand nowhere, each with the one that was searched for instead.
    `total` counts what is in the one pocketbook of `slug`, or in all; `has_more` says that not all
    was counted.
    """

    kind: str
    slug: str = ""
    hits: tuple[Hit, ...] = ()
    total: int = 0
    has_more: bool = False
    page: int = 1
    pages: int = 1
    books: tuple[BookCount, ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()


class matching(GenericFunction[bool]):  # noqa: N801 - it is called like a function of SQL
    """Whether a passage has these stems: as `_all_of` or `_any_of` joins them."""

    type = Boolean()
    inherit_cache = True


@compiles(matching, "sqlite")
def _on_sqlite(element: matching, compiler: SQLCompiler, **options: Any) -> str:
    wanted = compiler.process(element.clauses, **options)
    found = f"SELECT rowid FROM passage_stems WHERE passage_stems MATCH {wanted}"  # noqa: S608 - a parameter's name
    return f"passages.id IN ({found})"


@compiles(matching, "postgresql")
def _on_postgresql(element: matching, compiler: SQLCompiler, **options: Any) -> str:
    wanted = compiler.process(element.clauses, **options)
    return (
        "to_tsvector('simple'::regconfig, passages.stems)"
        f" @@ to_tsquery('simple'::regconfig, {wanted})"
    )


_matches: ColumnElement[bool] = matching(bindparam("wanted"))
_MATCHING: Final = (
    select(Passage.id, Passage.release_id, Passage.part, Passage.stems, Passage.lead_count)
    .where(_matches, Passage.release_id.in_(bindparam("release_ids", expanding=True)))
    .order_by(Passage.id)
    .limit(MOST_FOUND + 1)
)
_SHOWN: Final = select(
    Passage.id, Passage.release_id, Passage.part, Passage.number, Passage.anchor, Passage.text
).where(Passage.id.in_(bindparam("ids", expanding=True)))


def search(query: str, *, slug: str = "", page: int = 1) -> Found:
    """Find what is asked for in all pocketbooks, or in the one of a slug if there is one.

    Who has mistyped a word is shown what stands there with the one that was meant; where no
    passage has every word, those that have the most of them.
    """
    books = {book.release_id: book for book in list_books()}
    slug = slug if any(book.slug == slug for book in books.values()) else ""
    words = words_of_text(normal(query)) if len(query) <= LONGEST else []
    if len(query) > LONGEST or len(words) > MOST_WORDS:
        return Found("long", slug)
    wanted = [word for word in words if word not in COMMON]
    if not wanted:
        return Found("common" if words else "empty", slug)
    if not books:
        return Found("none")
    stems = _stems(wanted)
    rows = _find(stems, books, "&")
    corrected: tuple[tuple[str, str], ...] = ()
    if not rows:
        known = [known_words(release_id) for release_id in books]
        wanted, corrected = _correct(words, known)
        stems = _stems(wanted)
        rows = _find(stems, books, "&")
    kind = "all"
    if not rows and len(stems) > 1:
        kind, rows = "some", _find(stems, books, "|")
    if not rows:
        return Found("none", slug, corrected=corrected)
    return _shown(kind, rows, stems, books, corrected, slug=slug, page=page)


def _stems(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(map(stem, words)))


def _find(stems: Sequence[str], books: Mapping[int, ReleaseView], joined: str) -> Sequence[AnyRow]:
    """The passages that have all (&) or any (|) of the stems."""
    connection = current_connection()
    if connection.dialect.name == "sqlite":
        wanted = f" {'AND' if joined == '&' else 'OR'} ".join(f'"{each}"' for each in stems)
    else:
        wanted = f" {joined} ".join(f"'{each}'" for each in stems)
    return connection.execute(_MATCHING, {"wanted": wanted, "release_ids": list(books)}).all()


def _correct(
    words: Sequence[str], known: Sequence[KnownWords]
) -> tuple[list[str], tuple[tuple[str, str], ...]]:
    """The words with those that stand nowhere replaced by what was meant, as far as it is known."""
    there = frozenset[str]().union(*(each.stems for each in known))
    meant: list[str] = []
    corrected: list[tuple[str, str]] = []
    place = 0
    while place < len(words):
        word, following = words[place], words[place + 1 : place + 2]
        joined = "".join([word, *following])
        place += 1
        if following and not _all_known([word, *following], there) and _has(joined, known):
            meant.append(joined)
            corrected.append((f"{word} {following[0]}", joined))
            place += 1
        elif word in COMMON:
            continue
        elif stem(word) in there or not (near := nearest(word, known)):
            meant.append(word)
        else:
            meant.append(near[0])
            corrected.append((word, near[0]))
    return meant, tuple(dict.fromkeys(corrected))


def _all_known(words: Sequence[str], there: Collection[str]) -> bool:
    return all(word not in COMMON and stem(word) in there for word in words)


def _has(word: str, known: Sequence[KnownWords]) -> bool:
    return any(word in each.counts for each in known)


def _shown(
    kind: str,
    rows: Sequence[AnyRow],
    stems: Sequence[str],
    books: Mapping[int, ReleaseView],
    corrected: tuple[tuple[str, str], ...],
    *,
    slug: str,
    page: int,
) -> Found:
    counts = Counter(row.release_id for row in rows)
    inside = [row for row in rows if not slug or books[row.release_id].slug == slug]
    inside.sort(key=lambda row: _rank(row, stems))
    pages = max(1, -(-len(inside) // A_PAGE))
    page = min(max(1, page), pages)
    ids = [row.id for row in inside[(page - 1) * A_PAGE : page * A_PAGE]]
    passages = {row.id: row for row in current_connection().execute(_SHOWN, {"ids": ids})}
    return Found(
        kind,
        slug,
        hits=tuple(_hit(passages[each], books, stems) for each in ids if each in passages),
        total=len(inside),
        has_more=len(rows) > MOST_FOUND,
        page=page,
        pages=pages,
        books=tuple(
            BookCount(book.slug, book.title, counts[release_id])
            for release_id, book in books.items()
            if counts[release_id]
        ),
        corrected=corrected,
    )


def _rank(row: AnyRow, stems: Sequence[str]) -> tuple[int | bool, ...]:
    """What comes first: the most words; titles and terms; words side by side; the shorter text."""
    held = row.stems.split()
    lead = held[: row.lead_count]
    is_in_lead = all(each in lead for each in stems)
    return (
        -sum(each in held for each in stems),
        not (is_in_lead and row.part == BOOK),
        lead != stems,
        not is_in_lead,
        f" {' '.join(stems)} " not in f" {row.stems} ",
        len(held),
        row.id,
    )


def _hit(row: AnyRow, books: Mapping[int, ReleaseView], stems: Collection[str]) -> Hit:
    book = books[row.release_id]
    titles = {line.number: line.title for line in book.chapters}
    return Hit(
        slug=book.slug,
        book_title=book.title,
        part=row.part,
        number=row.number,
        chapter_title=titles.get(row.number, "") if row.part == CHAPTER else "",
        anchor=row.anchor,
        excerpt=excerpt_of(row.text, stems),
    )
