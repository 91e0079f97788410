"""Doubts of confirmations: officers answer those of their own people, coordinators any."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.permissions import Permission
from lms.clock import utc_now
from lms.errors import Conflict, Invalid, NotAllowed
from lms.http.doors import open_to
from lms.http.errors import status_of
from lms.http.principal import current_account
from lms.http.rate_limits import at_most
from lms.institutions.doubts.models import DoubtAnswer
from lms.institutions.doubts.queries import (
    PAGE_SIZE,
    Reach,
    count_open_doubts,
    get_doubt,
    list_open_doubts,
)
from lms.institutions.doubts.service import answer_doubt, settle_doubt
from lms.web.fields import blame
from lms.web.oversight.forms import ANSWERS, GROUNDS, AnswerForm
from lms.web.oversight.pages import read_page
from lms.web.staff.section import own_scope

staff = Blueprint("staff_doubts", __name__, url_prefix="/kepegawaian/keraguan")
open_to(staff, Permission.MANAGE_STAFF)
national = Blueprint("doubts", __name__, url_prefix="/koordinator/konfirmasi/keraguan")
open_to(national, Permission.OVERSEE_CONFIRMATIONS)


@staff.get("", endpoint="list")
def list_of_staff() -> ResponseReturnValue:
    """The doubts about one's own people that wait."""
    return _list_page(own_scope())


@staff.get("/<int:doubt_id>", endpoint="show")
def show_to_officer(doubt_id: int) -> ResponseReturnValue:
    """One doubt, and its answer or the form for it."""
    return _page(own_scope(), doubt_id, AnswerForm(formdata=None))


@staff.post("/<int:doubt_id>", endpoint="answer")
@at_most("240 per hour")
def answer_as_officer(doubt_id: int) -> ResponseReturnValue:
    """Answer it, with evidence."""
    return _answer(own_scope(), doubt_id)


@national.get("", endpoint="list")
def list_of_all() -> ResponseReturnValue:
    """Every doubt that waits."""
    return _list_page(None)


@national.get("/<int:doubt_id>", endpoint="show")
def show_to_coordinator(doubt_id: int) -> ResponseReturnValue:
    """As above, for coordinators."""
    return _page(None, doubt_id, AnswerForm(formdata=None))


@national.post("/<int:doubt_id>", endpoint="answer")
@at_most("240 per hour")
def answer_as_coordinator(doubt_id: int) -> ResponseReturnValue:
    """As above, for coordinators."""
    return _answer(None, doubt_id)


def _list_page(reach: Reach) -> str:
    total = count_open_doubts(reach)
    page, pages = read_page(request.args, total, PAGE_SIZE)
    return render_template(
        "oversight/doubts.html",
        doubts=list_open_doubts(reach, page),
        grounds=GROUNDS,
        total=total,
        page=page,
        pages=pages,
        section=_section(reach),
        is_national=reach is None,
    )


def _page(reach: Reach, doubt_id: int, form: AnswerForm) -> str:
    doubt = get_doubt(reach, doubt_id)
    return render_template(
        "oversight/doubt.html",
        doubt=doubt,
        grounds=GROUNDS,
        answers=ANSWERS,
        form=form,
        is_own=not doubt.may_be_upheld_by(current_account().account_id),
        section=_section(reach),
        is_national=reach is None,
    )


def _answer(reach: Reach, doubt_id: int) -> ResponseReturnValue:
    get_doubt(reach, doubt_id)
    form = AnswerForm()
    if not form.validate():
        return _page(reach, doubt_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    answer, evidence = form.read()
    try:
        if reach is None:
            asker_id = current_account().account_id
            settle_doubt(asker_id, doubt_id, answer, evidence, now=utc_now())
        else:
            answer_doubt(reach, doubt_id, answer, evidence, now=utc_now())
    except (Invalid, Conflict, NotAllowed) as refusal:
        blame(form, refusal)
        return _page(reach, doubt_id, form), status_of(refusal)
    if answer is DoubtAnswer.UPHELD:
        flash(gettext("Jawaban tercatat: konfirmasinya berlaku."), "valid")
    else:
        flash(gettext("Jawaban tercatat: konfirmasinya ditarik."), "neutral")
    return redirect(url_for(f"{_section(reach)}.list"))


def _section(reach: Reach) -> str:
    return "doubts" if reach is None else "staff_doubts"
