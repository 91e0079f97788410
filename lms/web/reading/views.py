"""Reading: the pocketbook's page, its chapters, and their small questions."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound as PageNotFound
from werkzeug.wrappers import Response

from lms.accounts.principal import Principal
from lms.certificates.own_certificates import find_own_certificate
from lms.clock import utc_now
from lms.days import local_day
from lms.editions.queries import list_files
from lms.http.doors import open_to_all
from lms.http.principal import current_account, find_visitor
from lms.http.replica import may_lag
from lms.learning.queries import (
    Progress,
    find_passed_score,
    get_own_book,
    may_take_answer_sheet,
)
from lms.learning.service import enrol_in_edition, finish_chapter, save_position
from lms.pocketbooks.queries import (
    ReleaseView,
    check_answer,
    find_picture,
    get_appendix,
    get_book,
    get_chapter,
)
from lms.pocketbooks.question_bank import list_objectives
from lms.web.certificates.format import format_end
from lms.web.formatting import show_moment
from lms.web.page_cache import render_cached
from lms.web.reading.pages import (
    APPENDIX_PAGES,
    CheckFeedback,
    appendix_links,
    check_feedback,
    cover_of,
    next_step,
    resume_url,
)
from lms.web.reading.visitor_progress import finished_here, note_finished

bp = Blueprint("reading", __name__)
open_to_all(bp)

LONGEST_CHOICE = 4
# What the buttons of a small question ask for, besides whether the answer is right.
AFRESH, WHY = "0", "2"
APPENDIX_KINDS = {name: kind for kind, name in APPENDIX_PAGES.items()}
FOREVER = "public, max-age=31536000, immutable"


@bp.get("/buku/<slug>")
@may_lag
def book(slug: str) -> ResponseReturnValue:
    """A pocketbook: what it teaches, how long it takes, one button to begin or go on."""
    visitor, now = find_visitor(), utc_now()
    account_id = visitor.account_id if visitor else None
    page, progress = get_own_book(account_id, slug)
    read = _read(page, progress, visitor)
    own = (
        find_own_certificate(account_id, page.edition_id, today=local_day(now))
        if account_id is not None and progress is not None
        else None
    )
    step = next_step(account_id, page, progress, read, own, now=now)
    offered = page if progress is None else get_book(slug)
    score = find_passed_score(progress.enrolment_id) if progress and progress.is_complete else None
    return render_cached(
        "reading/pocketbook.html",
        {
            "step_url": step.address,
            "next_chapter": step.chapter_number,
            "issuer": current_app.config["SAKUHAM"].issuer_name,
            **format_end(own),
            **({"opens_at": show_moment(step.opens_at)} if step.opens_at else {}),
        },
        book=page,
        shared_cover=cover_of(page),
        score=score.percent if score else None,
        step=step.kind,
        read=read,
        appendices=appendix_links(page),
        names_objectives=bool(list_objectives(page.release_id)),
        files=tuple(list_files(offered.release_id)),
        may_see_answers=may_take_answer_sheet(visitor, page.module_id),
        is_reopened=own is not None and own.is_reopened,
        ground=own.ground if own is not None else None,
        newer_edition=offered.edition_name if offered.edition_id != page.edition_id else None,
    )


@bp.post("/buku/<slug>/edisi", endpoint="enrol_in_edition")
def enrol_in_newer(slug: str) -> ResponseReturnValue:
    """Begin the edition that is offered now; a former one stays as it is."""
    enrol_in_edition(current_account().account_id, slug, now=utc_now())
    return redirect(url_for(".book", slug=slug))


@bp.get(f"/buku/<slug>/<any({', '.join(APPENDIX_KINDS)}):name>")
@may_lag
def appendix(slug: str, name: str) -> ResponseReturnValue:
    """What a pocketbook has beside its chapters, of the edition that the reader is reading.

    What that edition lacks is shown as it is offered now: search and shared links lead to it.
    """
    visitor = find_visitor()
    book, _ = get_own_book(visitor.account_id if visitor else None, slug)
    kind = APPENDIX_KINDS[name]
    if all(each.kind != kind for each in book.appendices):
        book = get_book(slug)
    return render_cached(
        "reading/appendix.html",
        book=book,
        name=name,
        appendix=get_appendix(book.release_id, kind),
        others=appendix_links(book, kind),
        shared_cover=cover_of(book),
    )


@bp.get("/buku/<slug>/<int:number>")
@may_lag
def chapter(slug: str, number: int) -> ResponseReturnValue:
    """A chapter; `?cek=…&pilih=…&minta=…` answers one of its small questions, in place."""
    visitor = find_visitor()
    book, progress = get_own_book(visitor.account_id if visitor else None, slug)
    chapter_page = get_chapter(book.release_id, number)
    anchor = progress.anchor if progress is not None and progress.chapter_number == number else ""
    slots = {"anchor": anchor} if anchor else {}
    key = request.args.get("cek")
    answer = _answer(book.release_id, number, key) if key is not None else None
    if key is not None and "X-Part" in request.headers:
        question = next(check for check in chapter_page.checks if check.key == key)
        values = {"slug": slug, "number": number, "question": question, "answer": answer}
        return render_template("reading/_check.html", **values)
    facts = {
        "book": book,
        "chapter": chapter_page,
        "shared_cover": cover_of(book),
        "is_read": number in _read(book, progress, visitor),
        "answered": key,
        "answer": answer,
    }
    if request.query_string:
        return render_template("reading/chapter.html", slots=slots, **facts)
    return render_cached("reading/chapter.html", slots, **facts)


def _answer(release_id: int, number: int, key: str) -> CheckFeedback | None:
    """What is told about the answer that is asked for; nothing when a question begins afresh."""
    chosen = frozenset(
        int(choice)
        for choice in request.args.getlist("pilih")
        if choice.isdecimal() and len(choice) < LONGEST_CHOICE
    )
    answer = check_answer(release_id, number, key, chosen)
    asked = request.args.get("minta")
    return None if asked == AFRESH else check_feedback(answer, asks_why=asked == WHY)


def _read(
    book: ReleaseView, progress: Progress | None, visitor: Principal | None
) -> frozenset[int]:
    """The chapters that a reader has finished: on record, or on this device before signing in."""
    if visitor is None:
        return finished_here().get(book.edition_id, frozenset())
    return progress.read if progress is not None else frozenset()


@bp.post("/buku/<slug>/<int:number>/selesai", endpoint="finish_chapter")
def finish(slug: str, number: int) -> ResponseReturnValue:
    """Mark a chapter as read and go on: to the next one, or to the final quiz."""
    account = current_account()
    return _go_on(slug, finish_chapter(account.account_id, slug, number, now=utc_now()))


@bp.get("/buku/<slug>/<int:number>/selesai", endpoint="leave_chapter")
def leave(slug: str, number: int) -> ResponseReturnValue:
    """The same for a visitor: the chapter is noted on their device until they sign in.

    It changes nothing here. Who has signed in since only goes on.
    """
    visitor = find_visitor()
    page, _ = get_own_book(visitor.account_id if visitor else None, slug)
    following = get_chapter(page.release_id, number).next
    response = _go_on(slug, following.number if following else None)
    return response if visitor else note_finished(response, page.edition_id, number)


def _go_on(slug: str, following: int | None) -> Response:
    if following is None:
        return redirect(url_for("quiz.intro", slug=slug))
    return redirect(url_for(".chapter", slug=slug, number=following))


@bp.post("/buku/<slug>/<int:number>/posisi", endpoint="save_position")
def save(slug: str, number: int) -> ResponseReturnValue:
    """Save which paragraph is being read; the browser says so when the page is left."""
    anchor = request.form.get("jangkar", "")
    save_position(current_account().account_id, slug, number, anchor, now=utc_now())
    return "", 204


@bp.get("/buku/<slug>/lanjutkan")
def resume(slug: str) -> ResponseReturnValue:
    """Go to the paragraph where the reader stopped."""
    visitor = find_visitor()
    page, progress = get_own_book(visitor.account_id if visitor else None, slug)
    if progress is None:
        return redirect(url_for(".chapter", slug=page.slug, number=1))
    return redirect(resume_url(page.slug, progress.chapter_number, progress.anchor))


@bp.get("/gambar/<sha256>")
@may_lag
def picture(sha256: str) -> ResponseReturnValue:
    """A picture of a pocketbook, under its hash and so for good."""
    found = find_picture(sha256)
    if found is None:
        raise PageNotFound
    headers = {
        "Content-Type": found.media_type,
        "Cache-Control": FOREVER,
        # A drawing may hold scripts; opened by itself it runs none.
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return found.content, headers
