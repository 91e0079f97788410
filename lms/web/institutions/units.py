"""Units of an institution, for its officers and for coordinators: a level of the tree at a time."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts.permissions import Permission
from lms.clock import utc_now
from lms.errors import N_, Conflict, Invalid, NotAllowed
from lms.http.doors import open_to
from lms.http.errors import status_of
from lms.http.principal import current_account
from lms.institutions.models import Unit
from lms.institutions.reach import find_scope, scope_of
from lms.institutions.registry.errors import NoSuchEntry, OwnDescendant, SuccessorUnfit, TooDeep
from lms.institutions.registry.queries import (
    PAGE_SIZE,
    get_entry,
    get_level,
    get_unit,
    list_above,
    list_events,
    list_named,
)
from lms.institutions.registry.rules import Editor, path_above
from lms.institutions.registry.tree import (
    change_unit,
    close_unit,
    found_unit,
    merge_unit,
    transfer_unit,
)
from lms.web.fields import blame, key_of, typed
from lms.web.institutions.forms import (
    DayForm,
    GoalForm,
    UnitFactsForm,
    UnitGoalForm,
    page_of,
)
from lms.web.institutions.wording import EVENTS, changes_of

NO_UNITS = N_("Halaman ini bagi pengelola kepegawaian dan koordinator.")

bp = Blueprint("units", __name__, url_prefix="/instansi")
open_to(bp)


@bp.get("/unit")
def own() -> ResponseReturnValue:
    """The institutions whose units the asker keeps; of one alone, its units."""
    scope = scope_of(current_account())
    rows = list_named(scope.all_institution_ids)
    if len(rows) == 1:
        return redirect(url_for(".list", institution_id=rows[0][0]))
    return render_template("institutions/own.html", rows=rows)


@bp.get("/<int:institution_id>/unit", endpoint="list")
def show_level(institution_id: int) -> ResponseReturnValue:
    """What stands right below a unit or at the top, or every unit of a name."""
    editor = editor_of(institution_id)
    below = key_of(request.args, "di")
    search = " ".join(request.args.get("cari", "").split())[:100]
    page = page_of(request.args)
    level = get_level(editor, institution_id, below, search=search, page=page)
    pages = max(1, -(-level.total // PAGE_SIZE))
    return render_template(
        "institutions/units.html",
        entry=get_entry(institution_id),
        level=level,
        below=below,
        search=search,
        page=min(page, pages),
        pages=pages,
        may_add=editor.may_change(institution_id, level.above[-1].path if level.above else None),
        is_registrar=editor.scope is None,
    )


@bp.route("/<int:institution_id>/unit/tambah", methods=["GET", "POST"])
def add(institution_id: int) -> ResponseReturnValue:
    """Add a unit."""
    editor = editor_of(institution_id)
    form = UnitFactsForm()
    form.institution_id = institution_id
    below = key_of(request.args, "di")
    if request.method == "GET" and below is not None:
        form.show_unit(below, get_unit(editor, institution_id, below).name)
    if form.validate_on_submit():
        try:
            found_unit(
                editor,
                institution_id,
                typed(form.name),
                parent_id=form.unit_id,
                code=typed(form.code).strip() or None,
                now=utc_now(),
            )
        except (Invalid, Conflict) as refusal:
            _blame(form, refusal)
        else:
            flash(gettext("%(name)s ditambahkan.", name=typed(form.name)), "valid")
            return redirect(url_for(".list", institution_id=institution_id, di=form.unit_id))
    page = render_template(
        "institutions/unit_add.html", form=form, entry=get_entry(institution_id), below=below
    )
    return page, 422 if form.errors else 200


@bp.get("/<int:institution_id>/unit/<int:unit_id>")
def show(institution_id: int, unit_id: int) -> ResponseReturnValue:
    """One unit: its facts and history, and what can be done."""
    return _page(institution_id, unit_id)


@bp.post("/<int:institution_id>/unit/<int:unit_id>/ubah")
def edit(institution_id: int, unit_id: int) -> ResponseReturnValue:
    """Give it another name, code or place in the tree."""
    editor = editor_of(institution_id)
    form = UnitFactsForm()
    form.institution_id = institution_id
    if not form.validate():
        return _page(institution_id, unit_id, editing=form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        unit = get_unit(editor, institution_id, unit_id)
        # Who may not move it was not asked where it should stand.
        parent_id = form.unit_id if _may_move(editor, unit) else unit.parent_id
        is_changed = change_unit(
            editor,
            unit_id,
            name=typed(form.name),
            parent_id=parent_id,
            code=typed(form.code).strip() or None,
            now=utc_now(),
        )
    except (Invalid, Conflict) as refusal:
        _blame(form, refusal)
        return _page(institution_id, unit_id, editing=form), status_of(refusal)
    flash(gettext("Tersimpan.") if is_changed else gettext("Tidak ada yang berubah."), "valid")
    return redirect(url_for(".show", institution_id=institution_id, unit_id=unit_id))


@bp.post("/<int:institution_id>/unit/<int:unit_id>/gabung")
def merge(institution_id: int, unit_id: int) -> ResponseReturnValue:
    """Have it go into another unit of the institution."""
    editor = editor_of(institution_id)
    form = UnitGoalForm(prefix="gabung-")
    form.institution_id = institution_id
    if not form.validate():
        return _page(institution_id, unit_id, merging=form), HTTPStatus.UNPROCESSABLE_ENTITY
    assert form.unit_id is not None  # noqa: S101 - it is needed
    try:
        get_unit(editor, institution_id, unit_id)
        merge_unit(editor, unit_id, form.unit_id, on=form.day, now=utc_now())
    except (Invalid, Conflict) as refusal:
        _blame(form, refusal)
        return _page(institution_id, unit_id, merging=form), status_of(refusal)
    flash(gettext("Digabung. Pegawainya sedang dipindahkan, beberapa ratus setiap kali."), "valid")
    return redirect(url_for(".list", institution_id=institution_id, di=form.unit_id))


@bp.post("/<int:institution_id>/unit/<int:unit_id>/pindah")
def transfer(institution_id: int, unit_id: int) -> ResponseReturnValue:
    """Have it belong to another institution, with its people; for coordinators."""
    editor = editor_of(institution_id)
    editor.require_whole()
    form = GoalForm(prefix="pindah-")
    if not form.validate():
        return _page(institution_id, unit_id, moving=form), HTTPStatus.UNPROCESSABLE_ENTITY
    assert form.chosen_place is not None  # noqa: S101 - it is valid, and unlisted is none
    goal = form.chosen_place.institution_id
    try:
        get_unit(editor, institution_id, unit_id)
        transfer_unit(editor, unit_id, goal, on=form.day, now=utc_now())
    except (Invalid, Conflict) as refusal:
        _blame(form, refusal)
        return _page(institution_id, unit_id, moving=form), status_of(refusal)
    flash(gettext("Dipindahkan. Pegawainya menyusul, beberapa ratus setiap kali."), "valid")
    return redirect(url_for(".list", institution_id=goal))


@bp.post("/<int:institution_id>/unit/<int:unit_id>/tutup")
def close(institution_id: int, unit_id: int) -> ResponseReturnValue:
    """End it with all below it; its people stay at the institution."""
    editor = editor_of(institution_id)
    form = DayForm(prefix="tutup-")
    if not form.validate():
        return _page(institution_id, unit_id, closing=form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        get_unit(editor, institution_id, unit_id)
        close_unit(editor, unit_id, on=form.day, now=utc_now())
    except (Invalid, Conflict) as refusal:
        _blame(form, refusal)
        return _page(institution_id, unit_id, closing=form), status_of(refusal)
    flash(gettext("Ditutup. Pegawainya tetap di instansi ini, tanpa unit kerja."), "valid")
    return redirect(url_for(".list", institution_id=institution_id))


def editor_of(institution_id: int) -> Editor:
    """How far the asker may change an institution's tree.

    Raises NotAllowed for who keeps no units at all, and NoSuchEntry for another's institution or
    one that there is not.
    """
    asker = current_account()
    if asker.may(Permission.MANAGE_INSTITUTIONS):
        get_entry(institution_id)
        return Editor(asker.account_id)
    scope = find_scope(asker)
    if scope is None:
        raise NotAllowed(NO_UNITS)
    editor = Editor(asker.account_id, scope)
    if not editor.may_see(institution_id):
        raise NoSuchEntry
    return editor


def _page(
    institution_id: int,
    unit_id: int,
    *,
    editing: UnitFactsForm | None = None,
    merging: UnitGoalForm | None = None,
    moving: GoalForm | None = None,
    closing: DayForm | None = None,
) -> str:
    editor = editor_of(institution_id)
    unit, entry = get_unit(editor, institution_id, unit_id), get_entry(institution_id)
    above = list_above(editor, unit)
    names = {line.id: line.name for line in above}
    if editing is None:
        editing = UnitFactsForm(formdata=None, name=unit.name, code=unit.code or "")
        editing.institution_id = institution_id
        if unit.parent_id in names:
            editing.show_unit(unit.parent_id, names[unit.parent_id])
    return render_template(
        "institutions/unit.html",
        entry=entry,
        unit=unit,
        above=above[:-1],
        line=above[-1],
        history=[
            (event, EVENTS[event.kind], changes_of(event, {"parent_id": names}))
            for event in list_events(institution_id, unit_id)
        ],
        may_move=_may_move(editor, unit),
        is_registrar=editor.scope is None,
        editing=editing,
        merging=merging or UnitGoalForm(formdata=None, prefix="gabung-"),
        moving=moving or GoalForm(formdata=None, prefix="pindah-"),
        closing=closing or DayForm(formdata=None, prefix="tutup-"),
        form=next((each for each in (merging, moving, closing) if each), editing),
    )


def _may_move(editor: Editor, unit: Unit) -> bool:
    """Whether the place in which a unit stands is the editor's too."""
    return editor.may_change(unit.institution_id, path_above(unit.path))


def _blame(
    form: UnitFactsForm | UnitGoalForm | GoalForm | DayForm, refusal: Invalid | Conflict
) -> None:
    """Put what is wrong with a goal or a parent beside the field in which it was written."""
    if isinstance(refusal, SuccessorUnfit | TooDeep | OwnDescendant):
        refusal.field = "unit" if "unit" in form else "institution"
    blame(form, refusal)
