"""The targets of institutions and provinces: seen, set one by one or by a sheet, taken along."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from lms.accounts.permissions import Permission
from lms.clock import utc_now
from lms.errors import Invalid
from lms.http.doors import open_to
from lms.http.principal import current_account
from lms.http.rate_limits import count_action_of
from lms.programmes.models import ProgrammeState
from lms.programmes.overview import Version, list_versions
from lms.programmes.target_sheets import (
    COLUMNS,
    RefusedLine,
    UnreadableTargets,
    apply_sheet,
    read_target,
    target_rows,
)
from lms.programmes.targets import PAGE_SIZE, count_targets, list_some_targets, set_targets
from lms.programmes.versions import get_prepared
from lms.tables.writer import write_csv, write_lines_xlsx
from lms.web.fields import blame, typed
from lms.web.institutions.forms import page_of
from lms.web.programme_versions.forms import TargetForm, TargetSheetForm

bp = Blueprint("programme_targets", __name__, url_prefix="/koordinator/program")
open_to(bp, Permission.MANAGE_PROGRAMMES)

LARGEST: Final = 2 * 1024 * 1024
UPLOADS: Final = "60 per hour"
MOST_SHOWN: Final = 200
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/<slug>/target")
def list(slug: str) -> ResponseReturnValue:  # noqa: A001 - as the others are called
    """The targets of what is prepared, which can be changed, or else of the present version."""
    return _page(slug)


@bp.post("/<slug>/target")
def set_one(slug: str) -> ResponseReturnValue:
    """Set the target of one place, or take it away."""
    form = TargetForm()
    if not form.validate():
        return _page(slug, form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        place, goal = read_target(*map(typed, (form.place, form.people, form.hours)))
    except Invalid as refusal:
        blame(form, refusal)
        return _page(slug, form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    prepared, actor = get_prepared(slug, is_held=True), current_account().account_id
    set_targets(prepared, {place: goal}, actor_id=actor, now=utc_now())
    flash(gettext("Target disimpan.") if goal else gettext("Target dihapus."), "valid")
    return redirect(url_for(".list", slug=slug))


@bp.post("/<slug>/target/berkas")
def upload(slug: str) -> ResponseReturnValue:
    """Set the targets of a sheet; lines that cannot be taken are told and passed over."""
    form = TargetSheetForm()
    if not form.validate():
        return _page(slug, sheet_form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    actor = current_account().account_id
    count_action_of(actor, UPLOADS, "programme targets")
    content = form.sheet.data.stream.read(LARGEST + 1)
    try:
        if len(content) > LARGEST:
            raise UnreadableTargets
        prepared = get_prepared(slug, is_held=True)
        result = apply_sheet(prepared, content, actor_id=actor, now=utc_now())
    except Invalid as refusal:
        blame(form, refusal)
        return _page(slug, sheet_form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    count = result.set_count
    flash(ngettext("%(num)s target disimpan.", "%(num)s target disimpan.", count), "valid")
    if not result.refused:
        return redirect(url_for(".list", slug=slug))
    return _page(slug, refused=result.refused)


@bp.get("/<slug>/target.<any(xlsx, csv):format>")
def download(slug: str, format: str) -> ResponseReturnValue:  # noqa: A002 - as the address names it
    """The same targets as a sheet that can be brought again."""
    version, _ = _version(slug)
    head, rows = [column.name for column in COLUMNS], target_rows(version.programme_id)
    name = f"target-{slug}-versi-{version.number}.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if format == "csv":
        return Response("".join(write_csv(head, rows)), mimetype="text/csv", headers=headers)
    content = write_lines_xlsx("target", enumerate([head, *rows], start=1), heading_line=1)
    return Response(content, mimetype=XLSX, headers=headers)


def _version(slug: str) -> tuple[Version, bool]:
    """The version whose targets are shown, and whether they can be changed."""
    newest = list_versions(slug)[0]
    return newest, newest.state is ProgrammeState.PREPARING


def _page(
    slug: str,
    *,
    form: TargetForm | None = None,
    sheet_form: TargetSheetForm | None = None,
    refused: Sequence[RefusedLine] | None = None,
) -> str:
    version, is_prepared = _version(slug)
    count = count_targets(version.programme_id)
    pages = max(1, -(-count // PAGE_SIZE))
    page = min(page_of(request.args), pages)
    lines = refused or ()
    return render_template(
        "programme_versions/targets.html",
        version=version,
        is_prepared=is_prepared,
        form=form or TargetForm(formdata=None),
        sheet_form=sheet_form or TargetSheetForm(formdata=None),
        targets=list_some_targets(version.programme_id, page),
        count=count,
        page=page,
        pages=pages,
        refused=lines[:MOST_SHOWN],
        refused_count=len(lines),
    )
