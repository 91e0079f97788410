"""Sheets of institutions and of units: brought, looked at, applied, and taken away."""

from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from lms.accounts.permissions import Permission
from lms.clock import utc_now
from lms.errors import N_, Conflict, Invalid, NotAllowed
from lms.http.doors import open_to
from lms.http.errors import status_of
from lms.http.i18n import translate
from lms.http.principal import current_account
from lms.http.rate_limits import count_action_of
from lms.http.unit_of_work import let_others_write
from lms.institutions.registry.institution_sheets import iterate_institutions
from lms.institutions.registry.models import RegistryUpload, SheetKind
from lms.institutions.registry.queries import get_entry
from lms.institutions.registry.rules import Editor
from lms.institutions.registry.sheet_lines import (
    COLUMNS,
    INSTITUTION_COLUMNS,
    UNIT_COLUMNS,
    Action,
    Step,
    UnreadableSheet,
    kept_lines,
    read_lines,
)
from lms.institutions.registry.sheets import (
    ask_to_apply,
    editor_again,
    get_upload,
    iterate_units,
    keep_sheet,
    preview,
    refusals_of,
)
from lms.tables.writer import Cell, write_csv, write_lines_xlsx
from lms.web.fields import blame
from lms.web.institutions.forms import SheetForm
from lms.web.institutions.units import editor_of
from lms.web.institutions.wording import FACTS

bp = Blueprint("registry_sheets", __name__, url_prefix="/instansi")
open_to(bp)

LARGEST: Final = 2 * 1024 * 1024
UPLOADS: Final = "60 per hour"
MOST_SHOWN: Final = 200
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.route("/impor", methods=["GET", "POST"])
def institutions() -> ResponseReturnValue:
    """Bring a sheet of institutions; for coordinators."""
    return _bring(_keeper(), SheetKind.INSTITUTIONS, None)


@bp.route("/<int:institution_id>/unit/impor", methods=["GET", "POST"])
def units(institution_id: int) -> ResponseReturnValue:
    """Bring a sheet of an institution's units."""
    return _bring(editor_of(institution_id), SheetKind.UNITS, institution_id)


@bp.get("/impor/<int:upload_id>")
def show(upload_id: int) -> ResponseReturnValue:
    """What each line of a sheet calls for, before it is applied; afterwards what came of it."""
    return _show(upload_id)


@bp.get("/impor/<int:upload_id>/perlu-diperbaiki")
def refused(upload_id: int) -> ResponseReturnValue:
    """The lines that were refused, as a sheet that can be brought again once it is corrected."""
    upload, steps = _look_at(upload_id)
    problems = {step.line: step.problem for step in refusals_of(upload, steps)}
    lines = [line for line in kept_lines(upload.lines) if line.number in problems]
    if not lines:
        return redirect(url_for(".show", upload_id=upload_id))
    head = [
        column.name
        for column in COLUMNS[upload.kind]
        if not column.is_optional or any(column.name in line.cells for line in lines)
    ]
    rows: list[list[Cell]] = [
        [
            *(line.cells.get(name, "") for name in head),
            line.number,
            translate(problem) if (problem := problems[line.number]) else "",
        ]
        for line in lines
    ]
    head += [gettext("Baris asal"), gettext("Yang perlu diperbaiki")]
    return _file("perlu-diperbaiki", head, rows, "xlsx")


@bp.post("/impor/<int:upload_id>")
def apply(upload_id: int) -> ResponseReturnValue:
    """Apply it: at once, or as a job where it changes much."""
    asker = current_account()
    get_upload(asker.account_id, upload_id)
    editor = editor_again(asker.account_id)
    try:
        is_done = ask_to_apply(editor, upload_id, now=utc_now(), clock=utc_now)
    except Conflict as refusal:
        flash(translate(refusal.sentence), "danger")
        return _show(upload_id), status_of(refusal)
    if is_done:
        flash(gettext("Diterapkan."), "valid")
        return redirect(url_for(".show", upload_id=upload_id))
    flash(gettext("Sedang diterapkan. Anda boleh menutup halaman ini."), "neutral")
    return redirect(url_for("jobs.list"))


