"""Checking many certificates at once, for officers, coordinators and administrators."""

from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from werkzeug.datastructures import FileStorage

from lms.accounts.permissions import Permission
from lms.accounts.principal import Principal
from lms.checking.bulk.archives import (
    is_archive_of_documents,
    pack,
    require_documents,
    shown_path,
)
from lms.checking.bulk.columns import MOST_ROWS, ROLES, SPARE_ROWS, preview_of
from lms.checking.bulk.errors import AlreadyAsked, UnfitUpload
from lms.checking.bulk.queries import (
    PAGE_SIZE,
    OwnBulkCheck,
    count_rows,
    get_own_bulk_check,
    iterate_rows,
    list_own_bulk_checks,
    list_rows,
)
from lms.checking.bulk.service import confirm_columns, keep_documents, keep_table
from lms.checking.bulk.work import read_kept, read_sheet
from lms.clock import utc_now
from lms.errors import N_
from lms.http.doors import open_to
from lms.http.i18n import translate
from lms.http.principal import current_account
from lms.http.rate_limits import count_action_of
from lms.http.unit_of_work import let_others_write, store_at_once
from lms.jobs.errors import TooManyJobs
from lms.tables.guessing import column_letter
from lms.web.bulk.files import documents_head, result_file
from lms.web.bulk.forms import ColumnsForm, UploadForm
from lms.web.bulk.wording import VERDICTS, label_of, listed_word, remarks
from lms.web.fields import blame
from lms.web.formatting import show_number

PLACE: Final = "/verifikasi/banyak"
"""Where batches of files are sent, for which the server makes room."""

bp = Blueprint("bulk", __name__, url_prefix=PLACE)
open_to(bp, Permission.CHECK_IN_BULK)

# By account: an office has one address. Three are under way at most, whoever presses often.
UPLOADS: Final = "30 per hour"
LARGEST_SHEET: Final = 16 * 1024 * 1024
ZIP, OLE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
PRIVATE: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


@bp.route("", methods=["GET", "POST"])
def upload() -> ResponseReturnValue:
    """Send PDFs, a ZIP of them, a folder, or a sheet; below it what was sent before."""
    officer = current_account()
    form = UploadForm()
    if form.validate_on_submit():
        count_action_of(officer.account_id, UPLOADS, "bulk check")
        let_others_write()  # reading a sheet takes a second
        try:
            check_id, is_sheet = _take(officer, utc_now())
        except (UnfitUpload, TooManyJobs) as refusal:
            blame(form, refusal)
        else:
            return redirect(url_for(".columns" if is_sheet else ".show", check_id=check_id))
    page = render_template("bulk/upload.html", form=form, checks=list_own_bulk_checks(officer))
    return page, 422 if form.errors else 200, PRIVATE


@bp.route("/<int:check_id>/kolom", methods=["GET", "POST"])
def columns(check_id: int) -> ResponseReturnValue:
    """Confirm which column of a sheet holds what; then it is checked."""
    officer = current_account()
    check = get_own_bulk_check(officer, check_id)
    if check.preview is None:
        return redirect(url_for(".show", check_id=check_id))
    form = ColumnsForm.of(check.preview)
    if form.validate_on_submit():
        chosen = form.read(check.preview["columns"]["heading"])
        if chosen is not None:
            try:
                confirm_columns(
                    officer, check_id, chosen, language=str(get_locale()), now=utc_now()
                )
            except TooManyJobs as refusal:
                form.form_errors.append(translate(refusal.sentence))
            except AlreadyAsked:
                return redirect(url_for(".show", check_id=check_id))
            else:
                return redirect(url_for(".show", check_id=check_id))
    elif check.job_id is not None:
        return redirect(url_for(".show", check_id=check_id))
    page = render_template(
        "bulk/columns.html",
        form=form,
        check=check,
        roles=ROLES,
        letters=[column_letter(place) for place in range(len(check.preview["names"]))],
    )
    return page, 422 if form.errors else 200, PRIVATE


