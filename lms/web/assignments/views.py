"""An officer's assignments: which there are, a new one, and how far its people are."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.permissions import Permission
from lms.assignments.models import AssigneeState
from lms.assignments.queries import (
    LIST_SIZE,
    count_assignments,
    get_assignment,
    list_assignments,
    list_due_date_changes,
)
from lms.assignments.roster import count_mail, list_assignees
from lms.assignments.service import (
    assign_to_filter,
    assign_to_numbers,
    assign_to_place,
    assign_to_postings,
    change_due_date,
    withdraw_assignee,
    withdraw_assignment,
)
from lms.clock import utc_now
from lms.desk.deeds import list_postings
from lms.desk.figures import list_offered_units
from lms.desk.saved_filters import list_filters
from lms.errors import Conflict, Invalid
from lms.http.doors import open_to
from lms.http.errors import status_of
from lms.http.principal import current_account
from lms.institutions.finding import Within
from lms.institutions.reach import scope_of
from lms.institutions.scope import Scope
from lms.pocketbooks.queries import list_books
from lms.progress.modules import list_modules
from lms.progress.staff import Count, count
from lms.web.assignments.forms import (
    NUMBERS,
    AssignmentForm,
    ChosenForm,
    DueDateForm,
)
from lms.web.fields import blame, key_of
from lms.web.staff.asked import MOST_CHOSEN
from lms.web.staff.lists import list_chips
from lms.web.staff.section import read_asked

bp = Blueprint("assignments", __name__, url_prefix="/kepegawaian/penugasan")
open_to(bp, Permission.MANAGE_STAFF)


@bp.get("", endpoint="list")
def show_assignments() -> ResponseReturnValue:
    """What my people are asked, the newest first."""
    scope = _scope()
    total = count_assignments(scope)
    pages = max(1, -(-total // LIST_SIZE))
    page = min(max(request.args.get("halaman", 1, type=int), 1), pages)
    return render_template(
        "assignments/list.html",
        rows=list_assignments(scope, page=page, now=utc_now()),
        total=total,
        page=page,
        pages=pages,
    )


@bp.route("/baru", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Ask a module of a unit, of people by their numbers, or of a list of the staff.

    `?unit=` begins with a unit; with `?daftar=ya` the fields of the staff list's address follow.
    """
    return _new_for_list() if "daftar" in request.values else _new_for_place()


def _new_for_list() -> ResponseReturnValue:
    """Of those chosen in the list, or of all whom it finds, now and later."""
    scope, form, now = _scope(), ChosenForm(), utc_now()
    listed = read_asked(scope)
    wanted = listed.filter
    # Who waits is asked by none: a list of those alone has nobody.
    confirmed, is_of_waiting = replace(wanted, is_confirmed=True), wanted.is_confirmed is False
    form.offer_modules(list_books())
    if form.validate_on_submit():
        try:
            if wanted.posting_ids and not is_of_waiting:
                ids = list_postings(scope, confirmed, MOST_CHOSEN, now=now)
                made = assign_to_postings(scope, ids, form.wish(), now=now)
            else:
                made = assign_to_filter(scope, wanted, form.wish(), now=now)
        except Invalid as refusal:
            _blame(form, refusal)
        else:
            return _made([assignment.id for assignment in made])
    page = render_template(
        "assignments/new.html",
        form=form,
        listed=listed,
        number=Count(0) if is_of_waiting else count(scope, confirmed, now=now),
        chips=list_chips(listed, list_modules(), list_offered_units(scope, wanted, now=now)),
        filters=[],
    )
    return page, 422 if form.errors else 200