@bp.get("/instansi.<any(xlsx, csv):format>")
def export_institutions(format: str) -> ResponseReturnValue:  # noqa: A002 - as the address names it
    """The institutions in force, as a sheet that can be brought again."""
    _keeper()
    head = [column.name for column in INSTITUTION_COLUMNS]
    return _file("instansi", head, list(iterate_institutions()), format)


@bp.get("/<int:institution_id>/unit.<any(xlsx, csv):format>")
def export_units(institution_id: int, format: str) -> ResponseReturnValue:  # noqa: A002 - as above
    """The units that the asker may change, in the same way."""
    editor = editor_of(institution_id)
    head = [*(column.name for column in UNIT_COLUMNS), "jalur"]
    return _file("unit-kerja", head, list(iterate_units(editor, institution_id)), format)


def _bring(editor: Editor, kind: SheetKind, institution_id: int | None) -> ResponseReturnValue:
    form = SheetForm()
    if form.validate_on_submit():
        asker = current_account().account_id
        count_action_of(asker, UPLOADS, "registry sheet")
        file: FileStorage = form.sheet.data
        let_others_write()  # reading a sheet takes a second
        try:
            lines = read_lines(_content(file, kind), kind)
            upload_id = keep_sheet(
                editor,
                kind,
                file.filename or "",
                lines,
                institution_id=institution_id,
                now=utc_now(),
            )
        except Invalid as refusal:
            blame(form, refusal)
        else:
            return redirect(url_for(".show", upload_id=upload_id))
    page = render_template(
        "institutions/import.html",
        form=form,
        entry=None if institution_id is None else get_entry(institution_id),
        columns=COLUMNS[kind],
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _content(file: FileStorage, kind: SheetKind) -> bytes:
    content = file.stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise UnreadableSheet(kind)
    return content


def _show(upload_id: int) -> str:
    upload, steps = _look_at(upload_id)
    counts = Counter(step.action.value for step in steps)
    if upload.result:
        counts = Counter(upload.result["counts"])
    return render_template(
        "institutions/preview.html",
        upload=upload,
        entry=None if upload.institution_id is None else get_entry(upload.institution_id),
        counts={action.value: counts[action.value] for action in Action},
        refused=_told(refusals_of(upload, steps)[:MOST_SHOWN]),
        changes=[
            (step.line, step.name, [gettext(FACTS.get(fact, fact)) for fact in step.facts])
            for step in steps
            if step.action in {Action.ADD, Action.CHANGE}
        ][:MOST_SHOWN],
        most=MOST_SHOWN,
    )


def _look_at(upload_id: int) -> tuple[RegistryUpload, list[Step]]:
    """A sheet of the asker's own, and what its lines call for; nothing more once it is applied."""
    asker = current_account()
    upload = get_upload(asker.account_id, upload_id)
    return upload, [] if upload.result else preview(editor_again(asker.account_id), upload)


def _told(refused: Sequence[Step]) -> list[tuple[int, str, str]]:
    return [
        (step.line, step.name, translate(step.problem))
        for step in refused
        if step.problem is not None
    ]


def _file(name: str, head: list[str], rows: list[list[Cell]], file_format: str) -> Response:
    if file_format == "xlsx":
        lines = [(1, list[Cell](head)), *enumerate(rows, start=2)]
        content: bytes = write_lines_xlsx(name, lines, heading_line=1)
    else:
        content = "".join(write_csv(head, rows)).encode()
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{file_format}"',
        "Cache-Control": "no-store",
    }
    return Response(
        content, mimetype=XLSX if file_format == "xlsx" else "text/csv", headers=headers
    )


def _keeper() -> Editor:
    """Who may change institutions themselves; raises NotAllowed for others."""
    asker = current_account()
    editor = Editor(asker.account_id)
    if not asker.may(Permission.MANAGE_INSTITUTIONS):
        raise NotAllowed(N_("Halaman ini tidak termasuk dalam peran Anda."))
    return editor
