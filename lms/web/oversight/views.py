"""Who confirmed whom: how many a day, by which officer, and with what mail; and doubts of it."""

from datetime import date
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from lms.accounts.permissions import Permission
from lms.addresses import doubts_address
from lms.clock import utc_now
from lms.http.doors import open_to
from lms.http.principal import current_account
from lms.http.rate_limits import at_most
from lms.institutions.doubts.letters import tell_officers
from lms.institutions.doubts.officer_days import (
    AT_ONCE,
    DOUBTING,
    SETTLING,
    OfficerDay,
    list_confirmed_people,
    list_waiting,
    settle_some,
)
from lms.institutions.doubts.queries import count_open_doubts
from lms.institutions.doubts.service import doubt_some
from lms.institutions.samples.queries import Asker, count_open_samples
from lms.jobs.service import enqueue
from lms.reporting.confirmations import (
    PAGE_SIZE,
    count_groups,
    find_surveyed_at,
    list_confirmations,
    list_confirmed,
    name_officer_day,
)
from lms.reporting.surveys import DAYS
from lms.web.formatting import show_number
from lms.web.oversight.forms import AnswerForm, DoubtForm
from lms.web.oversight.pages import read_page
from lms.web.oversight.wording import SIGNALS, SOURCES
from lms.web.staff.asked import read_keys

# Beyond them lie days that no zone knows, and nobody confirmed anybody.
YEARS = range(2000, 3000)
ALL: Final = "semua"
_OF_DAY: Final = "/<day>/<int:officer_id>/<int:institution_id>"

bp = Blueprint("oversight", __name__, url_prefix="/koordinator/konfirmasi")
open_to(bp, Permission.OVERSEE_CONFIRMATIONS)


@bp.get("")
def index() -> ResponseReturnValue:
    """The confirmations of the last days, counted."""
    now = utc_now()
    page, pages = read_page(request.args, count_groups(now=now), PAGE_SIZE)
    return render_template(
        "oversight/confirmations.html",
        rows=list_confirmations(now=now, page=page),
        days=DAYS,
        page=page,
        pages=pages,
        doubt_count=count_open_doubts(None),
        sample_count=count_open_samples(Asker(None, current_account().account_id)),
        signals=SIGNALS,
        sources=SOURCES,
        surveyed_at=find_surveyed_at(),
    )


@bp.get(_OF_DAY)
def people(day: str, officer_id: int, institution_id: int) -> ResponseReturnValue:
    """Whom one officer confirmed on one day."""
    which = _read(day, officer_id, institution_id)
    return _page(which, DoubtForm(formdata=None), AnswerForm(formdata=None))


@bp.post(f"{_OF_DAY}/ragukan")
@at_most("120 per hour")
def doubt(day: str, officer_id: int, institution_id: int) -> ResponseReturnValue:
    """Doubt the confirmation of those ticked, or of all of that day; many of them as a job."""
    which, form = _read(day, officer_id, institution_id), DoubtForm()
    is_all = request.form.get("lingkup") == ALL
    known = list_confirmed_people(which)
    chosen = known if is_all else [key for key in _ticked() if key in set(known)]
    if not form.validate():
        page = _page(which, form, AnswerForm(formdata=None))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    if not chosen:
        form.form_errors.append(gettext("Belum ada yang dipilih. Centang dahulu orangnya."))
        page = _page(which, form, AnswerForm(formdata=None))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    asker_id, now = current_account().account_id, utc_now()
    ground, words = form.read()
    if len(chosen) > AT_ONCE:
        arguments = {"of": which.as_json(), "ground": ground.value, "words": words}
        enqueue(DOUBTING, arguments, asker_id=asker_id, now=now)
        _say_begun(len(chosen))
    else:
        of_day = which.doubt(ground, words)
        doubted = doubt_some(chosen, institution_id, of_day, opener_id=asker_id, now=now)
        address = doubts_address()
        tell_officers(institution_id, doubted, address, opener_id=asker_id, now=now)
        number = len(doubted)
        sentence = ngettext(
            "Konfirmasi %(num)s orang diragukan; sampai dijawab mereka tidak dihitung.",
            "Konfirmasi %(num)s orang diragukan; sampai dijawab mereka tidak dihitung.",
            number,
        )
        flash(sentence, "valid" if number else "neutral")
    return redirect(url_for(".people", **_place(which)))


@bp.post(f"{_OF_DAY}/jawab")
@at_most("120 per hour")
def settle(day: str, officer_id: int, institution_id: int) -> ResponseReturnValue:
    """Answer all doubts of that day alike; many of them as a job."""
    which, form = _read(day, officer_id, institution_id), AnswerForm()
    if not form.validate():
        return _page(which, DoubtForm(formdata=None), form), HTTPStatus.UNPROCESSABLE_ENTITY
    asker_id, now = current_account().account_id, utc_now()
    answer, evidence = form.read()
    waiting = list_waiting(which)
    if len(waiting) > AT_ONCE:
        arguments = {"of": which.as_json(), "answer": answer.value, "evidence": evidence}
        enqueue(SETTLING, arguments, asker_id=asker_id, now=now)
        _say_begun(len(waiting))
    else:
        number = settle_some(asker_id, waiting, answer, evidence, now)
        sentence = ngettext(
            "Keraguan tentang %(num)s orang dijawab.",
            "Keraguan tentang %(num)s orang dijawab.",
            number,
        )
        flash(sentence, "valid" if number else "neutral")
    return redirect(url_for(".people", **_place(which)))


def _read(day: str, officer_id: int, institution_id: int) -> OfficerDay:
    try:
        on = date.fromisoformat(day)
    except ValueError:
        abort(404)
    if on.year not in YEARS:
        abort(404)
    by = request.args.get("lewat", "")
    return OfficerDay(on, officer_id, institution_id, "" if officer_id else by)


def _place(which: OfficerDay) -> dict[str, Any]:
    """Where its page is, as `url_for` takes it."""
    return {
        "day": which.day.isoformat(),
        "officer_id": which.officer_id,
        "institution_id": which.institution_id,
        "lewat": which.by or None,
    }


def _page(which: OfficerDay, doubting: DoubtForm, answering: AnswerForm) -> str:
    found = list_confirmed(which)
    if not found:
        abort(404)
    officer_name, institution_name = name_officer_day(which.officer_id, which.institution_id)
    return render_template(
        "oversight/confirmed.html",
        officer_name=officer_name,
        institution_name=institution_name,
        day=which.day,
        people=found,
        which=_place(which),
        by=which.by,
        sources=SOURCES,
        doubting=doubting,
        answering=answering,
        ticked=set(_ticked()),
        waiting_count=len(list_waiting(which)),
        all_word=ALL,
    )


def _ticked() -> tuple[int, ...]:
    return read_keys(request.form.getlist("orang"))


def _say_begun(count: int) -> None:
    number = show_number(count)
    flash(
        gettext("%(count)s orang sedang diproses. Halaman ini boleh ditutup.", count=number),
        "neutral",
    )
