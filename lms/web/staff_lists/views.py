"""Staff lists by sheet: uploaded, looked at, checked without storing, and put in force."""

from contextlib import closing
from typing import Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from lms.accounts.permissions import Permission
from lms.accounts.principal import Principal
from lms.checking.bulk.archives import shown_path
from lms.clock import utc_now
from lms.days import local_day
from lms.errors import N_
from lms.http.doors import open_to
from lms.http.i18n import translate
from lms.http.principal import current_account
from lms.http.rate_limits import at_most, count_action_of
from lms.http.unit_of_work import let_others_write, store_at_once
from lms.institutions.queries import list_scope_institutions
from lms.institutions.reach import scope_of
from lms.institutions.staff_lists.errors import ImportMovedOn, ListIsLimited, UnfitList
from lms.institutions.staff_lists.models import ImportState, Verdict
from lms.institutions.staff_lists.previews import Preview, previews_of
from lms.institutions.staff_lists.queries import (
    PAGE_SIZE,
    OwnImport,
    get_own_import,
    list_lines,
    list_own_imports,
)
from lms.institutions.staff_lists.service import ask_to_apply, confirm_columns, keep_list
from lms.institutions.staff_lists.sheets import read_list
from lms.jobs.errors import TooManyJobs
from lms.jobs.kind import File
from lms.tables.guessing import column_letter
from lms.web.fields import blame
from lms.web.staff_lists.files import refused_file, template_file
from lms.web.staff_lists.forms import ColumnsForm, UploadForm
from lms.web.staff_lists.wording import VERDICTS, place_word, remarks, short_place

PLACE: Final = "/kepegawaian/impor"
"""Where lists are sent, for which the server makes room."""

bp = Blueprint("staff_lists", __name__, url_prefix=PLACE)
open_to(bp, Permission.MANAGE_STAFF)

UPLOADS: Final = "30 per hour"
NAMED: Final = 20
"""Of so many lines that are nobody's the numbers are told; the list has all of them."""
PRIVATE: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


@bp.route("", methods=["GET", "POST"])
def upload() -> ResponseReturnValue:
    """Send a list, after the template if need be; below it what was sent before."""
    officer = current_account()
    institutions = list_scope_institutions(scope_of(officer))
    form = UploadForm()
    institution_id = institutions[0][0]
    if len(institutions) == 1:
        del form.institution
    else:
        form.institution.choices = institutions
    if form.validate_on_submit():
        count_action_of(officer.account_id, UPLOADS, "staff list")
        let_others_write()  # reading a sheet takes a second
        try:
            if form.institution is not None:
                institution_id = form.institution.data
            import_id = _take(officer, institution_id)
        except UnfitList as refusal:
            blame(form, refusal)
        else:
            return redirect(url_for(".columns", import_id=import_id))
    page = render_template(
        "staff_lists/upload.html",
        form=form,
        imports=list_own_imports(officer),
    )
    return page, 422 if form.errors else 200, PRIVATE


@bp.get("/contoh.<any(xlsx, csv):format>")
def template(format: str) -> ResponseReturnValue:  # noqa: A002 - as the address names it
    """A sheet with the columns that are known, to be filled in."""
    return _answer(template_file(format))


@bp.route("/<int:import_id>/kolom", methods=["GET", "POST"])
def columns(import_id: int) -> ResponseReturnValue:
    """Confirm which column holds what, beside the first rows; then the list is checked.

    Where several worksheets have people, it is first asked which of them are meant.
    """
    officer = current_account()
    kept = get_own_import(officer, import_id)
    if not kept.previews or kept.state not in {ImportState.UPLOADED, ImportState.CHECKED}:
        return redirect(url_for(".show", import_id=import_id))
    preview = _chosen(kept)
    if preview is None:
        return render_template("staff_lists/worksheets.html", kept=kept), PRIVATE
    before = kept.columns
    is_same = before is not None and before.worksheets == preview.columns.worksheets
    form = ColumnsForm.of(
        preview,
        before if before is not None and is_same else preview.columns,
        is_whole=kept.is_whole,
        adds_units=kept.adds_units,
        replaces_addresses=kept.replaces_addresses,
    )
    if form.validate_on_submit():
        chosen = form.read(preview)
        if chosen is not None:
            try:
                confirm_columns(
                    officer,
                    import_id,
                    chosen,
                    is_whole=bool(form.is_whole.data),
                    adds_units=bool(form.adds_units.data),
                    replaces_addresses=bool(form.replaces_addresses.data),
                    language=str(get_locale()),
                    now=utc_now(),
                )
            except (TooManyJobs, ListIsLimited) as refusal:
                form.form_errors.append(translate(refusal.sentence))
            except ImportMovedOn:
                return redirect(url_for(".show", import_id=import_id))
            else:
                return redirect(url_for(".show", import_id=import_id))
    page = render_template(
        "staff_lists/columns.html",
        form=form,
        kept=kept,
        preview=preview,
        place=kept.previews.index(preview) + 1,
        remarks=[translate(each) for each in preview.remarks],
        is_limited=not scope_of(officer).covers(kept.institution_id),
        letters=[column_letter(place) for place in range(len(preview.names))],
    )
    return page, 422 if form.errors else 200, PRIVATE


