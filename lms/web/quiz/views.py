"""The final quiz: its introduction, the attempt, saving, handing in, and the result."""

from random import SystemRandom

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.certificates.own_certificates import find_own_certificate
from lms.clock import utc_now
from lms.days import local_day
from lms.http.doors import open_to
from lms.http.principal import current_account
from lms.learning.attempt_queries import OpenAttempt, get_open_attempt, get_result
from lms.learning.attempts import save_answer, save_answers, start_attempt, submit_attempt
from lms.learning.errors import AttemptClosed, AttemptOpen, Unanswered
from lms.learning.queries import find_next_book, find_quiz_access, get_own_book
from lms.web.certificates.views import draw_own_certificate
from lms.web.quiz.forms import AnswerForm, AnswersForm
from lms.web.quiz.question_parts import attempt_questions, reviewed_questions

bp = Blueprint("quiz", __name__)
open_to(bp)

NO_STORE = {"Cache-Control": "no-store"}


@bp.get("/modul/<slug>/kuis")
def intro(slug: str) -> ResponseReturnValue:
    """What the quiz asks for, and the one button that is due now."""
    account_id, now = current_account().account_id, utc_now()
    book, progress = get_own_book(account_id, slug)
    access = find_quiz_access(account_id, book, progress, now=now)
    return render_template(
        "quiz/intro.html",
        book=access.book,
        state=access.state,
        unread=access.unread,
        opens_at=access.opens_at,
        attempt_token=access.attempt_token,
        certificate=find_own_certificate(account_id, book.edition_id, today=local_day(now)),
    )


@bp.post("/modul/<slug>/kuis", endpoint="start")
def begin(slug: str) -> ResponseReturnValue:
    """Open an attempt, or go to the one that is open."""
    token = start_attempt(current_account().account_id, slug, SystemRandom(), now=utc_now())
    return redirect(url_for(".attempt", token=token), 303)


@bp.get("/percobaan/<token>")
def attempt(token: str) -> ResponseReturnValue:
    """The questions of an open attempt; one that was handed in shows its result."""
    try:
        open_attempt = get_open_attempt(current_account().account_id, token)
    except AttemptClosed:
        return redirect(url_for(".result", token=token))
    return _attempt_page(open_attempt, asks_confirmation=False)


def _attempt_page(attempt: OpenAttempt, *, asks_confirmation: bool) -> ResponseReturnValue:
    page = render_template(
        "quiz/attempt.html",
        attempt=attempt,
        questions=attempt_questions(attempt),
        asks_confirmation=asks_confirmation,
    )
    return page, NO_STORE


@bp.put("/percobaan/<token>/jawaban/<int:position>", endpoint="save_answer")
def save(token: str, position: int) -> ResponseReturnValue:
    """Save one answer; says what stands saved, which is another tab's if that came later."""
    form = AnswerForm.parse(_body())
    saved = save_answer(
        current_account().account_id,
        token,
        position,
        form.choices,
        form.sequence,
        now=utc_now(),
    )
    return {"choices": saved.choices, "sequence": saved.sequence, "saved": True}


def _body() -> object:
    try:
        return request.get_json(silent=True)
    except RecursionError:  # brackets a thousand deep
        return None


@bp.post("/percobaan/<token>")
def submit(token: str) -> ResponseReturnValue:
    """Save the answers, and hand them in if asked; unanswered questions are named first."""
    account_id, now = current_account().account_id, utc_now()
    form = AnswersForm.parse(request.form)
    try:
        if form.changed or not form.submits:
            save_answers(account_id, token, form.changed, now=now)
    except AttemptClosed:
        return redirect(url_for(".result", token=token), 303)
    if not form.submits:
        flash(gettext("Jawaban Anda tersimpan."), "valid")
        return redirect(url_for(".attempt", token=token), 303)
    try:
        submit_attempt(account_id, token, now=now, is_complete=not form.is_sure)
    except Unanswered:
        return _attempt_page(get_open_attempt(account_id, token), asks_confirmation=True)
    return redirect(url_for(".result", token=token), 303)


@bp.get("/percobaan/<token>/hasil")
def result(token: str) -> ResponseReturnValue:
    """The score, what to read again, every answer with its explanation; passed: the certificate."""
    account_id = current_account().account_id
    try:
        found = get_result(account_id, token)
    except AttemptOpen:
        return redirect(url_for(".attempt", token=token))
    own = (
        find_own_certificate(account_id, found.edition_id, today=local_day(utc_now()))
        if found.is_passed
        else None
    )
    is_in_force = own is not None and own.status == "valid"
    page = render_template(
        "quiz/result.html",
        result=found,
        questions=reviewed_questions(found.slug, found.questions),
        certificate=own,
        picture=draw_own_certificate(account_id, own.code) if own and is_in_force else None,
        next_book=find_next_book(account_id) if is_in_force else None,
    )
    return page, NO_STORE