@bp.get("/<int:check_id>")
def show(check_id: int) -> ResponseReturnValue:
    """How far a check is; then its result, the troubled ones first."""
    check = get_own_bulk_check(current_account(), check_id)
    if check.job_id is None:
        return redirect(url_for(".columns", check_id=check_id))
    if not check.is_done:
        return render_template("bulk/waiting.html", check=check), PRIVATE
    counts = count_rows(check_id)
    wanted = request.args.get("hasil", "")
    wanted = wanted if wanted in counts else ""
    total = counts[wanted] if wanted else sum(counts.values())
    pages = max(1, -(-total // PAGE_SIZE))
    asked = request.args.get("halaman", "1")
    page = min(max(int(asked[:6]), 1), pages) if asked.isdecimal() else 1
    rows = [
        read_kept(row.verdict, row.found)
        for row in list_rows(check_id, verdict=wanted or None, page=page)
    ]
    reference = (check.columns or {}).get("reference")
    answer = render_template(
        "bulk/result.html",
        check=check,
        checked_at=_checked_at(check),
        counts=counts,
        wanted=wanted,
        total=total,
        page=page,
        pages=pages,
        verdicts=VERDICTS,
        rows=[
            (
                row,
                label_of(row, reference),
                remarks(row.verdict, row.found),
                listed_word(row.found),
            )
            for row in rows
        ],
    )
    return answer, PRIVATE


@bp.get("/<int:check_id>.csv")
def csv(check_id: int) -> ResponseReturnValue:
    """The result as CSV, made of the rows that are kept; XLSX is the job's own file."""
    check = get_own_bulk_check(current_account(), check_id)
    if not check.is_done:
        return redirect(url_for(".show", check_id=check_id))
    result = check.result or {}
    head = [(line, list(cells)) for line, cells in result["head"]]
    file = result_file(
        documents_head() if check.kind == "documents" else head,
        (read_kept(row.verdict, row.found) for row in iterate_rows(check_id)),
        width=result["width"],
        file_format="csv",
        checked_at=_checked_at(check),
    )
    headers = PRIVATE | {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, mimetype=file.media_type, headers=headers)


def _checked_at(check: OwnBulkCheck) -> datetime:
    return datetime.fromisoformat((check.result or {})["checked_at"])


def _take(officer: Principal, now: datetime) -> tuple[int, bool]:
    """Keep what was sent: its number, and whether it is a sheet; raises UnfitUpload."""
    sent = [
        file
        for field in ("berkas", "folder")
        for file in request.files.getlist(field)
        if file.filename
    ]
    if len(sent) == 1 and _is_sheet(sent[0]):
        return _take_sheet(officer, sent[0], now), True
    if len(sent) == 1 and _begins_with(sent[0], ZIP):
        stream, name = sent[0].stream, shown_path(sent[0].filename or "")
        count = require_documents(stream)
        return _keep_documents(officer, stream, name, count, now=now, is_packed=False), False
    with TemporaryFile() as archive:
        count = pack(((file.filename or "", file.stream) for file in sent), archive)
        name = (
            shown_path(sent[0].filename or "") if len(sent) == 1 else gettext("Berkas yang dipilih")
        )
        return _keep_documents(officer, archive, name, count, now=now, is_packed=True), False


def _keep_documents(
    officer: Principal,
    archive: IO[bytes],
    name: str,
    count: int,
    *,
    now: datetime,
    is_packed: bool,
) -> int:
    return keep_documents(
        officer,
        archive,
        name,
        count,
        is_packed=is_packed,
        language=str(get_locale()),
        now=now,
        store=store_at_once,
    )


def _take_sheet(officer: Principal, file: FileStorage, now: datetime) -> int:
    file.stream.seek(0)
    content = file.stream.read(LARGEST_SHEET + 1)
    if len(content) > LARGEST_SHEET:
        raise UnfitUpload(
            N_("Tabel ini terlalu besar: paling besar %(size)s MB."), size=LARGEST_SHEET // 1024**2
        )
    preview = preview_of(read_sheet(content))
    if preview.row_count > MOST_ROWS + SPARE_ROWS:
        raise UnfitUpload(
            N_(
                "Ada %(count)s baris; sekali periksa paling banyak %(most)s. Bagi menjadi beberapa."
            ),
            count=show_number(preview.row_count),
            most=show_number(MOST_ROWS),
        )
    if preview.row_count == 0:
        raise UnfitUpload(N_("Tabel ini hanya berisi judul kolom, tanpa baris untuk diperiksa."))
    name = shown_path(file.filename or "")
    return keep_table(officer, file.stream, name, preview, now=now, store=store_at_once)


def _is_sheet(file: FileStorage) -> bool:
    """Whether a lone file is a sheet: by what it is, and where that does not say, by its name."""
    if _begins_with(file, PDF):
        return False
    if _begins_with(file, ZIP):
        return not is_archive_of_documents(file.stream)
    return _begins_with(file, OLE) or not (file.filename or "").lower().endswith((".pdf", ".zip"))


def _begins_with(file: FileStorage, sign: bytes) -> bool:
    file.stream.seek(0)
    beginning = file.stream.read(len(sign))
    file.stream.seek(0)
    return beginning == sign
