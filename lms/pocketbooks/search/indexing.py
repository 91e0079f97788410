"""Keeps the passages that are searched: those of the releases that are offered now."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import Select, delete, exists, insert, select
from sqlalchemy.orm import aliased

from lms.db import db, read_only
from lms.pocketbooks.models import Appendix, Chapter, Module, Passage, Release
from lms.pocketbooks.search.passages import PassageText, passages_of


def store_passages(release_id: int, passages: Iterable[PassageText]) -> None:
    """Keep the passages of a release, in the place of those that it had.

    Those of releases that are not offered any more go.
    """
    db.session.execute(
        delete(Passage).where(
            (Passage.release_id == release_id) | Passage.release_id.not_in(_offered())
        )
    )
    rows = [{"release_id": release_id, **asdict(each)} for each in passages]
    if rows:
        db.session.execute(insert(Passage), rows)


def index_release(release_id: int) -> int:
    """Make the passages of a release anew, of its pages; returns how many there are.

    Making them takes long, and nobody who writes is kept waiting by it: call this before anything
    else is done in a transaction.
    """
    with read_only():
        passages = _read(release_id)
    store_passages(release_id, passages)
    return len(passages)


def list_unindexed() -> list[int]:
    """The releases that are offered now and cannot be searched yet: published before search was."""
    has_passages = exists().where(Passage.release_id == Release.id)
    return list(db.session.scalars(_offered().where(~has_passages).order_by(Release.id)))


def _offered() -> Select[int]:
    """The last release of the edition that each module offers."""
    later = aliased(Release)
    return (
        select(Release.id)
        .join(Module, Module.current_edition_id == Release.edition_id)
        .where(~exists().where(later.edition_id == Release.edition_id, later.patch > Release.patch))
    )


def _read(release_id: int) -> list[PassageText]:
    release = db.session.execute(
        select(Release.title, Release.introduction_html).where(Release.id == release_id)
    ).one()
    chapters = db.session.execute(
        select(Chapter.number, Chapter.title, Chapter.html)
        .where(Chapter.release_id == release_id)
        .order_by(Chapter.number)
    )
    appendices = db.session.execute(
        select(Appendix.kind, Appendix.title, Appendix.html)
        .where(Appendix.release_id == release_id)
        .order_by(Appendix.id)
    )
    return passages_of(
        release.title,
        release.introduction_html,
        ((row.number, row.title, row.html) for row in chapters),
        ((row.kind, row.title, row.html) for row in appendices),
    )
