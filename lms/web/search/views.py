"""One box over all pocketbooks: the sentence that was found, its chapter, one tap."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.errors import N_
from lms.http.doors import open_to_all
from lms.http.load import LeftOut, left_out_from
from lms.http.rate_limits import at_most
from lms.http.replica import may_lag
from lms.load.rules import Level
from lms.pocketbooks.search.passages import BOOK, CHAPTER
from lms.pocketbooks.search.queries import LONGEST, Hit, search
from lms.web.page_cache import render_cached
from lms.web.reading.pages import APPENDIX_PAGES

bp = Blueprint("search", __name__)
open_to_all(bp)

# A person tries a handful of words a minute; an office shares one address.
SEARCHES: Final = "120 per minute"
LONGEST_PAGE: Final = 4
WRONG: Final = frozenset({"long", "common"})
# What somebody looks for is theirs: no cache stores it, and no search engine follows it.
PRIVATE: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


class SearchLeftOut(LeftOut):
    """So many people read and answer that there is no searching for a while."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Sangat banyak orang memakai SakuHAM saat ini, sehingga pencarian berhenti "
                "sementara. Membaca dan menjawab kuis tetap berjalan; buku saku dapat dibuka dari "
                "daftarnya."
            )
        )


@bp.get("/cari")
@left_out_from(Level.NO_SEARCH, SearchLeftOut, "search")
@at_most(SEARCHES)
@may_lag
def show() -> ResponseReturnValue:
    """Search all pocketbooks, or with `?buku=` in one; words that were mistyped are told."""
    query = request.args.get("q", "").strip()
    found = search(
        query, slug=request.args.get("buku", ""), page=_page(request.args.get("halaman", ""))
    )
    addresses = [_address(hit) for hit in found.hits]
    results = render_template(
        "search/_results.html", query=query[:LONGEST], found=found, addresses=addresses
    )
    page = render_cached(
        "search/search.html",
        # The template has escaped what was typed, as it escapes everything.
        {"query": query[:LONGEST], "results": Markup(results)},  # noqa: S704
        is_wrong=found.kind in WRONG,
        slug=found.slug,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if found.kind == "long" else HTTPStatus.OK
    return page, status, PRIVATE


def _page(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) <= LONGEST_PAGE else 1


def _address(hit: Hit) -> str:
    """Where a passage stands, at its paragraph."""
    if hit.part == CHAPTER:
        return url_for(
            "reading.chapter", slug=hit.slug, number=hit.number, _anchor=hit.anchor or None
        )
    if hit.part == BOOK:
        return url_for("reading.book", slug=hit.slug)
    return url_for(
        "reading.appendix",
        slug=hit.slug,
        name=APPENDIX_PAGES[hit.part],
        _anchor=hit.anchor or None,
    )
