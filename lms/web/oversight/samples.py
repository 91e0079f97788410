"""Random samples: a second officer looks at a confirmation, or else a coordinator."""

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
from lms.institutions.samples.models import SampleAnswer
from lms.institutions.samples.queries import (
    PAGE_SIZE,
    Asker,
    count_open_samples,
    count_trust,
    get_sample,
    list_open_samples,
    list_trust,
)
from lms.institutions.samples.service import answer_for_others, answer_sample
from lms.web.fields import blame
from lms.web.oversight.forms import SAMPLE_ANSWERS, SampleForm
from lms.web.oversight.pages import read_page
from lms.web.staff.section import own_scope

staff = Blueprint("staff_samples", __name__, url_prefix="/kepegawaian/sampel")
open_to(staff, Permission.MANAGE_STAFF)
national = Blueprint("samples", __name__, url_prefix="/koordinator/konfirmasi/sampel")
open_to(national, Permission.OVERSEE_CONFIRMATIONS)


@staff.get("", endpoint="list")
def list_of_staff() -> ResponseReturnValue:
    """About whom I am asked."""
    return _list_page(_officer())


@staff.get("/<int:sampled_id>", endpoint="show")
def show_to_officer(sampled_id: int) -> ResponseReturnValue:
    """One person, and the form, or what was said."""
    return _page(_officer(), sampled_id, SampleForm(formdata=None))


@staff.post("/<int:sampled_id>", endpoint="answer")
@at_most("240 per hour")
def answer_as_officer(sampled_id: int) -> ResponseReturnValue:
    """Say whether they are ours."""
    return _answer(_officer(), sampled_id)


@national.get("", endpoint="list")
def list_of_all() -> ResponseReturnValue:
    """What was passed on to coordinators."""
    return _list_page(_coordinator())


@national.get("/hasil")
def results() -> ResponseReturnValue:
    """How the confirmations of each institution stand the test."""
    page, pages = read_page(request.args, count_trust(), PAGE_SIZE)
    return render_template(
        "oversight/trust.html",
        rows=list_trust(page),
        page=page,
        pages=pages,
    )


@national.get("/<int:sampled_id>", endpoint="show")
def show_to_coordinator(sampled_id: int) -> ResponseReturnValue:
    """As above, for coordinators."""
    return _page(_coordinator(), sampled_id, SampleForm(formdata=None))


@national.post("/<int:sampled_id>", endpoint="answer")
@at_most("240 per hour")
def answer_as_coordinator(sampled_id: int) -> ResponseReturnValue:
    """As above, for coordinators."""
    return _answer(_coordinator(), sampled_id)


def _officer() -> Asker:
    return Asker(own_scope(), current_account().account_id)


def _coordinator() -> Asker:
    return Asker(None, current_account().account_id)


def _list_page(asker: Asker) -> str:
    total = count_open_samples(asker)
    page, pages = read_page(request.args, total, PAGE_SIZE)
    return render_template(
        "oversight/samples.html",
        samples=list_open_samples(asker, page),
        total=total,
        page=page,
        pages=pages,
        section=_section(asker),
        is_national=asker.scope is None,
    )


def _page(asker: Asker, sampled_id: int, form: SampleForm) -> str:
    return render_template(
        "oversight/sample.html",
        sampled=get_sample(asker, sampled_id),
        answers=SAMPLE_ANSWERS,
        form=form,
        section=_section(asker),
        is_national=asker.scope is None,
    )


def _answer(asker: Asker, sampled_id: int) -> ResponseReturnValue:
    get_sample(asker, sampled_id)
    form = SampleForm()
    if not form.validate():
        return _page(asker, sampled_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    answer, reason = form.read()
    try:
        if asker.scope is None:
            answer_for_others(asker.account_id, sampled_id, answer, reason, now=utc_now())
        else:
            answer_sample(asker.scope, sampled_id, answer, reason, now=utc_now())
    except (Invalid, Conflict, NotAllowed) as refusal:
        blame(form, refusal)
        return _page(asker, sampled_id, form), status_of(refusal)
    if answer is SampleAnswer.NO:
        flash(
            gettext("Jawaban tercatat. Konfirmasi itu kini diragukan, menunggu bukti."), "neutral"
        )
    else:
        flash(gettext("Jawaban tercatat."), "valid")
    return redirect(url_for(f"{_section(asker)}.list"))


def _section(asker: Asker) -> str:
    return "samples" if asker.scope is None else "staff_samples"