def _new_for_place() -> ResponseReturnValue:
    scope, form = _scope(), AssignmentForm()
    form.offer_modules(list_books())
    form.offer(scope, Within(scope.all_institution_ids, is_whole=True))
    wanted = key_of(request.args, "unit")
    if request.method == "GET" and wanted is not None:
        form.show_unit(wanted)
    if form.validate_on_submit():
        now = utc_now()
        try:
            if form.whom.data == NUMBERS:
                made = assign_to_numbers(scope, form.read_numbers(), form.wish(), now=now)
            else:
                institution_id, unit_id = form.read_place()
                made = [assign_to_place(scope, institution_id, unit_id, form.wish(), now=now)]
        except Invalid as refusal:
            _blame(form, refusal)
        else:
            return _made([assignment.id for assignment in made])
    page = render_template(
        "assignments/new.html",
        form=form,
        listed=None,
        filters=list_filters(current_account().account_id),
    )
    return page, 422 if form.errors else 200


def _made(keys: list[int]) -> ResponseReturnValue:
    flash(
        gettext("Penugasan tersimpan. Yang ditugasi diberi tahu lewat surel pada jam kerja."),
        "valid",
    )
    if len(keys) == 1:
        return redirect(url_for(".show", assignment_id=keys[0]))
    return redirect(url_for(".list"))


def _blame(form: AssignmentForm | ChosenForm, refusal: Invalid) -> None:
    """Beside the field where the form has it, above it otherwise."""
    if refusal.field in form:
        blame(form, refusal)
    else:
        form.form_errors.append(gettext(refusal.sentence.text, **refusal.sentence.values))


@bp.get("/<int:assignment_id>")
def show(assignment_id: int) -> ResponseReturnValue:
    """Who has done it and who has not, and which mail reached them."""
    return _page(assignment_id, DueDateForm(formdata=None))


@bp.post("/<int:assignment_id>/tenggat")
def set_due_date(assignment_id: int) -> ResponseReturnValue:
    """Move the due date."""
    form = DueDateForm()
    if not form.validate() or form.due_on.data is None:
        return _page(assignment_id, form), 422
    try:
        change_due_date(_scope(), assignment_id, form.due_on.data, now=utc_now())
    except (Invalid, Conflict) as refusal:
        blame(form, refusal)
        return _page(assignment_id, form), status_of(refusal)
    flash(gettext("Tenggat diubah. Yang ditugasi diberi tahu."), "valid")
    return redirect(url_for(".show", assignment_id=assignment_id))


@bp.post("/<int:assignment_id>/tarik")
def withdraw(assignment_id: int) -> ResponseReturnValue:
    """Ask nobody any more."""
    withdraw_assignment(_scope(), assignment_id, now=utc_now())
    flash(gettext("Penugasan ditarik. Yang sudah diberi tahu menerima kabarnya."), "neutral")
    return redirect(url_for(".show", assignment_id=assignment_id))


@bp.post("/<int:assignment_id>/orang/<int:account_id>/tarik")
def withdraw_person(assignment_id: int, account_id: int) -> ResponseReturnValue:
    """Ask one person no longer."""
    withdraw_assignee(_scope(), assignment_id, account_id, now=utc_now())
    flash(gettext("Orang itu tidak lagi ditugasi."), "neutral")
    return redirect(url_for(".show", assignment_id=assignment_id))


def _page(assignment_id: int, form: DueDateForm) -> str:
    scope = _scope()
    assignment = get_assignment(scope, assignment_id, now=utc_now())
    shows_done = request.args.get("daftar") == "selesai"
    still = AssigneeState.OPEN if assignment.withdrawn_at is None else AssigneeState.WITHDRAWN
    after = request.args.get("setelah", type=int)
    return render_template(
        "assignments/show.html",
        assignment=assignment,
        changes=list_due_date_changes(assignment_id),
        mail={state.value: count for state, count in count_mail(scope, assignment_id).items()},
        shows_done=shows_done,
        page=list_assignees(
            scope, assignment_id, AssigneeState.DONE if shows_done else still, after=after
        ),
        is_continued=after is not None,
        form=form,
    )


def _scope() -> Scope:
    return scope_of(current_account())
