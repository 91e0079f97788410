"""The state's record, for officers of a whole institution and for who keeps the registry."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.permissions import Permission
from lms.clock import utc_now
from lms.errors import N_, Conflict, Invalid, NotFound
from lms.http.doors import open_to
from lms.http.errors import status_of
from lms.http.principal import current_account
from lms.http.rate_limits import at_most
from lms.institutions.queries import list_scope_institutions
from lms.institutions.reach import scope_of
from lms.institutions.scope import Scope
from lms.personnel.errors import NotWholeInstitution
from lms.personnel.queries import FILTERS, get_overview, list_opted, list_records
from lms.personnel.service import (
    begin_any_recording,
    begin_recording,
    end_any_recording,
    end_recording,
    retry_any_record,
    retry_any_records,
    retry_record,
    retry_records,
)
from lms.web.fields import blame
from lms.web.personnel.forms import BeginForm
from lms.web.personnel.words import FILTER_WORDS, STATES, TROUBLES, service_name

bp = Blueprint("staff_records", __name__, url_prefix="/kepegawaian/riwayat-negara")
open_to(bp, Permission.MANAGE_STAFF)

every = Blueprint("national_records", __name__, url_prefix="/koordinator/riwayat-negara")
open_to(every, Permission.MANAGE_INSTITUTIONS)

RETRIED_AT_MOST: Final = "60 per hour"


@bp.before_request
@every.before_request
def require_service() -> None:
    """Without a service there are no pages of it; raises NotFound."""
    if not service_name():
        raise NotFound(N_("Pencatatan ke riwayat negara tidak diatur di sini."))


@bp.get("")
def index() -> ResponseReturnValue:
    """The officer's whole institutions; of one alone, its page."""
    scope = _whole_scope()
    places = [place for place in list_scope_institutions(scope) if scope.covers(place[0])]
    if len(places) == 1:
        return redirect(url_for(".show", institution_id=places[0][0]))
    return render_template("personnel/index.html", places=places, service=service_name())


@bp.get("/<int:institution_id>")
def show(institution_id: int) -> ResponseReturnValue:
    """How it is with an institution, and its records."""
    _require_whole(institution_id)
    return _page("staff_records", institution_id, BeginForm(formdata=None))


@bp.post("/<int:institution_id>/mulai")
def begin(institution_id: int) -> ResponseReturnValue:
    """Have its certificates recorded; a refusal stands at its field."""
    form = BeginForm()
    try:
        begin_recording(
            _whole_scope(),
            institution_id,
            is_agreed=form.is_agreed.data,
            includes_earlier=form.includes_earlier.data,
            now=utc_now(),
        )
    except (Invalid, Conflict) as refusal:
        blame(form, refusal)
        return _page("staff_records", institution_id, form), status_of(refusal)
    return _begun("staff_records", institution_id)


@bp.post("/<int:institution_id>/hentikan")
def end(institution_id: int) -> ResponseReturnValue:
    """Have nothing more recorded."""
    end_recording(_whole_scope(), institution_id, now=utc_now())
    return _ended("staff_records", institution_id)


@bp.post("/<int:institution_id>/ulang")
@at_most(RETRIED_AT_MOST, methods=["POST"])
def retry_all(institution_id: int) -> ResponseReturnValue:
    """Try again whatever waits or was refused."""
    count = retry_records(_whole_scope(), institution_id, now=utc_now())
    return _retried("staff_records", institution_id, count)


@bp.post("/catatan/<int:record_id>/ulang")
@at_most(RETRIED_AT_MOST, methods=["POST"])
def retry(record_id: int) -> ResponseReturnValue:
    """Try one record again."""
    institution_id = retry_record(_whole_scope(), record_id, now=utc_now())
    return _retried("staff_records", institution_id, 1)


