"""The pocketbook to take along: its printed book, its e-book, its card, and handouts."""

from functools import lru_cache

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.clock import utc_now
from lms.editions.covers import Cover
from lms.editions.errors import NoSuchFile
from lms.editions.models import FILE_NAMES, FileKind
from lms.editions.queries import get_file
from lms.http.addresses import public_url
from lms.http.doors import open_to_all
from lms.http.principal import find_visitor
from lms.http.replica import may_lag
from lms.learning.service import take_answer_sheet
from lms.pocketbooks.queries import ReleaseView, get_book
from lms.printing.fonts import BUILT_FONTS
from lms.web.reading.pages import cover_of

# What else of the site is shared.
SITE = Cover(
    "nilai-dasar",
    "Buku saku untuk ASN",
    "Hak asasi manusia dalam kerja sehari-hari",
    "Baca, jawab kuis, terima sertifikat yang dapat diperiksa siapa pun.",
)
PICTURE = {
    "Content-Type": "image/png",
    "Cache-Control": "public, max-age=31536000, immutable",
}

bp = Blueprint("editions", __name__)
open_to_all(bp)

KINDS = {name: kind for kind, name in FILE_NAMES.items()}


@bp.get("/buku/<slug>/berkas/<name>")
@may_lag
def download(slug: str, name: str) -> ResponseReturnValue:
    """A file of the edition that is offered now, except for the answer sheet."""
    kind = KINDS.get(name)
    if kind is None or kind is FileKind.ANSWERS:
        raise NoSuchFile
    return _file(get_book(slug), kind)


@bp.post("/buku/<slug>/lembar-jawaban")
def answer_sheet(slug: str) -> ResponseReturnValue:
    """The answer sheet; an action and not a page, since it is noted who has taken it."""
    return _file(take_answer_sheet(find_visitor(), slug, now=utc_now()), FileKind.ANSWERS)


def _file(book: ReleaseView, kind: FileKind) -> ResponseReturnValue:
    name = FILE_NAMES[kind]
    is_open = kind is not FileKind.ANSWERS
    headers = {
        "Content-Type": "application/epub+zip" if name.endswith(".epub") else "application/pdf",
        "Content-Disposition": f'attachment; filename="{book.slug}-{book.release_name}-{name}"',
        "Cache-Control": "public, max-age=3600" if is_open else "private, no-store",
    }
    return get_file(book.release_id, kind), headers


@bp.get("/buku/<slug>/sampul-<digest>.png")
def cover_picture(slug: str, digest: str) -> ResponseReturnValue:
    """The cover as a picture, for where the pocketbook is shared; an old address leads on."""
    cover = cover_of(get_book(slug))
    if digest != cover.digest:
        return redirect(url_for(".cover_picture", slug=slug, digest=cover.digest))
    return _drawn(cover), PICTURE


@bp.get("/sampul-<digest>.png")
def site_cover(digest: str) -> ResponseReturnValue:
    """The same for pages that belong to no pocketbook."""
    if digest != SITE.digest:
        return redirect(url_for(".site_cover", digest=SITE.digest))
    return _drawn(SITE), PICTURE


@lru_cache(maxsize=32)
def _drawn(cover: Cover) -> bytes:
    """Drawn once in a process: it takes half a second, and some thirty kilobytes."""
    # WeasyPrint is slow to import: commands need not wait for it, and servers are warmed up.
    from lms.editions.picture import draw_cover

    return draw_cover(cover, fonts=BUILT_FONTS)


def picture_url(cover: Cover = SITE, slug: str = "") -> str:
    """The picture's address as people outside reach it; without a pocketbook the site's own."""
    if not slug:
        return public_url("editions.site_cover", digest=cover.digest)
    return public_url("editions.cover_picture", slug=slug, digest=cover.digest)
