"""The registry of institutions, for coordinators: found, added, corrected, merged and closed."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from lms.accounts.permissions import Permission
from lms.clock import utc_now
from lms.errors import Conflict, Invalid
from lms.http.doors import open_to
from lms.http.errors import status_of
from lms.http.principal import current_account
from lms.institutions.registry.errors import SuccessorUnfit
from lms.institutions.registry.queries import (
    PAGE_SIZE,
    count_entries,
    get_entry,
    list_entries,
    list_events,
    list_officers,
    list_regional_offices,
)
from lms.institutions.registry.relocation import count_stranded
from lms.institutions.registry.requests import answer_request, count_requests, list_requests
from lms.institutions.registry.rules import Editor
from lms.institutions.registry.seeding import list_provinces
from lms.institutions.registry.service import (
    add_institution,
    change_institution,
    close_institution,
    facts_of,
    merge_institution,
    set_regional_office,
)
from lms.web.fields import blame
from lms.web.institutions.forms import (
    AnswerForm,
    DayForm,
    FactsForm,
    GoalForm,
    RegistryFilter,
)
from lms.web.institutions.wording import EVENTS, KINDS, changes_of
from lms.web.personnel.words import service_name

bp = Blueprint("institutions", __name__, url_prefix="/koordinator/instansi")
open_to(bp, Permission.MANAGE_INSTITUTIONS)


@bp.get("", endpoint="list")
def show_registry() -> ResponseReturnValue:
    """Search and filter the registry, a page at a time."""
    asked = RegistryFilter.parse(request.args)
    total = count_entries(asked.wanted)
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(asked.page, pages)
    return render_template(
        "institutions/list.html",
        has_state_record=bool(service_name()),
        rows=list_entries(asked.wanted, page=page),
        total=total,
        page=page,
        pages=pages,
        asked=asked,
        kinds=KINDS,
        provinces=list_provinces(),
        offices=list_regional_offices(),
        request_count=count_requests(),
    )


@bp.route("/tambah", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Add an institution."""
    form = FactsForm()
    form.offer()
    if form.validate_on_submit():
        try:
            institution_id = add_institution(_editor(), form.read(), now=utc_now())
        except Invalid as refusal:
            blame(form, refusal)
        else:
            flash(gettext("Instansi ditambahkan."), "valid")
            return redirect(url_for(".show", institution_id=institution_id))
    page = render_template("institutions/edit.html", form=form, entry=None)
    return page, 422 if form.errors else 200


@bp.get("/<int:institution_id>")
def show(institution_id: int) -> ResponseReturnValue:
    """One institution: facts, officers, units, history, and what can be done."""
    return _page(institution_id)


@bp.route("/<int:institution_id>/ubah", methods=["GET", "POST"])
def edit(institution_id: int) -> ResponseReturnValue:
    """Correct what the registry says of it; another name is a renaming of this day."""
    entry = get_entry(institution_id)
    form = FactsForm()
    form.offer()
    if request.method == "GET":
        form.show(facts_of(entry.institution))
    elif form.validate():
        try:
            is_changed = change_institution(_editor(), institution_id, form.read(), now=utc_now())
        except (Invalid, Conflict) as refusal:
            blame(form, refusal)
        else:
            flash(
                gettext("Tersimpan.") if is_changed else gettext("Tidak ada yang berubah."), "valid"
            )
            return redirect(url_for(".show", institution_id=institution_id))
    page = render_template("institutions/edit.html", form=form, entry=entry)
    return page, 422 if form.errors else 200


@bp.post("/<int:institution_id>/gabung")
def merge(institution_id: int) -> ResponseReturnValue:
    """Have it go into another one, with its people and units."""
    form = GoalForm(prefix="gabung-")
    if not form.validate():
        return _page(institution_id, merging=form), HTTPStatus.UNPROCESSABLE_ENTITY
    assert form.chosen_place is not None  # noqa: S101 - it is valid, and unlisted is none
    try:
        merge_institution(
            _editor(), institution_id, form.chosen_place.institution_id, on=form.day, now=utc_now()
        )
    except (Invalid, Conflict) as refusal:
        _blame_goal(form, refusal)
        return _page(institution_id, merging=form), status_of(refusal)
    flash(gettext("Digabung. Pegawainya sedang dipindahkan, beberapa ratus setiap kali."), "valid")
    return redirect(url_for(".show", institution_id=institution_id))