@every.get("", endpoint="list")
def show_all() -> ResponseReturnValue:
    """The institutions that have it on, or had."""
    opted = list_opted(request.args.get("halaman", 1, type=int))
    return render_template("personnel/all.html", opted=opted, service=service_name())


@every.get("/<int:institution_id>", endpoint="show")
def show_any(institution_id: int) -> ResponseReturnValue:
    """How it is with any institution."""
    return _page("national_records", institution_id, BeginForm(formdata=None))


@every.post("/<int:institution_id>/mulai", endpoint="begin")
def begin_any(institution_id: int) -> ResponseReturnValue:
    """Have any institution's certificates recorded, as it has asked."""
    form = BeginForm()
    try:
        begin_any_recording(
            current_account().account_id,
            institution_id,
            is_agreed=form.is_agreed.data,
            includes_earlier=form.includes_earlier.data,
            now=utc_now(),
        )
    except (Invalid, Conflict) as refusal:
        blame(form, refusal)
        return _page("national_records", institution_id, form), status_of(refusal)
    return _begun("national_records", institution_id)


@every.post("/<int:institution_id>/hentikan", endpoint="end")
def end_any(institution_id: int) -> ResponseReturnValue:
    """Have nothing more of any institution recorded."""
    end_any_recording(current_account().account_id, institution_id, now=utc_now())
    return _ended("national_records", institution_id)


@every.post("/<int:institution_id>/ulang", endpoint="retry_all")
def retry_all_of_any(institution_id: int) -> ResponseReturnValue:
    """Try again whatever waits or was refused of any institution."""
    count = retry_any_records(current_account().account_id, institution_id, now=utc_now())
    return _retried("national_records", institution_id, count)


@every.post("/catatan/<int:record_id>/ulang", endpoint="retry")
def retry_any(record_id: int) -> ResponseReturnValue:
    """Try anybody's record again."""
    institution_id = retry_any_record(current_account().account_id, record_id, now=utc_now())
    return _retried("national_records", institution_id, 1)


def _whole_scope() -> Scope:
    """For whom the officer answers; raises NotWholeInstitution of who does for branches alone."""
    scope = scope_of(current_account())
    if not scope.institution_ids:
        raise NotWholeInstitution
    return scope


def _require_whole(institution_id: int) -> None:
    if not _whole_scope().covers(institution_id):
        raise NotWholeInstitution


def _page(section: str, institution_id: int, form: BeginForm) -> str:
    overview = get_overview(institution_id)
    wanted = request.args.get("keadaan", "")
    if wanted not in FILTERS:
        wanted = FILTERS[0]
    page = request.args.get("halaman", 1, type=int)
    return render_template(
        "personnel/show.html",
        section=section,
        overview=overview,
        form=form,
        records=list_records(institution_id, wanted, page) if overview.begun_at else None,
        wanted=wanted,
        filters=FILTER_WORDS,
        states=STATES,
        troubles=TROUBLES,
        service=service_name(),
    )


def _begun(section: str, institution_id: int) -> ResponseReturnValue:
    flash(gettext("Pencatatan dinyalakan. Sertifikat dikirim satu per satu."), "valid")
    return redirect(url_for(f"{section}.show", institution_id=institution_id), HTTPStatus.SEE_OTHER)


def _ended(section: str, institution_id: int) -> ResponseReturnValue:
    flash(gettext("Pencatatan dihentikan. Yang sudah tercatat tetap ada di sana."), "valid")
    return redirect(url_for(f"{section}.show", institution_id=institution_id), HTTPStatus.SEE_OTHER)


def _retried(section: str, institution_id: int, count: int) -> ResponseReturnValue:
    words = gettext("Tidak ada yang menunggu.")
    if count:
        words = gettext("Segera dicoba lagi: %(count)s catatan.", count=count)
    flash(words, "valid")
    return redirect(
        url_for(f"{section}.show", institution_id=institution_id, keadaan="menunggu"),
        HTTPStatus.SEE_OTHER,
    )