@bp.get("/<int:import_id>")
def show(import_id: int) -> ResponseReturnValue:
    """How far a list is; then what it calls for, and in the end what has come of it."""
    kept = get_own_import(current_account(), import_id)
    if kept.state is ImportState.UPLOADED:
        return redirect(url_for(".columns", import_id=import_id))
    if kept.is_at_work:
        return render_template("staff_lists/waiting.html", kept=kept), PRIVATE
    return _result(kept), PRIVATE


@bp.post("/<int:import_id>/terapkan")
@at_most("60 per hour")
def apply(import_id: int) -> ResponseReturnValue:
    """Put a list in force that was checked; whoever is not in it leaves only if that is ticked."""
    ask_to_apply(
        current_account(),
        import_id,
        ends_absent="akhiri" in request.form,
        language=str(get_locale()),
        now=utc_now(),
    )
    return redirect(url_for(".show", import_id=import_id))


@bp.get("/<int:import_id>/perlu-diperbaiki")
def refused(import_id: int) -> ResponseReturnValue:
    """What is to be mended, as a sheet that can be uploaded again."""
    kept = get_own_import(current_account(), import_id)
    if kept.is_at_work or not kept.counts[Verdict.REFUSED]:
        return redirect(url_for(".show", import_id=import_id))
    return _answer(
        refused_file(
            import_id, kept.head, kept.counts[Verdict.REFUSED], local_day(utc_now()), kept.tabs
        )
    )


def _chosen(kept: OwnImport) -> Preview | None:
    """How a list is to be read: as was asked, or the one way there is; None: to be chosen."""
    if len(kept.previews) == 1:
        return kept.previews[0]
    asked = request.values.get("lembar", "")
    if not asked and kept.preview is not None:
        return kept.preview
    if asked.isdecimal() and 0 < int(asked[:6]) <= len(kept.previews):
        return kept.previews[int(asked[:6]) - 1]
    return None


def _result(kept: OwnImport) -> str:
    asked = request.args.get("hasil", "")
    wanted = next((each for each in Verdict if each.value == asked and kept.counts[each]), None)
    total = sum(kept.counts.values()) if wanted is None else kept.counts[wanted]
    pages = max(1, -(-total // PAGE_SIZE))
    number = request.args.get("halaman", "1")
    page = min(max(int(number[:6]), 1), pages) if number.isdecimal() else 1
    lines = list_lines(kept.id, wanted, page=page)
    return render_template(
        "staff_lists/result.html",
        kept=kept,
        is_in_force=kept.state is ImportState.APPLIED,
        verdicts=VERDICTS,
        wanted=wanted,
        total=total,
        page=page,
        pages=pages,
        lines=[(line, place_word(line.line, kept.tabs), remarks(line)) for line in lines],
        is_half=kept.preview is not None and kept.preview.is_half,
        Verdict=Verdict,
        nobodies=_tell_nobodies(kept),
        may_add_units=_may_add_units(kept),
    )


def _may_add_units(kept: OwnImport) -> bool:
    """Whether units that are not known could still be added by this list, if it were asked to."""
    return (
        kept.state is ImportState.CHECKED
        and not kept.adds_units
        and scope_of(current_account()).covers(kept.institution_id)
    )


def _tell_nobodies(kept: OwnImport) -> list[str]:
    """Where the first lines stand that are nobody's."""
    if not kept.counts[Verdict.NOBODY]:
        return []
    return [short_place(each.line) for each in list_lines(kept.id, Verdict.NOBODY, limit=NAMED)]


def _take(officer: Principal, institution_id: int) -> int:
    """Keep what was sent, and give its number; raises UnfitList."""
    file = request.files.get("berkas")
    if file is None or not file.filename:
        raise UnfitList(N_("Pilih dahulu berkas daftar pegawainya."))
    with closing(read_list(file.stream)) as sheet:
        previews = previews_of(sheet)
    name = shown_path(file.filename) or gettext("Daftar pegawai")
    return keep_list(
        officer, file.stream, name, previews, institution_id, now=utc_now(), store=store_at_once
    )


def _answer(file: File) -> Response:
    assert isinstance(file.content, bytes)  # noqa: S101 - ours are
    headers = PRIVATE | {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, mimetype=file.media_type, headers=headers)