@bp.post("/<int:institution_id>/tutup")
def close(institution_id: int) -> ResponseReturnValue:
    """End it without a successor."""
    form = DayForm(prefix="tutup-")
    if not form.validate():
        return _page(institution_id, closing=form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        close_institution(_editor(), institution_id, on=form.day, now=utc_now())
    except (Invalid, Conflict) as refusal:
        blame(form, refusal)
        return _page(institution_id, closing=form), status_of(refusal)
    flash(gettext("Ditutup. Penempatan pegawainya sedang diakhiri."), "valid")
    return redirect(url_for(".show", institution_id=institution_id))


@bp.post("/<int:institution_id>/kanwil")
def set_office(institution_id: int) -> ResponseReturnValue:
    """Have its regional office cover the whole province."""
    institution = get_entry(institution_id).institution
    count = set_regional_office(
        _editor(),
        (institution.region_code or "-")[:2],
        institution.regional_office_id,
        now=utc_now(),
    )
    flash(
        ngettext("%(num)s instansi diubah.", "%(num)s instansi diubah.", count),
        "valid" if count else "neutral",
    )
    return redirect(url_for(".show", institution_id=institution_id))


@bp.get("/permintaan")
def requests() -> ResponseReturnValue:
    """What those wrote who did not find their institution."""
    return _requests_page()


@bp.post("/permintaan/<int:request_id>")
def answer(request_id: int) -> ResponseReturnValue:
    """Say which institution was meant by all who wrote the same."""
    form = AnswerForm(prefix=f"p{request_id}-")
    if not form.validate():
        return _requests_page(request_id, form), HTTPStatus.UNPROCESSABLE_ENTITY
    place = form.chosen_place
    assert place is not None  # noqa: S101 - as above
    try:
        count = answer_request(
            _editor(), request_id, place.institution_id, place.unit_id, now=utc_now()
        )
    except SuccessorUnfit as refusal:
        _blame_goal(form, refusal)
        return _requests_page(request_id, form), status_of(refusal)
    flash(
        ngettext(
            "%(num)s orang kini menunggu konfirmasi %(name)s.",
            "%(num)s orang kini menunggu konfirmasi %(name)s.",
            count,
            name=place.label,
        ),
        "valid",
    )
    return redirect(url_for(".requests"))


def _requests_page(request_id: int = 0, typed_form: AnswerForm | None = None) -> str:
    rows = [
        (
            group,
            typed_form
            if typed_form is not None and group.id == request_id
            else AnswerForm(formdata=None, prefix=f"p{group.id}-"),
        )
        for group in list_requests()
    ]
    form = typed_form or AnswerForm(formdata=None)
    return render_template("institutions/requests.html", rows=rows, form=form)


def _page(
    institution_id: int, *, merging: GoalForm | None = None, closing: DayForm | None = None
) -> str:
    entry = get_entry(institution_id)
    offices = {each.id: each.name for each in list_regional_offices()}
    events = list_events(institution_id)
    return render_template(
        "institutions/show.html",
        has_state_record=bool(service_name()),
        entry=entry,
        kind=KINDS[entry.institution.kind],
        officers=list_officers(institution_id, now=utc_now()),
        stranded=count_stranded(institution_id),
        history=[
            (event, EVENTS[event.kind], changes_of(event, {"regional_office_id": offices}))
            for event in events
        ],
        merging=merging or GoalForm(formdata=None, prefix="gabung-"),
        closing=closing or DayForm(formdata=None, prefix="tutup-"),
        form=merging or closing or DayForm(formdata=None),
    )


def _blame_goal(form: GoalForm | AnswerForm, refusal: Invalid | Conflict) -> None:
    """Put what is wrong with the goal beside the field in which it was written."""
    if isinstance(refusal, SuccessorUnfit):
        refusal.field = "institution"
    blame(form, refusal)


def _editor() -> Editor:
    return Editor(current_account().account_id)
